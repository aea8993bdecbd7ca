/**
 * The talk with the server, as a machine that does nothing itself: it is told
 * what happened and when, and says what to do next (`poll`). `wires.ts` acts.
 *
 * The live socket is preferred. Where it cannot be opened, each round goes by
 * `POST /v1/sync`. A dead network closes no socket: silence ends it.
 */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type Checkpoint, type Envelope, type Frame, FrameSchema, Leaving, Reason } from '../generated/wire/v1/frame_pb.ts';
import type { Id, Millis } from './api.ts';
import { type Bytes, hex, unhex } from './bytes.ts';
import type { LineMark, Look } from './kept.ts';

export const APP_VERSION = '0.1.0';
const GROUP_BYTES = 290_000; // a frame may have 300 KiB
const GROUP_COUNT = 500;
const SILENCE_MS = 25_000;
const ANSWER_MS = 15_000;
const BACKOFF_FIRST = 1_000;
const BACKOFF_MOST = 60_000;
const HOLD_MS = 60_000;
/** Who may receive a case changes when a person does something about it, not by itself. */
const NOBODY_MS = 10 * 60_000;
/** After so many sockets that never greeted, the next tries go by HTTP. */
const SOCKET_TRIES = 2;

/** Writing the same facts anew again and again helps nobody: after so many times they go to the tray. */
const REWRITES = 5;

/** What must be written down before the line goes on. */
export type Note =
	| { note: 'epoch'; epoch: Bytes; clockOffset: Millis; packHash: Bytes }
	| { note: 'took'; envelopes: Envelope[]; receivedAt: Millis[]; cursor: Bytes }
	/** `earlier`: those that were there already, because another phone had carried them. */
	| { note: 'kept'; ids: Id[]; at: Millis; earlier: Earlier[] }
	| { note: 'refused'; refusals: Refusal[] }
	/** Nobody may receive these now. */
	| { note: 'held'; ids: Id[] }
	| { note: 'rewrite'; ids: Id[] }
	| { note: 'forget'; document: Id }
	/** The server has heard of these looks. */
	| { note: 'looked'; orders: string[] }
	/** For leads: what the server's ledger is sealed with. */
	| { note: 'sealed'; checkpoint: Checkpoint; covers: Uint8Array[] };

export interface Earlier {
	id: Id;
	at: Millis;
	/** What that phone is called. */
	via: string;
}

export interface Refusal {
	id: Id;
	reason: Reason;
}

export type Action =
	/** `fresh`: with a token that was not used before. */
	| { do: 'sign_in'; fresh: boolean }
	| { do: 'open' }
	| { do: 'send'; frame: Frame }
	| { do: 'post'; frames: Frame[] }
	| { do: 'hang_up' }
	| { do: 'write_down'; note: Note }
	| { do: 'renew_app' }
	| { do: 'lost_access' };

/** A change that waits to be sent. */
export interface Waiting {
	id: Id;
	envelope: Envelope;
	/** The case that it belongs to, directly or as its parent: what goes along waits along. */
	root?: Id;
}

export interface Holdings {
	/** What is not kept yet and may be sent, oldest first. */
	waiting(): readonly Waiting[];
	mark(): LineMark;
	packHash(): Bytes;
	/** The size of the ledger's seal that is kept; 0: none. */
	sealed(): number;
	/** How many pictures are on their way, which go by calls of their own. */
	pictures(): number;
	/** Looks that the server is not known to have heard of, oldest first. */
	looks(): readonly Look[];
}

type Stage = 'resting' | 'signing_in' | 'opening' | 'greeting' | 'live' | 'posting' | 'ended';

