/** Everyone else: who knows of a case and hears that it is dealt with, what is announced, what may be said, and closing. */
const some = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

export const people = {
	page: 'Announcements',
	otherChannel: 'Another channel',
	/** Of a case that somebody is kept from. */
	kept: {
		title: 'Only leads may know of this case',
		say: 'Somebody on the team is kept away from it, and this would be read by everybody. Tell people by voice.',
		announce: 'Somebody on the team is kept away from it. What is approved stays with the leads, and a lead reads it out.'
	},

	announcements: {
		sub: 'Only the chair or a delegate announces.',
		approved: 'Approved',
		none: 'Nothing has been approved yet.',
		drafts: 'Drafts',
		draftOf: (name: string) => `About ${name}`,
		write: 'Write an announcement',
		which: 'About which case',
		noCase: 'There is no case to announce anything about.',
		approvedBy: (who: string, at: string) => `Approved by ${who}, ${at}`,
		made: (channel: string, at: string, who: string) => `${channel}, ${at}, by ${who}`,
		notMade: 'Not read out yet',
		goes: (channel: string) => `Goes to: ${channel}`
	},
	who: {
		title: 'Who may announce',
		from: (from: string, until: string) => `${from} to ${until}`,
		one: 'one announcement only',
		delegate: 'Delegate',
		sheet: 'Who may announce for a while?',
		whom: 'Whom',
		start: 'From',
		end: 'Until',
		what: 'What',
		any: 'Whatever a lead approved',
		do: 'Delegate',
		missing: 'Choose a person and a time that has not passed yet.',
		backwards: 'It must end after it begins.',
		takeBack: (name: string) => `Take it back from ${name}`
	},
	draft: {
		title: 'Announcement',
		about: (name: string) => `About ${name}`,
		back: (name: string) => `Back to ${name}`,
		yours: 'Your draft',
		count: (words: number, most: number) => `${words} of ${most} words`,
		long: 'Short is better: nobody on a stage gets through more.',
		against: (names: string) => `Checked against everything known in ${names}.`,
		and: ' and ',
		kept: (at: string) => `Kept ${at}`,
		open: 'Not kept yet',
		found: (count: number) => some(count, 'personal detail', 'personal details'),
		clean: 'No personal detail found',
		cleanText: 'A person must still read it once more before it is approved.',
		notReady: 'Not ready',
		remove: 'Remove',
		removeOf: (word: string) => `Remove “${word}”`,
		notPersonal: 'Not personal',
		notPersonalOf: (word: string) => `“${word}” is not personal`,
		passTitle: (word: string) => `“${word}” points at nobody?`,
		passText: 'Why it points at nobody stays on the record.',
		passDo: 'It is not personal',
		passHint: '“Not personal” asks for a reason and keeps it on the record.',
		passedBy: (word: string, who: string, reason: string) => `“${word}”: ${who} says “${reason}”`,
		why: {
			name: 'A name in this case, or close to one',
			badge: 'A badge number in this case',
			handle: 'A handle or an address in this case',
			employer: 'Where somebody in this case works',
			talk: 'A talk that this case is about',
			place: 'Only one incident happened there',
			detail: 'Distinctive: written down in this case'
		},
		suggested: 'Suggested text',
		when: { today: ' today', yesterday: ' yesterday', earlier: '' },
		text: (when: string) =>
			`There was an incident at the conference${when}. It was against our code of conduct and we have taken official action. We are sorry it happened. If you want to talk to us, come to any person with a STAFF badge.`,
		use: 'Use this',
		suggestedClean: (words: number) => `No personal detail. Says that it was against the code, and that we acted. ${words} words.`,
		where: 'Where it goes',
		otherChannel: 'Which one',
		approve: 'Approve',
		not: {
			empty: 'Write a text first.',
			personal: 'Not ready: take the personal details out first.',
			channel: 'Choose where it goes.'
		},
		approved: 'Approved',
		approvedText: 'It cannot be changed; a lead can take it back.',
		print: 'Stage print',
		two: (who: string, at: string) => `${who} wrote this at the same time, ${at}`,
		takeIt: 'Go on with this one'
	},
	retract: {
		do: 'Take it back',
		sheet: 'Take this announcement back?',
		text: 'It goes from every phone as soon as the phone is connected, and is a draft again. Where it was read out before, people have heard it.'
	},
	made: {
		do: 'It was read out',
		sheet: 'Where was it read out or posted?',
		where: 'Where',
		when: 'When',
		note: 'Note it',
		missing: 'Say where and when.'
	},

	card: {
		title: 'The others',
		untold: (count: number) => (count === 0 ? 'Everybody who knows of it has been told.' : `${some(count, 'person or group is', 'people or groups are')} still not told.`),
		none: 'Nobody is noted who knows of it.',
		open: 'Who knows, and closing',
		announce: 'Announcement',
		closed: (at: string) => `Closed ${at}`
	},
	aware: {
		title: 'Aware circle',
		told: (done: number, all: number) => `${done} of ${all} told`,
		text: 'Everyone who knows about it hears that it was against the policy and that action was taken. Groups and places rather than names.',
		none: 'Nobody has been written down yet.',
		add: 'Somebody knows about it',
		sheet: 'Who else knows about it?',
		hint: 'Places and groups are enough, for example “people at the coffee bar”.',
		who: 'Who',
		how: 'How they know',
		addDo: 'Write it down',
		missing: 'Write who knows about it.',
		tell: 'Told',
		tellOf: (who: string) => `${who}: told`,
		tellSheet: (who: string) => `How were they told? ${who}`,
		way: 'How',
		ways: { in_person: 'in person', announcement: 'announcement', message: 'message', phone: 'by phone' },
		sentence: 'With which sentence',
		noSentence: 'In other words',
		when: 'When',
		tellDo: 'Note it',
		missingWay: 'Say how and when.',
		phone: 'Who knows about it',
		phoneText: 'They hear that it was against the policy and that something was done, and nothing else. Note whom you told.',
		missingHow: 'Say how they were told.',
		line: (at: string, who: string, way: string) => [at, who, way].filter(Boolean).join(', '),
		open: 'Not told yet'
	},
	say: {
		title: 'What staff may say',
		none: 'There is no card for staff yet.',
		write: 'Write the card',
		edit: 'Change it',
		takeBack: 'Take it back',
		sheet: (name: string) => `What may staff say about ${name}?`,
		hint: 'Everybody on the team reads it. No details.',
		text: 'The words',
		suggestion: 'It was against our code of conduct and we have taken official action. We are sorry it happened.',
		do: 'Give it to staff',
		personal: (names: string) => `Take this out first: ${names}`,
		missing: 'Write a sentence first.',
		details: 'No details.',
		upset: (who: string) => `Still upset? They can write to ${who}.`,
		by: (who: string, at: string) => `${who}, ${at}`
	},
	feedback: {
		title: 'Feedback',
		none: 'Nothing has come back.',
		takes: (who: string) => `${who} answers`,
		nobody: 'Nobody answers this yet.',
		takeOn: 'I answer',
		task: 'Answer the feedback',
		answered: (who: string, at: string) => `Answered by ${who}, ${at}`,
		answer: 'Answered',
		sheet: 'What was answered?',
		text: 'In a sentence',
		note: 'Note it'
	},
	close: {
		title: 'Close this case',
		page: (name: string) => `${name}: everyone else`,
		sub: 'Who knows of it, what staff may say, and closing.',
		open: {
			withdrawn: 'The reporter does not want it to go on, and what that means is not decided',
			meeting: 'Two leads differ on whether anything is done',
			finding: (differ: boolean): string => (differ ? 'Two findings that differ' : 'No finding yet'),
			reported_told: 'The reported person has not been told',
			reporter_told: 'The reporter has not heard what came of it',
			aware: (count: number) => `${some(count, 'person or group is', 'people or groups are')} still not told`,
			actions: (count: number) => some(count, 'thing is still to be done', 'things are still to be done'),
			feedback: (count: number) => `${some(count, 'piece of feedback waits', 'pieces of feedback wait')} for an answer`,
			appeal: 'An appeal is not decided',
			unfounded: (count: number) => `${some(count, 'sanction has', 'sanctions have')} not been lifted though the report does not stand any more`,
			interim: (count: number) => `${some(count, 'interim measure', 'interim measures')} not lifted though it has been decided`,
			sanction: (what: string, until: string) => `${what} runs until ${until}`
		},
		done: {
			finding: 'Finding recorded',
			reported_told: 'Reported person told',
			reporter_told: 'Reporter told',
			aware: 'Everyone noted as knowing of it was told'
		},
		/** Why nobody can or may be told. */
		nobody: (why: readonly ('nameless' | 'no_contact' | 'withdrawn')[]): string =>
			why.length > 1
				? 'Nobody is to be told: those who reported gave no name or asked for no contact'
				: why[0] === 'nameless'
					? 'Nobody can be told: no name was given'
					: why[0] === 'no_contact'
						? 'Nobody is to be told: the reporter wants no contact'
						: 'Nobody is to be told: the reporter does not want it to go on',
		derived: 'This follows from the case. Nobody ticked it.',
		cannotReach: 'The reporter cannot be reached.',
		note: 'Closing note',
		noteHint: 'Only leads can read it.',
		despite: 'Why it is closed although something is open',
		do: 'Close case',
		not: { note: 'Write a closing note first.', reason: 'Something is open. Say why it may stay so, or see to it first.' },
		closed: (who: string, at: string) => `Closed by ${who}, ${at}`,
		came: 'Something came after it was closed. Read it, then open the case again, or close it once more.',
		reopen: 'Open it again',
		reopenTitle: 'Open this case again?',
		reopenText: 'What was written when it was closed stays.',
		reopenDo: 'Open it again'
	},

	/** On everybody’s phone. */
	phone: {
		item: 'Announcements, what you may say',
		title: 'What is said',
		mayNot: 'Only the chair or a delegate announces.',
		call: (name: string) => `Call ${name}`,
		may: (from: string, until: string) => `You may announce from ${from} to ${until}.`,
		mayAlways: 'You may announce what a lead approved.',
		announcements: 'Announcements',
		none: 'Nothing has been approved.',
		read: 'Read it as it is, and nothing more.',
		cards: 'What you may say',
		noCards: 'Nothing has been prepared. If somebody asks: you cannot go into details.',
		about: (name: string) => `About ${name}`,
		alsoKnows: (who: string) => `Also knows about it: ${who}`,
		told: (at: string) => `told ${at}`,
		knowsWho: 'Who else knows about it? Places and groups are enough.',
		feedbackWho: 'From whom',
		feedbackText: 'What they said, in their words'
	}
};
