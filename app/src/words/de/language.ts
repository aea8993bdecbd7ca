import type { Words } from '../index.ts';

export const language: Words['language'] = {
	locale: 'de-DE',
	quote: (text) => `„${text}“`,
	within: (text) => text, // a noun keeps its capital
	notLoaded: 'Die Wörter dieser Sprache sind noch nicht auf diesem Gerät. Versuchen Sie es mit Verbindung noch einmal.'
};
