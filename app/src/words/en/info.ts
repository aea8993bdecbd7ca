export const info = {
	contacts: {
		title: 'Contacts',
		sub: 'Calls work without Wi-Fi',
		decide: 'Decide and help',
		urgent: 'If it is urgent',
		onlyIf: 'Police: only in danger, or if the person asks for it now.',
		team: 'The team',
		more: 'More contacts',
		call: (name: string) => `Call ${name}`,
		text: (name: string) => `Text ${name}`,
		give: 'A list to give away',
		giveText: 'Emergency contacts on one screen. It shows no trace of any case.',
		show: 'Show the list',
		none: 'The contacts are not on this phone yet.',
		home: 'Your cases'
	},
	policy: {
		title: 'Policy and procedure',
		of: (title: string, author: string) => `${title}, by ${author}`,
		version: (version: string) => `Version of ${version}`,
		search: 'Search the text',
		none: 'No match in the policy.',
		parts: { steps: 'Steps', text: 'The text' },
		part: 'What to read',
		hits: (count: number) => (count === 1 ? '1 place' : `${count} places`),
		quoted: 'Quoted from the event’s code of conduct. Its words are its own.',
		source: (source: string, licence: string) => [source, licence].filter(Boolean).join(', '),
		lineage: (list: string) => `The procedure was made from: ${list}.`,
		where: 'Where the policy says so',
		whereOf: (step: string) => `Where the policy says so: ${step}`,
		missing: 'The policy is not on this phone yet.',
		who: ['Anyone', 'Responder', 'Chair', 'A delegate']
	}
};
