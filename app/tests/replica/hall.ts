/** A pretend server and its phones, for the tests of the replica. */
import 'fake-indexeddb/auto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { sizeDelimitedEncode } from '@bufbuild/protobuf/wire';
import { IDBFactory } from 'fake-indexeddb';
import { readFileSync } from 'node:fs';
import { ChallengeSchema, TokenSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { type Frame, FrameSchema } from '../../src/generated/wire/v1/frame_pb.ts';
import type { Intention } from '../../src/replica/api.ts';
import { loadAutomerge } from '../../src/replica/automerge.ts';
import { hex, randomBytes, sha256, unhex } from '../../src/replica/bytes.ts';
import { deviceId, makeKeys, openKeys, publicBytes } from '../../src/replica/keys.ts';
import { GuardedReplica } from '../../src/replica/guarded.ts';
import { Ledger } from '../../src/replica/ledger.ts';
import { LocalReplica } from '../../src/replica/replica.ts';
import { openShelf, type Shelf } from '../../src/replica/shelf.ts';
import type { NoKey, Passkey, Passkeys } from '../../src/replica/passkeys.ts';
import { newSecrets, SLOT_BYTES, type SlotFile } from '../../src/replica/slots.ts';
import { Shelter, Storage } from '../../src/replica/storage.ts';
import { makeLock, type Stretch } from '../../src/replica/vault.ts';
import { readFrames } from '../../src/replica/wires.ts';
import type { SocketEars, World } from '../../src/replica/world.ts';

export const EVENT = 'ee'.repeat(16);
export const STAFF = 'aa'.repeat(16);
export const CASE = 'ca5e'.repeat(8);

export const PIN = { kind: 'pin', text: '481592' } as const;

/** As good as any to tell secrets apart, and quick: what stretching costs is no matter here. */
export const stretch: Stretch = async (secret, salt) => sha256(secret, salt);

/** What an unlocked phone holds, the same for all phones here. */
export const { opened, record } = await makeLock(PIN, newSecrets(), false, stretch);

/** The sealed storage of a phone that is not locked. */
export async function storageOf(hall: Hall): Promise<Storage> {
	return new Storage(await Shelter.open(hall.db), opened.sealer);
}

/** A slot file in memory. */
export class Slot implements SlotFile {
	readonly weak = false;
	bytes: Uint8Array<ArrayBuffer> | undefined;

	read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
		return Promise.resolve(this.bytes?.slice());
	}

	write(at: number, bytes: Uint8Array): Promise<void> {
		this.bytes ??= new Uint8Array(SLOT_BYTES);
		this.bytes.set(bytes, at);
		return Promise.resolve();
	}
}

/** The lock of a phone's own platform, which asks nobody. */
export class Platform implements Passkeys {
	there = false;
	/** What it does when it is asked. */
	does: 'answer' | NoKey = 'answer';
	asked = 0;
	private readonly keys = new Map<string, Uint8Array<ArrayBuffer>>();

	likely(): Promise<boolean> {
		return Promise.resolve(this.there);
	}

	make(): Promise<(Passkey & { held: Uint8Array<ArrayBuffer> }) | NoKey> {
		this.asked += 1;
		if (this.does !== 'answer') return Promise.resolve(this.does);
		const [credential, salt, held] = [randomBytes(16), randomBytes(32), randomBytes(32)];
		this.keys.set(hex(credential) + hex(salt), held.slice());
		return Promise.resolve({ credential, salt, held });
	}

	ask({ credential, salt }: Passkey): Promise<Uint8Array<ArrayBuffer> | NoKey> {
		this.asked += 1;
		if (this.does !== 'answer') return Promise.resolve(this.does);
		return Promise.resolve(this.keys.get(hex(credential) + hex(salt))?.slice() ?? 'cancelled');
	}

	/** Somebody set the platform up anew: it answers with other keys. */
	change(): void {
		for (const key of this.keys.keys()) this.keys.set(key, randomBytes(32));
	}
}

