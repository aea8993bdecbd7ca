/** Whether the tab that leads is alive: a frozen one answers nobody, and the one in use takes over. */
import type { World } from './world.ts';

/** A tab that leads and does not answer for so long is frozen. */
const FROZEN_MS = 4_000;

export class Suspicion {
	private stop: (() => void) | undefined;

	constructor(
		private readonly world: World,
		private readonly ask: () => void,
		private readonly frozen: () => void
	) {}

	/** Asks, once until it is answered. */
	rise(): void {
		if (this.stop) return;
		this.ask();
		this.stop = this.world.after(FROZEN_MS, () => {
			this.stop = undefined;
			this.frozen();
		});
	}

	/** It answered. */
	rest(): void {
		this.stop?.();
		this.stop = undefined;
	}
}
