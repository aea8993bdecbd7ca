import type { Words } from '../index.ts';

export const info: Words['info'] = {
	contacts: {
		title: 'Kontakte',
		sub: 'Anrufen geht auch ohne WLAN',
		decide: 'Entscheiden und helfen',
		urgent: 'Wenn es eilt',
		onlyIf: 'Polizei: nur bei Gefahr, oder wenn die Person es jetzt wünscht.',
		team: 'Das Team',
		more: 'Weitere Kontakte',
		call: (name) => `${name} anrufen`,
		text: (name) => `${name} eine SMS schreiben`,
		give: 'Eine Liste zum Mitgeben',
		giveText: 'Notfallkontakte auf einem Bildschirm. Nichts darauf verrät einen Fall.',
		show: 'Liste zeigen',
		none: 'Die Kontakte sind noch nicht auf diesem Telefon.',
		home: 'Ihre Fälle'
	},
	policy: {
		title: 'Verhaltensregeln und Ablauf',
		of: (title, author) => `${title}, von ${author}`,
		version: (version) => `Fassung vom ${version}`,
		search: 'Im Text suchen',
		none: 'In den Verhaltensregeln nicht gefunden.',
		parts: { steps: 'Schritte', text: 'Der Text' },
		part: 'Was Sie lesen möchten',
		hits: (count) => (count === 1 ? '1 Stelle' : `${count} Stellen`),
		quoted: 'Aus den Verhaltensregeln der Veranstaltung, in deren eigenen Worten.',
		source: (source, licence) => [source, licence].filter(Boolean).join(', '),
		lineage: (list) => `Der Ablauf ist entstanden aus: ${list}.`,
		where: 'Wo das in den Regeln steht',
		whereOf: (step) => `Wo das in den Regeln steht: ${step}`,
		missing: 'Die Verhaltensregeln sind noch nicht auf diesem Telefon.',
		who: ['Alle', 'Ansprechperson', 'Leitung', 'Beauftragte Person']
	}
};
