/** What a wrong guess costs. */
import type { Millis } from './api.ts';
import type { Tries } from './book.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** After the first wrong guess, the second, and so on; the last one for all that follow. */
const WAITS: readonly Millis[] = [SECOND, 5 * SECOND, 30 * SECOND, 5 * MINUTE];
/** After so many wrong guesses in a row the phone empties itself, unless it holds something that nobody else has. */
export const GUESSES = 10;
const LONGEST: Millis = 60 * MINUTE;

/** Written down before the guess is tried: to switch the phone off in the middle wins nothing. */
export function oneMore(tries: Tries | undefined, now: Millis): Tries {
	const wrong = (tries?.wrong ?? 0) + 1;
	return { wrong, wait: wrong >= GUESSES ? LONGEST : (WAITS[wrong - 1] ?? WAITS.at(-1) ?? LONGEST), at: now };
}

/** How long no guess is taken. A clock that was set back does not make it longer than it was at first. */
export function stillToWait(tries: Tries | undefined, now: Millis): Millis {
	if (!tries) return 0;
	return Math.min(tries.wait, Math.max(0, tries.at + tries.wait - now));
}
