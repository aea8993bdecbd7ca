import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { getPublicKeyAsync, signAsync } from '@noble/ed25519';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { CarriedBundleSchema, CarriedHeaderSchema, CarriedSchema, CarriedTakenSchema } from '../../src/generated/wire/v1/carried_pb.ts';
import { type Envelope } from '../../src/generated/wire/v1/frame_pb.ts';
import { ProblemSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { PackSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import { Refused } from '../../src/replica/api.ts';
import { type Bytes, concat, hex, sha256, unhex, utf8 } from '../../src/replica/bytes.ts';
import type { Kept } from '../../src/replica/kept.ts';
import { Ledger } from '../../src/replica/ledger.ts';
import { MOST_PARCELS } from '../../src/replica/parcels.ts';
import { addressOf, purpose, suite } from '../../src/replica/parcel.ts';
import type { LocalReplica } from '../../src/replica/replica.ts';
import { Shelter } from '../../src/replica/storage.ts';
import { automerge, CASE, enrol, EVENT, frame, guarded, Hall, keeping, locked, note, phone, PIN, STAFF, storageOf, until, welcome } from './hall.ts';

beforeAll(automerge);
vi.setConfig({ testTimeout: 30_000 });

const ONE = '01'.repeat(16);
const TWO = '02'.repeat(16);
const SAID = 'he held on to my sleeve';
const ORDER_KEY = new Uint8Array(32).fill(7);
const server = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
const SERVER_KEY = hex(await getPublicKeyAsync(ORDER_KEY));

async function pack(event = EVENT, by = ORDER_KEY): Promise<Bytes> {
	const carryKey = new Uint8Array(await crypto.subtle.exportKey('raw', server.publicKey));
	const carrySignature = await signAsync(concat(utf8('safehall/carry/v1\0'), unhex(event), carryKey), by);
	return toBinary(PackSchema, create(PackSchema, { event: unhex(EVENT), carryKey, carrySignature }));
}

/** What the server does with it. */
async function openParcel(whole: Bytes): Promise<{ envelopes: Envelope[]; length: number }> {
	const { header, enc, sealed } = fromBinary(CarriedSchema, whole);
	const { event } = fromBinary(CarriedHeaderSchema, header);
	const inside = await suite().open({ recipientKey: server.privateKey, enc: new Uint8Array(enc).buffer, info: purpose(event) }, new Uint8Array(sealed), new Uint8Array(header));
	return { envelopes: fromBinary(CarriedBundleSchema, new Uint8Array(inside)).envelopes, length: sealed.length };
}

async function meis(signed = pack()): Promise<{ hall: Hall; mei: LocalReplica }> {
	const hall = new Hall();
	await enrol(hall, SERVER_KEY);
	const bytes = await signed;
	await (await storageOf(hall)).commit([Ledger.meta('pack', { bytes, hash: await sha256(bytes) })]);
	return { hall, mei: phone(hall) };
}

async function written(text = SAID): Promise<{ hall: Hall; mei: LocalReplica; whole: Bytes; records: number }> {
	const { hall, mei } = await meis();
	await until(mei, () => mei.state.ready);
	await mei.write(note(ONE, text));
	return { hall, mei, ...(await mei.parcels.seal()) };
}

async function refusal(act: Promise<unknown>): Promise<string> {
	return act.then(
		() => 'done',
		(error: unknown) => (error instanceof Refused ? error.code : String(error))
	);
}

/** Everything that the browser does without being asked. */
async function quiet(): Promise<void> {
	for (let turn = 0; turn < 60; turn += 1) await new Promise(setImmediate);
}

/** Time goes by until it holds: a test that waits for ever has failed. */
async function comes(hall: Hall, holds: () => boolean): Promise<void> {
	while (!holds()) {
		await hall.pass(1_000);
		await quiet();
	}
}

const proto = (bytes: Uint8Array, status = 200): Response => new Response(bytes.slice(), { status, headers: { 'content-type': 'application/x-protobuf' } });
const taken = (later: boolean): Response => proto(toBinary(CarriedTakenSchema, create(CarriedTakenSchema, { later })));
const problem = (code: string): Response => proto(toBinary(ProblemSchema, create(ProblemSchema, { code })), 400);

async function carrying(hall = new Hall()): Promise<{ hall: Hall; noor: LocalReplica; offered: Bytes[]; answers: (() => Response)[] }> {
	await enrol(hall);
	keeping(hall);
	const answer = hall.answer;
	hall.answer = async (said) => (said.kind.case === 'ping' ? [frame({ case: 'pong', value: {} })] : answer(said));
	const noor = phone(hall);
	await until(noor, () => noor.state.ready);
	const offered: Bytes[] = [];
	const answers: (() => Response)[] = [];
	hall.answers['/v1/carried'] = async (body) => {
		offered.push(new Uint8Array(body));
		return Promise.resolve((answers.shift() ?? (() => taken(false)))());
	};
	return { hall, noor, offered, answers };
}

const count = async (hall: Hall, store: 'parcels' | 'pieces'): Promise<number> =>
	(await Shelter.open(hall.db)).run([store], 'readonly', (tx) => {
		const all = tx.objectStore(store).count();
		return () => all.result;
	});

describe('what is given', () => {
	test('only the server reads what is in it; outside stand who wrote it, on which device, and in how many cases', async () => {
		const { hall, mei, whole, records } = await written();
		const device = mei.state.self?.device ?? '';
		expect(records).toBe(1);
		expect(addressOf(whole)).toEqual({ event: EVENT, staff: STAFF, device, records: 1, madeAt: hall.now });
		const { envelopes, length } = await openParcel(whole);
		expect(length % 1_024).toBe(0);
		expect(envelopes).toHaveLength(1);
		expect(mei.state.cases[0]?.unsent).toBe(1);
		for (const secret of [utf8(SAID), unhex(CASE), unhex(ONE)]) expect(hex(whole)).not.toContain(hex(secret));
	});

	test('its length tells nothing of how much was said, but in steps', async () => {
		for (const length of [1, 60, 124, 125, 126, 127, 128, 129, 700, 5_000]) {
			const { whole } = await written('x'.repeat(length));
			const opened = await openParcel(whole);
			expect(opened.length % 1_024).toBe(0);
		}
	});

	test('with another header it opens with nothing', async () => {
		const { whole } = await written();
		const { header, enc, sealed } = fromBinary(CarriedSchema, whole);
		const other = toBinary(CarriedHeaderSchema, { ...fromBinary(CarriedHeaderSchema, header), records: 2 });
		await expect(openParcel(toBinary(CarriedSchema, create(CarriedSchema, { header: other, enc, sealed })))).rejects.toThrow();
	});

	test('nothing is sealed to a key that this server did not sign for this event, nor where nothing waits', async () => {
		for (const wrong of [pack('aa'.repeat(16)), pack(EVENT, new Uint8Array(32).fill(8)), Promise.resolve(toBinary(PackSchema, create(PackSchema, { event: unhex(EVENT) })))]) {
			const { mei } = await meis(wrong);
			await until(mei, () => mei.state.ready);
			await mei.write(note(ONE));
			expect(await refusal(mei.parcels.seal())).toBe('no_key');
		}
		const { mei } = await meis();
		await until(mei, () => mei.state.ready);
		expect(await refusal(mei.parcels.seal())).toBe('nothing');
	});

	test('what is not signed yet is not in it, which it says; and where nothing is, nobody is told that all was sent', async () => {
		const { hall, mei } = await meis();
		await until(mei, () => mei.state.ready);
		// A second tab, which signs nothing itself.
		const other = phone(hall);
		await until(other, () => other.state.ready);
		hall.freezeLeader();
		await other.write(note(ONE));
		expect(await refusal(other.parcels.seal())).toBe('not_yet');
	});

	test('what others wrote and a restored server lost stays here, and it says so', async () => {
		const { hall, mei } = await meis();
		await until(mei, () => mei.state.ready);
		await mei.write(note(ONE));
		await until(mei, () => mei.state.cases[0]?.unsent === 1);
		expect((await mei.parcels.seal()).rest).toBe(false);
		const [[, own] = []] = (await (await storageOf(hall)).all()).envelopes as [string, Kept][];
		const theirs = { ...own, id: 'fe'.repeat(32), device: 'fe'.repeat(16), order: 99, state: 'unsent' } as Kept;
		await (await storageOf(hall)).commit([{ into: 'envelopes', key: theirs.id, value: theirs }]);
		const again = phone(hall);
		hall.killLeader();
		await until(again, () => again.state.ready);
		const sealed = await again.parcels.seal();
		expect((await openParcel(sealed.whole)).envelopes).toHaveLength(1);
		expect(sealed.rest).toBe(true);
	});

	test('nothing counts as sent before the server says so; then it says by whose phone it came, also after a restart', async () => {
		const { hall, mei, whole } = await written();
		const [{ body } = { body: new Uint8Array() }] = (await openParcel(whole)).envelopes;
		expect(mei.state.cases[0]?.safekeeping.get(ONE)).toEqual({ where: 'phone' });
		const came = hall.now + 60_000;
		hall.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(hall.now)];
			if (said.kind.case !== 'push') return [];
			const ids = await Promise.all(said.kind.value.envelopes.map(async (each) => sha256(each.body)));
			expect(ids.map(hex)).toContain(hex(await sha256(new Uint8Array(body))));
			return [frame({ case: 'kept', value: { pushId: said.kind.value.pushId, changeIds: ids, receivedAt: BigInt(hall.now), earlier: [{ changeId: ids[0] ?? new Uint8Array(), receivedAt: BigInt(came), via: 'N1' }] } })];
		};
		hall.now += 600_000;
		hall.network = true;
		mei.tryNow();
		await until(mei, () => mei.state.cases[0]?.unsent === 0);
		expect(mei.state.cases[0]).toMatchObject({ lastSentAt: came, lastVia: 'N1' });
		expect(mei.state.cases[0]?.safekeeping.get(ONE)).toEqual({ where: 'sent', at: came, via: 'N1' });
		const again = phone(hall);
		await until(again, () => again.state.ready && again.state.cases.length > 0);
		expect(again.state.cases[0]).toMatchObject({ lastSentAt: came, lastVia: 'N1' });
	});
});

