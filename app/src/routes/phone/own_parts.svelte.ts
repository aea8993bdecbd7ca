import { note } from '../../incident/ready.ts';
import { NotSaved } from '../../replica/api.ts';
import { isInstalled, partsOf, saidOf } from './parts.ts';
import type { Phone } from './phone.svelte.ts';

/** What this phone can do, which it says by itself: once it is in a team, and again when it is not true any more. */
export class OwnParts {
	/** Why the last of it could not be written down. */
	broken: NotSaved['because'] | null = $state(null);
	#tried = '';

	constructor(
		private readonly phone: Pick<Phone, 'state' | 'replica' | 'me'>,
		private readonly installed = isInstalled
	) {}

	/** To be called whenever something of the phone has changed. */
	follow(): void {
		const { state } = this.phone;
		if (!state.ready) this.#tried = '';
		// The leads' board shows what stands here. Before the server was heard nothing is known of the clock, and nothing is
		// said; a phone that cannot write is not asked again and again.
		if (!state.ready || state.self?.state !== 'active' || state.clockOffset === null) return;
		const now = partsOf(state, this.installed());
		if (now === saidOf(state) || now === this.#tried) return;
		this.#tried = now;
		void this.#write(now);
	}

	async #write(value: string): Promise<void> {
		const { replica, me } = this.phone;
		try {
			await replica.write(note(await replica.eventDocument('duty'), me, { what: 'phone', value }, () => replica.newId()));
			this.broken = null;
		} catch (error) {
			this.broken = error instanceof NotSaved ? error.because : 'blocked';
		}
	}
}
