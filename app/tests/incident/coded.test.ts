import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { ExclusionLineSchema, Role, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { coded, codedFor, finishCoded, giveCoded } from '../../src/incident/coded.ts';
import { maySay } from '../../src/incident/board.ts';
import { showPair } from '../../src/incident/pairs.ts';
import { stray, takeAllBack } from '../../src/incident/stray.ts';
import { hex } from '../../src/bytes.ts';
import type { Person } from '../../src/incident/team.ts';
import type { CaseRecord, ChairRecord, Element, EventRecord, Id, Intention } from '../../src/replica/api.ts';
import { readView, stored } from '../console/memory.ts';

const person = (id: string, ...roles: Role[]): Person => ({ id, name: id, roles, badgeLabel: '', phone: '', phones: [] });
const TEAM = [person('alma', Role.CHAIR), person('noor', Role.RESPONDER), person('mei', Role.RESPONDER)];

class Doc {
	readonly #collections = new Map<string, Element[]>();
	#at = 0;
	constructor(readonly kind: 'notice' | 'duty') {}
	newId = (): Id => `${this.kind}-${String((this.#at += 1))}`;
	write(intention: Intention, by: Id): this {
		for (const fact of intention.facts) this.#collections.set(fact.into, [...(this.#collections.get(fact.into) ?? []), { id: fact.id, by, device: by, at: (this.#at += 1), fields: fact.fields }]);
		return this;
	}
	get record(): EventRecord {
		return { id: this.kind, kind: this.kind, unsent: 0, safekeeping: new Map(), collections: this.#collections };
	}
}
const WISH = { action: 'act', staff: 'mei', text: ' Stay near the stage. ', due: 500 };

describe('something to do about a case that somebody may not read', () => {
	test('is shown to whom it is for, with until when, and to nobody else', () => {
		const notice = new Doc('notice');
		notice.write(giveCoded('n', WISH, [], notice.newId), 'alma');
		const all = coded(notice.record, null, TEAM);
		expect(codedFor(all, 'mei')).toMatchObject([{ action: 'act', text: 'Stay near the stage.', due: 500, by: 'alma' }]);
		expect(codedFor(all, 'noor')).toEqual([]);
	});

	test('counts from a lead only, and names no case', () => {
		const notice = new Doc('notice');
		notice.write(giveCoded('n', WISH, [], notice.newId), 'noor');
		expect(coded(notice.record, null, TEAM)).toEqual([]);
		expect(Object.keys(giveCoded('n', WISH, [], notice.newId).facts[0]!.fields).sort()).toEqual(['action', 'due', 'kind', 'staff', 'text']);
	});

	test('is done when the person or a lead says so, and by nobody else', () => {
		const [notice, duty] = [new Doc('notice'), new Doc('duty')];
		notice.write(giveCoded('n', WISH, [], () => 'card'), 'alma');
		duty.write(finishCoded('d', 'card', duty.newId), 'noor');
		expect(coded(notice.record, duty.record, TEAM)[0]?.done).toBeUndefined();
		duty.write(finishCoded('d', 'card', duty.newId), 'mei');
		expect(coded(notice.record, duty.record, TEAM)[0]?.done).toMatchObject({ by: 'mei' });
		expect(codedFor(coded(notice.record, duty.record, TEAM), 'mei')).toEqual([]);
	});

	test('takes the place of the words before, and goes when it is taken back', () => {
		const notice = new Doc('notice');
		notice.write(giveCoded('n', WISH, [], notice.newId), 'alma');
		notice.write(giveCoded('n', { ...WISH, text: 'Stay at the door.' }, coded(notice.record, null, TEAM), notice.newId), 'alma');
		const all = coded(notice.record, null, TEAM);
		expect(all.map((one) => one.text)).toEqual(['Stay at the door.']);
		notice.write(takeAllBack('n', all.map((one) => one.id), notice.newId), 'alma');
		expect(coded(notice.record, null, TEAM)).toEqual([]);
	});
});

describe('what stands where everybody reads', () => {
	const AMBER = 'ab'.repeat(16);
	const record = (id: Id, codeName: string, restricted: CaseRecord['restricted'] = 'none'): CaseRecord => ({ id, kind: 'case', codeName, restricted, excluded: [], held: false, unsent: 0, safekeeping: new Map(), view: readView(stored(id, 'case', codeName)) });
	const chair = (parent: Id, into: string, id: Id): ChairRecord => ({ id: `chair of ${parent}`, kind: 'chair', parent, unsent: 0, safekeeping: new Map(), collections: new Map([[into, [{ id, by: 'alma', device: 'a', at: 1, fields: {} }]]]) });
	const team = create(TeamSchema, {});
	const kept = create(TeamSchema, { exclusions: [create(ExclusionLineSchema, { document: Uint8Array.from({ length: 16 }, () => 0xab), staff: new Uint8Array(16) })] });
	const shown = () => {
		const notice = new Doc('notice');
		notice.write(showPair('n', { id: 'apart', by: 'alma', at: 1, code: 'no_contact', interim: false, indefinite: false, params: {}, approvedBy: [] }, 'Amber Kite', () => 'pair'), 'alma');
		notice.write(giveCoded('n', { action: 'act', staff: 'mei', text: 'x' }, [], () => 'task'), 'alma');
		notice.write(maySay('n', { text: 'We know of it.', codeName: 'Amber Kite' }, () => 'say'), 'alma');
		notice.write(maySay('n', { text: 'Ask the chair.' }, () => 'any'), 'alma');
		return notice;
	};
	const notes = [chair(AMBER, 'sanctions', 'apart'), chair(AMBER, 'actions', 'act')];

	test('stays while nobody is kept from the case', () => {
		expect(stray(shown().record, [record(AMBER, 'Amber Kite')], notes, [], team)).toEqual([]);
	});

	test.each([
		['somebody is kept away afterwards', 'none', kept],
		['it turns out to be about staff', 'staff_named', team]
	] as const)('goes by itself once %s', (_, restricted, now) => {
		const notice = shown();
		const cases = [record(AMBER, 'Amber Kite', restricted)];
		const gone = stray(notice.record, cases, notes, [], now);
		expect(gone.toSorted()).toEqual(['pair', 'say', 'task']);
		notice.write(takeAllBack('n', gone, notice.newId), 'alma');
		expect(stray(notice.record, cases, notes, [], now)).toEqual([]);
	});

	test('goes as well when it is a case linked with it, and stays when it is another one', () => {
		const other = record('cd'.repeat(16), 'Quiet Delta', 'staff_named');
		const link = { id: 'l', from: AMBER, to: other.id, kind: 'related' as const, by: 'alma', at: 1 };
		const cases = [record(AMBER, 'Amber Kite'), other];
		expect(stray(shown().record, cases, notes, [], team)).toEqual([]);
		expect(stray(shown().record, cases, notes, [link] as never, team).toSorted()).toEqual(['pair', 'say', 'task']);
	});

	test.each([
		['two people kept apart, once another lead or an appeal ended it', 'marks', { target: 'apart', mark: 'lifted' }, 'pair'],
		['something to do, once a reporter who said stop ended it', 'strikes', { target: 'act' }, 'task']
	] as const)('goes by itself: %s', (_, into, fields, id) => {
		const notice = shown();
		const ended: ChairRecord = { ...chair(AMBER, into, 'end'), collections: new Map([[into, [{ id: 'end', by: 'tom', device: 't', at: 2, fields }]]]) };
		const cases = [record(AMBER, 'Amber Kite')];
		expect(stray(notice.record, cases, [...notes, ended], [], team)).toEqual([id]);
	});

	test('of two leads who both said that two people are kept apart, neither line outlives it', () => {
		const notice = shown();
		notice.write(showPair('n', { id: 'apart', by: 'tom', at: 1, code: 'no_contact', interim: false, indefinite: false, params: {}, approvedBy: [] }, 'Amber Kite', () => 'again'), 'tom');
		const lifted: ChairRecord = { ...chair(AMBER, 'marks', 'end'), collections: new Map([['marks', [{ id: 'end', by: 'tom', device: 't', at: 2, fields: { target: 'apart', mark: 'lifted' } }]]]) };
		notice.write(takeAllBack('n', ['pair'], notice.newId), 'alma');
		expect(stray(notice.record, [record(AMBER, 'Amber Kite')], [...notes, lifted], [], team)).toEqual(['again']);
	});

	test('nothing is decided before the team is known', () => {
		expect(stray(shown().record, [record(AMBER, 'Amber Kite', 'staff_named')], notes, [], null)).toEqual([]);
		expect(hex(kept.exclusions[0]!.document)).toBe(AMBER);
	});
});
