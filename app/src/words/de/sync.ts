import type { Words } from '../index.ts';

/** Genaue Wörter, überall dieselben. */
export const sync: Words['sync'] = {
	strip: 'Wo das ist, und ob die Leitung Bescheid weiß',
	onPhone: { text: 'Nur auf diesem Telefon', side: (at) => `gespeichert ${at}`, spoken: (at) => `Nicht gesendet. Nur auf diesem Telefon. Gespeichert ${at}.` },
	sending: { text: 'Wird gesendet', side: (done, total) => `${done} von ${total}`, spoken: (done, total) => `Wird gesendet, ${done} von ${total} Teilen.` },
	sent: {
		text: 'Gesendet',
		side: (at) => at,
		sideVia: (at, phone) => `${at}, über ${phone}`,
		spoken: (at) => `Gesendet ${at}.`,
		spokenVia: (at, phone) => `Gesendet ${at}, mitgenommen von Telefon ${phone}.`
	},
	partSent: {
		text: (count) => (count === 1 ? '1 Eintrag nur auf diesem Telefon' : `${count} Einträge nur auf diesem Telefon`),
		pictures: (count) => (count === 1 ? '1 Bild nur auf diesem Telefon' : `${count} Bilder nur auf diesem Telefon`),
		picturesSpoken: (count, at) => `${count === 1 ? '1 Bild' : `${count} Bilder`} nicht gesendet. Der Rest wurde ${at} gesendet.`,
		side: (at) => `Rest gesendet ${at}`,
		spoken: (count, at) => `${count === 1 ? '1 Eintrag' : `${count} Einträge`} nicht gesendet. Der Rest wurde ${at} gesendet.`
	},
	notTaken: {
		text: (count) => (count === 1 ? '1 Eintrag nur auf diesem Telefon' : `${count} Einträge nur auf diesem Telefon`),
		side: 'nicht aufgenommen',
		spoken: (count) => `${count === 1 ? '1 Eintrag wurde' : `${count} Einträge wurden`} nicht in die Akte aufgenommen. Auf diesem Telefon aufbewahrt.`
	},
	held: {
		text: 'Wartet: Noch darf das niemand erhalten',
		side: 'Rufen Sie den anderen Kontakt an. Es bleibt auf diesem Telefon.',
		spoken: 'Nicht gesendet: Noch darf das niemand erhalten. Rufen Sie den anderen Kontakt an. Es bleibt auf diesem Telefon.'
	},
	lead: { chair: 'Leitung', alternate: 'Stellvertretende Leitung' },
	chairNotTold: {
		text: (who) => `${who} weiß noch nichts`,
		aim: (by) => `Ziel: bis ${by}`,
		was: (by) => `war fällig ${by}`,
		spokenAim: (who, by) => `${who} weiß noch nichts. Ziel: bis ${by}.`,
		spokenWas: (who, by) => `${who} weiß noch nichts. Es war fällig ${by}.`,
		spoken: (who) => `${who} weiß noch nichts.`
	},
	chairKnows: {
		text: (who) => `${who} weiß Bescheid`,
		side: (at, how) => `${at}, ${how}`,
		how: { voice: 'am Telefon', sms: 'per SMS', in_person: 'persönlich' },
		opened: (at) => `geöffnet ${at}`,
		spoken: (who, at, how) => `${who} weiß seit ${at} Bescheid, ${how} gesagt.`,
		spokenOpened: (who, at) => `${who} weiß seit ${at} Bescheid, selbst geöffnet.`
	},
	tick: {
		phone: 'nur auf diesem Telefon',
		phoneSpoken: 'Nur auf diesem Telefon.',
		sent: (at) => `gesendet ${at}`,
		sentVia: (at, phone) => `gesendet ${at}, über ${phone}`,
		sentSpoken: (at) => `Gesendet ${at}.`,
		notAccepted: 'nicht aufgenommen, auf diesem Telefon aufbewahrt',
		notAcceptedSpoken: 'Die Akte hat das nicht aufgenommen. Es ist auf diesem Telefon aufbewahrt.'
	},
	phone: {
		allSent: (at) => `Alles gesendet ${at}`,
		offline: { title: (since) => `Keine Verbindung seit ${since}`, text: 'Machen Sie weiter. Alles ist auf diesem Telefon gespeichert und wird von selbst gesendet.' },
		longOffline: {
			title: (cases) => (cases === 1 ? '1 Fall nur auf diesem Telefon' : `${cases} Fälle nur auf diesem Telefon`),
			text: (minutes) => `Seit ${minutes} Minuten keine Verbindung. Bringen Sie es an einen zweiten Ort:`,
			walk: 'Empfang suchen, senden',
			give: 'An anderes Telefon geben',
			call: (name) => `${name} anrufen`
		},
		retry: { title: (seconds) => `Senden ging nicht. Neuer Versuch in ${seconds} ${seconds === 1 ? 'Sekunde' : 'Sekunden'}`, text: 'Nichts ist verloren. Es bleibt auf diesem Telefon.' },
		back: (done, total) => `Wieder verbunden. Wird gesendet: ${done} von ${total}`,
		sending: (done, total) => `Wird gesendet: ${done} von ${total}`,
		storage: { title: 'Dieses Telefon könnte gespeicherte Meldungen löschen', text: 'Legen Sie Safehall auf den Startbildschirm, oder senden Sie jetzt.' },
		clock: { title: (off) => `Die Uhr dieses Telefons geht um etwa ${off} falsch`, text: 'Wir behalten beide Zeiten. Bitte stellen Sie sie richtig.' },
		revoked: { title: 'Dieses Telefon hat keinen Zugang mehr', text: 'Was nicht gesendet war, wurde abgegeben. Der Rest ist entfernt.' },
		restored: (at) => `Alles, was Sie bis ${at} getippt haben, ist wieder da.`,
		carrying: {
			title: (records, names) => (records === 1 ? `Nimmt 1 versiegelte Akte für ${names} mit` : `Nimmt ${records} versiegelte Akten für ${names} mit`),
			text: 'Sie können es nicht lesen. Es wird von selbst gesendet.',
			lost: (name) => `Was Sie für ${name} mitnahmen, ließ sich nicht öffnen`,
			notSent: (name) => `Was Sie für ${name} mitnahmen, ließ sich nicht senden`,
			lostText: (name) => `Auf Ihrem Telefon ist es weg, auf dem von ${name} noch da. Sagen Sie ${name}: Empfang suchen, oder noch einmal geben.`,
			seen: 'Ich habe es gesagt'
		},
		unsent: (count) => `${count} nicht gesendet`,
		update: { title: 'Ein neueres Safehall ist bereit', text: 'Ihre Texte sind gespeichert. Es dauert einen Moment.', start: 'Jetzt starten' },
		signedOut: { title: 'Wird wieder angemeldet', text: 'Machen Sie weiter. Alles ist auf diesem Telefon gespeichert und wird von selbst gesendet.' }
	},
	minutes: (count) => (count === 1 ? '1 Minute' : `${count} Minuten`),
	hours: (count) => (count === 1 ? '1 Stunde' : `${count} Stunden`),
	days: (count) => (count === 1 ? '1 Tag' : `${count} Tage`)
};
