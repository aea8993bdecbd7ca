/**
 * Goes round after round through something that waits for the line: one round at a
 * time, once more where something changed meanwhile, with a longer rest after each
 * try that failed, and never again once it was stopped.
 */
import type { Id, Millis } from './api.ts';
import type { World } from './world.ts';

/** How long the first rest of a row is at most, and any. */
export type Rest = readonly [first: Millis, most: Millis];

/** The line broke, or the server is not itself: it is tried again soon. */
export const SOON: Rest = [1_000, 60_000];
/** What stands in the way changes slowly. */
export const LATER: Rest = [30_000, 10 * 60_000];

export class Rounds {
	private running = false;
	private again = false;
	private over = false;
	private stopWaiting: (() => void) | undefined;
	private readonly rests = new Map<Id, { until: Millis; tries: number }>();
	private readonly flight = new AbortController();

	constructor(
		private readonly world: Pick<World, 'now' | 'after' | 'chance'>,
		/** One round. Answers how long it is to the next one; `Infinity`: somebody asks. */
		private readonly round: () => Promise<Millis>
	) {}

	/** Something may have changed. */
	ask(): void {
		if (this.running) this.again = true;
		else if (!this.over) void this.run();
	}

	/** What is in the air comes down at once, and no round is begun any more. */
	stop(): void {
		this.over = true;
		this.stopWaiting?.();
		this.flight.abort();
	}

	/** Waits for nothing any more. */
	now(): void {
		this.rests.clear();
		this.ask();
	}

	isStopped(): boolean {
		return this.over;
	}

	/** Says when what is in the air is wanted no more. */
	get signal(): AbortSignal {
		return this.flight.signal;
	}

	isResting(id: Id): boolean {
		return (this.rests.get(id)?.until ?? 0) > this.world.now();
	}

	/** It did not work: each time in a row it rests longer, and never as long as others that failed with it. */
	rest(id: Id, [first, most]: Rest): void {
		const tries = (this.rests.get(id)?.tries ?? 0) + 1;
		const wait = Math.min(most, first * 2 ** Math.min(tries - 1, 10));
		this.rests.set(id, { until: this.world.now() + wait * (0.5 + this.world.chance() / 2), tries });
	}

	/** It worked, or got on: the next time that it does not is a first one. */
	gotOn(id: Id): void {
		this.rests.delete(id);
	}

	/** How long it is until the first of these has rested. */
	untilRested(ids: Iterable<Id>): Millis {
		const now = this.world.now();
		return Math.min(...[...ids].flatMap((id) => this.rests.get(id) ?? []).map(({ until }) => Math.max(1, until - now)));
	}

	private async run(): Promise<void> {
		this.running = true;
		this.stopWaiting?.();
		let wait: Millis;
		try {
			do {
				this.again = false;
				wait = await this.round();
			} while (this.asked());
		} finally {
			this.running = false;
		}
		if (!this.over && wait < Infinity) this.stopWaiting = this.world.after(wait, () => this.ask());
	}

	private asked(): boolean {
		return this.again && !this.over;
	}
}
