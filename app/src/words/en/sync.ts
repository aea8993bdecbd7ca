/** What is shown and said about where a record is and who knows of it. Exact words: no synonyms elsewhere. */
export const sync = {
	strip: 'Where this is, and whether the chair knows',
	onPhone: { text: 'Only on this phone', side: (at: string) => `saved ${at}`, spoken: (at: string) => `Not sent. Only on this phone. Saved ${at}.` },
	sending: { text: 'Sending', side: (done: number, total: number) => `${done} of ${total}`, spoken: (done: number, total: number) => `Sending, ${done} of ${total} parts.` },
	sent: {
		text: 'Sent',
		side: (at: string) => at,
		sideVia: (at: string, phone: string) => `${at}, via ${phone}`,
		spoken: (at: string) => `Sent ${at}.`,
		spokenVia: (at: string, phone: string) => `Sent ${at}, carried by phone ${phone}.`
	},
	partSent: {
		text: (count: number) => (count === 1 ? '1 entry only on this phone' : `${count} entries only on this phone`),
		pictures: (count: number) => (count === 1 ? '1 picture only on this phone' : `${count} pictures only on this phone`),
		picturesSpoken: (count: number, at: string) => `${count === 1 ? '1 picture' : `${count} pictures`} not sent. The rest was sent ${at}.`,
		side: (at: string) => `rest sent ${at}`,
		spoken: (count: number, at: string) => `${count === 1 ? '1 entry' : `${count} entries`} not sent. The rest was sent ${at}.`
	},
	notTaken: {
		text: (count: number) => (count === 1 ? '1 entry only on this phone' : `${count} entries only on this phone`),
		side: 'not taken in',
		spoken: (count: number) => `${count === 1 ? '1 entry was' : `${count} entries were`} not taken into the record. Kept on this phone.`
	},
	held: {
		text: 'Waiting: nobody may receive this yet',
		side: 'Call the other contact. It stays on this phone.',
		spoken: 'Not sent: nobody may receive this yet. Call the other contact. It stays on this phone.'
	},
	/** Who leads a case: the chair, or the alternate chair where it is about the chair. */
	lead: { chair: 'Chair', alternate: 'Alternate chair' },
	chairNotTold: {
		text: (who: string) => `${who} not told yet`,
		aim: (by: string) => `aim: by ${by}`,
		was: (by: string) => `was due ${by}`,
		spokenAim: (who: string, by: string) => `The ${who.toLowerCase()} has not been told. Aim: by ${by}.`,
		spokenWas: (who: string, by: string) => `The ${who.toLowerCase()} has not been told. It was due ${by}.`,
		spoken: (who: string) => `The ${who.toLowerCase()} has not been told.`
	},
	chairKnows: {
		text: (who: string) => `${who} knows`,
		side: (at: string, how: string) => `${at}, ${how}`,
		how: { voice: 'by phone', sms: 'by text', in_person: 'in person' },
		opened: (at: string) => `opened ${at}`,
		spoken: (who: string, at: string, how: string) => `The ${who.toLowerCase()} knows since ${at}, told ${how}.`,
		spokenOpened: (who: string, at: string) => `The ${who.toLowerCase()} knows since ${at}, opened by them.`
	},
	tick: {
		phone: 'only on this phone',
		phoneSpoken: 'Only on this phone.',
		sent: (at: string) => `sent ${at}`,
		sentVia: (at: string, phone: string) => `sent ${at}, via ${phone}`,
		sentSpoken: (at: string) => `Sent ${at}.`,
		notAccepted: 'not taken in, kept on this phone',
		notAcceptedSpoken: 'The record did not take this in. It is kept on this phone.'
	},
	phone: {
		allSent: (at: string) => `All sent ${at}`,
		offline: { title: (since: string) => `No connection since ${since}`, text: 'Keep going. Everything is saved on this phone and sends by itself.' },
		longOffline: {
			title: (cases: number) => (cases === 1 ? '1 case only on this phone' : `${cases} cases only on this phone`),
			text: (minutes: number) => `No connection for ${minutes} minutes. Get it to a second place:`,
			walk: 'Walk to signal and send',
			give: 'Give it to another phone',
			call: (name: string) => `Call ${name}`
		},
		retry: { title: (seconds: number) => `Could not send. Trying again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`, text: 'Nothing is lost. It stays on this phone.' },
		back: (done: number, total: number) => `Back online. Sending ${done} of ${total}`,
		sending: (done: number, total: number) => `Sending ${done} of ${total}`,
		storage: { title: 'This phone may clear stored reports', text: 'Add Safehall to the home screen, or send now.' },
		clock: { title: (off: string) => `This phone’s clock is off by about ${off}`, text: 'We keep both times. Please correct it.' },
		revoked: { title: 'This phone no longer has access', text: 'What was unsent has been handed in. The rest is removed.' },
		restored: (at: string) => `Everything you typed until ${at} is back.`,
		carrying: {
			title: (records: number, names: string) => (records === 1 ? `Carrying 1 sealed record for ${names}` : `Carrying ${records} sealed records for ${names}`),
			text: 'You cannot read it. It sends by itself.',
			lost: (name: string) => `What you carried for ${name} could not be opened`,
			notSent: (name: string) => `What you carried for ${name} could not be sent`,
			lostText: (name: string) => `It is gone from your phone, and still on ${name}’s phone. Tell ${name} to walk to signal, or to give it once more.`,
			seen: 'I have told them'
		},
		unsent: (count: number) => `${count} unsent`,
		update: { title: 'A newer Safehall is ready', text: 'Your texts are saved. It takes a moment.', start: 'Start it' },
		signedOut: { title: 'Signing in again', text: 'Keep going. Everything is saved on this phone and sends by itself.' }
	},
	minutes: (count: number) => (count === 1 ? '1 minute' : `${count} minutes`),
	hours: (count: number) => (count === 1 ? '1 hour' : `${count} hours`),
	days: (count: number) => (count === 1 ? '1 day' : `${count} days`)
};
