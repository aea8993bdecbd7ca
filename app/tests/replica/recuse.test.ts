import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { Reason, Restricted } from '../../src/generated/wire/v1/frame_pb.ts';
import { EmptySchema, ExclusionSchema, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { hex, sha256, unhex } from '../../src/replica/bytes.ts';
import type { LocalReplica } from '../../src/replica/replica.ts';
import { unsentCases } from '../../src/words/state.ts';
import { batch, byAnother } from './another.ts';
import { automerge, CASE, enrol, entriesOf, frame, Hall, keeping, note, phone, storageOf, STAFF, until, welcome } from './hall.ts';

beforeAll(automerge);

const ONE = '01'.repeat(16);
const TWO = '02'.repeat(16);

/** A server that keeps what comes, and knows who stepped back from what. */
async function hall(): Promise<Hall & { recused: string[] }> {
	const hall = Object.assign(new Hall(), { recused: [] as string[] });
	await enrol(hall);
	keeping(hall);
	hall.calls['/v1/team'] = () => toBinary(TeamSchema, create(TeamSchema, { recused: hall.recused.map(unhex), open: true }));
	hall.calls['/v1/exclusions'] = (body) => {
		const said = fromBinary(ExclusionSchema, body);
		if (hex(said.staff) === STAFF && !said.lift) hall.recused.push(hex(said.document));
		return toBinary(EmptySchema, create(EmptySchema));
	};
	return hall;
}

async function onDisk(hall: Hall): Promise<string> {
	const storage = await storageOf(hall);
	const all = await storage.all();
	return JSON.stringify(all, (_, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value));
}

describe('“I should not be involved”', () => {
	test('takes the case off the phone, tells the server, and leaves a name', async () => {
		const server = await hall();
		server.network = true;
		const replica = phone(server);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.write(note(ONE, 'what was said'));
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		await replica.recuse(CASE);
		expect(replica.state.cases).toEqual([]);
		await until(replica, () => replica.state.recused[0]?.told === true);
		expect(server.recused).toEqual([CASE]);
		expect(replica.state.recused).toEqual([{ id: CASE, codeName: expect.any(String) as string, at: server.now, told: true, only: false }]);
		expect(await onDisk(server)).not.toContain('what was said');
	});

	test('without a network hides it at once, and is heard at the next contact, after a restart too', async () => {
		const server = await hall();
		server.network = true;
		const before = phone(server);
		await until(before, () => before.state.connection.state === 'online');
		await before.write(note(ONE, 'what was said'));
		await until(before, () => before.state.cases[0]?.unsent === 0);
		server.network = false;
		server.ears?.closed();
		await before.recuse(CASE);
		await until(before, () => before.state.recused.length === 1);
		expect(before.state.cases).toEqual([]);
		expect(before.state.recused[0]?.told).toBe(false);
		while ((await onDisk(server)).includes('what was said')) await new Promise(setImmediate);
		expect(server.recused).toEqual([]);

		const later = Object.assign(await hall(), { db: server.db, network: true, now: server.now + 60_000 });
		const after = phone(later);
		await until(after, () => after.state.recused[0]?.told === true);
		expect(later.recused).toEqual([CASE]);
		expect(after.state.cases).toEqual([]);
	});

	test.each([
		['when the network is back', (replica: LocalReplica) => replica.tryNow()],
		['by itself after a while', (_: LocalReplica, server: Hall) => void server.pass(5_000)]
	])('is heard on a line that outlived the outage, %s', async (_when, meanwhile) => {
		const server = await hall();
		server.network = true;
		const replica = phone(server);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.write(note(ONE, 'what was said'));
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		let tries = 0;
		server.answers['/v1/exclusions'] = () => Promise.reject(new TypeError(`no network ${String((tries += 1))}`));
		await replica.recuse(CASE);
		while (tries === 0) await new Promise(setImmediate);
		for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
		expect([tries, server.recused]).toEqual([1, []]);
		delete server.answers['/v1/exclusions'];
		meanwhile(replica, server);
		await until(replica, () => replica.state.recused[0]?.told === true);
		expect(server.recused).toEqual([CASE]);
		expect(server.said.filter(({ kind }) => kind.case === 'hello')).toHaveLength(1);
	});

	test('adds what was half typed in the case first, and leaves nothing of it that nobody can come back to', async () => {
		const server = await hall();
		const replica = phone(server);
		await until(replica, () => replica.state.ready);
		await replica.write(note(ONE, 'what was said'));
		await replica.keepDraft({ id: TWO, startedAt: server.now, savedAt: server.now, fields: { note: CASE, said: { text: 'she cried when he ' } } });
		await replica.keepDraft({ id: '03'.repeat(16), startedAt: server.now, savedAt: server.now, fields: { note: CASE, said: { text: ' ' } } });
		await replica.recuse(CASE);
		expect(replica.state.drafts).toEqual([]);
		const kept = keeping(server);
		server.network = true;
		replica.tryNow();
		await until(replica, () => replica.state.recused[0]?.told === true);
		expect(kept).toHaveLength(2);
		expect([replica.state.recused[0]?.only, unsentCases(replica.state)]).toEqual([false, 0]);
		expect(await onDisk(server)).not.toContain('she cried');
	});

	test('sends first what only this phone holds', async () => {
		const server = await hall();
		const replica = phone(server);
		await until(replica, () => replica.state.ready);
		await replica.write(note(ONE, 'only here'));
		await replica.recuse(CASE);
		expect(replica.state.cases).toEqual([]);
		expect([replica.state.recused[0]?.only, unsentCases(replica.state)]).toEqual([true, 1]); // no shift ends over it
		const heard: string[] = [];
		const kept = keeping(server, heard);
		server.calls['/v1/exclusions'] = () => {
			expect(kept).toHaveLength(1);
			server.recused.push(CASE);
			return toBinary(EmptySchema, create(EmptySchema));
		};
		server.network = true;
		replica.tryNow();
		await until(replica, () => replica.state.recused[0]?.told === true);
		expect(kept).toHaveLength(1);
		expect(server.recused).toEqual([CASE]);
		expect([replica.state.recused[0]?.only, unsentCases(replica.state)]).toEqual([false, 0]);
		expect(await onDisk(server)).not.toContain('only here');
	});

	test('said on another phone of the same person hides it here, until a lead lets them near it again', async () => {
		const server = await hall();
		server.network = true;
		const replica = phone(server);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.write(note(ONE, 'what was said'));
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		server.recused.push(CASE);
		await replica.lead.reloadTeam();
		expect(replica.state.cases).toEqual([]);
		expect(replica.state.recused).toEqual([{ id: CASE, codeName: expect.any(String) as string, told: true, only: false }]);
		server.recused.length = 0;
		await replica.lead.reloadTeam();
		expect(replica.state.recused).toEqual([]);
		expect(entriesOf(replica)).toEqual(['what was said']);
	});
});

describe('a case that nobody may receive', () => {
	test('stays on the phone and is shown as waiting, also after a restart, until somebody may', async () => {
		const server = await hall();
		server.network = true;
		server.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(server.now)];
			if (said.kind.case !== 'push') return [];
			const refusals = await Promise.all(said.kind.value.envelopes.map(async (one) => ({ changeId: await sha256(one.body), reason: Reason.HELD })));
			return [frame({ case: 'refused', value: { pushId: said.kind.value.pushId, refusals } } as never)];
		};
		const before = phone(server);
		await before.write({ ...note(ONE, 'about the chair'), birth: { restricted: 'chair_named', excluded: [TWO] } });
		await until(before, () => before.state.cases[0]?.held === true);
		expect(before.state.cases[0]).toMatchObject({ restricted: 'chair_named', excluded: [TWO], unsent: 1 });
		expect(before.state.cases[0]?.safekeeping.get(ONE)).toEqual({ where: 'phone' });

		const later = Object.assign(await hall(), { db: server.db });
		const after = phone(later);
		await until(after, () => after.state.ready);
		expect(after.state.cases[0]?.held).toBe(true);
		keeping(later);
		later.network = true;
		after.tryNow();
		await until(after, () => after.state.cases[0]?.unsent === 0);
		expect(after.state.cases[0]?.held).toBe(false);
		expect(after.state.cases[0]?.safekeeping.get(ONE)).toMatchObject({ where: 'sent' });
	});
});

