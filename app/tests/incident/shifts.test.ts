import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { unhex } from '../../src/replica/bytes.ts';
import { ExclusionLineSchema, Role, type Team } from '../../src/generated/wire/v1/identity_pb.ts';
import { cancel, covered, gaps, handedTo, handOver, handovers, notYetGiven, onDuty, open, plan, shifts, stillReads, takeOver, wentOver } from '../../src/incident/shifts.ts';
import type { Person } from '../../src/incident/team.ts';
import type { CaseRecord, Element, EventRecord, Id, Intention } from '../../src/replica/api.ts';
import { alma, AMBER, id, QUIET } from '../console/journeys.ts';

const at = (time: string, day = 29) => Date.parse(`2026-09-${String(day)}T${time}:00+02:00`);
const dayOf = (time: number) => new Date(time + 2 * 3_600_000).toISOString().slice(0, 10);
const EVENT = { from: at('09:00'), until: at('19:00', 30) };
const person = (id: string, ...roles: Role[]): Person => ({ id, name: id, roles, badgeLabel: '', phone: '', phones: [] });
const TEAM = [person('alma', Role.CHAIR), person('noor', Role.RESPONDER), person('mei', Role.RESPONDER)];

class Duty {
	readonly collections = new Map<string, Element[]>();
	#ids = 0;
	newId = (): Id => `id-${String((this.#ids += 1))}`;

	write(intention: Intention, by: Id, when = at('12:00')): Id {
		const [fact] = intention.facts;
		if (fact === undefined) throw new Error('nothing to write');
		if (intention.kind === 'duty') this.collections.set(fact.into, [...(this.collections.get(fact.into) ?? []), { id: fact.id, by, device: 'x', at: when, fields: fact.fields }]);
		return fact.id;
	}
	shift(staff: Id, from: string, until: string, day = 29, by = 'alma'): Id {
		return this.write(plan('d', { staff, from: at(from, day), until: at(until, day), place: '' }, this.newId), by);
	}
	get record(): EventRecord {
		return { id: 'd', kind: 'duty', unsent: 0, safekeeping: new Map(), collections: this.collections };
	}
	get all() {
		return shifts(this.record, TEAM);
	}
	get gaps() {
		return gaps(this.all, EVENT, dayOf).map((gap) => [gap.from, gap.until]);
	}
}

describe('the roster', () => {
	test('is what a lead wrote, without what was taken back', () => {
		const duty = new Duty();
		duty.shift('mei', '14:00', '19:00', 29, 'mei');
		const noor = duty.shift('noor', '09:00', '14:00');
		expect(duty.all.map((shift) => shift.staff)).toEqual(['noor']);

		duty.write(cancel('d', noor, duty.newId), 'alma');
		expect(duty.all).toEqual([]);
	});

	test('says who is on duty, while they are on the team', () => {
		const duty = new Duty();
		duty.shift('noor', '09:00', '14:00');
		duty.shift('mei', '14:00', '19:00');
		const on = (time: string, team = TEAM) => onDuty(duty.all, team, at(time)).map((shift) => shift.staff);

		expect([on('13:59'), on('14:00'), on('19:00')]).toEqual([['noor'], ['mei'], []]);
		expect(on('14:00', TEAM.map((one) => (one.id === 'mei' ? { ...one, until: at('13:00') } : one)))).toEqual([]);
	});

	test('without any shift the whole event is a gap', () => {
		expect(new Duty().gaps).toEqual([[EVENT.from, EVENT.until]]);
	});

	test('shows the hour in which nobody is there, and a day without anybody', () => {
		const duty = new Duty();
		duty.shift('noor', '09:00', '13:00');
		duty.shift('mei', '14:00', '19:00');

		expect(duty.gaps).toEqual([
			[at('13:00'), at('14:00')],
			[at('00:00', 30), at('19:00', 30)]
		]);
	});

	test('begins with the event and ends with it; the night between is nobody’s', () => {
		const duty = new Duty();
		duty.shift('noor', '10:00', '20:00');
		duty.shift('mei', '08:00', '18:00', 30);

		expect(duty.gaps).toEqual([
			[at('09:00'), at('10:00')],
			[at('18:00', 30), at('19:00', 30)]
		]);
	});

	test('also of a night that was entered as two shifts', () => {
		const duty = new Duty();
		duty.shift('noor', '09:00', '23:00');
		duty.write(plan('d', { staff: 'noor', from: at('23:00'), until: at('00:00', 30), place: '' }, duty.newId), 'alma');
		duty.shift('noor', '00:00', '02:00', 30);
		duty.shift('mei', '09:00', '19:00', 30);

		expect(duty.gaps).toEqual([]);
	});

	test('nobody stands in for somebody who left the team: their shift is a gap from then on', () => {
		const duty = new Duty();
		duty.shift('noor', '09:00', '19:00');
		duty.shift('mei', '09:00', '19:00', 30);
		const left = TEAM.map((one) => (one.id === 'noor' ? { ...one, until: at('13:00') } : one.id === 'mei' ? { ...one, from: at('10:00', 30) } : one));

		expect(gaps(duty.all, EVENT, dayOf, covered(duty.all, TEAM))).toEqual([]);
		expect(gaps(duty.all, EVENT, dayOf, covered(duty.all, left)).map((gap) => [gap.from, gap.until])).toEqual([
			[at('13:00'), at('19:00')],
			[at('09:00', 30), at('10:00', 30)]
		]);
		expect(covered(duty.all, TEAM.filter((one) => one.id !== 'noor')).map((shift) => shift.staff)).toEqual(['mei']);
	});

	test('a day whose whole shift is of somebody who left is a gap', () => {
		const duty = new Duty();
		for (const day of [29, 30]) duty.shift('noor', '09:00', '19:00', day);
		const left = TEAM.map((one) => (one.id === 'noor' ? { ...one, until: at('20:00') } : one));

		expect(gaps(duty.all, EVENT, dayOf, covered(duty.all, left)).map((gap) => [gap.from, gap.until])).toEqual([[at('09:00', 30), at('19:00', 30)]]);
	});

	test('shifts that overlap leave no gap', () => {
		const duty = new Duty();
		for (const day of [29, 30]) {
			duty.shift('noor', '09:00', '15:00', day);
			duty.shift('mei', '14:00', '19:00', day);
		}
		expect(duty.gaps).toEqual([]);
	});
});

