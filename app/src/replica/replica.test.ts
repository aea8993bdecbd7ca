import 'fake-indexeddb/auto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { sizeDelimitedEncode } from '@bufbuild/protobuf/wire';
import { IDBFactory } from 'fake-indexeddb';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ChallengeSchema, TokenSchema } from '../generated/wire/v1/identity_pb.ts';
import { ChangeBodySchema, type Frame, FrameSchema, Reason } from '../generated/wire/v1/frame_pb.ts';
import { type Intention, NotSaved } from './api.ts';
import { A, loadAutomerge } from './automerge.ts';
import { hex, sha256, unhex } from './bytes.ts';
import { deviceId, makeKeys, publicBytes } from './keys.ts';
import { Ledger } from './ledger.ts';
import { LocalReplica } from './replica.ts';
import { openShelf } from './shelf.ts';
import { Storage } from './storage.ts';
import { readFrame, readFrames } from './wires.ts';
import type { SocketEars, World } from './world.ts';

const EVENT = 'ee'.repeat(16);
const STAFF = 'aa'.repeat(16);
const CASE = 'ca5e'.repeat(8);

beforeAll(async () => {
	await loadAutomerge(readFileSync('node_modules/@automerge/automerge/dist/automerge.wasm'));
});

/** A server that says what the test tells it to, and tabs that hear each other. */
class Hall {
	now = 1_700_000_000_000;
	network = false;
	db = new IDBFactory();
	ears: SocketEars | undefined;
	said: Frame[] = [];
	answer: (frame: Frame) => Promise<Frame[]> = () => Promise.resolve([]);
	page: string | undefined;
	posts = 0;
	sockets = true;
	private readonly tabs = new Map<symbol, (message: unknown) => void>();
	private readonly leaders: (() => void)[] = [];
	timers: { at: number; act: () => void; of: symbol }[] = [];

	world(): World {
		const me = Symbol('tab');
		return {
			now: () => this.now,
			chance: () => 0.5,
			hasNetwork: () => this.network,
			onReturn: () => undefined,
			after: (wait, act) => {
				const timer = { at: this.now + wait, act, of: me };
				this.timers.push(timer);
				return () => (this.timers = this.timers.filter((each) => each !== timer));
			},
			fetch: (path, request) => this.fetch(path, request),
			socket: (_path, ears) => {
				if (!this.sockets || !this.network) {
					queueMicrotask(() => ears.closed());
					return { send: () => undefined, close: () => undefined };
				}
				this.ears = ears;
				queueMicrotask(() => ears.opened());
				return { send: (bytes) => void this.heard(bytes), close: () => undefined };
			},
			indexedDB: this.db,
			channel: {
				tell: (message) => {
					for (const [tab, hear] of this.tabs) if (tab !== me) queueMicrotask(() => hear(structuredClone(message)));
				},
				hear: (ear) => void this.tabs.set(me, ear)
			},
			lead: (act) => {
				this.leaders.push(act);
				if (this.leaders.length === 1) act();
			},
			persisted: () => Promise.resolve(false),
			persist: () => Promise.resolve(true),
			origin: 'https://hall.example'
		};
	}

	/** The tab that leads dies; the browser gives the lead to the next. */
	killLeader(): void {
		this.leaders.shift();
		const [first] = this.tabs.keys();
		if (first) this.tabs.delete(first);
		this.timers = this.timers.filter((timer) => timer.of !== first);
		this.leaders[0]?.();
	}

	push(frame: Frame): void {
		this.ears?.heard(toBinary(FrameSchema, frame).slice().buffer);
	}

	async pass(ms: number): Promise<void> {
		this.now += ms;
		const due = this.timers.filter((timer) => timer.at <= this.now);
		this.timers = this.timers.filter((timer) => timer.at > this.now);
		for (const timer of due) timer.act();
		await Promise.resolve();
	}

	private async heard(bytes: Uint8Array): Promise<void> {
		const frame = fromBinary(FrameSchema, bytes);
		this.said.push(frame);
		for (const answer of await this.answer(frame)) this.push(answer);
	}