describe('what is carried', () => {
	test('it waits for a line, goes by itself, byte for byte, and leaves nothing behind', async () => {
		const { whole } = await written();
		const { hall, noor, offered } = await carrying();
		const parcel = await noor.parcels.take(whole);
		expect(parcel).toMatchObject({ staff: STAFF, records: 1, takenAt: hall.now });
		await noor.parcels.take(whole);
		expect(noor.state.parcels).toEqual([parcel]);
		expect(offered).toEqual([]);
		hall.network = true;
		noor.tryNow();
		await until(noor, () => noor.state.parcels.length === 0);
		expect(offered).toEqual([whole]);
		expect([await count(hall, 'parcels'), await count(hall, 'pieces')]).toEqual([0, 0]);
	});

	test('it is offered again after a broken line, a server that is not itself, and a server that says later', async () => {
		const { whole } = await written();
		const { hall, noor, offered, answers } = await carrying();
		const broken = () => {
			throw new TypeError('no network');
		};
		answers.push(broken, () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), () => problem('sign_in'), () => taken(true), () => taken(true));
		await noor.parcels.take(whole);
		hall.network = true;
		noor.tryNow();
		await comes(hall, () => noor.state.parcels.length === 0);
		expect(offered).toHaveLength(6);
	});

	test('what the server cannot open is thrown away and shown until somebody has seen it', async () => {
		const { whole } = await written();
		const { hall, noor, offered, answers } = await carrying();
		answers.push(() => problem('cannot_open'));
		const { id } = await noor.parcels.take(whole);
		hall.network = true;
		noor.tryNow();
		await until(noor, () => noor.state.parcels[0]?.stuck === 'cannot_open');
		expect(await count(hall, 'pieces')).toBe(0);
		for (let time = 0; time < 20; time += 1) await hall.pass(60_000);
		await quiet();
		expect(offered).toHaveLength(1);
		// Given once more as the same file, it is carried again, and not only said to be.
		hall.network = false;
		hall.ears?.closed();
		expect((await noor.parcels.take(whole)).stuck).toBeUndefined();
		expect([await count(hall, 'parcels'), await count(hall, 'pieces')]).toEqual([1, 1]);
		answers.push(() => problem('cannot_open'));
		hall.network = true;
		noor.tryNow();
		await until(noor, () => noor.state.parcels[0]?.stuck === 'cannot_open');
		await noor.parcels.seen(id);
		expect(noor.state.parcels).toEqual([]);
	});

	test('it survives a lock and a restart, and lies there sealed', async () => {
		const { whole } = await written();
		const hall = await locked();
		const noor = guarded(hall);
		await until(noor, () => noor.state.lock.state === 'locked');
		expect(await refusal(noor.parcels.take(whole))).toBe('locked');
		await noor.lock.open(PIN);
		await until(noor, () => noor.state.ready);
		await noor.parcels.take(whole);
		noor.lock.shut();
		expect(noor.state.parcels).toEqual([]);
		const rows = await (await Shelter.open(hall.db)).rows();
		expect(rows.filter(([store]) => store === 'parcels').map(([, , stored]) => Object.keys(stored as object).sort())).toEqual([['as', 'bytes', 'nonce']]);
		expect(noor.state.lock).toMatchObject({ only: 0, carries: true }); // it is not this phone’s alone, and would be missed
		const again = guarded(hall);
		await until(again, () => again.state.lock.state === 'locked');
		expect(again.state.lock).toMatchObject({ only: 0, carries: true });
		await again.lock.open(PIN);
		await until(again, () => again.state.parcels.length === 1);
		await again.lock.startAnew();
		expect([await count(hall, 'parcels'), await count(hall, 'pieces')]).toEqual([0, 0]);
	});

	test('anything else is not taken: noise, its own, another event’s, and one too many', async () => {
		const { mei, whole } = await written();
		const { noor } = await carrying();
		for (const noise of [new Uint8Array(), utf8('%PDF-1.7'), whole.slice(0, -1), new Uint8Array(1_048_577), concat(whole, whole)]) expect(await refusal(noor.parcels.take(noise))).toBe('no_parcel');
		expect(await refusal(mei.parcels.take(whole))).toBe('own');
		const { header, enc, sealed } = fromBinary(CarriedSchema, whole);
		const said = fromBinary(CarriedHeaderSchema, header);
		const with_ = (more: Partial<typeof said>): Bytes => toBinary(CarriedSchema, create(CarriedSchema, { header: toBinary(CarriedHeaderSchema, { ...said, ...more }), enc, sealed }));
		expect(await refusal(noor.parcels.take(with_({ event: unhex('ef'.repeat(16)) })))).toBe('other_event');
		expect(await refusal(noor.parcels.take(with_({ records: 0 })))).toBe('no_parcel');
		for (let at = 0; at < MOST_PARCELS; at += 1) await noor.parcels.take(with_({ madeAt: BigInt(at) }));
		expect(await refusal(noor.parcels.take(with_({ madeAt: 99n })))).toBe('full');
		expect(noor.state.parcels).toHaveLength(MOST_PARCELS);
	});

	test('what was thrown away takes the room of nothing', async () => {
		const { whole } = await written();
		const { hall, noor, answers } = await carrying();
		const { header, enc, sealed } = fromBinary(CarriedSchema, whole);
		const said = fromBinary(CarriedHeaderSchema, header);
		const made = (at: number): Bytes => toBinary(CarriedSchema, create(CarriedSchema, { header: toBinary(CarriedHeaderSchema, { ...said, madeAt: BigInt(at) }), enc, sealed }));
		answers.push(() => problem('cannot_open'));
		await noor.parcels.take(made(0));
		hall.network = true;
		noor.tryNow();
		await until(noor, () => noor.state.parcels[0]?.stuck === 'cannot_open');
		hall.network = false;
		hall.ears?.closed();
		for (let at = 1; at <= MOST_PARCELS; at += 1) await noor.parcels.take(made(at));
		expect(await refusal(noor.parcels.take(made(99)))).toBe('full');
	});

	test('3,000 parcels with something else in them are none, or name somebody within all limits', async () => {
		const { whole } = await written();
		let seed = 5;
		const chance = (below: number): number => Math.floor(((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647) * below);
		let read = 0;
		for (let time = 0; time < 3_000; time += 1) {
			const at = chance(time % 2 === 0 ? 90 : whole.length); // most of what can be said wrong stands in the first bytes
			const strange = Uint8Array.from({ length: chance(4) }, () => chance(256));
			const address = addressOf(concat(whole.slice(0, at), strange, whole.slice(at + chance(4))));
			if (!address) continue;
			read += 1;
			expect([address.event, address.staff, address.device].every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
			expect(address.records).toBeGreaterThan(0);
			expect(address.records).toBeLessThanOrEqual(500);
		}
		expect(read).toBeGreaterThan(50);
	});

	test('a second word of the same phone is carried beside the first', async () => {
		const { mei, whole } = await written();
		await mei.write(note(TWO, 'and she saw it'));
		const second = await mei.parcels.seal();
		expect((await openParcel(second.whole)).envelopes).toHaveLength(2);
		const { noor } = await carrying();
		await noor.parcels.take(whole);
		await noor.parcels.take(second.whole);
		expect(noor.state.parcels).toHaveLength(2);
	});
});
