import { create } from '@bufbuild/protobuf';
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import { ContactSchema, EmergencyNumberSchema, PackSchema, StepSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import { wentAllTheWay } from '../../src/incident/ready.ts';
import { counts } from '../../src/incident/transparency.ts';
import { newReport, plan } from '../../src/incident/report.ts';
import { Role, type State } from '../../src/replica/api.ts';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import Practice from '../../src/routes/practice/Practice.svelte';
import { DrillPhone } from '../../src/routes/practice/phone.svelte.ts';
import { EMPTY } from '../../src/replica/opening.ts';
import { DrillReplica } from '../../src/replica/drill.ts';

const HOUR = 3_600_000;
const pack = create(PackSchema, {
	name: 'Conference',
	steps: [create(StepSchema, { code: 'IR1', title: 'Danger' })],
	contacts: [create(ContactSchema, { name: 'Alma Reyes', phone: '+49 170 0000001', urgent: true })],
	emergency: [create(EmergencyNumberSchema, { label: 'Police', number: '110', police: true }), create(EmergencyNumberSchema, { label: 'Venue security', number: '+49 30 555' })],
	translations: [{ language: 'de', emergency: [create(EmergencyNumberSchema, { label: 'Polizei', number: '110' })] }]
});
const REAL_CASE = { id: 'c'.repeat(32) } as State['cases'][number];
const real: State = {
	...EMPTY,
	pack,
	ready: true,
	self: { state: 'active', device: 'd'.repeat(32), staff: '1'.repeat(32), name: 'Alma Reyes', roles: [Role.CHAIR], badgeLabel: 'STAFF 01', label: 'A1', words: [] },
	cases: [REAL_CASE]
};

function drill() {
	let count = 0;
	const newId = () => (count += 1).toString(16).padStart(32, '0');
	return { replica: new DrillReplica({ state: real, newId, now: () => 10 * HOUR }, 'Practice-chair'), newId };
}

async function report() {
	const { replica, newId } = drill();
	const started = newReport({ case: newId(), report: newId(), identity: newId() }, 10 * HOUR);
	const draft = { ...started, words: 'Somebody stood very close to me.' };
	for (const { document, kind, facts, birth } of plan(draft, newId, { policy: 'v1', drill: replica.state.pack?.drill === true })) await replica.write({ document, kind, facts, ...(birth && { birth }) });
	return { replica, newId, id: draft.case };
}

describe('a drill on one’s own phone', () => {
	test('begins with nothing of the real event but its procedure, and nobody leads', () => {
		const { replica } = drill();
		expect(replica.state.cases).toEqual([]);
		expect(replica.state.self?.roles).toEqual([Role.RESPONDER]);
		expect(replica.state.pack?.steps.map((step) => step.code)).toEqual(['IR1']);
	});

	test('has no number that anybody answers', () => {
		const { pack, team } = drill().replica.state;
		const numbers = [...(pack?.contacts ?? []), ...(team?.staff ?? [])].map((one) => one.phone);
		const lines = [...(pack?.emergency ?? []), ...(pack?.translations ?? []).flatMap((each) => each.emergency)].map((one) => one.number);
		expect([...numbers.filter(Boolean), ...lines]).not.toHaveLength(0);
		for (const number of [...numbers.filter(Boolean), ...lines]) expect(number).toMatch(/^\+49 30 23125 \d{3}$/);
		expect(pack?.emergency[0]?.number).toBe(pack?.translations[0]?.emergency[0]?.number);
	});

	test('a case of it has a name of its own kind, is marked, and stays apart from the real ones', async () => {
		const { replica, id } = await report();
		const [record] = replica.state.cases;
		expect(record?.id).toBe(id);
		expect(record?.codeName).toMatch(/^Drill [A-Z][a-z]+ \d\d$/);
		expect(record?.view.opened?.drill).toBe(true);
		expect(record?.view.reports[0]?.accounts.words?.versions[0]?.text).toBe('Somebody stood very close to me.');
		expect([...(record?.safekeeping.values() ?? [])].every((one) => one.where === 'phone')).toBe(true);
		expect(real.cases).toEqual([REAL_CASE]);
		expect(counts(replica.state.cases, [])).toMatchObject({ cases: 0, reports: 0 });
	});

	test('is done once the chair was told of a report that was written down, and not before', async () => {
		const { replica, newId, id } = await report();
		expect(wentAllTheWay(replica.state.cases)).toBe(false);
		await replica.write({ document: id, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'chair_told', value: 'voice', who: 'Practice-chair' } }] });
		expect(wentAllTheWay(replica.state.cases)).toBe(true);
	});

	test('can be stepped back from, and links, invites or shows nothing to a lead', async () => {
		const { replica, id } = await report();
		await replica.recuse(id);
		expect(replica.state.cases).toEqual([]);
		expect(replica.state.recused[0]?.codeName).toMatch(/^Drill /);
		await expect(replica.chairDocument()).rejects.toThrow();
		await expect(replica.lead.suggestions()).rejects.toThrow();
		await expect(replica.lead.exportCase(id, 'file', [])).rejects.toThrow();
	});
});

test('that somebody practised is said to be noted only once it is', async () => {
	const { replica, id } = await report();
	await replica.write({ document: id, kind: 'case', facts: [{ into: 'entries', id: 'e'.repeat(32), fields: { kind: 'chair_told', value: 'voice' } }] });
	const phone = new Phone(replica);
	const { body } = render(Practice, { props: { phone, drill: new DrillPhone(phone, replica), route: { page: 'home' }, begin: () => undefined, stop: () => undefined } });
	expect(wentAllTheWay(replica.state.cases)).toBe(true);
	expect(body).toContain('That was the whole way.');
	expect(body).not.toContain('It is noted');
});
