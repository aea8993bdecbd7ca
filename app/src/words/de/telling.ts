import type { Words } from '../index.ts';

/** Wie eine Meldung erzählt wird: wer schreibt, in welcher Sprache, auf welchem Weg, und was aus einer abgebrochenen wird. */
export const telling: Words['telling'] = {
	form: {
		title: 'Wer schreibt es auf?',
		forms: { written_by_reporter: 'Die Person schreibt selbst', transcribed: 'Ich schreibe, was sie sagt', attached: 'Sie bringt einen Text mit' },
		hand: 'Das Telefon hinüberreichen',
		handHint: 'Die Person sieht diesen Text und sonst nichts. Danach öffnet wieder Ihre PIN das Telefon.',
		attachedHint: 'Bewahren Sie das Papier oder die Nachricht für die Leitung auf, so wie sie ist. Wenn Zeit ist, schreiben Sie den Text hier Buchstabe für Buchstabe ab.'
	},
	hand: {
		title: 'In Ihren eigenen Worten',
		text: 'Schreiben Sie, was geschehen ist, so wie Sie es erzählen würden. Nichts ist Pflicht, und Sie können jederzeit aufhören.',
		begun: 'Das wurde bisher aufgeschrieben. Ändern Sie, was nicht stimmt.',
		label: 'Was geschehen ist',
		who: 'Es geht an die, die die Veranstaltung leiten. Alle Meldungen sind vertraulich.',
		give: 'Telefon zurückgeben',
		back: 'Zurück zu Ihrem Text'
	},
	rows: {
		how: 'Wie es erzählt wurde',
		channel: 'Auf welchem Weg es zu Ihnen kam',
		channels: {
			in_person: 'Persönlich',
			phone: 'Am Telefon',
			sms: 'Per SMS',
			email: 'Per E-Mail',
			paper: 'Auf Papier',
			via_venue_staff: 'Über Personal des Hauses',
			online: 'Im Netz'
		},
		circumstances: 'Was drum herum los war',
		circumstancesHint: 'Der Vortrag, das Essen, die Feier. In ihren Worten, wenn sie es so gesagt hat.',
		use: 'So übernehmen',
		language: 'In welcher Sprache?',
		otherLanguage: 'Eine andere Sprache',
		translation: (language) => `Arbeitsübersetzung, ${language}`,
		translationHint: 'Eine Hilfe für das Team. Die eigenen Worte bleiben, wie sie sind.',
		told: 'Wann wurde es Ihnen gesagt?',
		toldRow: 'Ihnen gesagt',
		minor: 'Ist ein Kind oder Jugendlicher betroffen?',
		minorFirst: 'Was die Veranstaltung dann verlangt',
		minors: { yes: 'Ja', no: 'Nein', unknown: 'Nicht bekannt' }
	},
	person: {
		more: 'Mehr über diese Person',
		role: 'Was sie hier ist',
		roles: {
			attendee: 'Nimmt teil',
			speaker: 'Hält einen Vortrag',
			organiser: 'Organisiert mit',
			volunteer: 'Hilft freiwillig',
			staff: 'Im Team',
			sponsor: 'Sponsor oder Aussteller',
			venue_staff: 'Personal des Hauses',
			outsider: 'Von außerhalb',
			unknown: 'Nicht bekannt'
		},
		handle: 'Name im Netz',
		employer: 'Firma oder Gruppe',
		reach: 'Wie die Leitung sie erreichen könnte'
	},
	whyNot: 'Warum nicht, wenn Sie es notieren möchten',
	left: {
		open: 'Die Person musste gehen',
		title: 'Die Person musste gehen',
		text: 'Zeit und Ort werden aufbewahrt, damit nichts verloren geht. Was Sie gehört haben, können Sie später ergänzen.',
		where: 'Wo Sie sie getroffen haben',
		rather: 'Sie möchte lieber sprechen mit',
		staff: 'Es geht um das Team oder die Leitung',
		save: 'Aufbewahren und der Leitung sagen',
		entry: 'Die Person ging, bevor mehr gesagt werden konnte',
		ratherEntry: (who) => `Möchte lieber mit ${who} sprechen`
	},
	concern: {
		title: 'Weitergeben',
		aim: 'Es geht an jemanden, der es in Ordnung bringen kann. Die Leitung sieht es auch.',
		call: (name) => `${name} anrufen`,
		told: 'Ich habe es weitergegeben',
		whom: 'An wen?',
		entry: (who) => `Weitergegeben an ${who}`
	}
};
