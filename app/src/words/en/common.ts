/** Words that many screens share. */
export const common = {
	danger: 'Danger now',
	skip: 'Skip to Danger now',
	back: 'Back',
	close: 'Close',
	cancel: 'Leave it',
	later: 'Later',
	notKnown: 'Not known',
	you: 'you',
	stillOpen: 'still open',
	saved: (clock: string) => `Saved on this phone ${clock}`,
	saving: 'Saving',
	notYetSaved: 'Not saved yet',
	/** The phone could not write. Loud and plain; what was typed stays on the screen. */
	notSaved: {
		full: { title: 'Not saved: this phone is full', text: 'Your text is still on the screen. Keep this page open, free some space, or write it on paper.' },
		blocked: { title: 'Not saved: this phone refuses to store', text: 'Your text is still on the screen. Keep this page open, and write it on paper or call the chair.' }
	},
	tryAgain: 'Try again',
	someone: 'someone',
	role: {
		responder: 'responder',
		chair: 'chair',
		alternate: 'alternate chair',
		manager: 'event manager',
		announcer: 'announcer',
		admin: 'admin'
	},
	preparing: 'Opening your cases',
	reading: {
		title: (done: number, of: number) => `Opening your cases again: ${done} of ${of}`,
		text: 'This happens once after an update. Nothing is lost, and you can write meanwhile.'
	}
};
