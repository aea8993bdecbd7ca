import type { Words } from '../index.ts';

export const patterns: Words['patterns'] = {
	title: {
		same_incident: (name) => `Derselbe Vorfall wie in ${name}?`,
		same_person: (name) => `Dieselbe Person wie in ${name}?`,
		look: (name) => `Einen Blick wert: ${name}`
	},
	points: (points) => (points === 1 ? '1 Punkt' : `${points} Punkte`),
	counts: (points) => (points < 0 ? `−${Math.abs(points)}` : `+${points}`),
	reason: {
		same_badge: 'Dieselbe Badge-Nummer bei der gemeldeten Person',
		badge_looks_alike: 'Badge-Nummer sieht ähnlich aus: Nullen am Anfang, O und 0, I und 1 oder B und 8',
		badge_one_character: 'Badge-Nummer unterscheidet sich in einem Zeichen',
		same_person: 'Eine Leitungsperson hat in beiden dieselbe Person erkannt',
		same_name: 'Derselbe Name oder ein Teil davon bei der gemeldeten Person',
		same_look: 'Mit denselben Worten beschrieben, mindestens drei',
		same_time: 'Zur selben Zeit, innerhalb einer halben Stunde',
		within_two_hours: 'Innerhalb von zwei Stunden',
		same_place: 'Derselbe Ort',
		shared_person: 'Noch jemand kommt in beiden vor',
		shared_sealed_person: 'Dieselbe Person kommt in beiden vor, ihr Name ist versiegelt',
		same_category: 'Dieselbe Art von Verhalten',
		same_responder: 'Dieselbe Person hat beide innerhalb von zehn Minuten aufgenommen, vielleicht mit Absicht'
	},
	reasons: (name) => `Warum ${name}`,
	nothingYet: {
		same_incident: 'Verknüpft wird erst, wenn Sie es sagen. Zusammen gelesen zählen sie als einer.',
		same_person: 'Zwei Vorfälle, beide Fälle bleiben getrennt. Verknüpft wird erst, wenn Sie es sagen.',
		look: 'Es kann auch nichts sein. Verknüpft wird erst, wenn Sie es sagen.'
	},
	sameIncident: 'Derselbe Vorfall',
	samePerson: 'Dieselbe Person',
	notTheSame: 'Nicht dasselbe',
	policyThen: (version) => `Eröffnet unter den Verhaltensregeln vom ${version}`,
	policyNow: (version) => `Die Veranstaltung hat jetzt die vom ${version}. Für diesen Fall gelten die vorigen.`,
	because: (points) => `Vorgeschlagen mit ${points} Punkten`,
	warned: {
		title: 'Neue Meldung nach einer Verwarnung',
		text: (name, at) => `Die Verhaltensregeln sagen, dass weitere Meldungen Folgen haben. Verwarnt wurde ${at}, in ${name}.`,
		unsure: 'Ob es dieselbe Person ist, sagen Sie.',
		line: 'Neue Meldung nach einer Verwarnung.'
	}
};
