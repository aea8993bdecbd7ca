import { describe, expect, test } from 'vitest';
import { Role } from '../../src/generated/wire/v1/identity_pb.ts';
import { ahead, announce, asked, board, delegate, learn, learned, mayAnnounce, maySay, maySayOf, mayStandHere, takeBack } from '../../src/incident/board.ts';
import type { Person } from '../../src/incident/team.ts';
import type { Element, EventRecord, Id, Intention } from '../../src/replica/api.ts';
import { alma, AMBER, QUIET } from '../console/journeys.ts';

const at = (time: string) => Date.parse(`2026-09-30T${time}:00+02:00`);
const person = (id: string, ...roles: Role[]): Person => ({ id, name: id, roles, badgeLabel: '', phone: '', phones: [] });
const TEAM = [person('alma', Role.CHAIR), person('tom', Role.ALTERNATE_CHAIR), person('mei', Role.RESPONDER), person('jonas', Role.RESPONDER), person('vera', Role.ANNOUNCER)];

/** Both documents of the event, as they grow. */
class Hall {
	readonly notice = new Map<string, Element[]>();
	readonly duty = new Map<string, Element[]>();
	#ids = 0;

	newId = (): Id => `id-${String((this.#ids += 1))}`;

	write(intention: Intention, by: Id, when: number): Id {
		const [fact] = intention.facts;
		if (fact === undefined) throw new Error('nothing to write');
		const into = intention.kind === 'notice' ? this.notice : this.duty;
		into.set(fact.into, [...(into.get(fact.into) ?? []), { id: fact.id, by, device: `${by}'s`, at: fact.at ?? when, fields: fact.fields }]);
		return fact.id;
	}

	approved(by: Id, text = 'There was an incident.'): Id {
		return this.write({ document: 'n', kind: 'notice', facts: [{ into: 'announcements', id: this.newId(), fields: { source: 'draft', text, channel: 'plenary' } }] }, by, at('09:20'));
	}

	record(kind: 'notice' | 'duty'): EventRecord {
		return { id: kind, kind, unsent: 0, safekeeping: new Map(), collections: this[kind] };
	}
	get read() {
		return board(this.record('notice'), this.record('duty'), TEAM);
	}
}

