import type { Words } from '../index.ts';

export const common: Words['common'] = {
	danger: 'Akute Gefahr',
	skip: 'Direkt zu „Akute Gefahr“',
	back: 'Zurück',
	close: 'Schließen',
	cancel: 'Nicht jetzt',
	later: 'Später',
	notKnown: 'Nicht bekannt',
	you: 'Sie',
	stillOpen: 'noch offen',
	saved: (clock) => `Hier gespeichert ${clock}`,
	saving: 'Wird gespeichert',
	notYetSaved: 'Noch nicht gespeichert',
	notSaved: {
		full: { title: 'Nicht gespeichert: Dieses Telefon ist voll', text: 'Ihr Text steht noch auf dem Bildschirm. Lassen Sie die Seite offen, schaffen Sie Platz oder schreiben Sie ihn auf Papier.' },
		blocked: { title: 'Nicht gespeichert: Dieses Telefon lässt es nicht zu', text: 'Ihr Text steht noch auf dem Bildschirm. Lassen Sie die Seite offen und schreiben Sie ihn auf Papier oder rufen Sie die Leitung an.' }
	},
	tryAgain: 'Noch einmal versuchen',
	someone: 'jemand',
	role: {
		responder: 'Ansprechperson',
		chair: 'Leitung',
		alternate: 'stellvertretende Leitung',
		manager: 'Veranstaltungs\u00ADleitung',
		announcer: 'Ansagen',
		admin: 'Technik'
	},
	preparing: 'Ihre Fälle werden geöffnet',
	reading: {
		title: (done, of) => `Ihre Fälle werden neu geöffnet: ${done} von ${of}`,
		text: 'Das geschieht einmal nach einer Aktualisierung. Nichts geht verloren, und Sie können inzwischen schreiben.'
	}
};
