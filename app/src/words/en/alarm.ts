/** New cases and what nobody answered: on the console and on the phone of whoever waits. */
export const alarm = {
	/** Also what the device’s own notice says: nothing else ever stands there. */
	fresh: (codeName: string) => `New case ${codeName}`,
	unknown: (at: string) => `Reported ${at}. No lead has said yet that they know of it.`,
	known: (at: string, told: string) => `Reported ${at}. A lead was told ${told}.`,
	waits: (codeName: string, minutes: string) => `${codeName} has waited for you for more than ${minutes}`,
	silent: (codeName: string, name: string, minutes: string) => `${codeName}: ${name} has not answered for ${minutes}`,
	open: 'Open it',
	openOf: (codeName: string) => `Open it: ${codeName}`,
	iKnow: 'I know of it',
	iKnowOf: (codeName: string) => `I know of it: ${codeName}`,
	how: 'How did you hear of it?',
	howText: (codeName: string) => `It is written down in ${codeName}. Whoever took the report then sees that you know.`,
	call: (first: string) => `Call ${first}`,
	more: (count: number) => (count === 1 ? '1 more new case is in the inbox.' : `${count} more new cases are in the inbox.`),
	sound: { on: 'Sound for new cases: on', off: 'Sound for new cases: off' },

	phone: {
		title: (minutes: string) => `No lead knows of it after ${minutes}`,
		tell: (first: string) => `No answer for long: tell ${first} now`
	}
};
