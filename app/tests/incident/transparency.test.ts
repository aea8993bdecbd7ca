import { describe, expect, test } from 'vitest';
import { counts, listed, ofAppeals, sayable, sayablePart } from '../../src/incident/transparency.ts';
import { ending, leaving } from '../../src/incident/ending.ts';
import { Role } from '../../src/generated/wire/v1/identity_pb.ts';
import type { Person, Phone } from '../../src/incident/team.ts';
import { monthsAfter } from '../../src/words/zoned.ts';
import { alma, AMBER, id, QUIET } from '../console/journeys.ts';

const link = (fields: { [field: string]: string }, into = 'links') => ({ document: 'c1'.padEnd(32, '0'), kind: 'chair' as const, birth: { parent: AMBER }, facts: [{ into, id: id(`${into}${fields['other'] ?? fields['party'] ?? ''}`), fields }] });

describe('what may be said in public', () => {
	test('what is linked as one incident counts once, and its reports each', async () => {
		const replica = alma();
		expect(counts(replica.state.cases, replica.state.chairs)).toMatchObject({ reports: 3, cases: 3, open: 3, stands: 0 });
		await replica.write(link({ other: QUIET, kind: 'same_incident' }));
		expect(counts(replica.state.cases, replica.state.chairs)).toMatchObject({ reports: 3, cases: 2, people: 1 });
	});

	test('persons whom a lead confirmed to be one are one, in two incidents', async () => {
		const replica = alma();
		expect(counts(replica.state.cases, replica.state.chairs).people).toBe(2);
		await replica.write(link({ person: id('p'), party: id('p0417') }, 'persons'));
		const quiet = link({ person: id('p'), party: id('q417') }, 'persons');
		await replica.write({ ...quiet, document: 'c2'.padEnd(32, '0'), birth: { parent: QUIET } });
		expect(counts(replica.state.cases, replica.state.chairs).people).toBe(1);
	});

	test('one person is one also where leads said so under two names, or of two cases', async () => {
		const linked = alma();
		await linked.write(link({ other: QUIET, kind: 'same_reported_person' }));
		expect(counts(linked.state.cases, linked.state.chairs)).toMatchObject({ cases: 3, people: 1 });

		const named = alma();
		await named.write(link({ person: id('p'), party: id('p0417') }, 'persons'));
		for (const person of ['p', 'r']) {
			const quiet = link({ person: id(person), party: id('q417') }, 'persons');
			await named.write({ ...quiet, facts: quiet.facts.map((fact) => ({ ...fact, id: id(`quiet ${person}`) })), document: 'c2'.padEnd(32, '0'), birth: { parent: QUIET } });
		}
		expect(counts(named.state.cases, named.state.chairs).people).toBe(1);
		// It is one also with what was linked to it.
		await named.write(link({ other: QUIET, kind: 'same_reported_person' }));
		expect(counts(named.state.cases, named.state.chairs).people).toBe(1);
	});

	test('a drill never counts', () => {
		const { state } = alma();
		const drill = state.cases.map((record) => (record.id === AMBER ? { ...record, view: { ...record.view, opened: { id: 'o', by: 'x', device: 'y', at: 1, policy: 'v', drill: true } } } : record));

		expect(counts(drill, [])).toMatchObject({ reports: 2, cases: 2 });
	});

	test('how reports came, and what kind they were', () => {
		const { state } = alma();
		expect(counts(state.cases, [])).toMatchObject({ channels: { in_person: 1 }, categories: { following: 1, comments: 1 } });
	});

	test('an open appeal changes no number, and what came of it every one that it touches', async () => {
		const replica = alma();
		const elements: [string, string, { [field: string]: string | number }][] = [
			['statements', 'side', { waived: 'declined', reason: 'no' }],
			['findings', 'found', { value: 'stands', reason: 'two accounts' }],
			['sanctions', 'warned', { code: 'warn_cease' }],
			['marks', 'told', { target: id('warned'), mark: 'told', value: 'in_person' }]
		];
		const write = (into: string, name: string, fields: { [field: string]: string | number }) => replica.write({ document: 'c1'.padEnd(32, '0'), kind: 'chair', birth: { parent: AMBER }, facts: [{ into, id: id(name), fields }] });
		for (const [into, name, fields] of elements) await write(into, name, fields);
		const now = () => counts(replica.state.cases, replica.state.chairs);
		const before = now();
		expect(before).toMatchObject({ stands: 1, sanctions: { warn_cease: 1 }, appealsOpen: 0, appealsDecided: 0 });
		expect(ofAppeals(before)).toBe(null);

		await write('appeals', 'late', { received: 5, grounds: 'Nobody heard me.' });
		expect(now()).toEqual({ ...before, appealsOpen: 1 });
		expect(ofAppeals(now())).toBe('open');

		await write('appeals', 'decided', { received: 5, grounds: 'Nobody heard me.', decision: 'It does not stand', effect: 'upheld', decided_at: 6, replaces: id('late') });
		await write('findings', 'anew', { value: 'does_not_stand', reason: 'the board', replaces: id('found') });
		await write('marks', 'lifted', { target: id('warned'), mark: 'lifted' });
		expect(now()).toEqual({ ...before, stands: 0, sanctions: {}, appealsOpen: 0, appealsDecided: 1 });
		expect(ofAppeals(now())).toBe('decided');
	});

	test('an appeal that came too late and was not taken is neither open nor decided', async () => {
		const replica = alma();
		await replica.write({ document: 'c1'.padEnd(32, '0'), kind: 'chair', birth: { parent: AMBER }, facts: [{ into: 'appeals', id: id('late'), fields: { received: 5, grounds: 'x', declined: 'a year later' } }] });
		expect(ofAppeals(counts(replica.state.cases, replica.state.chairs))).toBe(null);
	});

	test('while one appeal is open, that is said, whatever was decided about another', () => {
		expect(ofAppeals({ ...counts([], []), appealsOpen: 1, appealsDecided: 2 })).toBe('open');
	});

	test('says that somebody was heard and told only where they were, and of no measure where nothing followed', async () => {
		const replica = alma();
		const write = (into: string, name: string, fields: { [field: string]: string | number }) => replica.write({ document: 'c1'.padEnd(32, '0'), kind: 'chair', birth: { parent: AMBER }, facts: [{ into, id: id(name), fields }] });
		const now = () => counts(replica.state.cases, replica.state.chairs);
		await write('statements', 'left', { waived: 'left', reason: 'went home' });
		await write('findings', 'found', { value: 'stands', reason: 'two accounts' });
		await write('sanctions', 'none', { code: 'no_action' });
		for (const target of ['found', 'none']) await write('marks', `told ${target}`, { target: id(target), mark: 'told', value: 'email' });
		expect(now()).toMatchObject({ stands: 1, heardAndTold: 0, sanctions: {} });

		await write('statements', 'said', { text: 'I did not hear a no.', heard_by: id('tom') });
		expect(now()).toMatchObject({ stands: 1, heardAndTold: 1 });
	});

	test('a number below three is not said, none is', () => {
		expect([0, 1, 2, 3, 4].map(sayable)).toEqual([0, null, null, 3, 4]);
	});

	test('kinds with small numbers are left out, and that some were is said', () => {
		expect(listed({ a: 2, b: 5, c: 3 }, 15)).toEqual({ lines: [{ code: 'b', count: 5 }, { code: 'c', count: 3 }], leftOut: true });
		expect(listed({ a: 3 }, 3)).toEqual({ lines: [{ code: 'a', count: 3 }], leftOut: false });
		expect(listed({}, 0)).toEqual({ lines: [], leftOut: false });
	});

	test('nor is a number from which a small one can be worked out', () => {
		// One of four cases is none of it, and everybody who was there could ask which.
		expect(listed({ a: 3, b: 1 }, 4)).toEqual({ lines: [], leftOut: true });
		// Ten reports, of which nine are named in two lines: the tenth would be the only one of its kind.
		expect(listed({ a: 5, b: 4, c: 1 }, 10)).toEqual({ lines: [{ code: 'a', count: 5 }], leftOut: true });
		expect(listed({ a: 5, b: 4, c: 3 }, 12)).toMatchObject({ leftOut: false });
		expect([sayablePart(3, 4), sayablePart(3, 3), sayablePart(3, 6), sayablePart(2, 9), sayablePart(0, 4)]).toEqual([false, true, true, false, true]);
		// The whole is not said: nothing can be worked out from it.
		expect(sayablePart(0, 2)).toBe(true);
	});
});