export class Line {
	stage: Stage = 'resting';
	private actions: Action[] = [];
	private token: string | undefined;
	private tries = 0;
	private socketTries = 0;
	private wakeAt: Millis | null = 0;
	private deadline: Millis | null = null;
	private pingAt: Millis | null = null;
	private pingEvery = 10_000;
	private pushId = 0;
	private readonly inFlight = new Map<number, Id[]>();
	private readonly held = new Map<Id, Millis>();
	/** Those among `held` that wait until somebody may receive them. */
	private readonly nobody = new Set<Id>();
	private groupCount = GROUP_COUNT;
	private rewrites = 0;
	private everGreeted = false;
	/** Looks that were told, and the ping after which an answer shows that they were heard. */
	private readonly told = new Map<string, number>();
	private pings = 0;
	private pongs = 0;

	constructor(
		private readonly holdings: Holdings,
		/** Between 0 and 1. */
		private readonly chance: () => number
	) {}

	/** What is to be done now, in order. */
	poll(): Action[] {
		const actions = this.actions;
		this.actions = [];
		return actions;
	}

	/** When `tick` must be called next, at the latest. */
	next(): Millis | null {
		const times = [this.wakeAt, this.deadline, this.pingAt, ...this.held.values()].filter((time) => time !== null);
		return times.length === 0 ? null : Math.min(...times);
	}

	get retryAt(): Millis | null {
		return this.stage === 'resting' ? this.wakeAt : null;
	}

	/** Between two rounds by HTTP, the last of which went well. */
	get idle(): boolean {
		return this.tries === 0 && this.everGreeted;
	}

	get greeted(): boolean {
		return this.stage === 'live' || this.stage === 'posting';
	}

	/** The network may be back, or a person asks: waits no longer. */
	wake(now: Millis): void {
		if (this.stage === 'ended') return;
		this.tries = 0;
		this.socketTries = 0;
		this.offerAgain();
		if (this.stage === 'resting') this.begin(now);
		else if (this.stage === 'live') this.probe(now);
	}

	/** Somebody may receive by now what nobody could. */
	offerAgain(): void {
		for (const id of this.nobody) this.held.delete(id);
		this.nobody.clear();
	}

	tick(now: Millis): void {
		for (const [id, until] of this.held) {
			if (until > now) continue;
			this.held.delete(id);
			this.nobody.delete(id);
		}
		if (this.deadline !== null && this.deadline <= now) this.fail(now);
		else if (this.wakeAt !== null && this.wakeAt <= now) this.begin(now);
		else if (this.pingAt !== null && this.pingAt <= now) {
			this.pingAt = now + this.pingEvery;
			this.ping();
		}
		this.push(now);
	}

	signedIn(token: string, now: Millis): void {
		if (this.stage !== 'signing_in') return;
		this.token = token;
		if (this.socketTries < SOCKET_TRIES) {
			this.stage = 'opening';
			this.deadline = now + ANSWER_MS;
			this.actions.push({ do: 'open' });
		} else this.post(now);
	}

	/** Signing in did not work: no network, or a server that will not answer now. */
	notSignedIn(now: Millis): void {
		if (this.stage === 'signing_in') this.fail(now);
	}

	/** The server says that this device has no access. Nothing is said here any more while its last words are. */
	revoked(): void {
		if (this.stage === 'ended') return;
		this.stage = 'ended';
		this.clearTimers();
		this.actions.push({ do: 'hang_up' }, { do: 'lost_access' });
	}

	/** It was not the server that said so: goes on as after any line that broke. */
	resume(now: Millis): void {
		if (this.stage === 'ended') this.rest(now, this.backoff());
	}

	/** The socket is open. */
	opened(now: Millis): void {
		if (this.stage !== 'opening') return;
		this.stage = 'greeting';
		this.deadline = now + ANSWER_MS;
		this.actions.push({ do: 'send', frame: this.hello() });
	}

	/** The socket closed, or a post did not come through. */
	closed(now: Millis): void {
		if (this.stage === 'opening' || this.stage === 'greeting') this.socketTries += 1;
		if (this.stage !== 'resting' && this.stage !== 'ended' && this.stage !== 'signing_in') this.rest(now, this.backoff());
	}

