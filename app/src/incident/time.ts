/** Times as exactly as somebody could say. The twin of `crates/core/src/time.rs`. */
import type { Time, TimeKind } from './case.ts';

const AROUND = 15 * 60_000;

/** Why something is no time. */
export type NoTime = 'unknown_kind' | 'from_missing' | 'to_missing' | 'from_not_used' | 'to_not_used' | 'backwards';

/** What each kind of time does with its start and its end. */
const RULES: { [kind in TimeKind]: { from: Rule; to: Rule } } = {
	at: { from: 'needs', to: 'no' },
	around: { from: 'needs', to: 'may' },
	between: { from: 'needs', to: 'needs' },
	before: { from: 'no', to: 'needs' },
	after: { from: 'needs', to: 'no' },
	repeated: { from: 'may', to: 'may' },
	unknown: { from: 'no', to: 'no' }
};
type Rule = 'needs' | 'may' | 'no';

/** The first thing that is wrong with a time, or `undefined`. */
export function noTime(time: Omit<Time, 'kind'> & { kind: string }): NoTime | undefined {
	if (!isKind(time.kind)) return 'unknown_kind';
	const { from, to } = RULES[time.kind];
	if (from === 'needs' && time.from === undefined) return 'from_missing';
	if (from === 'no' && time.from !== undefined) return 'from_not_used';
	if (to === 'needs' && time.to === undefined) return 'to_missing';
	if (to === 'no' && time.to !== undefined) return 'to_not_used';
	return time.from !== undefined && time.to !== undefined && time.from > time.to ? 'backwards' : undefined;
}

/** The earliest and the latest moment it can mean; absent where there is no limit. */
export interface Bounds {
	from?: number;
	to?: number;
}

export function bounds(time: Time): Bounds {
	const { kind, from, to } = time;
	if (kind === 'unknown') return {};
	if (kind === 'at') return from === undefined ? {} : { from, to: from };
	if (kind === 'around') return from === undefined ? {} : { from: from - AROUND, to: (to ?? from) + AROUND };
	return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** Milliseconds between two times, 0 when they overlap or touch; `null` when one of them says nothing about when. */
export function distance(a: Time, b: Time): number | null {
	const [one, other] = [bounds(a), bounds(b)];
	const says = (of: Bounds): boolean => of.from !== undefined || of.to !== undefined;
	return says(one) && says(other) ? Math.max(gap(one.to, other.from), gap(other.to, one.from)) : null;
}

function gap(end: number | undefined, start: number | undefined): number {
	return end === undefined || start === undefined ? 0 : Math.max(0, start - end);
}

function isKind(kind: string): kind is TimeKind {
	return Object.hasOwn(RULES, kind);
}