describe('what everybody on the team reads', () => {
	test('an announcement is shown only when a lead approved it', () => {
		const hall = new Hall();
		hall.approved('alma', 'by the chair');
		hall.approved('vera', 'by somebody who reads announcements out');
		hall.approved('jonas', 'by a responder');

		expect(hall.read.announcements.map((one) => one.text)).toEqual(['by the chair']);
	});

	test('one draft that two leads approved apart is one announcement, read out once', () => {
		const hall = new Hall();
		const [first, second] = [hall.approved('alma'), hall.approved('tom')];
		hall.write(delegate('n', { staff: 'mei', from: at('09:30'), until: at('10:00'), announcement: second }, hall.newId), 'tom', at('09:21'));
		hall.write(announce('d', second, 'plenary', at('09:34'), hall.newId), 'vera', at('09:34'));
		hall.write(announce('d', first, 'plenary', at('09:40'), hall.newId), 'mei', at('09:40'));

		expect(hall.read.announcements).toMatchObject([{ id: first, by: 'alma', made: [{ by: 'vera' }, { by: 'mei' }] }]);
		expect(mayAnnounce('mei', TEAM, hall.read.delegations, at('09:45'), first)).toMatchObject({ staff: 'mei' });
	});

	test('one that was taken back is gone with every copy of it, also with one that arrives later; approved anew, it is there again', () => {
		const hall = new Hall();
		const [first] = [hall.approved('alma'), hall.approved('tom')];
		expect(hall.read.announcements[0]?.copies).toHaveLength(2);
		hall.write(takeBack('n', first, hall.newId), 'alma', at('09:25'));
		expect(hall.read.announcements).toEqual([]);
		hall.approved('tom');
		expect(hall.read.announcements).toEqual([]);
		hall.write({ document: 'n', kind: 'notice', facts: [{ into: 'announcements', id: hall.newId(), fields: { source: 'draft', text: 'There was an incident.', channel: 'plenary' } }] }, 'tom', at('09:40'));
		expect(hall.read.announcements).toMatchObject([{ by: 'tom', at: at('09:40') }]);
	});

	test('nobody but a lead can take one back, nor with a copy of their own', () => {
		const hall = new Hall();
		const approved = hall.approved('alma');
		for (const copy of [approved, hall.approved('jonas')]) hall.write(takeBack('n', copy, hall.newId), 'jonas', at('09:25'));
		expect(hall.read.announcements).toMatchObject([{ id: approved }]);
	});

	test('nobody else may announce; a delegate may for as long as a lead said, and not a minute longer', () => {
		const hall = new Hall();
		hall.write(delegate('n', { staff: 'mei', from: at('09:30'), until: at('10:00') }, hall.newId), 'alma', at('09:15'));
		const may = (staff: Id, time: string) => mayAnnounce(staff, TEAM, hall.read.delegations, at(time));

		expect([may('alma', '09:00'), may('tom', '09:00'), may('vera', '09:00')]).toEqual(['lead', 'lead', 'announcer']);
		expect(may('jonas', '09:40')).toBeNull();
		expect(may('mei', '09:29')).toBeNull();
		expect(may('mei', '09:30')).toMatchObject({ staff: 'mei', by: 'alma' });
		expect(may('mei', '10:00')).toMatchObject({ staff: 'mei' });
		expect(may('mei', '10:01')).toBeNull();
	});

	test('whoever left the team may not announce, whatever they were on it; what they read out before stays', () => {
		const hall = new Hall();
		const text = hall.approved('alma');
		hall.write(delegate('n', { staff: 'mei', from: at('09:30'), until: at('12:00') }, hall.newId), 'alma', at('09:15'));
		for (const time of ['09:40', '10:20']) hall.write(announce('d', text, 'plenary', at(time), hall.newId), 'mei', at(time));
		const left = TEAM.map((one) => (one.id === 'alma' ? one : { ...one, until: at('10:00') }));
		const read = board(hall.record('notice'), hall.record('duty'), left);
		const may = (staff: Id, time: string) => mayAnnounce(staff, left, read.delegations, at(time)) !== null;

		for (const staff of ['tom', 'vera', 'mei']) expect([staff, may(staff, '09:45'), may(staff, '10:00')]).toEqual([staff, true, false]);
		expect(may('alma', '10:00')).toBe(true);
		expect(read.announcements[0]?.made.map((one) => one.at)).toEqual([at('09:40')]);
		expect(asked(read.delegations, TEAM, at('10:00')).map((one) => one.staff)).toEqual(['mei']);
		expect(asked(read.delegations, left, at('10:00'))).toEqual([]);
	});

	test('a delegation that was taken back is over at once; what was read out before stays', () => {
		const hall = new Hall();
		const text = hall.approved('alma');
		const given = hall.write(delegate('n', { staff: 'mei', from: at('09:30'), until: at('10:00') }, hall.newId), 'alma', at('09:15'));
		hall.write(announce('d', text, 'plenary', at('09:34'), hall.newId), 'mei', at('09:36'));
		hall.write(takeBack('n', given, hall.newId), 'alma', at('09:40'));
		hall.write(announce('d', text, 'chat', at('09:45'), hall.newId), 'mei', at('09:45'));

		expect(hall.read.delegations.map((one) => ahead(one, at('09:41')))).toEqual([false]);
		expect(hall.read.announcements[0]?.made.map(({ by, at: when, channel }) => [by, when, channel])).toEqual([['mei', at('09:34'), 'plenary']]);
	});

	test('a delegation by somebody who does not lead is none', () => {
		const hall = new Hall();
		hall.write(delegate('n', { staff: 'jonas', from: at('09:00'), until: at('19:00') }, hall.newId), 'vera', at('09:00'));
		hall.write(maySay('n', { text: 'It was badge 0417.', codeName: 'Amber Kite' }, hall.newId), 'vera', at('09:00'));

		expect(hall.read.delegations).toEqual([]);
		expect(hall.read.maySay).toEqual([]);
	});

	test('a delegation for one announcement is for that one only', () => {
		const hall = new Hall();
		const [first, second] = [hall.approved('alma', 'first'), hall.approved('alma', 'second')];
		hall.write(delegate('n', { staff: 'mei', from: at('09:30'), until: at('10:00'), announcement: first }, hall.newId), 'alma', at('09:15'));
		for (const one of [first, second]) hall.write(announce('d', one, 'plenary', at('09:34'), hall.newId), 'mei', at('09:34'));

		expect(hall.read.announcements.map((one) => one.made.length)).toEqual([1, 0]);
	});

	test('somebody who was not asked to cannot say that it was read out', () => {
		const hall = new Hall();
		hall.write(announce('d', hall.approved('alma'), 'plenary', at('09:34'), hall.newId), 'jonas', at('09:34'));

		expect(hall.read.announcements[0]?.made).toEqual([]);
	});

	test('what everybody may write, not everybody can strike', () => {
		const hall = new Hall();
		const made = hall.write(announce('d', hall.approved('alma'), 'plenary', at('09:34'), hall.newId), 'tom', at('09:34'));
		const strike = { document: 'd', kind: 'duty', facts: [{ into: 'strikes', id: hall.newId(), fields: { target: made } }] } as const;
		hall.write({ ...strike, facts: [...strike.facts] }, 'jonas', at('09:50'));
		expect(hall.read.announcements[0]?.made).toHaveLength(1);

		hall.write({ ...strike, facts: [{ into: 'strikes', id: hall.newId(), fields: { target: made } }] }, 'tom', at('09:51'));
		expect(hall.read.announcements[0]?.made).toEqual([]);
	});

	test('a card replaces the one before it, and one that was taken back is shown to nobody', () => {
		const hall = new Hall();
		const first = hall.write(maySay('n', { text: 'It is being dealt with.', codeName: 'Amber Kite' }, hall.newId), 'alma', at('09:00'));
		const second = hall.write(maySay('n', { text: ' It was against our code. ', codeName: 'Amber Kite', replaces: first }, hall.newId), 'tom', at('10:00'));
		expect(hall.read.maySay).toMatchObject([{ text: 'It was against our code.', codeName: 'Amber Kite', by: 'tom' }]);

		hall.write(takeBack('n', second, hall.newId), 'alma', at('10:05'));
		expect(hall.read.maySay).toEqual([]);
	});
});

