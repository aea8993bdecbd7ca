import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ChangeBodySchema, Kind, Reason } from '../../src/generated/wire/v1/frame_pb.ts';
import { A, birthOf } from '../../src/replica/automerge.ts';
import { hex, sha256, unhex, utf8 } from '../../src/replica/bytes.ts';
import * as writing from '../../src/replica/write.ts';
import { batch, OTHER } from './another.ts';
import { automerge, CASE, enrol, entriesOf, EVENT, frame, Hall, note, phone, storageOf, STAFF, until, welcome } from './hall.ts';

vi.mock(import('../../src/replica/write.ts'), async (original) => {
	const real = await original();
	return { ...real, writeChange: vi.fn(real.writeChange) };
});

beforeAll(automerge);

const ONE = '01'.repeat(16);
const TWO = '02'.repeat(16);
/** A kind that only a later app knows. */
const UNKNOWN = fromBinary(ChangeBodySchema, Uint8Array.of(0x18, 99)).kind;

/** A change by somebody else's device. */
function fromAnother(kind: Kind, id = ONE): Uint8Array<ArrayBuffer> {
	const { change } = writing.writeChange(
		A.load(birthOf('case'), { actor: '07'.repeat(16) }), { order: '', at: 5, intention: note(id, 'by somebody else') }, STAFF, OTHER
	);
	return toBinary(ChangeBodySchema, create(ChangeBodySchema, { event: unhex(EVENT), document: unhex(CASE), kind, device: unhex(OTHER), change }));
}

async function stored(hall: Hall, store: 'unread' | 'looks' | 'envelopes'): Promise<unknown[]> {
	const storage = await storageOf(hall);
	const all = await storage.all();
	return all[store].map(([, value]) => value);
}

async function enrolled(): Promise<Hall> {
	const hall = new Hall();
	await enrol(hall);
	return hall;
}

describe('what a newer app wrote', () => {
	test('is kept byte for byte where this app cannot read it, and holds nothing up', async () => {
		const hall = await enrolled();
		hall.network = true;
		const bodies = [fromAnother(UNKNOWN), utf8('not a body at all'), fromAnother(Kind.CASE, TWO)];
		hall.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(hall.now), batch(bodies, 'c1')] : []);
		const replica = phone(hall);
		await until(replica, () => replica.state.cases.length > 0);
		expect(entriesOf(replica)).toEqual(['by somebody else']);
		const unread = (await stored(hall, 'unread')) as { body: Uint8Array }[];
		expect(unread.map(({ body }) => hex(body)).sort()).toEqual(bodies.slice(0, 2).map(hex).sort());
	});

	test('is read once the app is newer', async () => {
		const hall = await enrolled();
		const body = fromAnother(Kind.CASE);
		const id = hex(await sha256(body));
		const storage = await storageOf(hall);
		await storage.commit([{ into: 'unread', key: id, value: { id, body, signature: new Uint8Array(64), receivedAt: 7 } }]);
		const replica = phone(hall);
		await until(replica, () => replica.state.cases.length > 0);
		expect(entriesOf(replica)).toEqual(['by somebody else']);
		expect(replica.state.cases[0]?.safekeeping.get(ONE)).toEqual({ where: 'sent', at: 7 });
		expect(await stored(hall, 'unread')).toEqual([]);
	});

	test('goes when the document has to go', async () => {
		const hall = await enrolled();
		hall.network = true;
		const forget = frame({ case: 'forget', value: { document: unhex(CASE) } });
		hall.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(hall.now), batch([fromAnother(UNKNOWN)], 'c1'), forget, batch([], 'c2')] : []);
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		const storage = await storageOf(hall);
		const cursor = async (): Promise<string> => hex(((await storage.all()).meta.find(([key]) => key === 'line')?.[1] as { cursor: Uint8Array }).cursor);
		while ((await cursor()) !== hex(utf8('c2'))) await new Promise(setImmediate);
		expect(await stored(hall, 'unread')).toEqual([]);
	});
});

describe('a document that has to go', () => {
	test('takes what others wrote along; the own words that the server does not take stay in sight', async () => {
		const hall = await enrolled();
		const body = fromAnother(Kind.CASE, TWO);
		hall.network = true;
		hall.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(hall.now), batch([body], 'c1')] : []);
		const replica = phone(hall);
		await until(replica, () => entriesOf(replica).length === 1);
		hall.network = false;
		hall.ears?.closed();
		await replica.write(note(ONE, 'my own words'));
		await replica.write(note('03'.repeat(16), 'and more of them'));
		await until(replica, () => replica.state.connection.state === 'offline');

		let pushes = 0;
		hall.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(hall.now), frame({ case: 'forget', value: { document: unhex(CASE) } })];
			if (said.kind.case !== 'push') return [];
			pushes += 1;
			const refusals = await Promise.all(said.kind.value.envelopes.map(async (one) => ({ changeId: await sha256(one.body), reason: Reason.NOT_ALLOWED })));
			return [frame({ case: 'refused', value: { pushId: said.kind.value.pushId, refusals } } as never)];
		};
		hall.network = true;
		replica.tryNow();
		await until(replica, () => replica.state.cases[0]?.safekeeping.get(ONE)?.where === 'not_accepted');
		await until(replica, () => replica.state.connection.state === 'online');
		expect(entriesOf(replica)).toEqual(['my own words', 'and more of them']);
		expect(replica.state.cases[0]?.unsent).toBe(0);
		expect(pushes).toBe(1);

		hall.network = false;
		const again = phone(Object.assign(new Hall(), { db: hall.db }));
		await until(again, () => again.state.ready);
		expect(entriesOf(again)).toEqual(['my own words', 'and more of them']);
		const kept = (await stored(hall, 'envelopes')) as { body: Uint8Array }[];
		expect(kept.some((one) => hex(fromBinary(ChangeBodySchema, one.body).device) === OTHER)).toBe(false);
	});
});

