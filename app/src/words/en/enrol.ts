/** Getting in: the invite, the four words, what is left to do. */
export const enrol = {
	brand: 'Safehall',
	opening: 'Looking up your invite',
	inviteFrom: (name: string) => `Invite from ${name}`,
	invite: 'Your invite',
	join: (event: string) => `Join the team for ${event}`,
	badge: (roles: string, badge: string) => (badge ? `${roles} · badge ${badge}` : roles),
	called: (label: string) => `This phone will be called ${label}.`,
	whenWhere: (days: string, place: string) => (place ? `${days}, ${place}.` : `${days}.`),
	promises: [
		{ title: 'Works without Wi-Fi', text: 'Everything you write is kept on this phone first.' },
		{ title: 'You and the chair', text: 'A new report is for its author and the chair only.' },
		{ title: 'Gone when it is over', text: 'Your access ends with the event.' }
	],
	notMe: 'Not me',
	me: 'Yes, this is me',
	joining: 'Making the keys of this phone',
	notYou: { title: 'Then leave this link alone', text: 'It is for somebody else. Close this page and tell the chair, so that a new link can be made.', again: 'Back to the invite' },
	refused: { title: 'This link does not work', text: 'Ask the chair for a new one. Links work once and for 24 hours.' },
	unreachable: { title: 'No answer', text: 'Joining needs a connection, once. Move to better signal and try again.' },
	pending: {
		title: 'Compare four words',
		text: (name: string) => `${name} or another lead sees the same four words. Read them out to each other. When they match, they let you in.`,
		someone: 'The person who invited you',
		label: 'Your four words',
		waiting: 'Waiting until they say that the words match.',
		check: 'Ask now'
	},
	ready: {
		title: (first: string) => `Almost ready, ${first}`,
		titleDone: (first: string) => `Ready, ${first}`,
		open: (count: number) => (count === 1 ? 'One thing is still open.' : `${count} things are still open.`),
		textDone: 'This phone works in the hall, with or without Wi-Fi.',
		install: 'Put Safehall on your home screen',
		installText: 'Without it, some phones throw stored reports away after 7 days.',
		installHow: 'Open your browser’s menu, choose “Add to home screen”, and open Safehall from there.',
		protect: 'Let this phone keep reports',
		pack: 'Procedure, contacts and rooms are on this phone',
		packNot: 'Procedure, contacts and rooms are still to come',
		packUnder: (id: string) => `Procedure pack ${id}`,
		storage: 'This phone keeps reports',
		storageUnder: 'It has agreed not to clear them by itself',
		storageNot: 'This phone may clear stored reports by itself',
		storageRefused: 'The browser said no. It agrees once Safehall is on the home screen.',
		clock: 'Clock is right',
		clockUnder: 'Less than 2 minutes off',
		clockNot: 'Clock is off',
		clockNotUnder: 'We keep both times. Please correct it.',
		clockOpen: 'Clock not compared yet',
		go: 'Start'
	},
	none: { title: 'This phone is not in a team yet', text: 'Open the link that the chair gave you. It works for 24 hours, and again until you have chosen a PIN.' },
	/** The browser lets nothing be stored, nor read what was: whether this phone is in a team is not known. */
	keepsNothing: {
		title: 'This browser keeps nothing',
		text: 'Safehall can store nothing here, and cannot open what it stored. In a private window, open an ordinary one. Else let this page store data, or free some space, and open it again.',
		meanwhile: 'Until then write it on paper, and call the chair.'
	},
	revoked: 'Call the chair if this surprises you.'
};
