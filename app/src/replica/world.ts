/** Everything outside this device's own rules, so that a test can be the world. */
import type { Millis } from './api.ts';
import { KeyWork } from './key-work.ts';
import { type Passkeys, platformPasskeys } from './passkeys.ts';
import type { SlotFile } from './slots.ts';
import type { Stretch } from './vault.ts';

/** A live socket, already told what to do with what comes. */
export interface Socket {
	send(bytes: Uint8Array): void;
	close(): void;
}

export interface SocketEars {
	opened(): void;
	heard(message: unknown): void;
	closed(): void;
}

/** What tabs of one device tell each other. */
export interface Channel {
	tell(message: unknown): void;
	hear(ear: (message: unknown) => void): void;
}

export interface Leadership {
	/** Takes the lead from whoever has it. */
	takeOver(): void;
	/** Gives the lead, or the place in the queue for it, to the next tab. */
	release(): void;
}

export interface World {
	now(): Millis;
	/** Between 0 and 1. */
	chance(): number;
	/** Whether the browser believes in a network. `true` proves nothing. */
	hasNetwork(): boolean;
	/** Calls back when the network may be back or somebody looks at the app again. */
	onReturn(act: () => void): void;
	/** Calls back when the browser knows that the network is gone. */
	onLeave(act: () => void): void;
	after(wait: Millis, act: () => void): () => void;
	fetch(path: string, request: RequestInit): Promise<Response>;
	socket(path: string, ears: SocketEars): Socket;
	readonly indexedDB: IDBFactory | undefined;
	readonly channel: Channel;
	/** Calls `mine` once no other tab leads, and `lost` when another tab took the lead; then it waits for its turn again. */
	lead(mine: () => void, lost: () => void): Leadership;
	persisted(): Promise<boolean>;
	persist(): Promise<boolean>;
	/** How many bytes this device would still keep, as far as the browser says. */
	room(): Promise<number>;
	readonly origin: string;
	/** The file of the key slots; `undefined` where the browser has no file that can be overwritten in place. */
	slots(): Promise<SlotFile | undefined>;
	readonly stretch: Stretch;
	readonly passkeys: Passkeys;
	/** One at a time over all tabs. */
	alone<T>(act: () => Promise<T>): Promise<T>;
}

export function browser(): World {
	const channel = new BroadcastChannel('safehall');
	const keyWork = new KeyWork();
	return {
		now: () => Date.now(),
		chance: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
		hasNetwork: () => navigator.onLine,
		onLeave: (act) => addEventListener('offline', act),
		onReturn(act) {
			addEventListener('online', act);
			document.addEventListener('visibilitychange', () => {
				if (document.visibilityState === 'visible') act();
			});
		},
		after(wait, act) {
			const timer = setTimeout(act, Math.max(0, Math.min(wait, 2 ** 31 - 1)));
			return () => clearTimeout(timer);
		},
		fetch: (path, request) => fetch(path, request),
		socket(path, ears) {
			const socket = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')));
			socket.binaryType = 'arraybuffer';
			socket.onopen = () => ears.opened();
			socket.onmessage = (event: MessageEvent<unknown>) => ears.heard(event.data);
			socket.onclose = () => ears.closed();
			return { send: (bytes) => socket.send(new Uint8Array(bytes)), close: () => socket.close() };
		},
		indexedDB: globalThis.indexedDB,
		channel: {
			tell: (message) => channel.postMessage(message),
			hear: (ear) => channel.addEventListener('message', (event: MessageEvent<unknown>) => ear(event.data))
		},
		lead: byWebLock,
		persisted: async () => ('storage' in navigator ? navigator.storage.persisted() : false),
		persist: async () => ('storage' in navigator ? navigator.storage.persist() : false),
		room: async () => {
			const { quota, usage } = 'storage' in navigator ? await navigator.storage.estimate() : {};
			return quota === undefined || usage === undefined ? Infinity : quota - usage;
		},
		origin: location.origin,
		slots: () => keyWork.slots(),
		stretch: (secret, salt, cost) => keyWork.stretch(secret, salt, cost),
		passkeys: platformPasskeys(),
		alone: async (act) => navigator.locks.request('safehall-lock', act)
	};
}

const LOCK = 'safehall-lead';

function byWebLock(mine: () => void, lost: () => void): Leadership {
	let queued = new AbortController();
	let leading = false;
	let released = false;
	let letGo = (): void => undefined;
	const hold = (): Promise<void> => {
		if (released) return Promise.resolve();
		leading = true;
		mine();
		return new Promise((resolve) => (letGo = resolve)); // held until the tab dies or lets go: the browser then gives it to the next
	};
	const ended = (): void => {
		if (!leading || released) return; // only left the queue
		leading = false;
		lost();
		wait();
	};
	const wait = (): void => {
		queued = new AbortController();
		navigator.locks.request(LOCK, { signal: queued.signal }, hold).catch(ended);
	};
	wait();
	return {
		takeOver: () => {
			if (leading || released) return;
			queued.abort();
			navigator.locks.request(LOCK, { steal: true }, hold).catch(ended);
		},
		release: () => {
			released = true;
			queued.abort();
			letGo();
		}
	};
}
