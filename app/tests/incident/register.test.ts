import { describe, expect, test } from 'vitest';
import type { CaseRecord, ChairRecord, Element } from '../../src/replica/api.ts';
import { readRegister, register, registerFile, standsAt } from '../../src/incident/register.ts';
import { readView, stored } from '../console/memory.ts';

const at = (date: string) => Date.parse(`${date}T12:00:00+02:00`);
const EVENT = { endsAt: at('2026-09-30'), appealDays: 30, dayEnd: (from: number, days: number) => from + days * 86_400_000 };
const PERSON = '02807580'.padEnd(32, '5a');

function amber(party: object = { badge: '0417', handle: '@tall', name: 'Max Muster' }, drill = false): CaseRecord {
	const document = stored('amber', 'case', 'Amber Kite');
	const view = readView(document);
	const version = { id: 'v', by: 'noor', device: 'N1', at: 1, party: 'p', kind: 'reported' as const, ...party };
	return { id: 'amber', kind: 'case', codeName: 'Amber Kite', restricted: 'none', excluded: [], held: false, unsent: 0, safekeeping: new Map(), view: { ...view, opened: { id: 'o', by: 'noor', device: 'N1', at: 1, policy: '1', drill }, parties: [{ party: 'p', versions: [version], earlier: [] }] } };
}

function chair(facts: readonly [string, string, Element['fields']][], parent = 'amber'): ChairRecord {
	const collections = new Map<string, Element[]>();
	for (const [into, id, fields] of facts) collections.set(into, [...(collections.get(into) ?? []), { id, by: 'alma', device: 'A1', at: at('2026-09-29'), fields }]);
	return { id: `chair of ${parent}`, kind: 'chair', parent, unsent: 0, safekeeping: new Map(), collections };
}

const BAN: [string, string, Element['fields']] = ['sanctions', 'ban', { code: 'ban_future', interim: false, until: at('2028-09-30'), review: at('2027-09-01') }];
const TOLD: [string, string, Element['fields']] = ['marks', 'told', { target: 'ban', mark: 'told', value: 'in_person' }];
const bans = (facts: readonly [string, string, Element['fields']][], now = at('2026-10-01'), cases = [amber()]) => register(cases, [chair(facts)], EVENT, now);

describe('the register of what stands beyond the event', () => {
	test('has a ban with until when, when to look again, and how to know the person', () => {
		expect(bans([BAN, TOLD, ['persons', 'c', { person: PERSON, party: 'p' }]])).toEqual([
			{
				cases: ['amber'], codeName: 'Amber Kite', id: 'ban', code: 'ban_future', who: [{ person: 'Amber Kite', badge: '0417', handle: '@tall', name: 'Max Muster' }], decidedAt: at('2026-09-29'), toldAt: at('2026-09-29'),
				until: at('2028-09-30'), review: at('2027-09-01'), appeal: { state: 'possible', until: at('2026-10-29') }
			}
		]);
	});

	test('has what is for good, and nothing that ends with the event, was lifted, is interim, or is over', () => {
		const sanction = (id: string, fields: Element['fields']): [string, string, Element['fields']] => ['sanctions', id, { interim: false, ...fields }];
		const all = [
			sanction('good', { code: 'bar_speaking', indefinite: true }),
			sanction('warned', { code: 'warn_cease', indefinite: true }),
			sanction('apart', { code: 'no_contact', until: at('2026-09-30') }),
			sanction('meanwhile', { code: 'ban_future', interim: true, indefinite: true }),
			sanction('taken', { code: 'ban_future', until: at('2028-01-01') }),
			sanction('over', { code: 'bar_volunteering', until: at('2026-09-30') + 1 })
		];
		expect(bans([...all, ['marks', 'l', { target: 'taken', mark: 'lifted' }]]).map((one) => one.id)).toEqual(['good']);
	});

	test('has nothing whose report was found not to stand since, and all of it while two leads differ', () => {
		const found = (id: string, value: string, more: Element['fields'] = {}): [string, string, Element['fields']] => ['findings', id, { value, reason: 'x', ...more }];
		expect(bans([BAN, found('f', 'stands'), found('g', 'does_not_stand')])).toHaveLength(1);
		expect(bans([BAN, found('f', 'stands'), found('g', 'does_not_stand', { replaces: 'f' })])).toEqual([]);
	});

	test('never has anything of a drill', () => {
		expect(bans([BAN], at('2026-10-01'), [amber({}, true)])).toEqual([]);
	});

	test.each([
		['open while one is not decided', [['appeals', 'a', { received: at('2026-10-02'), grounds: 'not heard' }]], at('2026-10-03'), { state: 'open' }],
		['decided as it was', [['appeals', 'a', { received: at('2026-10-02'), grounds: 'not heard', decision: 'It stays', effect: 'rejected', decided_at: at('2026-10-05') }]], at('2026-10-06'), { state: 'decided', effect: 'rejected' }],
		['over once the time for it is', [], at('2026-12-01'), { state: 'over' }]
	] as [string, [string, string, Element['fields']][], number, object][])('says of the appeal: %s', (_, facts, now, state) => {
		expect(bans([BAN, TOLD, ...facts], now)[0]?.appeal).toEqual(state);
	});

	test('shows first what is to be looked at again first', () => {
		const later: [string, string, Element['fields']] = ['sanctions', 'later', { code: 'bar_speaking', interim: false, indefinite: true, review: at('2029-01-01') }];
		expect(bans([later, BAN]).map((one) => one.id)).toEqual(['ban', 'later']);
	});
});

