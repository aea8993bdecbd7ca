import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ChangeBodySchema, Reason } from '../../src/generated/wire/v1/frame_pb.ts';
import { fromBinary } from '@bufbuild/protobuf';
import { CHUNK, MOST_BYTES } from '../../src/incident/picture.ts';
import { NotSaved, type Intention } from '../../src/replica/api.ts';
import { A } from '../../src/replica/automerge.ts';
import { hex, newId, sha256, unhex } from '../../src/replica/bytes.ts';
import { Carrier } from '../../src/replica/carrying.ts';
import { Ledger } from '../../src/replica/ledger.ts';
import type { LocalReplica } from '../../src/replica/replica.ts';
import { Shelter } from '../../src/replica/storage.ts';
import { batch, byAnother, OTHER } from './another.ts';
import { Attic } from './attic.ts';
import { automerge, CASE, enrol, frame, guarded, Hall, keeping, locked, note, phone, PIN, storageOf, until, welcome } from './hall.ts';

beforeAll(automerge);
vi.setConfig({ testTimeout: 30_000 });

const ONE = '01'.repeat(16);
const PICTURE = '0a'.repeat(16);
/** Three pieces, none like another. */
const BYTES = new Uint8Array(2 * CHUNK + 1_000).map((_, at) => (at * 31 + (at >> 8)) % 256);
const NAMED = hex(await sha256(BYTES));

function names(id = PICTURE, sha256 = NAMED, document = CASE): Intention {
	return { document, kind: 'case', facts: [{ into: 'attachments', id, fields: { sha256, mime: 'image/jpeg', size: BYTES.length, caption: 'the note' } }], birth: {} };
}

async function enrolled(): Promise<{ hall: Hall; attic: Attic }> {
	const hall = new Hall();
	await enrol(hall);
	keeping(hall);
	const answer = hall.answer;
	hall.answer = async (said) => (said.kind.case === 'ping' ? [frame({ case: 'pong', value: {} })] : answer(said));
	return { hall, attic: new Attic(hall) };
}

/** Time goes by, as it does: the server answers meanwhile. */
async function passing(hall: Hall, ms: number): Promise<void> {
	for (const end = hall.now + ms; hall.now < end; ) {
		await hall.pass(Math.min(3_000, end - hall.now));
		await quiet();
	}
}

/** Everything that the browser does without being asked. */
async function quiet(): Promise<void> {
	for (let turn = 0; turn < 60; turn += 1) await new Promise(setImmediate);
}

/** As long as it takes, however slow the machine is. */
async function comes(hall: Hall, holds: () => boolean): Promise<void> {
	while (!holds()) await passing(hall, 1_000);
}

const shown = (replica: Pick<LocalReplica, 'state'>) => replica.state.cases[0]?.view.attachments[0];
const isGone = (replica: LocalReplica) => until(replica, () => replica.state.pictures.length === 0 && shown(replica)?.arrived !== undefined);
const count = async (hall: Hall, store: 'pictures' | 'pieces'): Promise<number> =>
	(await Shelter.open(hall.db)).run([store], 'readonly', (tx) => {
		const all = tx.objectStore(store).count();
		return () => all.result;
	});