test('a case whose author’s phone had lost what it sent, and went on without a network, is kept from whom it was kept from', async () => {
	const server = await hall();
	const replica = phone(server);
	await until(replica, () => replica.state.ready);
	await replica.write(note(ONE, 'the rest of it')); // what was sent is not here: this begins the case anew
	server.network = true;
	replica.tryNow();
	await until(replica, () => replica.state.cases[0]?.unsent === 0);
	server.push(batch([byAnother(note(TWO, 'about the chair'), { restricted: Restricted.CHAIR_NAMED, excluded: [unhex(STAFF)] })], 'c1'));
	await until(replica, () => entriesOf(replica).length === 2);
	expect(replica.state.cases[0]).toMatchObject({ restricted: 'chair_named', excluded: [STAFF] });
	await replica.end();
	const again = phone(server);
	await until(again, () => again.state.cases.length === 1);
	expect(again.state.cases[0]).toMatchObject({ restricted: 'chair_named', excluded: [STAFF] });
	await again.end();
});

test('a case that a lead found to be about nobody in particular is restricted no more, after a restart too', async () => {
	const server = await hall();
	let ended: string[] = [];
	server.calls['/v1/team'] = () => toBinary(TeamSchema, create(TeamSchema, { unrestricted: ended.map(unhex), open: true }));
	server.network = true;
	const replica = phone(server);
	const restricted = (one: LocalReplica) => one.state.cases.map((record) => record.restricted);
	await until(replica, () => replica.state.connection.state === 'online');
	await replica.write({ ...note(ONE, 'somebody with a badge'), birth: { restricted: 'staff_unidentified' } });
	await replica.write({ ...note(TWO, 'somebody else'), document: '0c'.repeat(16), birth: { restricted: 'chair_named' } });
	await until(replica, () => replica.state.cases.length === 2 && replica.state.cases.every(({ unsent }) => unsent === 0));
	expect(restricted(replica).toSorted()).toEqual(['chair_named', 'staff_unidentified']);
	ended = [CASE];
	await replica.lead.reloadTeam();
	expect(restricted(replica).toSorted()).toEqual(['chair_named', 'none']);
	await replica.end();
	const again = phone(server);
	await until(again, () => again.state.cases.length === 2);
	expect(restricted(again).toSorted()).toEqual(['chair_named', 'none']);
	await again.end();
});
