import type { Words } from '../index.ts';

/** Ein Bild oder ein Papier zu einem Fall: wie es dazukommt, wo es ist, und wie man es sieht. */
export const pictures: Words['pictures'] = {
	title: 'Bilder und Papiere',
	add: 'Ein Bild hinzufügen',
	take: 'Ein Bild aufnehmen',
	choose: 'Eine Datei wählen',
	hint: 'Es geht mit dem Fall, nach den Worten. Wer den Fall lesen darf, kann es sehen.',
	locked: 'Öffnen Sie zuerst dieses Telefon, um ein Bild hinzuzufügen.',
	caption: 'Was ist es? (wenn Sie mögen)',
	use: 'Hinzufügen',
	adding: 'Wird gespeichert',
	other: 'Stattdessen ein anderes aufnehmen',
	smaller: 'Es ist zu groß zum Senden. Hinzugefügt wird eine kleinere Kopie: Sie zeigt dasselbe.',
	notShown: 'Es lässt sich hier nicht zeigen. Es wird so hinzugefügt, wie es ist.',
	refused: {
		unknown: { title: 'Das ist weder ein Bild noch ein PDF', text: 'Nichts wurde hinzugefügt. Nehmen Sie ein Bild davon auf, oder geben Sie es der Leitung, so wie es ist.' },
		too_big: { title: 'Das ist zu groß', text: 'Nichts wurde hinzugefügt: Mehr als 10 MB gehen nicht. Nehmen Sie ein Bild davon auf, oder geben Sie es der Leitung, so wie es ist.' },
		empty: { title: 'In dieser Datei ist nichts', text: 'Nichts wurde hinzugefügt. Nehmen Sie ein Bild davon auf, oder geben Sie es der Leitung, so wie es ist.' },
		unreadable: { title: 'Diese Datei lässt sich nicht lesen', text: 'Nichts wurde hinzugefügt. Nehmen Sie ein Bild davon auf, oder geben Sie es der Leitung, so wie es ist.' }
	},
	notSaved: {
		full: { title: 'Nicht gespeichert: Dieses Telefon ist voll', text: 'Nichts wurde hinzugefügt. Schaffen Sie Platz, oder geben Sie das Papier der Leitung.' },
		blocked: { title: 'Nicht gespeichert: Dieses Telefon verweigert das Speichern', text: 'Nichts wurde hinzugefügt. Geben Sie das Papier der Leitung.' }
	},
	kind: { picture: 'Bild', pdf: 'PDF' },
	size: (megabytes) => (megabytes < 0.1 ? 'weniger als 0,1 MB' : `${String(megabytes).replace('.', ',')} MB`),
	by: (who, at) => `${who}, ${at}`,
	state: {
		phone: 'auf diesem Telefon',
		percent: (percent) => `${percent} % gesendet`,
		arrived: (at) => `angekommen ${at}`,
		onItsWay: (who) => (who ? `unterwegs vom Telefon von ${who}` : 'unterwegs von einem Telefon')
	},
	stuck: {
		full: 'Auf diesem Telefon aufgehoben. Der Fall fasst nicht mehr: Geben Sie das Papier der Leitung.',
		gone: 'Von diesem Telefon verschwunden, bevor es gesendet war. Fügen Sie es noch einmal hinzu, wenn Sie es haben.',
		other: 'Auf diesem Telefon aufgehoben. Es wurde nicht angenommen: Geben Sie das Papier der Leitung.'
	},
	takeOut: 'Wieder herausnehmen',
	struck: (who, reason) => `Gestrichen von ${who}${reason ? `: ${reason}` : ''}`,
	shown: {
		show: 'Zeigen',
		showOf: (what) => `Zeigen: ${what}`,
		picture: (what) => `${what}. Mit den Pfeiltasten bewegen Sie sich darüber.`,
		fetching: 'Wird geholt',
		larger: 'Größer',
		fit: 'Ins Fenster einpassen',
		notShown: 'Es wird hier nicht gezeigt: Diese Art lässt sich nicht sicher öffnen, oder es wäre zu groß dafür. Es kann als Datei gespeichert werden.',
		failed: 'Es konnte nicht geholt werden.',
		notFound: 'Es lässt sich hier nicht holen: Es ist bei denen, die den Fall lesen dürfen.',
		notSame: 'Was kam, ist nicht das, was hinzugefügt wurde. Es wird nicht gezeigt. Sagen Sie es der Person, die den Server betreibt.',
		notHere: 'Es ist noch nicht ganz hier. Es kommt von selbst.',
		save: 'Als Datei speichern',
		means: 'Die Datei verlässt Safehall und liegt auf diesem Gerät, wo andere sie finden können. Sie ist so, wie sie hinzugefügt wurde, und kann mehr enthalten, als sie zeigt, zum Beispiel wo sie aufgenommen wurde. Im Zugriffsbuch steht, dass Sie sie gelesen haben.',
		really: 'Trotzdem speichern'
	}
};