describe('the bytes of a picture', () => {
	test('are sealed on this phone, piece by piece, and read back as they were', async () => {
		const { hall } = await enrolled();
		const replica = phone(hall);
		expect(await replica.pictures.keep(CASE, BYTES, 'image/jpeg')).toEqual({ sha256: NAMED, size: BYTES.length });
		expect(await count(hall, 'pieces')).toBe(3);
		const raw = await (await Shelter.open(hall.db)).piece(`${CASE}/${NAMED}/0`);
		expect(raw).toMatchObject({ as: 'sealed' });
		expect(Buffer.from((raw as { bytes: Uint8Array }).bytes).includes(Buffer.from(BYTES.slice(0, 32)))).toBe(false);
		expect(replica.state.pictures).toEqual([{ document: CASE, sha256: NAMED, mime: 'image/jpeg', size: BYTES.length, keptAt: hall.now }]);
		expect(Buffer.from(await replica.pictures.read(CASE, NAMED)).equals(Buffer.from(BYTES))).toBe(true);
	});

	test('of nothing, or of too much, are not taken', async () => {
		const { hall } = await enrolled();
		const replica = phone(hall);
		await expect(replica.pictures.keep(CASE, new Uint8Array(), 'image/png')).rejects.toBeInstanceOf(RangeError);
		await expect(replica.pictures.keep(CASE, new Uint8Array(MOST_BYTES + 1), 'image/png')).rejects.toBeInstanceOf(RangeError);
		expect(await count(hall, 'pieces')).toBe(0);
	});

	test('leave nothing behind where the phone is full', async () => {
		const { hall } = await enrolled();
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		const put = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')!.value as (this: IDBObjectStore, value: unknown, key: string) => IDBRequest<IDBValidKey>;
		const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
			if (this.name === 'pieces' && (key as string).endsWith('/2')) throw new DOMException('no room', 'QuotaExceededError');
			return put.call(this, value, key as string);
		});
		await expect(replica.pictures.keep(CASE, BYTES, 'image/jpeg')).rejects.toEqual(new NotSaved('full'));
		full.mockRestore();
		expect(replica.state.storageBroken).toBe('full');
		expect(replica.state.pictures).toEqual([]);
		expect([await count(hall, 'pieces'), await count(hall, 'pictures')]).toEqual([0, 0]);
	});

	test('take no room that words need', async () => {
		const { hall } = await enrolled();
		const replica = phone(hall);
		hall.room = BYTES.length + 32 * 1024 * 1024 - 1;
		await expect(replica.pictures.keep(CASE, BYTES, 'image/jpeg')).rejects.toEqual(new NotSaved('full'));
		expect(await count(hall, 'pieces')).toBe(0);
		expect(replica.state.storageBroken).toBeNull(); // what somebody types is kept
		hall.room += 1;
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		expect(await count(hall, 'pieces')).toBe(3);
	});

	test('count as only here wherever words do: in the case, on the lock screen, for the server’s list of phones', async () => {
		const hall = await locked();
		const replica = guarded(hall);
		await until(replica, () => replica.state.lock.state === 'locked');
		await expect(replica.pictures.keep(CASE, BYTES, 'image/jpeg')).rejects.toMatchObject({ code: 'locked' });
		await replica.lock.open(PIN);
		await until(replica, () => replica.state.ready);
		keeping(hall);
		hall.network = true;
		replica.tryNow();
		await replica.write(note(ONE));
		await until(replica, () => replica.state.cases[0]?.unsent === 0 && replica.state.connection.state === 'online');
		hall.network = false;
		hall.ears?.closed();
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		expect(replica.state.cases[0]?.unsent).toBe(1);
		replica.lock.shut();
		await quiet();
		await until(replica, () => replica.state.lock.state === 'locked' && replica.state.lock.only === 1);
		expect(replica.state.pictures).toEqual([]);
		await replica.lock.open(PIN);
		await until(replica, () => replica.state.ready);
		hall.said = [];
		hall.network = true;
		replica.tryNow();
		await until(replica, () => replica.state.connection.state === 'online');
		expect(hall.said.find((said) => said.kind.case === 'hello')?.kind.value).toMatchObject({ unsent: 1 });
	});

	test('that the browser threw away are missed', async () => {
		const hall = await locked();
		const replica = guarded(hall);
		await until(replica, () => replica.state.lock.state === 'locked');
		await replica.lock.open(PIN);
		await until(replica, () => replica.state.ready);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		replica.lock.shut();
		await quiet();
		const shelter = await Shelter.open(hall.db);
		await shelter.run(['pieces'], 'readwrite', (tx) => {
			tx.objectStore('pieces').delete(`${CASE}/${NAMED}/1`);
			return () => undefined;
		});
		await replica.lock.open(PIN);
		await until(replica, () => replica.state.ready);
		expect(replica.state.lost).toBe(1);
	});

	test('go with everything else when the phone is emptied', async () => {
		const hall = await locked();
		const replica = guarded(hall);
		await until(replica, () => replica.state.lock.state === 'locked');
		await replica.lock.open(PIN);
		await until(replica, () => replica.state.ready);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.lock.startAnew();
		expect([await count(hall, 'pieces'), await count(hall, 'pictures')]).toEqual([0, 0]);
	});
});

