/** What the leads’ work asks of others, on their phones. */
export const task = {
	yours: 'Yours to do',
	by: (at: string) => `by ${at}`,
	was: (at: string) => `was due ${at}`,
	done: 'It is done',
	doneOf: (what: string) => `It is done: ${what}`,
	given: (who: string, what: string) => `${who}: ${what}`,
	finished: (at: string) => `done ${at}`,
	from: (name: string) => `from ${name}`
};

export const pairs = {
	title: 'Keep in mind',
	line: (name: string) => `${name}: keep two people apart, ask the chair.`,
	until: (at: string) => `Until ${at}`
};