export async function automerge(): Promise<void> {
	await loadAutomerge(readFileSync('node_modules/@automerge/automerge/dist/automerge.wasm'));
}

/** A server that says what the test tells it to, and tabs that hear each other. */
export class Hall {
	now = 1_700_000_000_000;
	network = false;
	db = new IDBFactory();
	ears: SocketEars | undefined;
	said: Frame[] = [];
	answer: (frame: Frame) => Promise<Frame[]> = () => Promise.resolve([]);
	page: string | undefined;
	/** What single calls are answered, by path; any other is not found. */
	calls: { [path: string]: (body: Uint8Array) => Uint8Array } = {};
	posts = 0;
	sockets = true;
	/** What a test answers itself, by path. */
	answers: { [path: string]: (body: Uint8Array) => Promise<Response> } = {};
	/** Orders to wipe that phones without a lock of their own believed. */
	emptied: (() => Promise<void>)[] = [];
	/** How much this phone would still keep. */
	room = Infinity;
	slot: Slot | undefined = new Slot();
	platform = new Platform();
	private alone: Promise<unknown> = Promise.resolve();
	private readonly tabs = new Map<symbol, (message: unknown) => void>();
	private leaders: { mine: () => void; lost: () => void; of: symbol }[] = [];
	private frozen: symbol | undefined;
	timers: { at: number; act: () => void; of: symbol }[] = [];

	world(): World {
		const me = Symbol('tab');
		return {
			now: () => this.now,
			chance: () => 0.5,
			hasNetwork: () => this.network,
			onReturn: () => undefined,
			onLeave: () => undefined,
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
					for (const [tab, hear] of this.tabs) if (tab !== me && tab !== this.frozen) queueMicrotask(() => hear(structuredClone(message)));
				},
				hear: (ear) => void this.tabs.set(me, ear)
			},
			lead: (mine, lost) => {
				const tab = { mine, lost, of: me };
				this.leaders.push(tab);
				if (this.leaders.length === 1) mine();
				return {
					takeOver: () => {
						const [leader] = this.leaders;
						this.leaders = [tab, ...this.leaders.filter((each) => each !== tab)];
						if (leader?.of !== this.frozen) leader?.lost();
						mine();
					},
					release: () => {
						const led = this.leaders[0] === tab;
						this.leaders = this.leaders.filter((each) => each !== tab);
						if (led) this.leaders[0]?.mine();
					}
				};
			},
			persisted: () => Promise.resolve(false),
			persist: () => Promise.resolve(true),
			room: () => Promise.resolve(this.room),
			origin: 'https://hall.example',
			slots: () => Promise.resolve(this.slot),
			stretch,
			passkeys: this.platform,
			alone: (act) => {
				const done = this.alone.then(act);
				this.alone = done.catch(() => undefined);
				return done;
			}
		};
	}

	/** The tab that leads dies; the browser gives the lead to the next. */
	killLeader(): void {
		this.leaders.shift();
		const [first] = this.tabs.keys();
		if (first) this.tabs.delete(first);
		this.timers = this.timers.filter((timer) => timer.of !== first);
		this.leaders[0]?.mine();
	}

	/** The tab that leads hears nothing any more, neither from the others nor from the browser. */
	freezeLeader(): void {
		this.frozen = this.leaders[0]?.of;
	}

	/** Whether the tab that came as this one, counted from 0, has the lead. */
	leads(tab: number): boolean {
		return this.leaders[0]?.of === [...this.tabs.keys()][tab];
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
		const own = this.answers[path];
		if (own) return own(request.body as Uint8Array);
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
		const answer = this.calls[path];
		if (answer) return proto(answer((request.body ?? new Uint8Array()) as Uint8Array));
		return new Response('', { status: 404 });
	}
}

export const frame = (kind: NonNullable<Parameters<typeof create<typeof FrameSchema>>[1]>['kind']): Frame => create(FrameSchema, { kind } as never);

export function welcome(now: number, epoch = '01'.repeat(16)): Frame {
	return frame({ case: 'welcome', value: { epoch: unhex(epoch), serverTime: BigInt(now), packHash: new Uint8Array(), pingSeconds: 10 } });
}