describe('the end of the event', () => {
	const phone = (label: string, more: Partial<Phone> = {}): Phone => ({ id: label, staff: '', label, state: 'active', words: [], anotherLead: false, enrolledAt: 1, unsent: 0, ...more });
	const person = (name: string, role: Role, phones: Phone[], until?: number): Person => ({ id: name, name, roles: [role], badgeLabel: '', phone: '', phones, ...(until !== undefined && { until }) });
	const TEAM = [
		person('alma', Role.CHAIR, [phone('A1')]),
		person('noor', Role.RESPONDER, [phone('N1', { unsent: 2 })]),
		person('jonas', Role.RESPONDER, [phone('J1', { wipedAt: 5 })], 10),
		person('mei', Role.RESPONDER, [phone('M1', { state: 'revoked', wipedAt: 6 }), phone('M2', { state: 'pending' })])
	];

	test('counts the phones that are empty, and names those that are not', () => {
		const end = ending(TEAM, 20);

		expect(end.emptied.map((one) => one.label)).toEqual(['J1', 'M1']);
		expect(end.held.map((one) => one.label)).toEqual(['N1']);
		expect([end.unsent, end.withUnsent.length]).toEqual([2, 1]);
	});

	test('ends everybody’s time but the leads’', () => {
		expect(leaving(ending(TEAM, 20), 20).map((one) => one.staff)).toEqual(['noor', 'mei']);
	});

	test('is kept for so many months, and to the last day of a short one', () => {
		const at = (day: string) => Date.parse(`${day}T17:00:00Z`);
		expect([monthsAfter(at('2026-09-30'), 12), monthsAfter(at('2026-09-30'), 5), monthsAfter(at('2026-12-31'), 2)].map((time) => new Date(time).toISOString().slice(0, 10))).toEqual(['2027-09-30', '2027-02-28', '2027-02-28']);
	});
});
