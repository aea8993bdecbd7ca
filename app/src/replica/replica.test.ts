import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { sizeDelimitedEncode } from '@bufbuild/protobuf/wire';
import { beforeAll, describe, expect, test } from 'vitest';
import { automerge, CASE, enrol, entriesOf, frame, Hall, keeping, note, phone, storageOf, until, welcome } from '../../tests/replica/hall.ts';
import { ChangeBodySchema, FrameSchema, Reason } from '../generated/wire/v1/frame_pb.ts';
import { NotSaved } from './api.ts';
import { A } from './automerge.ts';
import { sha256 } from './bytes.ts';
import { GuardedReplica } from './guarded.ts';
import { readFrame, readFrames } from './wires.ts';

beforeAll(automerge);

describe('writing without a network', () => {
	test('what is written is on disk and in sight before Automerge is there, and becomes a change when it is', async () => {
		const hall = new Hall();
		await enrol(hall);
		let arrive = (): void => undefined;
		const replica = phone(hall, new Promise((resolve) => (arrive = resolve)));
		await until(replica, () => replica.state.self !== null);
		await replica.write(note('01'.repeat(16)));
		expect((await (await storageOf(hall)).all()).envelopes).toEqual([]);
		expect(entriesOf(replica)).toEqual(['was shouted at']);
		// Killed here, in the middle of it: the next start finds the words.
		const again = phone(Object.assign(new Hall(), { db: hall.db }));
		await until(again, () => again.state.ready && again.state.cases[0]?.unsent === 1);
		expect(entriesOf(again)).toEqual(['was shouted at']);
		arrive();
	});

	test('a draft survives the app', async () => {
		const hall = new Hall();
		const replica = phone(hall);
		await replica.keepDraft({ id: CASE, startedAt: 1, savedAt: 0, fields: { words: 'they sai' } });
		const again = phone(Object.assign(new Hall(), { db: hall.db }));
		await until(again, () => again.state.drafts.length > 0);
		expect(again.state.drafts[0]?.fields).toEqual({ words: 'they sai' });
		expect(again.state.drafts[0]?.savedAt).toBe(hall.now);
	});

	test('a full phone says so, and what was saved is still there', async () => {
		const hall = new Hall();
		await enrol(hall);
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		await replica.write(note('01'.repeat(16), 'first'));
		const put = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')!;
		IDBObjectStore.prototype.put = () => {
			throw new DOMException('no room', 'QuotaExceededError');
		};
		try {
			await expect(replica.write(note('02'.repeat(16), 'second'))).rejects.toEqual(new NotSaved('full'));
		} finally {
			Object.defineProperty(IDBObjectStore.prototype, 'put', put);
		}
		expect(replica.state.storageBroken).toBe('full');
		expect(entriesOf(replica)).toEqual(['first']);
		await replica.write(note('03'.repeat(16), 'third'));
		expect(replica.state.storageBroken).toBeNull();
	});

	test('a browser without storage says so', async () => {
		const replica = new GuardedReplica({ ...new Hall().world(), indexedDB: undefined }, () => undefined, () => Promise.reject(new Error('unused')));
		await until(replica, () => replica.state.storageBroken !== null);
		await expect(replica.write(note('01'.repeat(16)))).rejects.toBeInstanceOf(NotSaved);
		expect(replica.state.storageBroken).toBe('blocked');
	});

	test('an intention that no document could take is refused before it is saved', async () => {
		const replica = phone(new Hall());
		await expect(replica.write({ ...note('01'.repeat(16)), facts: [] })).rejects.toBeInstanceOf(RangeError);
	});
});

