import { describe, expect, test } from 'vitest';
import type { Element, Intention } from '../../src/replica/api.ts';
import type { Desk } from '../../src/incident/deciding.ts';
import { mark } from '../../src/incident/deciding.ts';
import { dayPart, firstTold, pointers, sheets, usable, writeSheet } from '../../src/incident/sheet.ts';
import { termsOf } from '../../src/incident/terms.ts';
import { alma, AMBER, at, QUIET } from '../console/journeys.ts';

const FINE = 'This morning we were told about following and comments that went on after a request to stop. Our code does not allow this.\n\nWhat is your side? We write it down in your words.';

/** What Alma’s device knows of the two cases of the foyer. */
function terms() {
	const { cases, identities } = alma().state;
	return termsOf(cases.filter((one) => one.id === AMBER || one.id === QUIET), identities, { except: ['reported'], single: true });
}

describe('the talking sheet', () => {
	test('may say what happened, in general words', () => {
		expect(pointers(FINE, terms())).toEqual([]);
	});

	test.each([
		['the reporter, whose name is sealed', 'We heard it from Dana.', 'Dana'],
		['her, misspelt', 'We heard it from Danna Okafor.', 'Danna Okafor'],
		['a witness by what they look like', 'Somebody with a talk volunteer lanyard saw it.', 'volunteer lanyard'],
		['a witness by their work', 'The barista saw it.', 'barista'],
		['when exactly', 'It was after the second talk.', 'second talk']
	])('points at %s', (_, text, piece) => {
		const found = pointers(text, terms());
		expect(found.map((one) => text.slice(one.from, one.to)).join(' ')).toContain(piece);
	});

	test.each(['at 10:30', 'at 10.30', 'around 10h30', 'at 3 pm', 'um 15 Uhr', 'half past ten', 'halb elf', 'at 3 p.m.', 'at three o’clock', 'um drei Uhr', 'at ten to three', 'um Viertel vor drei', 'um zehn nach elf', 'kurz nach drei', 'just after 3', 'um dreiviertel elf', 'at 3pm'])('says no exact time: %s', (text) => {
		expect(pointers(`It was ${text} there.`, [])).toMatchObject([{ kind: 'clock' }]);
	});

	test.each(['at 10:30am', 'at 9.30am', 'at 10:30 p.m.', 'at 10:30h', 'at 10h', 'um 22 h', 'around noon', 'at midnight', 'um Mitternacht', 'um 11', 'gegen elf', 'at around 11', 'around eleven', 'at 11', 'at 11-ish'])('nor one that is written otherwise: %s', (text) => {
		expect(pointers(`It was ${text} there.`, [])).toMatchObject([{ kind: 'clock' }]);
		expect(pointers(`It was ${text}.`, [])).toMatchObject([{ kind: 'clock' }]);
	});

	test.each(['Ten to three.', 'It was ten to three.', 'It was ten minutes to three, in the break.', 'At twenty to three they came along.', 'It’s a quarter to three when he says it.', 'It was five to ten when we heard.', 'It was at 10 to 11.', 'From two to three o’clock they talked.', 'They talked from 1 to 3 pm.'])('nor one that is still to come: %s', (text) => {
		expect(pointers(text, [])).toMatchObject([{ kind: 'clock' }]);
	});

	test.each(['Um 11 kam jemand dazu.', 'At eleven somebody came along.', 'Es war um elf, in der Pause.'])('nor where a sentence goes on after it: %s', (text) => {
		expect(pointers(text, [])).toMatchObject([{ kind: 'clock' }]);
	});

	test.each([
		'There were 10 people, and around 10 people more.',
		'It was at one table, at one of the talks, at 3 tables and at one point.',
		'It took 2 hours, and went on for 2 h.',
		'Room 0.3 is at 10 % of its size, or at 3.5 metres.',
		'Two to three people stood there, one to two metres away.',
		'He moved from seat 4 to 5.',
		'They went from table five to ten, to rows 5 to 10; it took five to ten minutes, and ten to twelve steps.',
		'There was talk at two to three tables.',
		'Es ging um 11 Personen, um zwei weitere Gäste und gegen drei Regeln.',
		'Das verstößt gegen ein solches Verbot, um 10,5 Prozent.',
		'Around midday today, heute um die Mittagszeit, this afternoon.'
	])('and does not mistake a number for a time: %s', (text) => {
		expect(pointers(text, []).map(({ from, to }) => text.slice(from, to))).toEqual([]);
	});

	test('is read as quickly as it is written, whatever is in it', () => {
		for (const part of ['at ', 'at around ', '10 ', '10:', 'one ', ' '.repeat(10), 'um elf ']) {
			const begun = performance.now();
			pointers(`at${' '.repeat(20_000)}${part.repeat(20_000)}x`, []);
			expect(performance.now() - begun, part).toBeLessThan(4_000);
		}
	});

	test('and does not mistake a room for a time', () => {
		expect(pointers('It was in Room 12 and on 3 chairs, this morning.', [])).toEqual([]);
		// Nobody can take out a word that is no time, and then the sheet could not be used.
		for (const text of ['Half of the room heard it, and half the team.', 'Ein Viertel der Leute ging, halb so laut wie zuvor.']) expect(pointers(text, []), text).toEqual([]);
	});

	test('points at somebody of the staff who saw it themselves and reported it', () => {
		const { cases } = alma().state;
		const amber = cases.filter((one) => one.id === AMBER);
		const saw = amber.map((one) => ({ ...one, view: { ...one.view, reports: one.view.reports.map((report) => ({ ...report, answers: { ...report.answers, relation: { versions: [{ ...report, report: report.id, field: 'relation', value: 'own_observation' }] } } })) } }));
		const of = (among: typeof amber) => pointers('Noor saw it.', termsOf(among, [], { except: ['reported'], single: true, staff: () => 'Noor Haddad' }));

		expect(of(saw)).toMatchObject([{ kind: 'person', from: 0, to: 4 }]);
		expect(of(amber)).toEqual([]);
	});

	test('begins with when it was told, which may be a day after it happened', () => {
		const views = alma().state.cases.filter((one) => one.id === AMBER || one.id === QUIET).map((one) => one.view);
		expect(firstTold(views)).toBe(at('10:42'));
		const day = 86_400_000;
		const late = views.map((view) => ({ ...view, reports: view.reports.map((report) => ({ ...report, reported_at: report.reported_at + day })) }));
		expect(firstTold(late)).toBe(at('10:42') + day);
		expect(firstTold([])).toBeUndefined();
	});

	test('names the reported person if it has to', () => {
		expect(pointers('Badge 0417, tall, grey hoodie.', terms())).toEqual([]);
	});
});

