import { describe, expect, test } from 'vitest';
import { Role } from '../../src/generated/wire/v1/identity_pb.ts';
import { takeBack } from '../../src/incident/board.ts';
import { drillCall, eventReady, isReady, lastOfPhone, note, noteAll, practised, readiness, readIt, startDrill, takeBack as takeMarkBack } from '../../src/incident/ready.ts';
import { takeAllBack } from '../../src/incident/stray.ts';
import type { Person } from '../../src/incident/team.ts';
import type { Element, EventRecord, Id, Intention } from '../../src/replica/api.ts';

const person = (id: string, ...roles: Role[]): Person => ({ id, name: id, roles, badgeLabel: '', phone: '', phones: [] });
const TEAM = [person('alma', Role.CHAIR), person('tom', Role.ALTERNATE_CHAIR), person('noor', Role.RESPONDER), person('mei', Role.RESPONDER)];

class Duty {
	readonly #collections = new Map<string, Element[]>();
	#ids = 0;
	newId = (): Id => `id-${String((this.#ids += 1))}`;

	write(intention: Intention, by: Id, device = `${by}'s`): this {
		for (const fact of intention.facts) this.#collections.set(fact.into, [...(this.#collections.get(fact.into) ?? []), { id: fact.id, by, device, at: (this.#ids += 1), fields: fact.fields }]);
		return this;
	}
	get record(): EventRecord {
		return { id: 'd', kind: 'duty', unsent: 0, safekeeping: new Map(), collections: this.#collections };
	}
	of(staff: Id, policy = 'v1') {
		return readiness(this.record, TEAM, policy).find((one) => one.staff === staff)!;
	}
}

describe('readiness', () => {
	test('nobody is ready before anything was said', () => {
		expect(readiness(null, TEAM, 'v1')).toEqual(TEAM.map(({ id }) => ({ staff: id })));
	});

	test('read and understood counts for one version of the policy, and only from the person', () => {
		const duty = new Duty();
		duty.write(note('d', 'noor', { what: 'policy_ack', value: 'v1' }, duty.newId), 'noor');
		duty.write(note('d', 'mei', { what: 'policy_ack', value: 'v1' }, duty.newId), 'alma');

		expect(duty.of('noor').read).toMatchObject({ by: 'noor' });
		expect(duty.of('noor', 'v2').read).toBeUndefined();
		expect(duty.of('mei').read).toBeUndefined();
	});

	test('who was at the meeting and who has a badge, says a lead', () => {
		const duty = new Duty();
		duty.write(noteAll('d', ['noor', 'mei'], { what: 'briefing', value: 'meeting' }, duty.newId), 'alma');
		duty.write(note('d', 'noor', { what: 'badge' }, duty.newId), 'tom');
		duty.write(note('d', 'mei', { what: 'badge' }, duty.newId), 'mei');

		expect([duty.of('noor').briefed?.how, duty.of('mei').briefed?.how]).toEqual(['meeting', 'meeting']);
		expect(duty.of('noor').badge).toBeDefined();
		expect(duty.of('mei').badge).toBeUndefined();
	});

	test('a badge or a briefing that was noted by mistake is open again, also where two leads noted it', () => {
		const duty = new Duty();
		duty.write(noteAll('d', ['noor', 'mei'], { what: 'briefing', value: 'meeting' }, duty.newId), 'alma');
		duty.write(note('d', 'noor', { what: 'badge' }, duty.newId), 'alma');
		duty.write(note('d', 'noor', { what: 'badge' }, duty.newId), 'tom');
		duty.write(takeMarkBack('d', duty.of('noor').badge!, duty.newId), 'tom');
		duty.write(takeMarkBack('d', duty.of('noor').briefed!, duty.newId), 'tom');

		expect([duty.of('noor').badge, duty.of('noor').briefed]).toEqual([undefined, undefined]);
		expect(duty.of('mei').briefed).toMatchObject({ how: 'meeting' });
		duty.write(note('d', 'noor', { what: 'badge' }, duty.newId), 'alma');
		expect(duty.of('noor').badge).toMatchObject({ by: 'alma' });
	});

	test('a drill that a lead noted by mistake is open again; what somebody’s own phone said of it stays', () => {
		const duty = new Duty();
		duty.write(note('d', 'noor', { what: 'drill' }, duty.newId), 'alma');
		duty.write(note('d', 'noor', { what: 'drill' }, duty.newId), 'tom');
		duty.write(takeMarkBack('d', duty.of('noor').drill!.noted!, duty.newId), 'tom');
		expect(duty.of('noor').drill).toBeUndefined();

		duty.write(note('d', 'noor', { what: 'drill' }, duty.newId), 'alma');
		duty.write(note('d', 'noor', { what: 'drill' }, duty.newId), 'noor');
		expect(duty.of('noor').drill).toMatchObject({ by: 'noor' });
		expect(duty.of('noor').drill).not.toHaveProperty('noted');
	});

	test('a lead who tapped their own drill by mistake takes that back, too', () => {
		const duty = new Duty();
		duty.write(note('d', 'tom', { what: 'drill' }, duty.newId), 'tom');
		duty.write(takeMarkBack('d', duty.of('tom').drill!.noted!, duty.newId), 'alma');
		expect(duty.of('tom').drill).toBeUndefined();
	});

	test('a mark is taken back by nobody but a lead', () => {
		const duty = new Duty();
		duty.write(note('d', 'noor', { what: 'badge' }, duty.newId), 'alma');
		duty.write(takeMarkBack('d', duty.of('noor').badge!, duty.newId), 'noor');
		expect(duty.of('noor').badge).toBeDefined();
	});

	test('somebody who comes later is briefed by a person who was there', () => {
		const duty = new Duty();
		duty.write(note('d', 'mei', { what: 'briefing', value: 'noor' }, duty.newId), 'alma');

		expect(duty.of('mei').briefed?.how).toBe('noor');
	});

	test('what a phone can do, as it said last', () => {
		const duty = new Duty();
		duty.write(note('d', 'noor', { what: 'phone', value: 'pack clock' }, duty.newId), 'noor', 'N1');
		duty.write(readIt('d', 'noor', 'v1', 'pack storage clock home', duty.newId), 'noor', 'N1');
		expect(duty.of('noor').read).toBeDefined();

		expect(duty.of('noor').phone?.has).toEqual(['pack', 'storage', 'clock', 'home']);
		expect([lastOfPhone(duty.record, 'noor', 'N1'), lastOfPhone(duty.record, 'noor', 'N2')]).toEqual(['pack storage clock home', undefined]);
	});

	test('ready is who lacks nothing', () => {
		const duty = new Duty();
		duty.write(note('d', 'noor', { what: 'policy_ack', value: 'v1' }, duty.newId), 'noor');
		duty.write(note('d', 'noor', { what: 'phone', value: 'pack storage clock home' }, duty.newId), 'noor');
		duty.write(note('d', 'noor', { what: 'drill' }, duty.newId), 'noor');
		duty.write(note('d', 'noor', { what: 'badge' }, duty.newId), 'alma');
		expect(isReady(duty.of('noor'))).toBe(false);

		duty.write(note('d', 'noor', { what: 'briefing', value: 'meeting' }, duty.newId), 'alma');
		expect(isReady(duty.of('noor'))).toBe(true);
		expect(isReady(duty.of('noor', 'v2'))).toBe(false);
	});

	test('nobody strikes what somebody else said of themselves; a lead corrects a slip', () => {
		const duty = new Duty();
		const said = note('d', 'noor', { what: 'policy_ack', value: 'v1' }, duty.newId);
		duty.write(said, 'noor');
		const strike = (): Intention => ({ document: 'd', kind: 'duty', facts: [{ into: 'strikes', id: duty.newId(), fields: { target: said.facts[0]?.id } }] });

		duty.write(strike(), 'mei');
		expect(duty.of('noor').read).toBeDefined();
		duty.write(strike(), 'alma');
		expect(duty.of('noor').read).toBeUndefined();
	});
});

test('what the event itself lacks', () => {
	const pack = { venue: { address: 'Teststrasse 1' }, emergency: [{}], quietRooms: [{}], appeal: {}, contacts: [{ phone: '+49', forAttendees: false }] };

	expect(eventReady(pack, TEAM, 0)).toEqual({ alternate: true, emergency: true, address: true, quietRoom: true, appeal: true, number: false, roster: true });
	expect(eventReady({ ...pack, contacts: [{ phone: '+49', forAttendees: true }] }, TEAM, 2)).toMatchObject({ number: true, roster: false });
	expect(eventReady(null, [], 0)).toEqual({ alternate: false, emergency: false, address: false, quietRoom: false, appeal: false, number: false, roster: true });
});

describe('a drill for everybody', () => {
	const notice = (by: string, ...intentions: Intention[]): EventRecord => {
		const duty = new Duty();
		for (const intention of intentions) duty.write(intention, by);
		return { ...duty.record, kind: 'notice' };
	};

	test('is started and ended by a lead, and by nobody else', () => {
		const start = startDrill('n', () => 'call');
		expect(drillCall(notice('alma', start), TEAM)).toMatchObject({ id: 'call', by: 'alma' });
		expect(drillCall(notice('noor', start), TEAM)).toBeUndefined();
		expect(drillCall(notice('alma', start, takeBack('n', 'call', () => 'end')), TEAM)).toBeUndefined();
	});

	test('that two leads started at the same time ends with one tap', () => {
		let ends = 0;
		const newId = () => `end-${String((ends += 1))}`;
		const twice = [startDrill('n', () => 'call'), startDrill('n', () => 'again')];
		const call = drillCall(notice('alma', ...twice), TEAM);
		expect(call?.all).toEqual(['call', 'again']);
		expect(drillCall(notice('alma', ...twice, takeAllBack('n', call!.all, newId)), TEAM)).toBeUndefined();
	});

	test('asks those who have not practised since; whoever practises again has done it', () => {
		const duty = new Duty();
		const did = (staff: string) => duty.write(note('d', staff, { what: 'drill' }, duty.newId), staff);
		did('noor');
		const at = duty.of('noor').drill!.at + 1;
		const call = { id: 'call', all: ['call'], by: 'alma', at };
		did('mei');
		expect(practised(call, readiness(duty.record, TEAM, 'v1'))).toEqual(['mei']);
		did('noor');
		expect(practised(call, readiness(duty.record, TEAM, 'v1'))).toEqual(['noor', 'mei']);
	});
});
