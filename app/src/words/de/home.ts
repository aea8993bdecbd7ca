import type { Words } from '../index.ts';

export const home: Words['home'] = {
	title: 'Ihre Fälle',
	who: (name, label) => (label ? `${name} · ${label}` : name),
	cases: 'Fälle',
	empty: 'Keine Fälle. Mit „Neue Meldung“ nehmen Sie eine Meldung auf.',
	startedByYou: (at) => `Begonnen ${at} von Ihnen`,
	startedBy: (at, name) => `Begonnen ${at} von ${name}`,
	tell: 'Jetzt der Leitung sagen',
	tellOther: (name) => `Jetzt ${name} Bescheid sagen`,
	draft: 'Eine angefangene Meldung',
	draftStarted: (at) => `Begonnen ${at}`,
	carryOn: 'Weiterschreiben',
	more: 'Mehr',
	contacts: 'Kontakte',
	policy: 'Verhaltensregeln und Ablauf',
	carry: 'Einem Telefon ohne Netz helfen',
	carryUnder: 'Ihres nimmt versiegelte Meldungen mit und sendet sie',
	ready: 'Ist dieses Telefon bereit?',
	console: 'Die Ansicht der Leitung',
	fresh: 'Neue Meldung',
	notHere: { title: 'Noch nicht auf diesem Telefon', text: 'Diese Seite kommt mit der nächsten Verbindung von selbst auf das Telefon. Eine Meldung aufnehmen geht auch ohne sie.' }
};
