import { describe, expect, it } from 'vitest';
import { ask, errands, mark, mayAsk, openErrands, openHelp, takeBack, type Errand } from '../../src/incident/errand.ts';
import type { CaseView, Support } from '../../src/incident/case.ts';
import type { Element, EventRecord, Id, Intention } from '../../src/replica/api.ts';
import { asText, listed } from '../../src/routes/phone/list.ts';

const [NOOR, MEI, JONAS] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [Id, Id, Id];
const DUTY = 'd'.repeat(32);
let next = 0;
const newId = () => (++next).toString(16).padStart(32, '0');

/** The duty of the event after these were written, each by somebody at a moment. */
function duty(...written: [Id, number, Intention][]): EventRecord {
	const collections = new Map<string, Element[]>();
	for (const [by, at, { facts }] of written) {
		for (const { into, id, fields } of facts) collections.set(into, [...(collections.get(into) ?? []), { id, by, device: by, at, fields }]);
	}
	return { id: DUTY, kind: 'duty', unsent: 0, safekeeping: new Map(), collections };
}
const FETCH: Errand = { kind: 'fetch', where: 'Foyer', to: 'Room 0.3', look: 'blue jacket', when: '' };
const idOf = (intention: Intention) => intention.facts[0]?.id ?? '';

describe('an errand', () => {
	it('says what its taker needs, and nothing else', () => {
		const asked = ask(DUTY, { ...FETCH, look: ' blue jacket ' }, newId);
		expect(asked).toMatchObject({ document: DUTY, kind: 'duty' });
		expect(asked.facts.map(({ into, fields }) => [into, fields])).toEqual([['escorts', { kind: 'fetch', where: 'Foyer', to: 'Room 0.3', look: 'blue jacket' }]]);
	});

	it('belongs to whoever said first that they go, until they cannot or it is done', () => {
		const asked = ask(DUTY, FETCH, newId);
		const [mine, late] = [mark(DUTY, idOf(asked), 'taken', newId), mark(DUTY, idOf(asked), 'taken', newId)];
		const all: [Id, number, Intention][] = [[NOOR, 1, asked], [JONAS, 3, late], [MEI, 2, mine]];
		expect(errands(duty(...all))[0]).toMatchObject({ by: NOOR, look: 'blue jacket', taken: { by: MEI, at: 2 } });
		const back: [Id, number, Intention] = [MEI, 4, takeBack(DUTY, idOf(mine), newId)];
		expect(errands(duty(...all, back))[0]?.taken).toMatchObject({ by: JONAS });
		const done: [Id, number, Intention] = [JONAS, 5, mark(DUTY, idOf(asked), 'done', newId)];
		expect(openErrands(duty(...all, back))).toHaveLength(1);
		expect(openErrands(duty(...all, back, done))).toEqual([]);
		expect(errands(duty(...all, back, done))[0]?.done).toEqual({ by: JONAS, at: 5 });
	});

	it('that is not needed any more is asked of nobody', () => {
		const asked = ask(DUTY, FETCH, newId);
		expect(errands(duty([NOOR, 1, asked], [NOOR, 2, takeBack(DUTY, idOf(asked), newId)]))).toEqual([]);
		expect(errands(null)).toEqual([]);
	});

	it('of a kind from a newer app is left alone', () => {
		expect(errands(duty([NOOR, 1, { document: DUTY, kind: 'duty', facts: [{ into: 'escorts', id: newId(), fields: { kind: 'door' } }] }]))).toEqual([]);
	});

	it('is asked only by somebody who knows that nobody is kept from the case', () => {
		expect(mayAsk({ restricted: 'none', excluded: [] }, true)).toBe(true);
		expect(mayAsk({ restricted: 'none', excluded: [] }, false)).toBe(false);
		expect(mayAsk({ restricted: 'none', excluded: [MEI] }, true)).toBe(false);
		for (const restricted of ['staff_named', 'chair_named', 'staff_unidentified'] as const) expect(mayAsk({ restricted, excluded: [] }, true)).toBe(false);
	});
});

describe('help that goes on', () => {
	const help = (kind: string, at: number, more: Partial<Support> = {}): Support => ({ id: newId(), by: NOOR, device: NOOR, at, kind, ...more });

	it('is what was promised, until it is done or struck, the earliest first', () => {
		const support = [
			help('escort', 5, { from: 'Room 0.3', to: 'hotel' }),
			help('stay_safe', 2),
			help('private_place', 1),
			help('fetch', 3, { done: { id: newId(), by: MEI, at: 4 } }),
			help('escort', 4, { struck: [{ id: newId(), by: NOOR, at: 6 }] })
		];
		expect(openHelp({ support } as unknown as CaseView).map(({ kind }) => kind)).toEqual(['stay_safe', 'escort']);
	});
});

describe('the list to give away', () => {
	const contact = (name: string, forAttendees: boolean) => ({ name, role: 'Chair', phone: '+49 171 39200 11', email: '', forAttendees, urgent: true, outside: false });
	const pack = { contacts: [contact('Alma Reyes', true), contact('Venue security', false)], emergency: [{ label: 'Police', number: '110', note: 'Danger to life', police: true }] } as unknown as Parameters<typeof listed>[0];

	it('names those whom everybody may call and the emergency numbers, and nobody who is for staff only', () => {
		expect(listed(pack).map(({ name }) => name)).toEqual(['Alma Reyes', 'Police']);
		expect(listed(null)).toEqual([]);
	});

	it('holds the same as plain text, for a code that any telephone reads', () => {
		expect(asText('All Systems Go!', listed(pack))).toBe('All Systems Go!\nAlma Reyes, Chair, +49 171 39200 11\nPolice, Danger to life, 110');
	});
});