describe('on its way', () => {
	test('it goes after the words that name it, its case says that it arrived, and then it leaves the phone', async () => {
		const { hall, attic } = await enrolled();
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		await replica.write(note(ONE, 'and more words'));
		await until(replica, () => replica.state.cases[0]?.unsent === 3);
		const order: string[] = [];
		const answer = hall.answer;
		hall.answer = async (said) => {
			if (said.kind.case === 'push') {
				for (const { body } of said.kind.value.envelopes) {
					order.push(...A.decodeChange(fromBinary(ChangeBodySchema, body).change).ops.flatMap((op) => (op.action === 'makeMap' && /^[0-9a-f]{32}$/.test(String((op as { key?: string }).key)) ? [(op as { key: string }).key] : [])));
				}
			}
			return answer(said);
		};
		attic.instead = (said) => (order.push(String(said)), undefined);
		hall.network = true;
		replica.tryNow();
		await isGone(replica);
		const mark = shown(replica)!.arrived!.id;
		expect(order).toEqual([PICTURE, ONE, 'begin', '0', '1', '2', mark]);
		expect(Buffer.from(attic.whole(CASE, NAMED)!).equals(Buffer.from(BYTES))).toBe(true);
		expect([await count(hall, 'pieces'), await count(hall, 'pictures')]).toEqual([0, 0]);
		expect(replica.state.cases[0]?.unsent).toBe(0);
		expect(replica.state.allSentAt).toBe(hall.now);
		// Its own can be seen again while there is a connection.
		expect(Buffer.from(await replica.pictures.read(CASE, NAMED)).equals(Buffer.from(BYTES))).toBe(true);
	});

	test('a line that breaks at every third call costs one piece each time, and what is there is not sent again', async () => {
		const { hall, attic } = await enrolled();
		let calls = 0;
		attic.instead = () => ((calls += 1) % 3 === 0 ? 'line' : undefined);
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		await comes(hall, () => replica.state.pictures.length === 0);
		await isGone(replica);
		const kept = attic.said.filter((said, at) => typeof said === 'number' && at % 3 !== 2);
		expect(kept).toEqual([0, 1, 2]);
		expect(attic.said.filter((said) => said === 'begin').length).toBeGreaterThan(2);
		expect(Buffer.from(attic.whole(CASE, NAMED)!).equals(Buffer.from(BYTES))).toBe(true);
	});

	test('a restart in the middle goes on where it was, and marks it once', async () => {
		const { hall, attic } = await enrolled();
		hall.network = true;
		attic.instead = (said) => (said === 1 ? 'line' : undefined);
		const before = phone(hall);
		await until(before, () => before.state.connection.state === 'online');
		await before.pictures.keep(CASE, BYTES, 'image/jpeg');
		await before.write(names());
		await comes(hall, () => attic.said.includes(1));
		expect(before.state.pictures[0]?.percent).toBe(33);
		await before.end();
		attic.said.length = 0;
		attic.instead = () => undefined;
		const again = phone(Object.assign(new Hall(), { db: hall.db, network: true, answers: hall.answers, answer: hall.answer }));
		await isGone(again);
		expect(attic.said).toEqual(['begin', 1, 2]);
		expect(again.state.cases[0]?.view.attachments).toHaveLength(1);
	});

	test('nothing of it goes while somebody types, and it goes on afterwards', async () => {
		const { hall, attic } = await enrolled();
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		const type = () => replica.keepDraft({ id: 'dd'.repeat(16), startedAt: hall.now, savedAt: 0, fields: { note: CASE, said: { text: 'he s' } } });
		attic.instead = (said) => (said === 0 ? (void type(), undefined) : undefined);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		await until(replica, () => replica.state.pictures[0]?.percent === 0);
		await quiet();
		for (let second = 0; second < 10; second += 1) {
			await type();
			await hall.pass(1_000);
			await quiet();
		}
		expect(attic.said).toEqual(['begin', 0]);
		await comes(hall, () => replica.state.pictures.length === 0);
		await isGone(replica);
		expect(attic.said).toEqual(['begin', 0, 'begin', 1, 2]);
	});

	test('a case that the server does not have is offered again later, and holds no other picture up', async () => {
		const { hall, attic } = await enrolled();
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		const other = 'beef'.repeat(8);
		let there = false;
		const begins: string[] = [];
		const real = hall.answers['/v1/blobs/begin']!;
		hall.answers['/v1/blobs/begin'] = (body) => {
			const ofCase = Buffer.from(body).includes(Buffer.from(unhex(CASE)));
			begins.push(ofCase ? CASE : other);
			attic.instead = (said) => (said === 'begin' && ofCase && !there ? 'not_found' : undefined);
			return real(body);
		};
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		hall.now += 1;
		await replica.pictures.keep(other, BYTES, 'image/jpeg');
		await replica.write(names('0b'.repeat(16), NAMED, other));
		await until(replica, () => replica.state.pictures.length === 1);
		await quiet();
		expect(begins.slice(0, 2).sort()).toEqual([other, CASE].sort());
		expect(replica.state.pictures[0]).toMatchObject({ document: CASE });
		expect(replica.state.cases.find((one) => one.id === CASE)?.unsent).toBe(1);
		const asked = begins.length;
		await passing(hall, 5_000);
		expect(begins.length).toBe(asked); // not again and again
		there = true;
		await comes(hall, () => replica.state.pictures.length === 0);
		expect(attic.whole(CASE, NAMED)).toBeDefined();
	});

	test('what the server never takes stays, says why, counts no more, and goes with the case', async () => {
		const { hall, attic } = await enrolled();
		attic.instead = () => 'too_big';
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		await until(replica, () => replica.state.pictures[0]?.stuck === 'too_big');
		expect(replica.state.cases[0]?.unsent).toBe(0);
		await passing(hall, 15 * 60_000);
		expect(attic.said).toEqual(['begin']);
		expect(Buffer.from(await replica.pictures.read(CASE, NAMED)).equals(Buffer.from(BYTES))).toBe(true);
		hall.push(frame({ case: 'forget', value: { document: unhex(CASE) } }));
		await until(replica, () => replica.state.pictures.length === 0);
		expect([await count(hall, 'pieces'), await count(hall, 'pictures')]).toEqual([0, 0]);
	});

	test('where the record does not take the words that name it, the bytes stay on the phone', async () => {
		const { hall, attic } = await enrolled();
		hall.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(hall.now)];
			if (said.kind.case !== 'push') return [];
			const refusals = await Promise.all(said.kind.value.envelopes.map(async (one) => ({ changeId: await sha256(one.body), reason: Reason.NOT_ALLOWED })));
			return [frame({ case: 'refused', value: { pushId: said.kind.value.pushId, refusals } } as never)];
		};
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		await until(replica, () => replica.state.pictures[0]?.stuck === 'not_accepted');
		expect(attic.said).toEqual([]);
		expect(await count(hall, 'pieces')).toBe(3);
	});

	test('a piece that is not there any more is said, and the rest of the phone goes on', async () => {
		const { hall } = await enrolled();
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		const storage = await storageOf(hall);
		await storage.commit([{ outOf: 'pieces', key: `${CASE}/${NAMED}/1` }]);
		await replica.write(names());
		hall.network = true;
		replica.tryNow();
		await until(replica, () => replica.state.pictures[0]?.stuck === 'not_here');
		expect(replica.state.cases[0]?.unsent).toBe(0);
	});

	test('that somebody else says it arrived lets nothing leave: the server is asked', async () => {
		const { hall, attic } = await enrolled();
		hall.network = true;
		attic.instead = (said) => (said === 2 ? 'line' : undefined);
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		await comes(hall, () => attic.said.includes(2));
		hall.push(batch([byAnother({ document: CASE, kind: 'case', facts: [{ into: 'marks', id: ONE, fields: { target: PICTURE, mark: 'arrived' } }] })], 'c1'));
		await until(replica, () => shown(replica)?.arrived?.by === OTHER);
		await passing(hall, 5 * 60_000);
		expect(await count(hall, 'pieces')).toBe(3);
		expect(replica.state.pictures).toHaveLength(1);
		attic.instead = () => undefined;
		await comes(hall, () => replica.state.pictures.length === 0);
		expect(Buffer.from(attic.whole(CASE, NAMED)!).equals(Buffer.from(BYTES))).toBe(true);
		expect(shown(replica)?.arrived?.by).toBe(OTHER);
	});

	test('nobody but the tab that leads carries, and the next one goes on when it dies', async () => {
		const { hall, attic } = await enrolled();
		attic.instead = (said) => (said === 1 ? 'line' : undefined);
		hall.network = true;
		const leads = phone(hall);
		const follows = phone(hall);
		await until(leads, () => leads.state.connection.state === 'online');
		await until(follows, () => follows.state.ready);
		await follows.pictures.keep(CASE, BYTES, 'image/jpeg');
		await follows.write(names());
		await until(leads, () => leads.state.cases[0]?.safekeeping.get(PICTURE)?.where === 'sent');
		await comes(hall, () => attic.said.includes(1));
		expect(attic.said.slice(0, 3)).toEqual(['begin', 0, 1]);
		attic.said.length = 0;
		attic.instead = () => undefined;
		hall.killLeader();
		await isGone(follows);
		expect(attic.said).toEqual(['begin', 1, 2]);
	});
});