describe('the second check', () => {
	const collections = new Map<string, Element[]>();
	let ids = 0;
	const desk: Desk = { caseId: 'amber', document: 'chair', newId: () => `id-${String((ids += 1))}` };
	const write = (intention: Intention, by: string, when: number) => {
		for (const fact of intention.facts) collections.set(fact.into, [...(collections.get(fact.into) ?? []), { id: fact.id, by, device: `${by}'s`, at: when, fields: fact.fields }]);
	};

	test('is another lead’s, of these very words', () => {
		write(writeSheet(desk, FINE, []), 'alma', 1);
		const [first] = sheets(collections);
		expect(first && usable(first, [])).toBe(false);

		write(mark(desk, first?.id ?? '', 'checked'), 'alma', 2);
		expect(sheets(collections)[0]?.checkedBy).toEqual([]);

		write(mark(desk, first?.id ?? '', 'checked'), 'tom', 3);
		expect(sheets(collections)).toMatchObject([{ by: 'alma', checkedBy: ['tom'] }]);
		expect(usable(sheets(collections)[0]!, [])).toBe(true);
		expect(usable(sheets(collections)[0]!, [{ kind: 'name', text: 'comments' }])).toBe(false);

		write(writeSheet(desk, `${FINE} Thank you.`, sheets(collections)), 'tom', 4);
		expect(sheets(collections)).toMatchObject([{ by: 'tom', checkedBy: [] }]);
	});
});

test('the part of the day is exact enough', () => {
	expect([4, 8, 12, 17, 20].map(dayPart)).toEqual(['night', 'morning', 'midday', 'afternoon', 'evening']);
});
