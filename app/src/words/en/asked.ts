/** What is said to whoever told us something, and what the code of conduct asks of them. */
export const asked = {
	say: 'Say to them',
	onward: { title: 'How it goes on', meeting: (minutes: number) => `The chair meets with those who decide, within ${minutes} minutes if possible, and speaks with the other side. You will be told if there is something for you to do.`, soon: 'The chair meets with those who decide, and speaks with the other side. You will be told if there is something for you to do.' },
	policy: 'What the code of conduct asks of attendees',
	write: {
		title: 'If you would rather write it down',
		text: 'Whatever you remember helps. Nothing is required.',
		items: ['Who it was: a name, a badge number, or what they look like', 'What they did or said', 'When it was, roughly', 'Where it was, and what was going on', 'Who else was there'],
		give: 'Give it to anyone of the team, or send it to one of the addresses above.'
	}
};