/** A server that keeps everything. */
export function keeping(hall: Hall, kept: string[] = []): string[] {
	hall.answer = async (said) => {
		if (said.kind.case === 'hello') return [welcome(hall.now)];
		if (said.kind.case !== 'push') return [];
		const ids = await Promise.all(said.kind.value.envelopes.map(async ({ body }) => sha256(body)));
		kept.push(...ids.map(hex));
		return [frame({ case: 'kept', value: { pushId: said.kind.value.pushId, changeIds: ids, receivedAt: BigInt(hall.now) } })];
	};
	return kept;
}

export async function enrol(hall: Hall, serverKey?: string): Promise<void> {
	const storage = await storageOf(hall);
	const keys = await makeKeys(opened.wrapping);
	const device = hex(await deviceId(await publicBytes((await openKeys(opened.wrapping, keys)).signing)));
	await storage.commit([
		Ledger.meta('keys', keys),
		Ledger.meta('enrolled', { event: EVENT, ...(serverKey !== undefined && { serverKey }), self: { state: 'active', device, staff: STAFF, name: 'Nora', roles: [], badgeLabel: '', label: 'N1', words: [] } })
	]);
}

/** A phone that is in the team and locked, as after a restart. */
export async function locked(hall = new Hall(), serverKey?: string): Promise<Hall> {
	const secrets = newSecrets();
	const slot = new Slot();
	hall.slot = slot;
	const { record, opened } = await makeLock(PIN, secrets, false, stretch);
	await slot.write(0, Uint8Array.of(...secrets.device, ...secrets.cache, 1));
	const keys = await makeKeys(opened.wrapping);
	const device = hex(await deviceId(await publicBytes((await openKeys(opened.wrapping, keys)).signing)));
	const shelter = await Shelter.open(hall.db);
	await new Storage(shelter, opened.sealer).commit([
		{ into: 'book', entry: { name: 'lock', value: record } },
		{ into: 'book', entry: { name: 'member', value: true } },
		Ledger.meta('keys', keys),
		Ledger.meta('enrolled', { event: EVENT, ...(serverKey !== undefined && { serverKey }), self: { state: 'active', device, staff: STAFF, name: 'Nora', roles: [], badgeLabel: '', label: 'N1', words: [] } })
	]);
	return hall;
}

/** A phone that is not locked. */
export function phone(hall: Hall, wasm: Promise<void> = Promise.resolve()): LocalReplica {
	return new LocalReplica(hall.world(), () => undefined, shelfAfter(wasm), { storage: storageOf(hall), wrapping: opened.wrapping, heard: hall.now, empty: (confirm) => void hall.emptied.push(confirm) });
}

/** A phone with its lock. */
export function guarded(hall: Hall): GuardedReplica {
	return new GuardedReplica(hall.world(), () => undefined, shelfAfter(Promise.resolve()));
}

function shelfAfter(wasm: Promise<void>): (by: string, device: string, ledger: Ledger) => Promise<Shelf> {
	return async (by, device, ledger) => {
		await wasm;
		return openShelf(by, device, (document) => ledger.log(document));
	};
}

export async function until(replica: Pick<LocalReplica, 'subscribe'>, holds: () => boolean): Promise<void> {
	if (holds()) return;
	await new Promise<void>((resolve) => {
		const stop = replica.subscribe(() => {
			if (!holds()) return;
			stop();
			resolve();
		});
	});
}

export function note(id: string, text = 'was shouted at', register?: string): Intention {
	const fields = register === undefined ? { kind: 'note', text } : { kind: 'set', field: register, value: text };
	return { document: CASE, kind: 'case', facts: [{ into: 'entries', id, fields, ...(register !== undefined && { register }) }], birth: {} };
}

export const entriesOf = (replica: Pick<LocalReplica, 'state'>): string[] => (replica.state.cases[0]?.view.entries ?? []).map((entry) => entry.text ?? entry.value ?? '');
