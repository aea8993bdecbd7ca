/** What waits, and what waits longest. The twin of `crates/core/src/due.rs`. */

const MINUTE = 60_000;

/** Minutes from the report; 0 is no target. */
export interface DueTargets {
	chair_told: number;
	chair_told_alert: number;
	meeting: number;
	follow_up: number;
}

export interface Progress {
	reported_at: number;
	chair_knows?: number;
	met?: number;
	/** When whoever told it heard how it went on, or since when nobody is to be told. */
	followed_up?: number;
}

export interface Due {
	next: 'tell_chair' | 'meet' | 'follow_up' | 'nothing';
	/** Until when; absent without a target. */
	at?: number;
	/** Milliseconds past that; 0 until then. */
	overdue_by: number;
	/** The chair does not know, for so long that everybody should hear of it. */
	alert: boolean;
}

export function due(progress: Progress, targets: DueTargets, now: number): Due {
	const target = (minutes: number): number | undefined => (minutes > 0 ? progress.reported_at + minutes * MINUTE : undefined);
	if (progress.met !== undefined && progress.followed_up !== undefined) return { next: 'nothing', overdue_by: 0, alert: false };
	const next = progress.met !== undefined ? 'follow_up' : progress.chair_knows === undefined ? 'tell_chair' : 'meet';
	const at = target({ tell_chair: targets.chair_told, meet: targets.meeting, follow_up: targets.follow_up }[next]);
	const alertAt = target(targets.chair_told_alert);
	return {
		next,
		...(at !== undefined && { at }),
		overdue_by: at === undefined ? 0 : Math.max(0, now - at),
		alert: next === 'tell_chair' && alertAt !== undefined && now >= alertAt
	};
}

/**
 * The order of an inbox: the overdue first; within each what the chair does not
 * know; then overdue longest, due soonest, reported earliest, and the id last.
 */
export function inboxOrder<T extends Progress & { id: string }>(cases: readonly T[], targets: DueTargets, now: number): T[] {
	const keyed = cases.map((each) => ({ each, due: due(each, targets, now) }));
	keyed.sort((a, b) => {
		return (
			Number(a.due.overdue_by === 0) - Number(b.due.overdue_by === 0) ||
			Number(a.due.next !== 'tell_chair') - Number(b.due.next !== 'tell_chair') ||
			b.due.overdue_by - a.due.overdue_by ||
			Number(a.due.at === undefined) - Number(b.due.at === undefined) ||
			(a.due.at ?? 0) - (b.due.at ?? 0) ||
			a.each.reported_at - b.each.reported_at ||
			(a.each.id < b.each.id ? -1 : 1)
		);
	});
	return keyed.map(({ each }) => each);
}
