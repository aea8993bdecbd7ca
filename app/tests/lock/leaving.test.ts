import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { getPublicKeyAsync, signAsync, utils } from '@noble/ed25519';
import { beforeAll, describe, expect, test } from 'vitest';
import { type HandIn, HandedInSchema, HandInSchema, ProblemSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { ChangeBodySchema, Reason } from '../../src/generated/wire/v1/frame_pb.ts';
import { concat, hex, randomBytes, sha256, unhex, utf8 } from '../../src/replica/bytes.ts';
import type { GuardedReplica } from '../../src/replica/guarded.ts';
import { Shelter } from '../../src/replica/storage.ts';
import { A } from '../../src/replica/automerge.ts';
import { newReport, plan } from '../../src/incident/report.ts';
import { automerge, CASE, EVENT, guarded, Hall, keeping, locked, note, PIN, until } from '../replica/hall.ts';

beforeAll(automerge);

const secret = utils.randomSecretKey();
const serverKey = hex(await getPublicKeyAsync(secret));

function answer<D extends DescMessage>(schema: D, message: MessageInitShape<D>, status = 200): Response {
	return new Response(toBinary(schema, create(schema, message)).slice(), { status, headers: { 'content-type': 'application/x-protobuf' } });
}

/** A server that has revoked the phone; `order` is what it answers with. */
async function revoking(order: (said: HandIn) => Promise<Uint8Array>, refuse?: Reason): Promise<{ hall: Hall; said: HandIn[] }> {
	const hall = await locked(new Hall(), serverKey);
	const said: HandIn[] = [];
	hall.network = true;
	hall.answers['/v1/auth/token'] = () => Promise.resolve(answer(ProblemSchema, { code: 'revoked', say: 'No.' }, 410));
	hall.answers['/v1/handin'] = async (body) => {
		const ask = fromBinary(HandInSchema, body);
		said.push(ask);
		const ids = await Promise.all(ask.envelopes.map((envelope) => sha256(envelope.body)));
		if (refuse !== undefined) return answer(HandedInSchema, { refusals: ids.map((changeId) => ({ changeId, reason: refuse })), wipeOrder: await order(ask) });
		return answer(HandedInSchema, { changeIds: ids, wipeOrder: await order(ask) });
	};
	return { hall, said };
}

const signed = async (event: string, device: Uint8Array, key = secret, domain = 'safehall/wipe/v1\0'): Promise<Uint8Array<ArrayBuffer>> =>
	new Uint8Array(await signAsync(concat(utf8(domain), unhex(event), device), key));

async function withWords(hall: Hall): Promise<GuardedReplica> {
	hall.network = false;
	const phone = guarded(hall);
	await until(phone, () => phone.state.lock.state === 'locked');
	await phone.lock.open(PIN);
	await until(phone, () => phone.state.ready);
	await phone.write(note('01'.repeat(16), 'only here'));
	const report = { ...newReport({ case: '0d'.repeat(16), report: '0e'.repeat(16), identity: '0f'.repeat(16) }, hall.now), words: 'still being typed' };
	await phone.keepDraft({ id: report.case, startedAt: hall.now, savedAt: 0, fields: { report } });
	await phone.keepDraft({ id: '1a'.repeat(16), startedAt: hall.now, savedAt: 0, fields: { note: CASE, said: { text: 'half a note' } } });
	await until(phone, () => phone.state.cases[0]?.unsent === 1);
	hall.network = true;
	phone.tryNow();
	return phone;
}

describe('a phone that lost its access', () => {
	test('hands in what only it holds, what was half typed too, empties itself on the server’s signed word, and says so', async () => {
		const { hall, said } = await revoking((ask) => signed(EVENT, ask.device));
		const phone = await withWords(hall);
		await until(phone, () => phone.state.lock.state === 'gone');
		while (said.length < 2) await new Promise(setImmediate);
		expect(phone.state).toMatchObject({ lock: { state: 'gone', why: 'revoked' }, cases: [], drafts: [], self: null });
		const changes = said[0]!.envelopes.map(({ body }) => JSON.stringify(A.decodeChange(fromBinary(ChangeBodySchema, body).change)));
		for (const words of ['only here', 'still being typed', 'half a note']) expect(changes.join()).toContain(words);
		expect(said[1]).toMatchObject({ wiped: true, envelopes: [] });
		for (const ask of said) expect(ask.signature).toHaveLength(64);
		expect(hall.slot?.bytes?.every((byte) => byte === 0)).toBe(true);
		expect(await (await Shelter.open(hall.db)).rows()).toEqual([]);
		const again = guarded(Object.assign(new Hall(), { db: hall.db, slot: hall.slot }));
		await until(again, () => again.state.lock.state === 'gone');
	});

	test('says its last words once, however long the server takes', async () => {
		let come = (): void => undefined;
		const late = new Promise<void>((resolve) => (come = resolve));
		const { hall, said } = await revoking((ask) => late.then(() => signed(EVENT, ask.device)));
		const phone = await withWords(hall);
		while (said.length < 1) await new Promise(setImmediate);
		for (let minute = 0; minute < 5; minute += 1) {
			await hall.pass(60_000);
			for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
		}
		come();
		await until(phone, () => phone.state.lock.state === 'gone');
		while (said.length < 2) await new Promise(setImmediate);
		for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
		expect(said.map(({ wiped }) => wiped)).toEqual([false, true]);
	});

	const sent = (said: readonly HandIn[]) => said.flatMap(({ envelopes }) => envelopes.map(({ body }) => JSON.stringify(A.decodeChange(fromBinary(ChangeBodySchema, body).change)))).join();
	const typedOn = (words: string) => ({ ...newReport({ case: '0d'.repeat(16), report: '0e'.repeat(16), identity: '0f'.repeat(16) }, 1), words });

	test('hands in what was written and typed on while it said its last words, also in a report that it had handed in half', async () => {
		let more = () => Promise.resolve();
		const { hall, said } = await revoking(async (ask) => {
			await more();
			more = () => Promise.resolve();
			return signed(EVENT, ask.device);
		});
		const phone = await withWords(hall);
		more = async () => {
			await phone.write(note('02'.repeat(16), 'written meanwhile'));
			const report = typedOn('still being typed, and typed on');
			await phone.keepDraft({ id: report.case, startedAt: hall.now, savedAt: 0, fields: { report } });
		};
		await until(phone, () => phone.state.lock.state === 'gone');
		for (const words of ['only here', 'still being typed', 'written meanwhile', 'and typed on']) expect(sent(said)).toContain(words);
	});

	test('hands in what the open page went on to write in a report that a first try had written down already', async () => {
		let full = true;
		const { hall, said } = await revoking((ask) => signed(EVENT, ask.device));
		const takes = hall.answers['/v1/handin']!;
		hall.answers['/v1/handin'] = async (body) => {
			if (!full) return takes(body);
			const ids = await Promise.all(fromBinary(HandInSchema, body).envelopes.map((envelope) => sha256(envelope.body)));
			said.push(fromBinary(HandInSchema, body));
			return answer(HandedInSchema, { refusals: ids.map((changeId) => ({ changeId, reason: Reason.QUOTA })) });
		};
		const phone = await withWords(hall);
		while (said.length < 1) await new Promise(setImmediate);
		const plans = plan(typedOn('written by its page once more'), () => hex(randomBytes(16)), { policy: '', drill: false });
		await phone.write(plans.map(({ document, kind, facts, birth }) => ({ document, kind, facts, ...(birth && { birth }) })));
		full = false;
		while (phone.state.lock.state !== 'gone') await hall.pass(60_000).then(() => new Promise(setImmediate));
		expect(sent(said)).toContain('written by its page once more');
	});

	test('keeps everything while the server cannot take all of it', async () => {
		const { hall, said } = await revoking((ask) => signed(EVENT, ask.device), Reason.QUOTA);
		const phone = await withWords(hall);
		while (said.length < 1) await new Promise(setImmediate);
		await hall.pass(1);
		expect(phone.state.lock.state).toBe('open');
		expect(said.some((ask) => ask.wiped)).toBe(false);
		expect((await (await Shelter.open(hall.db)).rows()).length).toBeGreaterThan(3);
	});

	test('takes no notice of a server that knows of no lost access', async () => {
		const { hall } = await revoking(() => Promise.resolve(new Uint8Array()));
		let asked = 0;
		hall.answers['/v1/handin'] = () => {
			asked += 1;
			return Promise.resolve(answer(ProblemSchema, { code: 'bad_proof', say: 'No.' }, 403));
		};
		const phone = await withWords(hall);
		while (asked === 0) await new Promise(setImmediate);
		expect(phone.state.lock.state).toBe('open');
		expect(phone.state.self?.state).toBe('active');
		delete hall.answers['/v1/auth/token']; // the hall's Wi-Fi no longer speaks for the server
		const kept = keeping(hall);
		const clock = setInterval(() => void hall.pass(500), 1);
		await until(phone, () => phone.state.connection.state === 'online');
		await until(phone, () => phone.state.cases.every((record) => record.unsent === 0));
		clearInterval(clock);
		expect(kept.length).toBeGreaterThan(0);
	});

	const other = utils.randomSecretKey();
	const forged: [string, (device: Uint8Array) => Promise<Uint8Array>][] = [
		['nothing', () => Promise.resolve(new Uint8Array())],
		['zeros', () => Promise.resolve(new Uint8Array(64))],
		['ones', () => Promise.resolve(new Uint8Array(64).fill(255))],
		['noise', () => Promise.resolve(randomBytes(64))],
		['noise that is too short', () => Promise.resolve(randomBytes(63))],
		['noise that is too long', () => Promise.resolve(randomBytes(65))],
		['another server’s', (device) => signed(EVENT, device, other)],
		['for another device', () => signed(EVENT, randomBytes(16))],
		['for another event', (device) => signed('e0'.repeat(16), device)],
		['for a shorter device', (device) => signed(EVENT, device.slice(0, 15))],
		['a checkpoint’s', (device) => signed(EVENT, device, secret, 'safehall/checkpoint/v1\0')],
		['of a later version', (device) => signed(EVENT, device, secret, 'safehall/wipe/v2\0')],
		['without a domain', (device) => signed(EVENT, device, secret, '')],
		['without its first byte', async (device) => (await signed(EVENT, device)).slice(1)],
		['without its last byte', async (device) => (await signed(EVENT, device)).slice(0, -1)],
		['with a byte more', async (device) => concat(await signed(EVENT, device), Uint8Array.of(0))],
		['with its halves swapped', async (device) => { const order = await signed(EVENT, device); return concat(order.slice(32), order.slice(0, 32)); }],
		['with one bit turned in the first half', async (device) => flipped(await signed(EVENT, device), 3)],
		['with one bit turned in the second half', async (device) => flipped(await signed(EVENT, device), 40)],
		['with its scalar out of range', async (device) => { const order = await signed(EVENT, device); order.fill(255, 32); return order; }]
	];

	test.each(forged)('takes no order that is forged: %s', async (_name, order) => {
		const { hall, said } = await revoking((ask) => order(ask.device));
		const phone = await withWords(hall);
		while (said.length === 0) await new Promise(setImmediate);
		for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
		expect(phone.state.lock.state).toBe('open');
		expect(said.some((ask) => ask.wiped)).toBe(false);
		expect(hall.slot?.bytes?.some((byte) => byte !== 0)).toBe(true);
		phone.lock.shut();
	});

	test('has 20 forgeries to withstand', () => expect(forged).toHaveLength(20));
});

function flipped(order: Uint8Array<ArrayBuffer>, at: number): Uint8Array {
	order[at]! ^= 1;
	return order;
}
