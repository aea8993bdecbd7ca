/**
 * Keeps the newest of something while it changes faster than it can be stored:
 * one write at a time, and never without a last one after the last change.
 */
export class Keeper {
	#running: Promise<void> | null = null;
	#again = false;

	/** `store` takes what is true when it is called. */
	constructor(private readonly store: () => Promise<void>) {}

	/** Resolves when everything up to this call is stored. Rejects when the store did. */
	keep(): Promise<void> {
		if (this.#running) this.#again = true;
		else this.#running = this.#run();
		return this.#running;
	}

	/** Resolves when nothing is on its way to the store any more, whether it got there or not. */
	async rest(): Promise<void> {
		while (this.#running) await this.#running.catch(() => undefined);
	}

	/** Whether something is on its way to the store. */
	get busy(): boolean {
		return this.#running !== null;
	}

	#asked(): boolean {
		return this.#again;
	}

	async #run(): Promise<void> {
		try {
			do {
				this.#again = false;
				await this.store();
			} while (this.#asked());
		} finally {
			this.#running = null;
		}
	}
}