describe('the line', () => {
	test('an element is sent only once the server has kept it', async () => {
		const hall = new Hall();
		await enrol(hall);
		hall.network = true;
		keeping(hall);
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.write(note('01'.repeat(16)));
		expect(replica.state.cases[0]?.safekeeping.get('01'.repeat(16))).toEqual({ where: 'phone' });
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		expect(replica.state.cases[0]?.safekeeping.get('01'.repeat(16))).toEqual({ where: 'sent', at: hall.now });
		expect(replica.state.allSentAt).toBe(hall.now);
	});

	test('without sockets everything goes by single posts', async () => {
		const hall = new Hall();
		await enrol(hall);
		hall.network = true;
		hall.sockets = false;
		const kept = keeping(hall);
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		await replica.write(note('01'.repeat(16)));
		const clock = setInterval(() => void hall.pass(1_000), 1);
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		clearInterval(clock);
		// Here a second takes a millisecond, so that a slow machine may be out of patience once: what is sent again is the same.
		expect(new Set(kept).size).toBe(1);
	});

	test('a portal that answers with a page is no server', async () => {
		const hall = new Hall();
		await enrol(hall);
		hall.network = true;
		hall.page = '<html>Welcome to the hotel</html>';
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'retrying');
		expect(replica.state.self?.state).toBe('active');
	});

	test.each([
		['a change whose dependencies are not kept', Reason.DEPENDENCIES],
		['a sequence number used twice', Reason.BAD_SEQUENCE]
	])('%s is written anew under another actor', async (_name, reason) => {
		const hall = new Hall();
		await enrol(hall);
		const actors: string[] = [];
		hall.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(hall.now)];
			if (said.kind.case !== 'push') return [];
			const [envelope] = said.kind.value.envelopes;
			const id = await sha256(envelope!.body);
			actors.push(A.decodeChange(fromBinary(ChangeBodySchema, envelope!.body).change).actor);
			const { pushId } = said.kind.value;
			if (actors.length === 1) return [frame({ case: 'refused', value: { pushId, refusals: [{ changeId: id, reason }] } } as never)];
			return [frame({ case: 'kept', value: { pushId, changeIds: [id], receivedAt: 5n } })];
		};
		hall.network = true;
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.write(note('01'.repeat(16)));
		await until(replica, () => replica.state.cases[0]?.safekeeping.get('01'.repeat(16))?.where === 'sent');
		expect(new Set(actors).size).toBe(2);
		expect(entriesOf(replica)).toEqual(['was shouted at']);
	});

	test('what the server does not accept stays in sight and says so', async () => {
		const hall = new Hall();
		await enrol(hall);
		hall.network = true;
		hall.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(hall.now)];
			if (said.kind.case !== 'push') return [];
			const refusals = await Promise.all(said.kind.value.envelopes.map(async ({ body }) => ({ changeId: await sha256(body), reason: Reason.NOT_ALLOWED })));
			return [frame({ case: 'refused', value: { pushId: said.kind.value.pushId, refusals } } as never)];
		};
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		await replica.write(note('01'.repeat(16)));
		await until(replica, () => replica.state.cases[0]?.safekeeping.get('01'.repeat(16))?.where === 'not_accepted');
		expect(entriesOf(replica)).toEqual(['was shouted at']);
	});

	test('after the server went back to a backup, everything is offered again', async () => {
		const hall = new Hall();
		await enrol(hall);
		hall.network = true;
		const kept = keeping(hall);
		const replica = phone(hall);
		await until(replica, () => replica.state.connection.state === 'online');
		await replica.write(note('01'.repeat(16)));
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		const keep = hall.answer;
		hall.answer = async (said) => (said.kind.case === 'hello' ? [welcome(hall.now, '02'.repeat(16))] : keep(said));
		hall.ears?.closed();
		await until(replica, () => replica.state.connection.state !== 'online');
		replica.tryNow();
		await until(replica, () => kept.length === 2);
		expect(kept[0]).toBe(kept[1]);
	});
});

describe('two tabs', () => {
	test('both see a word that either writes, and the second takes over when the first dies', async () => {
		const hall = new Hall();
		await enrol(hall);
		const first = phone(hall);
		const second = phone(hall);
		await until(second, () => second.state.ready);
		await second.write(note('01'.repeat(16), 'from the second'));
		await until(first, () => entriesOf(first).length === 1 && first.state.ready);
		const storage = await storageOf(hall);
		while ((await storage.all()).intents.length > 0) await new Promise(setImmediate);
		hall.killLeader();
		hall.network = true;
		keeping(hall);
		second.tryNow();
		const clock = setInterval(() => void hall.pass(500), 1);
		await second.write(note('02'.repeat(16), 'alone'));
		await until(second, () => second.state.cases[0]?.unsent === 0);
		clearInterval(clock);
		expect(entriesOf(second)).toEqual(['from the second', 'alone']);
	});
});

describe('bytes from outside', () => {
	test.each([
		['a page', new TextEncoder().encode('<!doctype html><title>Log in</title>')],
		['nothing', new Uint8Array()],
		['a frame that is unknown', Uint8Array.of(0xfa, 0x01, 0x00)],
		['half a frame', toBinary(FrameSchema, welcome(1)).slice(0, 9)],
		['a frame that is too big', new Uint8Array(307_201)]
	])('%s is no frame', (_name, bytes) => {
		expect(readFrame(bytes)).toBeUndefined();
	});

	test('a sequence that ends too early is refused as a whole', async () => {
		const bytes = sizeDelimitedEncode(FrameSchema, welcome(1));
		await expect(readFrames(bytes.slice(0, -1))).rejects.toThrow();
	});
});
