/** How the line with the server stands, in the terms that a screen shows. */
import type { Connection, Millis } from './api.ts';
import type { Line } from './line.ts';
import type { World } from './world.ts';

export class Standing {
	private offlineSince: Millis;
	private wasOffline = false;
	private burst = 0;

	/** `heard`: when the server was last heard, as far as this phone knows. */
	constructor(
		private readonly world: World,
		heard: Millis
	) {
		this.offlineSince = heard;
	}

	/** Before anything was tried. Where there is a network, nobody was without one so far. */
	get atFirst(): Connection {
		return { state: 'offline', since: this.world.hasNetwork() ? this.world.now() : this.offlineSince };
	}

	/** `undefined`: as before. `waiting`: changes that only this device holds. */
	of(line: Line, waiting: number, before: Connection): Connection | undefined {
		if (line.stage === 'ended') return { state: 'signed_out' };
		// A socket is silent for a while before anybody knows that it is dead; the browser knows at once.
		if (this.world.hasNetwork() && (line.greeted || line.idle)) {
			this.burst = waiting === 0 ? 0 : Math.max(this.burst, waiting);
			const back = this.wasOffline;
			if (waiting === 0) this.wasOffline = false;
			return waiting === 0 ? { state: 'online' } : { state: 'sending', done: this.burst - waiting, total: this.burst, back };
		}
		if (line.stage !== 'resting' && this.world.hasNetwork()) return before;
		if (before.state === 'online' || before.state === 'sending') this.offlineSince = this.world.now();
		this.wasOffline = true;
		if (!this.world.hasNetwork()) return { state: 'offline', since: this.offlineSince };
		if (before.state === 'signed_out') return undefined;
		return line.retryAt === null ? { state: 'offline', since: this.offlineSince } : { state: 'retrying', at: line.retryAt };
	}
}