	/** What came could not be read as frames, a captive portal's page for example: the server is not there. */
	unreadable(now: Millis): void {
		this.closed(now);
		this.actions.push({ do: 'hang_up' });
	}

	/** Storage refused: nothing was written down, so nothing counts. */
	notWrittenDown(now: Millis): void {
		this.fail(now);
	}

	/** The answers of a post are all taken in. */
	posted(more: boolean, now: Millis): void {
		if (this.stage !== 'posting') return;
		const heard = [...this.told].filter(([, after]) => after === 0).map(([order]) => order);
		for (const order of heard) this.told.set(order, Infinity); // noted, and not to be told again in the next round
		if (heard.length > 0) this.note({ note: 'looked', orders: heard });
		const flown = new Set([...this.inFlight.values()].flat());
		const unanswered = this.holdings.waiting().some(({ id }) => flown.has(id) && !this.held.has(id));
		this.inFlight.clear();
		if (unanswered) {
			this.rest(now, this.backoff());
			return;
		}
		this.tries = 0;
		if (more || this.nextGroup().length > 0) this.post(now);
		else {
			this.stage = 'resting';
			this.deadline = null;
			this.wakeAt = now + this.pingEvery + Math.floor(this.chance() * this.pingEvery);
		}
	}

	/** Something new waits to be sent. */
	wrote(now: Millis): void {
		if (this.stage === 'live') this.push(now);
		else if (this.stage === 'resting' && this.tries === 0) this.begin(now);
	}

	/** Somebody looked at a case, or a document is gone from here, and that is on disk. */
	looked(): void {
		if (this.stage !== 'live') return;
		for (const look of this.holdings.looks()) {
			if (this.told.has(look.order)) continue;
			this.told.set(look.order, this.pings + 1);
			this.say(frameOf(look));
		}
	}

	private ping(): void {
		this.pings += 1;
		this.say({ case: 'ping', value: {} });
	}

	/** Frames are heard in order: an answer to a ping answers for what was told before it. */
	private ponged(): void {
		this.pongs += 1;
		const heard = [...this.told].filter(([, after]) => after <= this.pongs).map(([order]) => order);
		for (const order of heard) this.told.delete(order);
		if (heard.length > 0) this.note({ note: 'looked', orders: heard });
	}

	goodbye(): void {
		if (this.stage === 'live') this.say({ case: 'goodbye', value: {} });
		this.stage = 'ended';
		this.clearTimers();
		this.actions.push({ do: 'hang_up' });
	}

	frame(frame: Frame, now: Millis): void {
		if (!['greeting', 'live', 'posting'].includes(this.stage)) return;
		if (this.stage === 'live') this.deadline = now + SILENCE_MS;
		const { kind } = frame;
		switch (kind.case) {
			case 'welcome': {
				this.everGreeted = true;
				this.note({
					note: 'epoch',
					epoch: new Uint8Array(kind.value.epoch),
					clockOffset: Number(kind.value.serverTime) - now,
					packHash: new Uint8Array(kind.value.packHash)
				});
				if (kind.value.checkpoint) this.note({ note: 'sealed', checkpoint: kind.value.checkpoint, covers: kind.value.covers });
				if (kind.value.pingSeconds > 0) this.pingEvery = kind.value.pingSeconds * 1_000;
				if (this.stage === 'greeting') {
					this.stage = 'live';
					this.socketTries = 0;
					this.tries = 0;
					this.deadline = now + SILENCE_MS;
					this.pingAt = now + this.pingEvery;
					this.looked();
				}
				return;
			}
			case 'kept':
				if (this.stage === 'live') this.inFlight.delete(kind.value.pushId);
				this.rewrites = 0;
				this.note({
					note: 'kept',
					ids: kind.value.changeIds.map(hex),
					at: Number(kind.value.receivedAt),
					earlier: kind.value.earlier.map(({ changeId, receivedAt, via }) => ({ id: hex(changeId), at: Number(receivedAt), via }))
				});
				return;
			case 'refused':
				this.refused(kind.value.refusals.map(({ changeId, reason }) => ({ id: hex(changeId), reason })), now);
				if (this.stage === 'live') this.inFlight.delete(kind.value.pushId);
				return;
			case 'batch':
				this.note({
					note: 'took',
					envelopes: kind.value.envelopes,
					receivedAt: kind.value.receivedAt.map(Number),
					cursor: new Uint8Array(kind.value.cursor)
				});
				return;
			case 'forget':
				this.note({ note: 'forget', document: hex(kind.value.document) });
				return;
			case 'ping':
				this.say({ case: 'pong', value: {} });
				return;
			case 'farewell':
				this.farewell(kind.value.reason, kind.value.retryAfterSeconds, now);
				return;
			case 'pong':
				this.ponged();
				return;
			case 'hello':
			case 'push':
			case 'opened':
			case 'dropped':
			case 'goodbye':
			case undefined:
				this.unreadable(now); // nothing that a server says
		}
	}

