import { describe, expect, test } from 'vitest';
import { added, type AddedKind, RARE, USUAL } from '../../src/incident/added.ts';

const ROOMS = [{ id: 'r1', name: 'Room 0.3' }] as unknown as Parameters<typeof added>[2];
const of = (kind: AddedKind, typed: { [field: string]: string }) => {
	let ids = 0;
	return added(kind, typed, ROOMS, () => String((ids += 1)).padStart(32, '0')).map(({ into, fields }) => ({ into, ...fields }));
};

describe('an entry that is added', () => {
	test.each<[string, AddedKind, { [field: string]: string }, object[]]>([
		['a note', 'note', { text: ' They called back. ' }, [{ into: 'entries', kind: 'note', text: 'They called back.' }]],
		['a talk', 'spoke_with', { who: 'Tom' }, [{ into: 'entries', kind: 'spoke_with', who: 'Tom' }]],
		['a room', 'place', { room: 'r1' }, [{ into: 'entries', kind: 'set', field: 'place', value: 'r1' }]],
		['an escort', 'escort', { who: 'Tom', from: 'A', to: 'B', when: '18:00', until: '18:30' }, [{ into: 'support', kind: 'escort', who: 'Tom', from: 'A', to: 'B', time: { kind: 'at', words: '18:00–18:30' } }]],
		['a withdrawal', 'withdrawal', { text: 'No more.', attested: 'suggested' }, [{ into: 'entries', kind: 'withdrawal', text: 'No more.', value: 'suggested' }]],
		['nothing', 'other', { text: ' ' }, []]
	])('is %s', (_, kind, typed, facts) => {
		expect(of(kind, typed)).toEqual(facts);
	});

	test('keeps as a note what was typed before a room was chosen', () => {
		expect(of('place', { text: 'He came back at four.', room: 'r1' })).toEqual([
			{ into: 'entries', kind: 'set', field: 'place', value: 'r1' },
			{ into: 'entries', kind: 'note', text: 'He came back at four.' }
		]);
	});

	test('keeps with whom somebody spoke when it turns out to be about a person', () => {
		expect(of('aware', { text: 'Sam knows.', who: 'Tom' })).toEqual([{ into: 'aware', who: 'Sam knows.' }, { into: 'entries', kind: 'note', text: 'Tom' }]);
	});

	test.each([...USUAL, ...RARE].filter((kind) => kind !== 'police'))('as %s throws away nothing that was typed', (kind) => {
		const typed = { text: 'one', who: 'two', from: 'three', to: 'four', when: 'five', until: 'six', room: 'r1' };
		const said = JSON.stringify(of(kind, typed));
		for (const word of ['one', 'two', 'three', 'four', 'five', 'six']) expect(said).toContain(word);
	});
});
