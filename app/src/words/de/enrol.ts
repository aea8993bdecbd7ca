import type { Words } from '../index.ts';

export const enrol: Words['enrol'] = {
	brand: 'Safehall',
	opening: 'Ihre Einladung wird nachgesehen',
	inviteFrom: (name) => `Einladung von ${name}`,
	invite: 'Ihre Einladung',
	join: (event) => `Ins Team von ${event}`,
	badge: (roles, badge) => (badge ? `${roles} · Badge ${badge}` : roles),
	called: (label) => `Dieses Telefon heißt dann ${label}.`,
	whenWhere: (days, place) => (place ? `${days}, ${place}.` : `${days}.`),
	promises: [
		{ title: 'Geht ohne WLAN', text: 'Alles, was Sie schreiben, bleibt zuerst auf diesem Telefon.' },
		{ title: 'Sie und die Leitung', text: 'Eine neue Meldung sehen nur Sie und die Leitung.' },
		{ title: 'Danach ist alles weg', text: 'Ihr Zugang endet mit der Veranstaltung.' }
	],
	notMe: 'Bin ich nicht',
	me: 'Ja, das bin ich',
	joining: 'Die Schlüssel dieses Telefons entstehen',
	notYou: { title: 'Dann benutzen Sie diesen Link nicht', text: 'Er ist für jemand anderen. Schließen Sie diese Seite und sagen Sie der Leitung Bescheid, damit ein neuer Link gemacht wird.', again: 'Zurück zur Einladung' },
	refused: { title: 'Dieser Link geht nicht', text: 'Bitten Sie die Leitung um einen neuen. Ein Link geht einmal und 24 Stunden lang.' },
	unreachable: { title: 'Keine Antwort', text: 'Für die Aufnahme braucht es einmal eine Verbindung. Gehen Sie dorthin, wo der Empfang besser ist, und versuchen Sie es noch einmal.' },
	pending: {
		title: 'Vier Wörter vergleichen',
		text: (name) => `${name} oder jemand anderes aus der Leitung sieht dieselben vier Wörter. Lesen Sie sie einander vor. Stimmen sie überein, werden Sie aufgenommen.`,
		someone: 'Wer Sie eingeladen hat',
		label: 'Ihre vier Wörter',
		waiting: 'Wartet auf die Bestätigung, dass die Wörter übereinstimmen.',
		check: 'Jetzt nachfragen'
	},
	ready: {
		title: (first) => `Fast bereit, ${first}`,
		titleDone: (first) => `Bereit, ${first}`,
		open: (count) => (count === 1 ? 'Eines ist noch offen.' : `${count} Dinge sind noch offen.`),
		textDone: 'Dieses Telefon ist einsatzbereit, mit WLAN und ohne.',
		install: 'Safehall auf den Startbildschirm legen',
		installText: 'Sonst werfen manche Telefone gespeicherte Meldungen nach 7 Tagen weg.',
		installHow: 'Öffnen Sie das Menü Ihres Browsers, wählen Sie „Zum Startbildschirm hinzufügen“ und öffnen Sie Safehall von dort.',
		protect: 'Meldungen auf diesem Telefon behalten',
		pack: 'Ablauf, Kontakte und Räume sind auf diesem Telefon',
		packNot: 'Ablauf, Kontakte und Räume kommen noch',
		packUnder: (id) => `Ablauf ${id}`,
		storage: 'Dieses Telefon behält Meldungen',
		storageUnder: 'Es hat zugesagt, sie nicht von selbst zu löschen',
		storageNot: 'Dieses Telefon löscht gespeicherte Meldungen vielleicht von selbst',
		storageRefused: 'Der Browser hat abgelehnt. Er sagt zu, sobald Safehall auf dem Startbildschirm liegt.',
		clock: 'Die Uhr geht richtig',
		clockUnder: 'Weniger als 2 Minuten daneben',
		clockNot: 'Die Uhr geht falsch',
		clockNotUnder: 'Wir behalten beide Zeiten. Bitte stellen Sie sie richtig.',
		clockOpen: 'Die Uhr wurde noch nicht verglichen',
		go: 'Los geht’s'
	},
	none: { title: 'Dieses Telefon ist noch in keinem Team', text: 'Öffnen Sie den Link, den Sie von der Leitung haben. Er geht 24 Stunden lang, und noch einmal, bis Sie eine PIN gewählt haben.' },
	keepsNothing: {
		title: 'Dieser Browser bewahrt nichts auf',
		text: 'Safehall kann hier nichts speichern und nicht öffnen, was gespeichert ist. Aus einem privaten Fenster wechseln Sie in ein gewöhnliches. Sonst lassen Sie diese Seite Daten speichern oder schaffen Sie Platz, und öffnen Sie sie neu.',
		meanwhile: 'Bis dahin schreiben Sie es auf Papier und rufen Sie die Leitung an.'
	},
	revoked: 'Rufen Sie die Leitung an, wenn Sie das überrascht.'
};
