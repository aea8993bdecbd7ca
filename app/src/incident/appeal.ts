/** How an appeal stands towards its deadline, and what ends with it. */
import type { Millis } from '../replica/api.ts';
import type { Appeal, Decision } from './decision.ts';

const DAY = 24 * 60 * 60 * 1_000;

/** The end of the day that is so many days later, where the event is: who is told of 30 days has all of the last one. */
export type DayEnd = (from: Millis, days: number) => Millis;

export interface Deadline {
	/** The last moment in which it would have been in time; null: no limit, or nobody was told yet. */
	until: Millis | null;
	late: boolean;
	/** Days from the outcome to its arrival. */
	after: number;
}

/** `days`: what the event gives; 0 is no limit. Without anybody told, nothing is late. */
export function deadline(appeal: Pick<Appeal, 'received'>, made: Decision, days: number, dayEnd: DayEnd): Deadline {
	const told = toldLast(made, appeal.received);
	const until = told === null || days <= 0 ? null : dayEnd(told, days);
	return { until, late: until !== null && appeal.received > until, after: told === null ? 0 : Math.max(0, Math.round((appeal.received - told) / DAY)) };
}

/** When the reported person had heard the last of what follows by then; where nothing did, what was found. What they hear later makes no appeal timely that came before. */
function toldLast(made: Decision, by: Millis): Millis | null {
	const heard = (each: Decision['sanctions'][number] | Decision['findings'][number]) => (each.told !== undefined && each.told.at <= by ? [each.told.at] : []);
	const follows = made.sanctions.flatMap((each) => (each.interim ? [] : heard(each)));
	// What was found otherwise since was heard all the same.
	const told = follows.length > 0 ? follows : [...made.findings, ...made.foundBefore].flatMap(heard);
	return told.length === 0 ? null : Math.max(...told);
}

/** Whether it waits for a lead to say why it is taken although it came late. */
export function waitsForLead(appeal: Appeal, made: Decision, days: number, dayEnd: DayEnd): boolean {
	return appeal.decision === undefined && appeal.declined === undefined && appeal.lateBecause === undefined && deadline(appeal, made, days, dayEnd).late;
}

/** Whether the body that decides appeals may decide it now. */
export function mayBeDecided(appeal: Appeal, made: Decision, days: number, dayEnd: DayEnd): boolean {
	return appeal.decision === undefined && appeal.declined === undefined && !waitsForLead(appeal, made, days, dayEnd);
}
