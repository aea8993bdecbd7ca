/** When the event is over: emptying phones, and what is said in public. */
const some = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

export const ending = {
	page: 'After the event',
	sub: 'Ending access, emptying phones, and what is said in public.',
	close: {
		title: 'End the team’s access',
		running: (count: number) => `${some(count, 'person is', 'people are')} still on the team beside the leads.`,
		none: 'Only leads are on the team.',
		text: 'Phones send what they still hold, and then empty themselves. Leads go on until every case is closed.',
		do: 'End everybody’s time now',
		sure: (count: number) => `End the time of ${some(count, 'person', 'people')} now?`,
		sureText: 'Their phones can read nothing new. What is only there is still taken.',
		doSure: 'End it now',
		done: (count: number) => `Ended for ${some(count, 'person', 'people')}.`
	},
	phones: {
		title: 'Phones',
		emptied: (done: number, all: number) => `${done} of ${all} are empty`,
		line: (name: string, label: string) => [name, label].filter(Boolean).join(', '),
		seen: (at: string) => `last heard ${at}`,
		never: 'never heard of',
		unsent: (count: number) => `${some(count, 'entry', 'entries')} not sent`,
		none: 'Every phone said that it is empty.',
		unsentAll: (count: number) => (count === 0 ? 'No phone said that it still has something to send.' : `${some(count, 'entry is', 'entries are')} only on these phones. Ask their owners to open Safehall where there is Wi-Fi.`)
	},
	cases: {
		title: 'Cases',
		open: (count: number) => (count === 0 ? 'Every case is closed.' : `${some(count, 'case is', 'cases are')} still open.`)
	},
	keep: {
		title: 'Until when it is kept',
		until: (at: string) => `Until ${at}, then whoever runs the server erases the event.`,
		unknown: 'The event’s file does not say how long. Agree on it now, and erase each case when it is no longer needed.'
	},
	learned: {
		title: 'What we learned',
		text: 'For the next event. About the way it went, not about people: what stands here is no part of any case.',
		label: 'What went well, what we change',
		add: 'Write it down',
		missing: 'Write a sentence first.',
		personal: (found: string) => `Take this out first: ${found}`,
		none: 'Nothing yet.',
		by: (who: string, at: string) => `${who}, ${at}`
	},
	/** What stands beyond the event. */
	register: {
		title: 'What stands beyond this event',
		text: 'No admission, no talks, no volunteering: until when, and when to look at it again. It is read out of the cases, so what is lifted there is gone here. Cases that you are kept from are not in it.',
		none: 'Nothing was decided that goes beyond this event.',
		called: (name: string) => `“${name}”`,
		badge: (badge: string) => `badge ${badge} here`,
		nothingKnown: 'Nothing is known to recognise them by',
		until: (at: string) => `Until ${at}.`,
		forGood: 'Without an end.',
		review: (at: string) => `Look at it again on ${at}.`,
		noReview: 'No day to look at it again.',
		appeal: { open: 'An appeal is open: it stands until that is decided.', decided: 'The appeal was decided.', possible: 'It can still be appealed.', over: 'The time for an appeal is over.', none: 'There is no place to appeal to.' },
		notTold: 'They were not told yet.',
		names: 'With their names, where they are known',
		noted: 'That you take it is written in the access ledger first, for each case. It goes to the leads of the next event, and to nobody else.',
		print: 'Print it',
		save: 'Save it as a file',
		fileName: 'beyond-this-event',
		drill: 'This is a drill: nothing of it goes to another event.',
		keep: 'For leads only. Destroy it once the last of these is over.',
		given: 'From an earlier event',
		givenText: 'Its leads may have given you such a file. It is shown here until you leave this page, and kept nowhere.',
		choose: 'Show a file',
		notOurs: 'This is no file of that kind, or it is damaged.',
		from: (event: string, who: string, at: string) => `${event}, by ${who}, ${at}`,
		over: 'It is over: it does not hold any more.',
		lookAgain: 'It is time to look at it again.',
		givenNone: 'Nothing stands in it.'
	},
	open: {
		title: 'Transparency',
		sub: 'A draft to be read when the event closes.',
		head: (event: string) => `Code of conduct at ${event}`,
		fewReports: 'Our team received at least one report during the event.',
		reports: (count: number) => `Our team received ${count} reports during the event.`,
		cases: (count: number) => `We handled them as ${count} cases.`,
		about: 'They were about behaviour that our code describes.',
		concerns: (count: number) => `${count} were concerns that had nothing to do with harassment.`,
		kinds: (list: string) => `Among them: ${list}.`,
		kindsSmall: 'We do not list kinds of behaviour, because the numbers are small.',
		kindsSome: 'Other kinds are not listed, because the numbers are small.',
		kind: (title: string, count: number) => `${title.toLowerCase()} (${count})`,
		stands: 'In at least one case we found that the report stands.',
		heard: 'The person was told what was reported, was heard, and was then told the outcome.',
		measures: 'Measures followed.',
		appeal: 'An appeal is possible.',
		appealed: { open: 'At least one appeal is not decided yet: until then, what was decided stands.', decided: 'At least one outcome was looked at again after an appeal: this text tells what stands now.' },
		came: (list: string) => `Reports came to us ${list}.`,
		channel: { in_person: 'in person', phone: 'by phone', sms: 'by text', email: 'by e-mail', paper: 'on paper', via_venue_staff: 'through venue staff', online: 'online' } as { [code: string]: string },
		sorry: 'We are sorry for everything that happened. If you want to talk to us, come to any person with a STAFF badge.',
		left: {
			title: 'Left out on purpose',
			kinds: 'Kinds of behaviour',
			kindsUnder: 'Each fewer than 3, or a number from which one can be worked out',
			people: 'People reported',
			peopleUnder: (count: number) => `${count}, for leads only`,
			time: 'Days, times, rooms, talks',
			timeUnder: 'Always left out',
			absent: 'What did not happen',
			absentUnder: 'No report, or no police: you see only the cases that reach you. Write it yourself once you are sure of it.'
		},
		counts: { title: 'What the numbers count', reports: 'Reports', cases: 'Cases', people: 'People', open: 'Still open', stands: 'The report stands', appeals: 'Appeals not decided yet', text: 'Linked cases count once. Drills never count.', away: 'Cases that you are kept from are not in these numbers. A lead who sees all of them makes the final text.' },
		checks: { title: 'Checks', personal: 'No name, badge, room or talk', small: 'No number below 3', found: (words: string) => `Still in it: ${words}` },
		print: 'Stage print',
		copy: 'Copy text',
		copied: 'Text copied.',
		notCopied: 'This browser does not copy. Mark the text and copy it.'
	}
};
