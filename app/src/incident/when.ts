/** Approximate times while somebody is choosing one. Pure: the present is an argument. */
import type { Time, TimeKind } from './case.ts';
import type { Millis } from '../replica/api.ts';

const MINUTE = 60_000;
export const STEP = 5 * MINUTE;

/** Whether this kind of time has an end of its own. */
export function hasEnd(kind: TimeKind): boolean {
	return kind === 'around' || kind === 'between' || kind === 'repeated';
}

/** What the bar of the sheet reaches over: the last four hours, or the whole day of an earlier moment, as far as it has come. */
export interface Reach {
	from: Millis;
	to: Millis;
	/** It ends now, and not at the end of a day. */
	open: boolean;
}

const HOURS = 4 * 60 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** `startOf`: when the day of a moment began, at the event. */
export function reach(at: Millis | undefined, now: Millis, startOf: (at: Millis) => Millis): Reach {
	if (at === undefined || at >= now - HOURS) return { from: now - HOURS, to: now, open: true };
	const from = startOf(at);
	const end = startOf(from + DAY + DAY / 2);
	return { from, to: Math.min(now, end), open: now <= end };
}

/** What the sheet starts with: the quarter of an hour before the last full five minutes. */
export function firstGuess(now: number): Time {
	const to = now - (now % STEP);
	return { kind: 'around', from: to - 15 * MINUTE, to };
}

/** Another kind, keeping as much of the numbers as it has room for. */
export function withKind(time: Time, kind: TimeKind): Time {
	const words = time.words === undefined ? {} : { words: time.words };
	if (kind === 'unknown' || time.from === undefined) return { kind, ...words };
	if (!hasEnd(kind)) return { kind, from: time.from, ...words };
	return { kind, from: time.from, to: time.to ?? time.from + 15 * MINUTE, ...words };
}

/** Moves the whole range by steps of five minutes, never past the present. */
export function moved(time: Time, steps: number, now: number): Time {
	if (time.from === undefined) return time;
	const end = time.to ?? time.from;
	const by = Math.min(steps * STEP, Math.max(0, now - end));
	return { ...time, from: time.from + by, ...(time.to !== undefined && { to: time.to + by }) };
}

/** Makes the range longer at its beginning, or shorter, by steps of five minutes. */
export function widened(time: Time, steps: number): Time {
	if (time.from === undefined || time.to === undefined) return time;
	return { ...time, from: Math.min(time.from - steps * STEP, time.to) };
}