describe('the file of it', () => {
	const about = { event: 'Conference 2026', takenAt: at('2026-10-01'), takenBy: 'Alma Reyes', title: () => 'No admission to future events' };

	test('holds who and until when, and no name unless a lead wants it there', () => {
		const made = registerFile(bans([BAN]), { ...about, names: false });
		expect(JSON.stringify(made)).not.toContain('Max Muster');
		expect(JSON.stringify(registerFile(bans([BAN]), { ...about, names: true }))).toContain('Max Muster');
		expect(made.bans).toEqual([{ case: 'Amber Kite', what: 'No admission to future events', who: [{ badge: '0417', handle: '@tall' }], decidedAt: at('2026-09-29'), until: at('2028-09-30'), review: at('2027-09-01'), appeal: 'possible' }]);
	});

	test('is read back as it was', () => {
		const made = registerFile(bans([BAN]), { ...about, names: true });
		expect(readRegister(JSON.stringify(made))).toEqual(made);
	});

	test.each([
		['no JSON', 'nonsense'], ['a case file', '{"kind":"safehall case file"}'], ['another version', '{"kind":"safehall register","v":2,"takenAt":1,"bans":[]}'], ['a time that is none', '{"kind":"safehall register","v":1,"takenAt":"x","bans":[]}'],
		['half a ban', '{"kind":"safehall register","v":1,"takenAt":1,"bans":[{"who":[]}]}'], ['a list in place of the file', '[]']
	])('is not read from %s', (_, text) => {
		expect(readRegister(text)).toBeUndefined();
	});

	test('is cut where somebody wrote more than a line', () => {
		const file = readRegister(JSON.stringify({ kind: 'safehall register', v: 1, event: 'a\nb', takenAt: 1, takenBy: 'x'.repeat(500), bans: [{ case: 'c', what: 'w', who: [{ name: 'n', evil: 1 }, 5], decidedAt: 1, appeal: 'none' }] }));
		expect(file).toMatchObject({ event: 'a b', bans: [{ who: [{ name: 'n' }] }] });
		expect(file?.takenBy).toHaveLength(200);
	});

	test('says what is over and what is to be looked at again', () => {
		expect([standsAt({ until: 5 }, 5), standsAt({ until: 9, review: 4 }, 5), standsAt({ until: 9 }, 5), standsAt({}, 5)]).toEqual(['over', 'review', 'holds', 'holds']);
	});
});
