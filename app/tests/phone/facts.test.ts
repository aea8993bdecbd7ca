import { expect, test } from 'vitest';
import type { CaseView, PartyVersion } from '../../src/incident/case.ts';
import { placeName, placeOf } from '../../src/incident/place.ts';
import { speak, words } from '../../src/words/index.ts';
import { disputes, facts } from '../../src/routes/phone/facts.ts';

const id = (letter: string) => letter.repeat(32);
const fact = (letter: string, by: string, at: number) => ({ id: id(letter), by: id(by), device: id(by), at });
const party = (letter: string, by: string, badge: string): PartyVersion => ({ ...fact(letter, by, 1), party: id('e'), kind: 'reported', badge });

function view(): CaseView {
	return {
		reports: [
			{
				...fact('0', '1', 1),
				reported_at: 1,
				accounts: {},
				answers: {
					asked_to_stop: { versions: [{ ...fact('2', '1', 1), report: id('0'), field: 'asked_to_stop', value: 'yes' }] },
					complied: {
						versions: [
							{ ...fact('a', '1', 1), report: id('0'), field: 'complied', value: 'no' },
							{ ...fact('b', '2', 2), report: id('0'), field: 'complied', value: 'yes' }
						]
					}
				}
			}
		],
		parties: [{ party: id('e'), versions: [party('c', '1', '0417'), party('d', '2', '0471')], earlier: [] }],
		entries: [],
		steps: [],
		support: [],
		aware: [],
		tasks: [], attachments: [],
		registers: {},
		police: { state: 'unknown', versions: [] },
		unread: 0
	};
}

test('each answer that two phones gave differently has a row with both, and neither is shown as the answer', () => {
	const rows = facts(view(), [], 0, 'UTC');
	const found = disputes(view(), [], 0, 'UTC');
	expect(found.map((dispute) => dispute.versions.map((version) => version.shown))).toEqual([
		['no', 'yes'],
		['Badge 0417', 'Badge 0471']
	]);
	for (const dispute of found) expect(rows.map((row) => row.key)).toContain(dispute.key);
	expect(rows.find((row) => row.key.startsWith('party'))?.value).toBe('Badge 0417 or Badge 0471');
	expect(rows.map((row) => row.value)).not.toContain('Yes. Did not stop');
});

test('choosing one version names both as replaced and changes neither', () => {
	const [complied, who] = disputes(view(), [], 0, 'UTC');
	expect(complied?.settle(id('b'), () => id('f'))).toEqual({
		into: 'answers',
		id: id('f'),
		fields: { report: id('0'), field: 'complied', value: 'yes', replaces: `${id('a')} ${id('b')}` }
	});
	expect(who?.settle(id('c'), () => id('f'))).toEqual({
		into: 'parties',
		id: id('f'),
		fields: { party: id('e'), kind: 'reported', badge: '0417', replaces: `${id('c')} ${id('d')}` }
	});
});

test('a room is written as its id and shown by its name, wherever it stands', () => {
	const rooms = [
		{ id: 'foyer', name: 'Foyer' },
		{ id: 'hall-2', name: 'Hall 2' }
	];
	const set = (letter: string, value: string) => ({ ...fact(letter, '1', 1), kind: 'set', field: 'place', value });
	const told: CaseView = { ...view(), registers: { place: { versions: [set('3', 'foyer'), set('4', 'hall-2')] } } };
	expect(facts(told, rooms, 0, 'UTC').find((row) => row.key === 'place')?.value).toBe('Foyer or Hall 2');
	const [where] = disputes(told, rooms, 0, 'UTC');
	expect(where?.versions.map((version) => version.shown)).toEqual(['Foyer', 'Hall 2']);
	expect(where?.both).toBe('Foyer and Hall 2');
	expect(where?.settle(id('4'), () => id('f')).fields['value']).toBe('hall-2');
	expect(placeOf(' Hall 2 ', rooms)).toBe('hall-2');
	expect(placeOf('behind the bar', rooms)).toBe('behind the bar');
	expect(placeName('cellar', rooms)).toBe('cellar');
});

test.each([
	['en', /chair/i],
	['de', /nur die Leitung\b|für die Leitung/i]
] as const)('a name that is sealed is not said to be the chair’s to open, whom the report may be about: %s', async (language, chair) => {
	await speak(language);
	const named = view();
	named.reports[0]!.answers['reporter_identity'] = { versions: [{ ...fact('7', '1', 1), report: id('0'), field: 'reporter_identity', value: id('9') }] };
	const row = facts(named, [], 0, 'UTC').find(({ key }) => key === 'reporter');
	for (const said of [row?.value, words.report.write.sealed, words.sheets.reporter.hint]) expect(said).not.toMatch(chair);
	await speak('en');
});
