import { describe, expect, it } from 'vitest';
import { alarms, iKnow, unanswered } from '../../src/incident/alarm.ts';
import { openCase } from '../../src/incident/chair.ts';
import type { CaseRecord, Id, State } from '../../src/replica/api.ts';
import { callOrder, type Person } from '../../src/routes/phone/people.ts';
import { MemoryReplica } from '../console/memory.ts';
import { alma, AMBER, at, id, QUIET } from '../console/journeys.ts';

const TARGETS = { chair_told: 10, chair_told_alert: 15, meeting: 60, follow_up: 480 };
const SILVER = id('silver');
type Now = Pick<State, 'cases' | 'team'>;

function rung(state: Now, reader: string, clock: string) {
	return alarms(state.cases, state.team, id(reader), TARGETS, at(clock)).map(({ codeName, knownAt, overdue, first }) => ({ codeName, known: knownAt !== null, overdue, first }));
}
/** As a lead's own device writes. */
async function by(replica: MemoryReplica, lead: string, ...intentions: Parameters<MemoryReplica['write']>[0][]): Promise<void> {
	const { self } = replica.state;
	if (!self) throw new Error('nobody');
	replica.change({ self: { ...self, staff: id(lead) } });
	for (const intention of intentions) await replica.write(intention);
	replica.change({ self });
}
const restricted = (state: State, caseId: Id, kind: CaseRecord['restricted'], excluded: Id[] = []): Now => ({
	...state,
	cases: state.cases.map((record) => (record.id === caseId ? { ...record, restricted: kind, excluded } : record))
});

describe('a new case', () => {
	it('is announced to every lead while none knows of it, and only to the first in line once one does', () => {
		const { state } = alma();
		// Amber Kite was told to Alma by telephone; nobody was told about the other two.
		expect(rung(state, 'alma', '12:31').map((one) => one.codeName)).toEqual(['Quiet Delta', 'Silver Otter', 'Amber Kite']);
		expect(rung(state, 'tom', '12:31').map((one) => one.codeName)).toEqual(['Quiet Delta', 'Silver Otter']);
	});

	it('is silent after the lead opened it, for this lead and, as one knows now, for the next in line', async () => {
		const replica = alma();
		await by(replica, 'alma', openCase(SILVER, () => replica.newId()));
		for (const lead of ['alma', 'tom']) expect(rung(replica.state, lead, '12:31').map((one) => one.codeName)).not.toContain('Silver Otter');
	});

	it('stays with the first in line when the next one opened it', async () => {
		const replica = alma();
		await by(replica, 'tom', openCase(SILVER, () => replica.newId()));
		expect(rung(replica.state, 'alma', '12:31')).toContainEqual({ codeName: 'Silver Otter', known: true, overdue: false, first: null });
	});

	it('is answered by “I know of it”, which stands in the case for whoever took the report, and tells nothing of it', async () => {
		const replica = alma();
		const said = iKnow(SILVER, 'Alma Reyes', 'voice', () => replica.newId());
		await by(replica, 'alma', said);
		expect(rung(replica.state, 'alma', '12:31').map((one) => one.codeName)).not.toContain('Silver Otter');
		expect(replica.state.cases.find((one) => one.id === SILVER)?.view.chair_knows?.how).toBe('voice');
		expect(said.facts.map(({ fields }) => fields)).toEqual([{ kind: 'chair_told', value: 'voice', who: 'Alma Reyes' }]);
	});
});

describe('a case that nobody answers', () => {
	it('names the silent lead to the others after fifteen minutes, and not a minute earlier', () => {
		const { state } = alma();
		const silver = (lead: string, clock: string) => rung(state, lead, clock).find((one) => one.codeName === 'Silver Otter');
		expect(silver('tom', '12:34')).toEqual({ codeName: 'Silver Otter', known: false, overdue: false, first: id('alma') });
		expect(silver('tom', '12:35')).toEqual({ codeName: 'Silver Otter', known: false, overdue: true, first: id('alma') });
		expect(silver('alma', '12:35')).toEqual({ codeName: 'Silver Otter', known: false, overdue: true, first: null });
	});

	it('names nobody whom it is kept from', () => {
		const { state } = alma();
		for (const now of [restricted(state, SILVER, 'chair_named'), restricted(state, SILVER, 'staff_named', [id('alma')])]) {
			expect(rung(now, 'tom', '12:40').find((one) => one.codeName === 'Silver Otter')).toMatchObject({ overdue: true, first: null });
		}
	});

	it('comes before what is only new', () => {
		const { state } = alma();
		expect(rung(state, 'tom', '12:34').map((one) => [one.codeName, one.overdue])).toEqual([['Quiet Delta', true], ['Silver Otter', false]]);
	});

	it('has the phone of whoever wrote it call the next lead', () => {
		const replica = alma();
		const view = (caseId: Id) => replica.state.cases.find((one) => one.id === caseId)!.view;
		expect(unanswered(view(SILVER), TARGETS, at('12:34'))).toBe(false);
		expect(unanswered(view(SILVER), TARGETS, at('12:35'))).toBe(true);
		expect(unanswered(view(AMBER), TARGETS, at('19:00'))).toBe(false);
		expect(unanswered(view(QUIET), { ...TARGETS, chair_told_alert: 0 }, at('19:00'))).toBe(false);
		const person = (name: string, phone: string): Person => ({ id: id(name), name, first: name, roles: '', phone, badge: '' });
		const [chair, alternate, silent] = [person('Alma', '+49 1'), person('Tom', '+49 2'), person('Ida', '')];
		expect(callOrder([chair, alternate], false)).toEqual({ first: chair, others: [alternate] });
		expect(callOrder([chair, alternate], true)).toEqual({ first: alternate, others: [chair] });
		expect(callOrder([chair, silent], true)).toEqual({ first: chair, others: [] });
		expect(callOrder([silent], true).first).toBeUndefined();
	});

	it('needs no team list to be announced', () => {
		expect(rung({ ...alma().state, team: null }, 'tom', '12:31')).toHaveLength(3);
	});
});
