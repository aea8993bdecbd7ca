/** Locks a phone that nobody uses or looks at, and covers the screen before it can be seen in a list of apps. */
import type { Millis } from '../../replica/api.ts';

export const IDLE: Millis = 120_000;
export const AWAY: Millis = 30_000;

export interface Watched {
	now(): Millis;
	/** How long the page may be out of sight. */
	away(): Millis;
	/** Shuts the lock, if it is open. */
	lock(): void;
}

/** A moment on both clocks: one of them may be set, the other may stand still while the phone sleeps. */
interface Moment {
	wall: Millis;
	steady: Millis;
}

/** Watches until the returned function is called. */
export function watch(watched: Watched): () => void {
	const over = new AbortController();
	const { signal } = over;
	const moment = (): Moment => ({ wall: watched.now(), steady: performance.now() });
	const since = (then: Moment): Millis => Math.max(watched.now() - then.wall, performance.now() - then.steady);
	let used = moment();
	let left: Moment | undefined;
	const look = (): void => {
		if (since(used) < IDLE && !(left && since(left) >= watched.away())) return;
		// From here on anew: the first key at the lock must not shut it once more.
		used = moment();
		if (left) left = used;
		watched.lock();
	};
	const use = (): void => {
		look(); // what comes too late does not count as use
		used = moment();
		uncover();
	};
	for (const what of ['pointerdown', 'keydown', 'input', 'wheel', 'touchmove'] as const) {
		document.addEventListener(what, use, { signal, capture: true, passive: true });
	}
	const leave = (): void => {
		cover();
		left ??= moment();
	};
	const comeBack = (): void => {
		look();
		left = undefined;
		uncover();
	};
	document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? leave() : comeBack()), { signal });
	addEventListener('pagehide', leave, { signal });
	addEventListener('pageshow', comeBack, { signal });
	// On a phone the list of apps takes the focus before the page hears that it is hidden. On a desk a second window may.
	if (matchMedia('(pointer: coarse)').matches) {
		addEventListener('blur', cover, { signal });
		addEventListener('focus', uncover, { signal });
	}
	const timer = setInterval(look, 1_000);
	return () => {
		over.abort();
		clearInterval(timer);
		uncover();
	};
}

/** At once, in the handler itself: the next picture of the page is empty. */
function cover(): void {
	document.documentElement.dataset['covered'] = '';
}

function uncover(): void {
	delete document.documentElement.dataset['covered'];
}
