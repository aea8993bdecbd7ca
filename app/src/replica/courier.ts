/**
 * Brings to the server what this phone carries for others: one at a time, whenever
 * there is a line, in the leading tab. It is told nothing of what becomes of it,
 * only whether to keep it; what the server cannot open is thrown away, and seen.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { CarriedTakenSchema } from '../generated/wire/v1/carried_pb.ts';
import { type Id, type Millis, Refused } from './api.ts';
import { exchange } from './calls.ts';
import type { Parcel } from './kept.ts';
import { type Ledger, parcelKey } from './ledger.ts';
import { Unreadable } from './sealing.ts';
import { PIECES, type Write } from './storage.ts';
import type { World } from './world.ts';

/** As much as a parcel may be, on a bad line. */
const PATIENCE: Millis = 90_000;
const REST_FIRST: Millis = 1_000;
const REST_MOST: Millis = 60_000;
/** The server has no room for it now, or the event is not open yet: both change slowly. */
const LATER_FIRST: Millis = 30_000;
const LATER_MOST: Millis = 10 * 60_000;

/** The parcel itself is refused: asking again would not change it. */
const NEVER: ReadonlySet<string> = new Set(['cannot_open', 'invalid', 'too_big', 'not_here']);

export interface Rounds {
	readonly world: World;
	readonly ledger: Ledger;
	token(): Promise<string>;
	/** The server did not take the token. */
	dropToken(): void;
	/** There is a line. */
	free(): boolean;
	commit(writes: readonly Write[]): Promise<void>;
}

export class Courier {
	private running = false;
	private again = false;
	private stopped = false;
	private stopWaiting: (() => void) | undefined;
	private readonly rests = new Map<Id, { until: Millis; tries: number }>();
	private readonly flight = new AbortController();

	constructor(private readonly on: Rounds) {}

	/** Something may have changed: the line, or what is carried. */
	ask(): void {
		if (this.running) this.again = true;
		else if (!this.stopped) void this.run();
	}

	stop(): void {
		this.stopped = true;
		this.stopWaiting?.();
		this.flight.abort();
	}

	/** Waits for nothing any more. */
	now(): void {
		this.rests.clear();
		this.ask();
	}

	private async run(): Promise<void> {
		this.running = true;
		this.stopWaiting?.();
		try {
			do {
				this.again = false;
				await this.all();
			} while (this.asked());
		} finally {
			this.running = false;
		}
		this.waitForNext();
	}

	private asked(): boolean {
		return this.again && !this.stopped;
	}

	private waiting(): Parcel[] {
		return [...this.on.ledger.parcels.values()].filter(({ stuck }) => stuck === undefined).sort((a, b) => a.takenAt - b.takenAt);
	}

	private async all(): Promise<void> {
		for (const parcel of this.waiting()) {
			if (this.stopped || !this.on.free()) return;
			if ((this.rests.get(parcel.id)?.until ?? 0) > this.on.world.now()) continue;
			await this.bring(parcel).catch(() => undefined); // the disk is full: it stays as it is, and `storageBroken` says it
		}
	}

	private async bring(parcel: Parcel): Promise<void> {
		const { id } = parcel;
		let later: boolean;
		try {
			const whole = await this.on.ledger.piece(parcelKey(id));
			const answer = await exchange(this.on.world, '/v1/carried', whole, await this.on.token(), 'omit', { patience: PATIENCE, stop: this.flight.signal });
			({ later } = fromBinary(CarriedTakenSchema, answer));
		} catch (error) {
			const code = error instanceof Refused ? error.code : error instanceof Unreadable ? 'not_here' : 'unreachable';
			if (code === 'sign_in') this.on.dropToken();
			if (NEVER.has(code)) await this.on.commit([{ outOf: PIECES, key: parcelKey(id) }, { into: 'parcels', key: id, value: { ...parcel, stuck: code } satisfies Parcel }]);
			else this.rest(id, REST_FIRST, REST_MOST);
			return;
		}
		if (later) this.rest(id, LATER_FIRST, LATER_MOST);
		else {
			this.rests.delete(id);
			await this.on.commit([{ outOf: PIECES, key: parcelKey(id) }, { outOf: 'parcels', key: id }]);
		}
	}

	private rest(id: Id, first: Millis, most: Millis): void {
		const tries = (this.rests.get(id)?.tries ?? 0) + 1;
		const wait = Math.min(most, first * 2 ** Math.min(tries - 1, 10));
		this.rests.set(id, { until: this.on.world.now() + wait * (0.5 + this.on.world.chance() / 2), tries });
	}

	private waitForNext(): void {
		if (this.stopped || !this.on.free()) return; // whoever has a line again asks
		const wait = Math.min(...this.waiting().map(({ id }) => Math.max(1, (this.rests.get(id)?.until ?? 0) - this.on.world.now())));
		if (wait < Infinity) this.stopWaiting = this.on.world.after(wait, () => this.ask());
	}
}
