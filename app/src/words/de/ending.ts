import type { Words } from '../index.ts';

/** Wenn die Veranstaltung vorbei ist: Telefone leeren, und was öffentlich gesagt wird. */
const some = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

export const ending: Words['ending'] = {
	page: 'Nach der Veranstaltung',
	sub: 'Zugänge beenden, Telefone leeren, und was öffentlich gesagt wird.',
	close: {
		title: 'Den Zugang des Teams beenden',
		running: (count) => `${some(count, 'Person ist', 'Personen sind')} neben den Leitungspersonen noch im Team.`,
		none: 'Nur Leitungspersonen sind noch im Team.',
		text: 'Telefone senden, was sie noch haben, und leeren sich dann selbst. Leitungspersonen machen weiter, bis jeder Fall abgeschlossen ist.',
		do: 'Die Zeit aller jetzt beenden',
		sure: (count) => `Die Zeit von ${some(count, 'Person', 'Personen')} jetzt beenden?`,
		sureText: 'Ihre Telefone können nichts Neues lesen. Was nur dort ist, wird noch angenommen.',
		doSure: 'Jetzt beenden',
		done: (count) => `Für ${some(count, 'Person', 'Personen')} beendet.`
	},
	phones: {
		title: 'Telefone',
		emptied: (done, all) => `${done} von ${all} sind leer`,
		line: (name, label) => [name, label].filter(Boolean).join(', '),
		seen: (at) => `zuletzt gehört ${at}`,
		never: 'nie gehört',
		unsent: (count) => `${some(count, 'Eintrag', 'Einträge')} nicht gesendet`,
		none: 'Jedes Telefon hat gesagt, dass es leer ist.',
		unsentAll: (count) => (count === 0 ? 'Kein Telefon hat gesagt, dass es noch etwas zu senden hat.' : `${some(count, 'Eintrag ist', 'Einträge sind')} nur auf diesen Telefonen. Bitten Sie, Safehall dort zu öffnen, wo es WLAN gibt.`)
	},
	cases: {
		title: 'Fälle',
		open: (count) => (count === 0 ? 'Jeder Fall ist abgeschlossen.' : `${some(count, 'Fall ist', 'Fälle sind')} noch offen.`)
	},
	keep: {
		title: 'Wie lange aufbewahrt wird',
		until: (at) => `Bis ${at}, dann löscht, wer den Server betreut, die Veranstaltung.`,
		unknown: 'In der Datei der Veranstaltung steht nicht, wie lange. Verabreden Sie es jetzt, und löschen Sie jeden Fall, sobald er nicht mehr gebraucht wird.'
	},
	learned: {
		title: 'Was wir gelernt haben',
		text: 'Für die nächste Veranstaltung. Über den Ablauf, nicht über Menschen: Was hier steht, gehört zu keinem Fall.',
		label: 'Was gut ging, was wir ändern',
		add: 'Festhalten',
		missing: 'Schreiben Sie erst einen Satz.',
		personal: (found) => `Nehmen Sie das erst heraus: ${found}`,
		none: 'Noch nichts.',
		by: (who, at) => `${who}, ${at}`
	},
	register: {
		title: 'Was über diese Veranstaltung hinaus gilt',
		text: 'Kein Einlass, keine Vorträge, kein Ehrenamt: bis wann, und wann wieder darüber zu reden ist. Es wird aus den Fällen gelesen; was dort aufgehoben ist, fehlt auch hier. Fälle, von denen Sie ferngehalten werden, sind nicht dabei.',
		none: 'Nichts wurde entschieden, was über diese Veranstaltung hinausgeht.',
		called: (name) => `„${name}“`,
		badge: (badge) => `hier Badge ${badge}`,
		nothingKnown: 'Nichts ist bekannt, woran man die Person erkennt',
		until: (at) => `Bis ${at}.`,
		forGood: 'Ohne Ende.',
		review: (at) => `Am ${at} wieder darüber reden.`,
		noReview: 'Kein Tag, um wieder darüber zu reden.',
		appeal: { open: 'Ein Einspruch läuft: Bis dahin gilt es.', decided: 'Über den Einspruch ist entschieden.', possible: 'Ein Einspruch ist noch möglich.', over: 'Die Zeit für einen Einspruch ist vorbei.', none: 'Einen Ort für Einsprüche gibt es nicht.' },
		notTold: 'Es wurde der Person noch nicht mitgeteilt.',
		names: 'Mit Namen, soweit bekannt',
		noted: 'Dass Sie es mitnehmen, wird zuerst im Zugriffsbuch festgehalten, für jeden Fall. Es geht an die Leitung der nächsten Veranstaltung und an niemanden sonst.',
		print: 'Drucken',
		save: 'Als Datei sichern',
		fileName: 'darueber-hinaus',
		drill: 'Dies ist eine Übung: Nichts davon geht an eine andere Veranstaltung.',
		keep: 'Nur für die Leitung. Vernichten Sie es, sobald das Letzte davon vorbei ist.',
		given: 'Von einer früheren Veranstaltung',
		givenText: 'Deren Leitung hat Ihnen vielleicht eine solche Datei gegeben. Sie wird gezeigt, bis Sie diese Seite verlassen, und nirgends behalten.',
		choose: 'Eine Datei zeigen',
		notOurs: 'Das ist keine solche Datei, oder sie ist beschädigt.',
		from: (event, who, at) => `${event}, von ${who}, ${at}`,
		over: 'Es ist vorbei und gilt nicht mehr.',
		lookAgain: 'Es ist Zeit, wieder darüber zu reden.',
		givenNone: 'Darin steht nichts.'
	},
	open: {
		title: 'Öffentlicher Bericht',
		sub: 'Ein Entwurf für die Schlussveranstaltung.',
		head: (event) => `Verhaltensregeln bei ${event}`,
		fewReports: 'Unser Team hat während der Veranstaltung mindestens eine Meldung erhalten.',
		reports: (count) => `Unser Team hat während der Veranstaltung ${count} Meldungen erhalten.`,
		cases: (count) => `Wir haben sie als ${count} Fälle behandelt.`,
		about: 'Es ging um Verhalten, das unsere Regeln beschreiben.',
		concerns: (count) => `${count} waren Anliegen, die nichts mit Belästigung zu tun hatten.`,
		kinds: (list) => `Darunter: ${list}.`,
		kindsSmall: 'Wir zählen keine Arten von Verhalten auf, weil die Zahlen klein sind.',
		kindsSome: 'Andere Arten nennen wir nicht, weil die Zahlen klein sind.',
		kind: (title, count) => `${title} (${count})`,
		stands: 'In mindestens einem Fall haben wir festgestellt, dass die Meldung Bestand hat.',
		heard: 'Die Person erfuhr, was gemeldet wurde, wurde gehört und erfuhr dann das Ergebnis.',
		measures: 'Es folgten Maßnahmen.',
		appeal: 'Einspruch ist möglich.',
		appealed: { open: 'Über mindestens einen Einspruch ist noch nicht entschieden: Bis dahin gilt, was entschieden wurde.', decided: 'Mindestens ein Ergebnis wurde nach einem Einspruch noch einmal geprüft: Dieser Text sagt, was jetzt gilt.' },
		came: (list) => `Meldungen erreichten uns ${list}.`,
		channel: { in_person: 'persönlich', phone: 'am Telefon', sms: 'per SMS', email: 'per E-Mail', paper: 'auf Papier', via_venue_staff: 'über das Haus', online: 'online' },
		sorry: 'Was geschehen ist, tut uns leid. Wenn Sie mit uns sprechen möchten, wenden Sie sich an jede Person mit STAFF-Badge.',
		left: {
			title: 'Mit Absicht weggelassen',
			kinds: 'Arten von Verhalten',
			kindsUnder: 'Jeweils weniger als 3, oder eine Zahl, aus der sich das errechnen lässt',
			people: 'Gemeldete Personen',
			peopleUnder: (count) => `${count}, nur für Leitungspersonen`,
			time: 'Tage, Zeiten, Räume, Vorträge',
			timeUnder: 'Immer weggelassen',
			absent: 'Was es nicht gab',
			absentUnder: 'Keine Meldung, oder keine Polizei: Sie sehen nur die Fälle, die Sie erreichen. Schreiben Sie es selbst dazu, sobald Sie sicher sind.'
		},
		counts: { title: 'Was die Zahlen zählen', reports: 'Meldungen', cases: 'Fälle', people: 'Personen', open: 'Noch offen', stands: 'Die Meldung hat Bestand', appeals: 'Einsprüche ohne Entscheidung', text: 'Verknüpfte Fälle zählen einmal. Übungen zählen nie.', away: 'Fälle, von denen Sie ferngehalten werden, sind nicht in diesen Zahlen. Den endgültigen Text macht eine Leitungsperson, die alle sieht.' },
		checks: { title: 'Prüfungen', personal: 'Kein Name, Badge, Raum oder Vortrag', small: 'Keine Zahl unter 3', found: (words) => `Noch darin: ${words}` },
		print: 'Für die Bühne drucken',
		copy: 'Text kopieren',
		copied: 'Text kopiert.',
		notCopied: 'Dieser Browser kopiert nicht. Markieren Sie den Text und kopieren Sie ihn.'
	}
};