	private async fetch(path: string, request: RequestInit): Promise<Response> {
		if (!this.network) throw new TypeError('no network');
		if (this.page !== undefined) return new Response(this.page, { headers: { 'content-type': 'text/html' } });
		const proto = (body: Uint8Array): Response => new Response(body.slice(), { headers: { 'content-type': 'application/x-protobuf' } });
		if (path === '/v1/auth/challenge') return proto(toBinary(ChallengeSchema, create(ChallengeSchema, { challenge: new Uint8Array(32) })));
		if (path === '/v1/auth/token') return proto(toBinary(TokenSchema, create(TokenSchema, { token: 't', expiresAt: 600_000n, serverTime: 0n })));
		if (path === '/v1/sync') {
			this.posts += 1;
			const out: Uint8Array[] = [];
			for (const frame of await readFrames(request.body as Uint8Array)) {
				this.said.push(frame);
				for (const answer of await this.answer(frame)) out.push(sizeDelimitedEncode(FrameSchema, answer));
			}
			return proto(Uint8Array.from(out.flatMap((part) => [...part])));
		}
		return new Response('', { status: 404 });
	}
}

const frame = (kind: NonNullable<Parameters<typeof create<typeof FrameSchema>>[1]>['kind']): Frame => create(FrameSchema, { kind } as never);

function welcome(now: number, epoch = '01'.repeat(16)): Frame {
	return frame({ case: 'welcome', value: { epoch: unhex(epoch), serverTime: BigInt(now), packHash: new Uint8Array(), pingSeconds: 10 } });
}

/** A server that keeps everything. */
function keeping(hall: Hall, kept: string[] = []): string[] {
	hall.answer = async (said) => {
		if (said.kind.case === 'hello') return [welcome(hall.now)];
		if (said.kind.case !== 'push') return [];
		const ids = await Promise.all(said.kind.value.envelopes.map(async ({ body }) => sha256(body)));
		kept.push(...ids.map(hex));
		return [frame({ case: 'kept', value: { pushId: said.kind.value.pushId, changeIds: ids, receivedAt: BigInt(hall.now) } })];
	};
	return kept;
}

async function enrol(hall: Hall): Promise<void> {
	const storage = await Storage.open(hall.db);
	const keys = await makeKeys();
	const device = hex(await deviceId(await publicBytes(keys.signing)));
	await storage.commit([
		Ledger.meta('keys', keys),
		Ledger.meta('enrolled', { event: EVENT, self: { state: 'active', device, staff: STAFF, name: 'Nora', roles: [], badgeLabel: '', label: 'N1', words: [] } })
	]);
	storage.close();
}

function phone(hall: Hall, wasm: Promise<void> = Promise.resolve()): LocalReplica {
	return new LocalReplica(hall.world(), () => undefined, async (by, device, ledger) => {
		await wasm;
		return openShelf(by, device, (document) => ledger.logOf(document));
	});
}

async function until(replica: LocalReplica, holds: () => boolean): Promise<void> {
	if (holds()) return;
	await new Promise<void>((resolve) => {
		const stop = replica.subscribe(() => {
			if (!holds()) return;
			stop();
			resolve();
		});
	});
}

function note(id: string, text = 'was shouted at', register?: string): Intention {
	const fields = register === undefined ? { kind: 'note', text } : { kind: 'set', field: register, value: text };
	return { document: CASE, kind: 'case', facts: [{ into: 'entries', id, fields, ...(register !== undefined && { register }) }], birth: {} };
}

const entriesOf = (replica: LocalReplica): string[] => (replica.state.cases[0]?.view.entries ?? []).map((entry) => entry.text ?? entry.value ?? '');

describe('writing without a network', () => {
	test('what is written is on disk and in sight before Automerge is there, and becomes a change when it is', async () => {
		const hall = new Hall();
		await enrol(hall);
		let arrive = (): void => undefined;
		const replica = phone(hall, new Promise((resolve) => (arrive = resolve)));
		await until(replica, () => replica.state.self !== null);
		await replica.write(note('01'.repeat(16)));
		expect(replica.state.ready).toBe(false);
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
		const replica = new LocalReplica({ ...new Hall().world(), indexedDB: undefined }, () => undefined, () => Promise.reject(new Error('unused')));
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
		expect(kept.length).toBe(1);
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
		const storage = await Storage.open(hall.db);
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
