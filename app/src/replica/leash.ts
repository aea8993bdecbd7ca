/**
 * A world that can be left. Whatever a replica began in it ends with it: its
 * timers, sockets, its place in the queue for the lead, and the ears that would
 * otherwise keep the whole of it in memory after the phone was locked.
 */
import type { Millis } from './api.ts';
import type { Leadership, Socket, SocketEars, World } from './world.ts';

/** The ears that a page has once, whoever listens behind them at the moment. */
export class Ears {
	readonly returned = new Set<() => void>();
	readonly left = new Set<() => void>();
	readonly told = new Set<(message: unknown) => void>();

	constructor(world: World) {
		world.onReturn(() => this.returned.forEach((act) => act()));
		world.onLeave(() => this.left.forEach((act) => act()));
		world.channel.hear((message) => this.told.forEach((ear) => ear(message)));
	}
}

export class Leash {
	readonly world: World;
	private readonly endings = new Set<() => void>();
	private over = false;

	constructor(base: World, ears: Ears) {
		this.world = {
			...base,
			onReturn: (act) => this.join(ears.returned, act),
			onLeave: (act) => this.join(ears.left, act),
			channel: { tell: (message) => base.channel.tell(message), hear: (ear) => this.join(ears.told, ear) },
			after: (wait, act) => this.after(base, wait, act),
			socket: (path, spoken) => this.socket(base, path, spoken),
			lead: (mine, lost) => this.lead(base, mine, lost)
		};
	}

	end(): void {
		this.over = true;
		for (const end of [...this.endings]) end();
		this.endings.clear();
	}

	private join<T>(ears: Set<T>, ear: T): void {
		if (this.over) return;
		ears.add(ear);
		this.endings.add(() => ears.delete(ear));
	}

	private after(base: World, wait: Millis, act: () => void): () => void {
		if (this.over) return () => undefined;
		const stop = base.after(wait, () => {
			this.endings.delete(stop);
			act();
		});
		this.endings.add(stop);
		return () => {
			this.endings.delete(stop);
			stop();
		};
	}

	private socket(base: World, path: string, ears: SocketEars): Socket {
		let heard: SocketEars | undefined = ears;
		const socket = base.socket(path, {
			opened: () => heard?.opened(),
			heard: (message) => heard?.heard(message),
			closed: () => {
				this.endings.delete(end);
				heard?.closed();
			}
		});
		const end = (): void => {
			heard = undefined;
			socket.close();
		};
		this.endings.add(end);
		return socket;
	}

	private lead(base: World, mine: () => void, lost: () => void): Leadership {
		if (this.over) return { takeOver: () => undefined, release: () => undefined };
		const held = base.lead(
			() => this.over || mine(),
			() => this.over || lost()
		);
		this.endings.add(() => held.release());
		return held;
	}
}
