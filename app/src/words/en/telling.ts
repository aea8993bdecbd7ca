/** How a report is told: who writes, in which language, by which way, and what becomes of one that broke off. */
export const telling = {
	form: {
		title: 'Who writes it?',
		forms: { written_by_reporter: 'They write it', transcribed: 'I write what they say', attached: 'They bring a text' } as { [form: string]: string },
		hand: 'Hand them the phone',
		handHint: 'They see this text and nothing else. Afterwards your PIN opens the phone again.',
		attachedHint: 'Keep the paper or the message for the chair, as it is. If there is time, copy it here letter for letter.'
	},
	hand: {
		title: 'In your own words',
		text: 'Write what happened, as you would tell it. Nothing is required, and you can stop at any time.',
		begun: 'This is what was written down so far. Change what is not right.',
		label: 'What happened',
		who: 'It goes to those who lead the event. All reports are confidential.',
		give: 'Give the phone back',
		back: 'Back to your text'
	},
	rows: {
		how: 'How it was told',
		channel: 'How it reached you',
		channels: {
			in_person: 'In person',
			phone: 'By phone',
			sms: 'By text message',
			email: 'By e-mail',
			paper: 'On paper',
			via_venue_staff: 'Through venue staff',
			online: 'Online'
		} as { [channel: string]: string },
		circumstances: 'What was going on around it',
		circumstancesHint: 'The talk, the lunch, the party. In their words, if they said so.',
		use: 'Use this',
		language: 'In which language?',
		otherLanguage: 'Another language',
		translation: (language: string) => `Working translation, ${language}`,
		translationHint: 'A help for the team. Their own words stay as they are.',
		told: 'When were you told?',
		toldRow: 'You were told',
		minor: 'Is a child or teenager involved?',
		minorFirst: 'What the event asks then',
		minors: { yes: 'Yes', no: 'No', unknown: 'Not known' } as { [value: string]: string }
	},
	person: {
		more: 'More about them',
		role: 'What they are here',
		roles: {
			attendee: 'Attendee',
			speaker: 'Speaker',
			organiser: 'Organiser',
			volunteer: 'Volunteer',
			staff: 'Staff',
			sponsor: 'Sponsor or exhibitor',
			venue_staff: 'Venue staff',
			outsider: 'From outside',
			unknown: 'Not known'
		} as { [role: string]: string },
		handle: 'Name they use online',
		employer: 'Company or group',
		reach: 'How the chair could reach them'
	},
	whyNot: 'Why not, if you want to note it',
	left: {
		open: 'They had to go',
		title: 'They had to go',
		text: 'The time and the place are kept, so that nothing is lost. You can add later what you heard.',
		where: 'Where you met them',
		rather: 'They would rather speak to',
		staff: 'It is about staff or the chair',
		save: 'Keep it and tell the chair',
		entry: 'The person left before more could be said',
		ratherEntry: (who: string) => `Would rather speak to ${who}`
	},
	concern: {
		title: 'Pass it on',
		aim: 'It goes to whoever can put it right. The chair sees it too.',
		call: (name: string) => `Call ${name}`,
		told: 'I passed it on',
		whom: 'To whom?',
		entry: (who: string) => `Passed on to ${who}`
	}
};
