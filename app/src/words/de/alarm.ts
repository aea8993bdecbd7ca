import type { Words } from '../index.ts';

/** Neue Fälle, und was niemand beantwortet hat: in der Ansicht der Leitung und auf dem Telefon, das wartet. */
export const alarm: Words['alarm'] = {
	fresh: (codeName) => `Neuer Fall ${codeName}`,
	unknown: (at) => `Gemeldet ${at}. Noch hat niemand von der Leitung gesagt, davon zu wissen.`,
	known: (at, told) => `Gemeldet ${at}. Die Leitung hat ${told} davon erfahren.`,
	waits: (codeName, minutes) => `${codeName} wartet seit mehr als ${minutes} auf Sie`,
	silent: (codeName, name, minutes) => `${codeName}: Von ${name} kam seit ${minutes} keine Antwort`,
	open: 'Öffnen',
	openOf: (codeName) => `Öffnen: ${codeName}`,
	iKnow: 'Ich weiß davon',
	iKnowOf: (codeName) => `Ich weiß davon: ${codeName}`,
	how: 'Wie haben Sie davon erfahren?',
	howText: (codeName) => `Es wird in ${codeName} notiert. Wer die Meldung aufgenommen hat, sieht dann, dass Sie Bescheid wissen.`,
	call: (first) => `${first} anrufen`,
	more: (count) => (count === 1 ? '1 weiterer neuer Fall steht im Eingang.' : `${count} weitere neue Fälle stehen im Eingang.`),
	sound: { on: 'Ton bei neuen Fällen: an', off: 'Ton bei neuen Fällen: aus' },

	phone: {
		title: (minutes) => `Nach ${minutes} weiß noch niemand von der Leitung davon`,
		tell: (first) => `Lange keine Antwort: jetzt ${first} Bescheid sagen`
	}
};