test('what was learned stands apart from the cases, and leads write it', () => {
	const hall = new Hall();
	hall.write(learn('n', ' A second quiet room. ', hall.newId), 'tom', at('18:00'));
	hall.write(learn('n', 'Something else.', hall.newId), 'vera', at('18:01'));

	expect(learned(hall.record('notice'), TEAM).map((one) => one.text)).toEqual(['A second quiet room.']);
	expect(hall.read.maySay).toEqual([]);
});

describe('what is kept from somebody never stands where everybody reads it', () => {
	const { state } = alma();
	const one = (id: Id) => state.cases.find((record) => record.id === id)!;
	const amber = one(AMBER);
	const team = state.team!;
	const kept = (document: Id) => ({ ...team, exclusions: [{ document: bytes(document), staff: bytes('11'.repeat(16)), by: bytes('22'.repeat(16)), since: 1n, liftAskedBy: new Uint8Array(), liftAskedAt: 0n }] }) as unknown as typeof team;

	test('a case that nobody is kept from may', () => {
		expect(mayStandHere([amber], team)).toBe(true);
		expect(maySayOf([amber], team, 'n', { text: 'x', codeName: 'Amber Kite' }, () => 'c')?.facts).toMatchObject([{ into: 'cards', fields: { text: 'x' } }]);
	});

	test.each([
		['restricted', mayStandHere([{ ...amber, restricted: 'staff_named' }], team)],
		['kept from somebody by its author', mayStandHere([{ ...amber, excluded: ['rui'] }], team)],
		['somebody stepped back or was kept away', mayStandHere([amber], kept(AMBER))],
		['so is one that it is linked with', mayStandHere([amber, one(QUIET)], kept(QUIET))],
		['the team is not known yet', mayStandHere([amber], null)],
		['a card is asked for while it may not', maySayOf([{ ...amber, excluded: ['rui'] }], team, 'n', { text: 'x', codeName: 'Amber Kite' }, () => 'c') !== null]
	])('%s: it may not', (_, may) => {
		expect(may).toBe(false);
	});
});

function bytes(id: Id): Uint8Array {
	return Uint8Array.from(id.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
