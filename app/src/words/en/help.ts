/** Help that goes on: who is fetched, who goes with whom, what keeps somebody safe; and what the team is asked for. */
export const help = {
	open: 'Help that goes on',
	done: 'Done',
	doneOf: (what: string) => `${what}: done`,
	doneBy: (who: string, at: string) => `done ${at}, ${who}`,
	ask: 'Ask the team',
	askOf: (what: string) => `Ask the team: ${what}`,
	add: {
		who: 'Who goes along',
		until: 'Until when',
		came: 'Who came, or whom you reached',
		outcome: 'What they did',
		plan: 'What keeps them safe until the event is over',
		other: 'What helps'
	},
	team: {
		title: 'Ask the team',
		text: 'Everybody in the team reads exactly this, and nothing of the case. If it is about somebody in the team, do not ask here: call a person whom you trust.',
		refused: 'Not everybody in the team may know of this. Call a person whom you trust.',
		kinds: { fetch: 'Fetch somebody', escort: 'Go with somebody' },
		kind: 'What is needed',
		look: 'Whom to look for',
		where: 'Where they are now',
		to: 'Where to',
		when: 'When',
		missing: 'Say at least where they are, or whom to look for.',
		send: 'Ask everybody'
	},
	errands: {
		title: 'The team is asked',
		kinds: { fetch: 'Fetch', escort: 'Go along' },
		line: (what: string, look: string, where: string, to: string) => `${what}: ${[look, [where, to].filter(Boolean).join(' → ')].filter(Boolean).join(', ')}`,
		by: (who: string, at: string) => `asked by ${who} ${at}`,
		goes: (who: string, at: string) => `${who} goes, since ${at}`,
		youGo: (at: string) => `You go, since ${at}`,
		go: 'I go',
		goOf: (what: string) => `I go: ${what}`,
		notMe: 'I cannot go',
		notMeOf: (what: string) => `I cannot go: ${what}`,
		done: 'Done',
		back: 'Not needed any more',
		backOf: (what: string) => `Not needed any more: ${what}`
	},
	list: { print: 'Print it', qr: 'QR code of this list', scan: 'Let them scan it: the whole list is in the code, and nothing else.', value: (name: string) => `We value your attendance at ${name}.` }
};
