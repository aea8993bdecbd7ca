/**
 * The way that a case goes, as far as the record shows it: each step done, due,
 * late, or shut until the one before it is done.
 */
import type { Millis } from '../replica/api.ts';
import { isAppealed, isHeard, outcome, type Decision } from './decision.ts';
import { meetingsDiffer } from './differing.ts';
import type { DueTargets } from './due.ts';
import { holds, owed } from './owed.ts';

export const STEPS = ['reports', 'told', 'meeting', 'side', 'finding', 'saidTo', 'close'] as const;
export type Step = (typeof STEPS)[number];

export interface Cell {
	step: Step;
	/** `shut`: not before their side was heard. `two`: leads decided differently. */
	state: 'done' | 'due' | 'late' | 'todo' | 'shut' | 'two';
	/** When it was done, or until when it should be. */
	at?: Millis;
}

export interface Progress {
	reportedAt: Millis;
	chairKnows?: Millis;
	met?: Millis;
	/** Since when nobody waits to hear back. */
	heardBack?: Millis;
	closed?: Millis;
	made: Decision;
}

export function path(progress: Progress, targets: DueTargets, now: Millis): Cell[] {
	const { made } = progress;
	const target = (minutes: number) => (minutes > 0 ? progress.reportedAt + minutes * 60_000 : undefined);
	const speak = made.actions.filter((action) => action.kind === 'speak' && action.done === undefined && action.due !== undefined);
	const heard = isHeard(made);
	return [
		{ step: 'reports', state: 'done', at: progress.reportedAt },
		cell('told', progress.chairKnows, target(targets.chair_told), now),
		meetingsDiffer(made) ? { step: 'meeting', state: 'two' } : cell('meeting', progress.met, target(targets.meeting), now),
		cell('side', heardAt(made), speak.length > 0 ? Math.min(...speak.map((action) => action.due ?? Infinity)) : undefined, now),
		finding(made, heard),
		cell('saidTo', toldAt(made), progress.heardBack === undefined ? target(targets.follow_up) : undefined, now),
		cell('close', progress.closed, undefined, now)
	];
}

/** When their side was heard, or left out. */
export function heardAt(made: Decision): Millis | undefined {
	const times = made.statements.map((statement) => ('text' in statement ? statement.heardAt : statement.at));
	return times.length > 0 ? Math.min(...times) : undefined;
}

/** When the reported person was told everything that was decided, and the reporter that something was; absent until both were. */
export function toldAt(made: Decision): Millis | undefined {
	const said = saidAt(made);
	const heard = made.followUps.filter((each) => holds(each, made));
	return said === undefined || heard.length === 0 ? undefined : Math.max(said, Math.min(...heard.map((each) => each.told)));
}

/** When the reported person was told everything that was decided, an appeal and what it ended too. */
export function saidAt(made: Decision): Millis | undefined {
	const found = outcome(made);
	if (found.state !== 'made' || found.finding.told === undefined) return undefined;
	if (owed(made).length > 0) return undefined;
	const later = [...made.sanctions.flatMap((each) => [...(each.interim || each.lifted !== undefined ? [] : [each.told]), each.lift?.told]), ...made.appeals.map((each) => each.told)];
	return Math.max(found.finding.told.at, ...later.map((each) => each?.at ?? 0));
}

/** Whether an appeal is open: everything stays as it was decided. */
export function standsWhileAppealed(made: Decision): boolean {
	return outcome(made).state === 'made' && isAppealed(made);
}

function finding(made: Decision, heard: boolean): Cell {
	const found = outcome(made);
	if (found.state === 'made') return { step: 'finding', state: 'done', at: found.finding.at };
	if (found.state === 'dispute') return { step: 'finding', state: 'two' };
	return { step: 'finding', state: heard ? 'todo' : 'shut' };
}

function cell(step: Step, done: Millis | undefined, due: Millis | undefined, now: Millis): Cell {
	if (done !== undefined) return { step, state: 'done', at: done };
	if (due === undefined) return { step, state: 'todo' };
	return { step, state: now > due ? 'late' : 'due', at: due };
}
