/**
 * Brings to the server what this phone carries for others: one at a time, whenever
 * there is a line, in the leading tab. It is told nothing of what becomes of it,
 * only whether to keep it; what the server cannot open is thrown away, and seen.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { CarriedTakenSchema } from '../generated/wire/v1/carried_pb.ts';
import { type Millis, Refused } from './api.ts';
import { exchange } from './calls.ts';
import type { Parcel } from './kept.ts';
import { type Ledger, parcelKey } from './ledger.ts';
import { LATER, Rounds, SOON } from './rounds.ts';
import { Unreadable } from './sealing.ts';
import { PIECES, type Write } from './storage.ts';
import type { World } from './world.ts';

/** As much as a parcel may be, on a bad line. */
const PATIENCE: Millis = 90_000;

/** The parcel itself is refused: asking again would not change it. */
const NEVER: ReadonlySet<string> = new Set(['cannot_open', 'invalid', 'too_big', 'not_here']);

export interface Errand {
	readonly world: World;
	readonly ledger: Ledger;
	token(): Promise<string>;
	/** The server did not take the token. */
	dropToken(): void;
	/** There is a line. */
	free(): boolean;
	commit(writes: readonly Write[]): Promise<void>;
}

/** For so long the server may put it off, or want nothing from this phone; then it leaves, so that nothing lies here for ever. */
export const GIVEN_UP: Millis = 7 * 24 * 3_600_000;
/** The person is not on the team any more. Who has no line, or meets a server in trouble, was not put off. */
const NOT_FROM_HERE = 'not_found';

export class Courier {
	private readonly rounds: Rounds;

	constructor(private readonly on: Errand) {
		this.rounds = new Rounds(on.world, () => this.all());
	}

	/** Something may have changed: the line, or what is carried. */
	ask(): void {
		this.rounds.ask();
	}

	stop(): void {
		this.rounds.stop();
	}

	now(): void {
		this.rounds.now();
	}

	private waiting(): Parcel[] {
		return [...this.on.ledger.parcels.values()].filter(({ stuck }) => stuck === undefined).sort((a, b) => a.takenAt - b.takenAt);
	}

	private async all(): Promise<Millis> {
		for (const parcel of this.waiting()) {
			if (this.rounds.isStopped() || !this.on.free()) return Infinity; // whoever has a line again asks
			if (!this.rounds.isResting(parcel.id)) await this.one(parcel);
		}
		return this.rounds.untilRested(this.waiting().map(({ id }) => id));
	}

	private async one(parcel: Parcel): Promise<void> {
		try {
			await this.bring(parcel);
		} catch {
			this.rounds.rest(parcel.id, LATER); // the disk is full: it stays as it is, and `storageBroken` says it
		}
	}

	private async bring(parcel: Parcel): Promise<void> {
		const { id } = parcel;
		let later: boolean;
		try {
			const whole = await this.on.ledger.piece(parcelKey(id));
			const answer = await exchange(this.on.world, '/v1/carried', whole, await this.on.token(), 'omit', { patience: PATIENCE, stop: this.rounds.signal });
			({ later } = fromBinary(CarriedTakenSchema, answer));
		} catch (error) {
			const code = error instanceof Refused ? error.code : error instanceof Unreadable ? 'not_here' : 'unreachable';
			if (code === 'sign_in') this.on.dropToken();
			if (NEVER.has(code)) await this.throwAway(parcel, code);
			else if (code === NOT_FROM_HERE) await this.putOff(parcel);
			else this.rounds.rest(id, SOON);
			return;
		}
		if (later) await this.putOff(parcel);
		else {
			await this.on.commit([{ outOf: PIECES, key: parcelKey(id) }, { outOf: 'parcels', key: id }]);
			this.rounds.gotOn(id);
		}
	}

	private async putOff(parcel: Parcel): Promise<void> {
		if (this.on.world.now() >= parcel.takenAt + GIVEN_UP) await this.throwAway(parcel, 'too_late');
		else this.rounds.rest(parcel.id, LATER);
	}

	/** Whoever carried it has to tell its writer. */
	private async throwAway(parcel: Parcel, stuck: string): Promise<void> {
		await this.on.commit([{ outOf: PIECES, key: parcelKey(parcel.id) }, { into: 'parcels', key: parcel.id, value: { ...parcel, stuck } satisfies Parcel }]);
		this.rounds.gotOn(parcel.id); // it may be given once more
	}
}