describe('handing over', () => {
	const given = (duty: Duty, reachable = false) => handOver('d', { to: 'mei', toName: 'Mei Tanaka', text: ' The key is with Tom. ', reachable, cases: [AMBER, QUIET] }, duty.newId);

	test('says in each case to whom, and to everybody that it was done, without any case', () => {
		const duty = new Duty();
		const intentions = given(duty);
		const [first, , last] = intentions;

		expect(intentions.map((one) => one.document)).toEqual([AMBER, QUIET, 'd']);
		expect(first?.facts[0]?.fields).toEqual({ kind: 'handover', who: 'Mei Tanaka', value: 'mei' });
		expect(last?.facts[0]?.fields).toEqual({ to: 'mei', text: 'The key is with Tom.' });
		for (const id of [AMBER, QUIET]) expect(JSON.stringify(last)).not.toContain(id);
	});

	test('is over when the other one says so, and nobody else can', () => {
		const duty = new Duty();
		const [, , last] = given(duty, true);
		const id = duty.write(last!, 'noor', at('18:15'));
		expect(handovers(duty.record, TEAM)).toEqual([{ id, from: 'noor', to: 'mei', at: at('18:15'), text: 'The key is with Tom.', reachable: true }]);

		duty.write(takeOver('d', id, duty.newId), 'noor', at('18:16'));
		expect(handovers(duty.record, TEAM)[0]?.confirmed).toBeUndefined();
		duty.write(takeOver('d', id, duty.newId), 'mei', at('18:17'));
		expect(handovers(duty.record, TEAM)[0]?.confirmed).toBe(at('18:17'));
	});

	test('a lead sees which cases wait for whom; the latest word counts', () => {
		const { state } = alma();
		const entry = (to: string, when: number) => ({ id: `h${String(when)}`, by: 'noor', device: 'N1', at: when, kind: 'handover', who: to, value: to });
		const [amber, quiet] = [AMBER, QUIET].map((id) => state.cases.find((one) => one.id === id)!);
		const cases = [
			{ ...amber!, view: { ...amber!.view, entries: [entry('mei', 1)] } },
			{ ...quiet!, view: { ...quiet!.view, entries: [entry('mei', 1), entry('jonas', 2)] } }
		];

		expect(handedTo(cases, 'mei').map((one) => one.record.id)).toEqual([AMBER]);
		expect(handedTo(cases, 'jonas')).toMatchObject([{ from: 'noor', at: 2 }]);
	});

	test('waits for a lead until the other one can read it, and never for somebody who is kept away', () => {
		const { state } = alma();
		const amber = state.cases.find((one) => one.id === AMBER)!;
		const entry = { id: 'h', by: 'noor', device: 'N1', at: 1, kind: 'handover', who: 'Mei', value: 'mei' };
		const record = { ...amber, view: { ...amber.view, entries: [entry] } };
		const one = { id: 'o', from: 'noor', to: 'mei', at: 1, text: '', reachable: false };
		const waiting = (cases: CaseRecord[], to = one) => notYetGiven(to, cases, state.team, TEAM, at('12:00')).map((each) => each.id);

		expect(waiting([record])).toEqual([AMBER]);
		expect(waiting([{ ...record, restricted: 'staff_named' as const }]), 'kept from somebody').toEqual([]);
		expect(waiting([{ ...record, excluded: ['mei'] }]), 'kept from her').toEqual([]);
		expect(waiting([{ ...record, view: { ...record.view, opened: { ...record.view.opened!, by: 'mei' } } }]), 'her own').toEqual([]);
		expect(waiting([record], { ...one, from: 'jonas' }), 'handed over by somebody else').toEqual([]);
		expect(waiting([record], { ...one, to: 'alma' }), 'a lead has it').toEqual([]);
	});

	test('says that the other one has all of it only when that is so', () => {
		const { state } = alma();
		const amber = state.cases.find((one) => one.id === AMBER)!;
		const entry = { id: 'h', by: 'noor', device: 'N1', at: 1, kind: 'handover', who: 'Mei', value: 'mei' };
		const record = { ...amber, view: { ...amber.view, entries: [entry] } };
		const one = { id: 'o', from: 'noor', to: 'mei', at: 1, text: '', reachable: false };
		const went = (cases: CaseRecord[], to = one, team = state.team) => wentOver(to, cases, team, TEAM, at('12:00'));

		expect(went([])).toBe('none');
		expect(went([record])).toBe('waiting');
		expect(went([{ ...record, view: { ...record.view, opened: { ...record.view.opened!, by: 'mei' } } }])).toBe('all');
		expect(went([{ ...record, excluded: ['mei'] }]), 'she is kept away from it').toBe('some');
		expect(went([{ ...record, restricted: 'staff_named' as const }]), 'it stays with the leads').toBe('some');
		const toAlma = { ...record, view: { ...record.view, entries: [{ ...entry, value: 'alma' }] } };
		expect(went([toAlma], { ...one, to: 'alma' }), 'a lead has it').toBe('all');
		expect(went([{ ...toAlma, excluded: ['alma'] }], { ...one, to: 'alma' }), 'unless she is kept away').toBe('some');
		expect(went([record], one, null), 'before the team is known').toBe('none');
	});

	test('says what whoever went still reads of others, and until when', () => {
		const { state } = alma();
		const reads = (until: bigint, from = id('jonas')) => {
			const team = { ...state.team!, grants: state.team!.grants.map((line) => ({ ...line, until })) };
			return stillReads({ id: 'o', from, to: id('mei'), at: 1, text: '', reachable: false }, state.cases, team, at('12:00')).map((each) => [each.record.id, each.level, each.until]);
		};

		expect(reads(0n)).toEqual([[AMBER, 'write', undefined]]);
		expect(reads(BigInt(at('12:15')))).toEqual([[AMBER, 'write', at('12:15')]]);
		expect(reads(BigInt(at('12:00')))).toEqual([]);
		expect(reads(0n, id('noor')), 'her own report is not of others').toEqual([]);
	});

	test('a case that is kept from anybody stays with the leads, and is on no sheet', () => {
		const amber = alma().state.cases.find((one) => one.id === AMBER)!;

		expect([amber, { ...amber, restricted: 'staff_named' as const }, { ...amber, excluded: ['mei'] }].map((record) => open([record], null).length)).toEqual([1, 0, 0]);
	});

	test('nor is one that a lead kept from somebody after it was written', () => {
		const { cases, team } = alma().state;
		const amber = cases.find((one) => one.id === AMBER)!;
		const calm = { ...team!, exclusions: [], apart: [] };
		const heard = (more: Partial<Team>) => open([amber], { ...calm, ...more }).length;

		expect(heard({})).toBe(1);
		expect(heard({ apart: [unhex(AMBER)] }), "as everybody's phone hears it").toBe(0);
		expect(heard({ exclusions: [create(ExclusionLineSchema, { document: unhex(AMBER), staff: unhex(id('mei')) })] }), "as a lead's does").toBe(0);
		expect(heard({ apart: [unhex('f'.repeat(32))] }), 'another case').toBe(1);
	});

	test('a closed case is not handed over, one that was opened again is', () => {
		const { state } = alma();
		const amber = state.cases.find((one) => one.id === AMBER)!;
		const turned = (...kinds: string[]): CaseRecord => ({ ...amber, view: { ...amber.view, entries: kinds.map((kind, index) => ({ id: String(index), by: 'alma', device: 'A1', at: index, kind })) } });

		expect([turned(), turned('closed'), turned('closed', 'reopened')].map((record) => open([record], null).length)).toEqual([1, 0, 1]);
	});
});