describe('what leaves with its case, and what does not', () => {
	test('“I should not be involved” waits until a picture that only this phone has was sent', async () => {
		const { hall, attic } = await enrolled();
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.write(names());
		await replica.recuse(CASE);
		expect(replica.state.cases).toEqual([]);
		hall.network = true;
		replica.tryNow();
		await until(replica, () => replica.state.pictures.length === 0);
		while ((await (await storageOf(hall)).all()).envelopes.length > 0) await new Promise(setImmediate);
		expect(Buffer.from(attic.whole(CASE, NAMED)!).equals(Buffer.from(BYTES))).toBe(true);
	});

	test('bytes that nothing ever named were never called kept, and go; those of a report that is being written stay', async () => {
		const { hall } = await enrolled();
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		const other = new Uint8Array([1, 2, 3]);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.pictures.keep(CASE, other, 'image/png');
		await replica.keepDraft({ id: CASE, startedAt: 1, savedAt: 0, fields: { report: { v: 1, attachments: { [NAMED]: {} } } } });
		await passing(hall, 9 * 60_000);
		expect(replica.state.pictures).toHaveLength(2);
		await comes(hall, () => replica.state.pictures.length === 1);
		expect(replica.state.pictures[0]?.sha256).toBe(NAMED);
		expect(await count(hall, 'pieces')).toBe(3);
	});

	test('a case that cannot be read at the moment may name it: the bytes stay', async () => {
		const { hall } = await enrolled();
		const replica = phone(hall);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.pictures.keep('beef'.repeat(8), BYTES, 'image/jpeg');
		await replica.write(names());
		const ledger = new Ledger(await storageOf(hall));
		await ledger.reload();
		const gone: string[] = [];
		const nothing = () => Promise.resolve();
		const unread = { record: () => undefined, unnamed: ({ document }: { document: string }) => (gone.push(document), nothing()) };
		const others = { token: () => Promise.resolve('t'), dropToken: nothing, free: () => 'yes' as const, write: nothing, arrived: nothing, stuck: nothing, show: nothing };
		hall.now += 11 * 60_000;
		new Carrier({ world: hall.world(), ledger, ...others, ...unread }, newId).ask();
		await quiet();
		expect(gone).toEqual(['beef'.repeat(8)]);
	});

	test('what is not wanted after all is gone at once', async () => {
		const { hall } = await enrolled();
		const replica = phone(hall);
		await replica.pictures.keep(CASE, BYTES, 'image/jpeg');
		await replica.pictures.drop(CASE, NAMED);
		expect(replica.state.pictures).toEqual([]);
		expect([await count(hall, 'pieces'), await count(hall, 'pictures')]).toEqual([0, 0]);
	});
});

describe('bytes that are read', () => {
	test('are those that were named, or none', async () => {
		const { hall, attic } = await enrolled();
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await expect(replica.pictures.read(CASE, NAMED)).rejects.toMatchObject({ code: 'not_found' });
		attic.held.set(CASE + NAMED, { hashes: [new Uint8Array(32)], pieces: new Map([[0, Uint8Array.of(1, 2, 3)]]) });
		await expect(replica.pictures.read(CASE, NAMED)).rejects.toMatchObject({ code: 'not_the_same' });
		hall.network = false;
		await expect(replica.pictures.read(CASE, NAMED)).rejects.toMatchObject({ code: 'unreachable' });
	});
});
