/** What the server suggests, and what a lead says to it. */
export const patterns = {
	title: {
		same_incident: (name: string) => `Same incident as in ${name}?`,
		same_person: (name: string) => `Same person as in ${name}?`,
		look: (name: string) => `Worth a look: ${name}`
	},
	points: (points: number) => (points === 1 ? '1 point' : `${points} points`),
	counts: (points: number) => (points < 0 ? `−${Math.abs(points)}` : `+${points}`),
	reason: {
		same_badge: 'Same badge number on the reported person',
		badge_looks_alike: 'Badge number looks alike: leading zeros, O and 0, I and 1, or B and 8',
		badge_one_character: 'Badge number differs in one character',
		same_person: 'A lead has recognised the same person in both',
		same_name: 'Same name, or part of it, on the reported person',
		same_look: 'Described in the same words, at least three',
		same_time: 'At the same time, within half an hour',
		within_two_hours: 'Within two hours of each other',
		same_place: 'Same place',
		shared_person: 'Somebody else is in both',
		shared_sealed_person: 'The same person appears in both, under a sealed name',
		same_category: 'Same kind of behaviour',
		same_responder: 'One responder opened both within ten minutes, perhaps on purpose'
	},
	reasons: (name: string) => `Why ${name}`,
	nothingYet: {
		same_incident: 'Nothing is linked until you say so. Read together, they count as one.',
		same_person: 'Two incidents, so both cases stay separate. Nothing is linked until you say so.',
		look: 'It may be nothing. Nothing is linked until you say so.'
	},
	sameIncident: 'Same incident',
	samePerson: 'Same person',
	notTheSame: 'Not the same',
	policyThen: (version: string) => `Opened under the policy of ${version}`,
	policyNow: (version: string) => `The event has the policy of ${version} now. This case keeps the one before.`,
	because: (points: number) => `Suggested with ${points} points`,
	warned: {
		title: 'New report after a warning',
		text: (name: string, at: string) => `The code says that further reports bring sanctions. The warning was told ${at}, in ${name}.`,
		unsure: 'Whether it is the same person is for you to say.',
		line: 'New report after a warning.'
	}
};