	/** Everything that `poll` gave is done, storage included: more may be sent. */
	push(now: Millis): void {
		if (this.stage !== 'live' || this.inFlight.size > 0) return;
		const group = this.nextGroup();
		if (group.length === 0) return;
		this.deadline = Math.min(this.deadline ?? Infinity, now + SILENCE_MS);
		this.actions.push({ do: 'send', frame: this.pushOf(group) });
	}

	private begin(now: Millis): void {
		this.stage = 'signing_in';
		this.wakeAt = null;
		this.deadline = now + ANSWER_MS;
		this.actions.push({ do: 'sign_in', fresh: this.token === undefined });
	}

	private post(now: Millis): void {
		this.stage = 'posting';
		this.deadline = now + ANSWER_MS * 2;
		const group = this.nextGroup();
		const frames = [this.hello()];
		if (group.length > 0) frames.push(this.pushOf(group));
		for (const look of this.holdings.looks()) {
			if (this.told.has(look.order)) continue;
			this.told.set(look.order, 0);
			frames.push(create(FrameSchema, { kind: frameOf(look) }));
		}
		this.actions.push({ do: 'post', frames });
	}

	private hello(): Frame {
		const mark = this.holdings.mark();
		return create(FrameSchema, {
			kind: {
				case: 'hello',
				value: {
					protocol: 1,
					token: this.token ?? '',
					epoch: mark.epoch,
					cursor: mark.cursor,
					appVersion: APP_VERSION,
					unsent: this.holdings.waiting().length + this.holdings.pictures(),
					packHash: this.holdings.packHash(),
					sealed: BigInt(this.holdings.sealed())
				}
			}
		});
	}

	private nextGroup(): Waiting[] {
		const flying = new Set([...this.inFlight.values()].flat());
		const group: Waiting[] = [];
		let bytes = 0;
		const all = this.holdings.waiting();
		const roots = new Set(all.flatMap(({ id, root }) => (root !== undefined && this.nobody.has(id) ? [root] : [])));
		for (const waiting of all) {
			if (this.held.has(waiting.id) || flying.has(waiting.id)) continue;
			if (waiting.root !== undefined && roots.has(waiting.root)) continue; // it builds on what nobody may receive
			bytes += waiting.envelope.body.length + waiting.envelope.signature.length + 16;
			if (group.length > 0 && (bytes > GROUP_BYTES || group.length >= this.groupCount)) break;
			group.push(waiting);
		}
		return group;
	}

	private pushOf(group: readonly Waiting[]): Frame {
		this.pushId += 1;
		this.inFlight.set(this.pushId, group.map(({ id }) => id));
		return create(FrameSchema, {
			kind: { case: 'push', value: { pushId: this.pushId, envelopes: group.map(({ envelope }) => envelope) } }
		});
	}