describe('a look at a case', () => {
	test('that was offline is told after a restart, and only then forgotten', async () => {
		const hall = await enrolled();
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		replica.opened(CASE);
		while ((await stored(hall, 'looks')).length === 0) await new Promise(setImmediate);
		const lookedAt = hall.now;

		const later = Object.assign(new Hall(), { db: hall.db, network: true, now: lookedAt + 60_000 });
		const looks = (): unknown[] => later.said.flatMap((said) => (said.kind.case === 'opened' ? [{ document: hex(said.kind.value.document), at: Number(said.kind.value.at) }] : []));
		later.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(later.now)] : said.kind.case === 'ping' ? [frame({ case: 'pong', value: {} })] : []);
		const again = phone(later);
		await until(again, () => again.state.connection.state === 'online');
		expect(looks()).toEqual([{ document: CASE, at: lookedAt }]);
		expect(await stored(later, 'looks')).toHaveLength(1);
		await later.pass(10_000);
		while ((await stored(later, 'looks')).length > 0) await new Promise(setImmediate);
		expect(looks()).toHaveLength(1);
	});
});

describe('a phone that is not in order', () => {
	test('whose clock is years ahead writes, sends, and says by how much it is off', async () => {
		const hall = await enrolled();
		const years = 3 * 365 * 86_400_000;
		hall.network = true;
		const bodies: Uint8Array[] = [];
		hall.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(hall.now - years)];
			if (said.kind.case !== 'push') return [];
			bodies.push(...said.kind.value.envelopes.map((one) => one.body));
			const changeIds = await Promise.all(said.kind.value.envelopes.map((one) => sha256(one.body)));
			return [frame({ case: 'kept', value: { pushId: said.kind.value.pushId, changeIds, receivedAt: BigInt(hall.now - years) } })];
		};
		const replica = phone(hall);
		await until(replica, () => replica.state.clockOffset === -years);
		await replica.write(note(ONE));
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		const [doc] = A.applyChanges(A.load<{ entries: Record<string, unknown> }>(birthOf('case')), [fromBinary(ChangeBodySchema, bodies[0]!).change]);
		expect(doc.entries[ONE]).toMatchObject({ at: hall.now, clock_off: -years });
	});

	test('in which Automerge breaks down makes the document anew and writes the word', async () => {
		const hall = await enrolled();
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		await replica.write(note(ONE, 'before'));
		while (((await stored(hall, 'envelopes'))).length < 1) await new Promise(setImmediate);
		vi.mocked(writing.writeChange).mockImplementationOnce(() => {
			throw new WebAssembly.RuntimeError('unreachable');
		});
		await replica.write(note(TWO, 'after'));
		while (((await stored(hall, 'envelopes'))).length < 2) await new Promise(setImmediate);
		expect(entriesOf(replica)).toEqual(['before', 'after']);
	});

	test('with the storage of the first layout keeps all of it', async () => {
		const hall = new Hall();
		const old = await new Promise<IDBDatabase>((resolve, reject) => {
			const opening = hall.db.open('safehall', 1);
			opening.onupgradeneeded = () => {
				for (const name of ['meta', 'drafts', 'intents', 'envelopes']) opening.result.createObjectStore(name);
				const intent = { order: '1', at: 5, intention: note(ONE, 'written long ago') };
				opening.transaction?.objectStore('intents').put({ as: 'plain', record: intent }, '1');
			};
			opening.onsuccess = () => resolve(opening.result);
			opening.onerror = () => reject(opening.error ?? new Error('no storage'));
		});
		old.close();
		await enrol(hall);
		const replica = phone(hall);
		await until(replica, () => replica.state.ready && replica.state.cases[0]?.safekeeping.get(ONE)?.where === 'phone');
		expect(entriesOf(replica)).toEqual(['written long ago']);
		while (((await stored(hall, 'envelopes'))).length < 1) await new Promise(setImmediate);
	});
});

test('a phone that is in a team is never shown as one that is not, not even while it starts', async () => {
	const hall = await enrolled();
	const replica = phone(hall);
	const seen: (string | null)[] = [];
	replica.subscribe(() => {
		if (replica.state.read) seen.push(replica.state.self?.state ?? null);
	});
	expect(replica.state.read).toBe(false);
	await until(replica, () => replica.state.ready);
	expect(new Set(seen)).toEqual(new Set(['active']));
});