	private refused(refusals: readonly Refusal[], now: Millis): void {
		const rewrite: Id[] = [];
		const settled: Refusal[] = [];
		const held: Id[] = [];
		const roots = new Map(this.holdings.waiting().map(({ id, root }) => [id, root]));
		const nobody = new Set(refusals.flatMap(({ id, reason }) => (reason === Reason.HELD ? [roots.get(id) ?? id] : [])));
		for (const { id, reason } of refusals) {
			// What builds on a change that nobody may receive finds no document there, whatever the server calls it.
			if (nobody.has(roots.get(id) ?? id)) {
				this.held.set(id, now + NOBODY_MS);
				this.nobody.add(id);
				held.push(id);
			} else if (reason === Reason.QUOTA || reason === Reason.NOT_SAVED) this.held.set(id, now + HOLD_MS);
			else if ((reason === Reason.DEPENDENCIES || reason === Reason.BAD_SEQUENCE) && this.rewrites < REWRITES) rewrite.push(id);
			else settled.push({ id, reason });
		}
		if (held.length > 0) this.note({ note: 'held', ids: held });
		if (settled.length > 0) this.note({ note: 'refused', refusals: settled });
		if (rewrite.length === 0) return;
		this.rewrites += 1;
		this.note({ note: 'rewrite', ids: rewrite });
	}

	private farewell(reason: Leaving, retryAfterSeconds: number, now: Millis): void {
		if (reason === Leaving.REVOKED) {
			this.revoked();
			return;
		}
		this.actions.push({ do: 'hang_up' });
		if (reason === Leaving.TOO_OLD) this.actions.push({ do: 'renew_app' });
		if (reason === Leaving.TOO_BIG) this.tooBig();
		if (reason === Leaving.SIGN_IN) this.token = undefined;
		this.rest(now, Math.max(retryAfterSeconds * 1_000 * (1 + this.chance()), this.backoff()));
	}

	private tooBig(): void {
		const flying = [...this.inFlight.values()].flat();
		const [alone] = flying;
		if (flying.length === 1 && alone !== undefined) this.note({ note: 'refused', refusals: [{ id: alone, reason: Reason.TOO_BIG }] });
		else this.groupCount = Math.max(1, Math.floor(Math.min(this.groupCount, flying.length) / 2));
	}

	/** Probes a line that may be dead: an answer has to come soon. */
	private probe(now: Millis): void {
		this.ping();
		this.deadline = now + 5_000;
	}

	private fail(now: Millis): void {
		if (this.stage === 'opening' || this.stage === 'greeting') this.socketTries += 1;
		this.actions.push({ do: 'hang_up' });
		this.rest(now, this.backoff());
	}

	private rest(now: Millis, wait: Millis): void {
		this.stage = 'resting';
		this.clearTimers();
		this.inFlight.clear();
		this.tries += 1;
		this.wakeAt = now + wait;
	}

	/** Full jitter: when the Wi-Fi returns, every phone in the hall comes at once. */
	private backoff(): Millis {
		return Math.floor(this.chance() * Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** Math.min(this.tries, 10)));
	}

	private clearTimers(): void {
		this.told.clear();
		this.pings = 0;
		this.pongs = 0;
		this.wakeAt = null;
		this.deadline = null;
		this.pingAt = null;
	}

	private note(note: Note): void {
		this.actions.push({ do: 'write_down', note });
	}

	private say(kind: NonNullable<MessageInitShape<typeof FrameSchema>['kind']>): void {
		this.actions.push({ do: 'send', frame: create(FrameSchema, { kind }) });
	}
}

function frameOf(look: Look): NonNullable<MessageInitShape<typeof FrameSchema>['kind']> {
	if (look.gone) return { case: 'dropped', value: { documents: [unhex(look.document)] } };
	return { case: 'opened', value: { document: unhex(look.document), at: BigInt(look.at) } };
}
