/**
 * What somebody is still to hear. Who was told once is told again where that does not hold any more: whoever won an
 * appeal learns of it from nobody else, and who believes to be protected has to hear that it ended.
 */
import type { Id } from '../replica/api.ts';
import { NO_ACTION, outcome, outlived, unfounded, type Appeal, type Decision, type Finding, type FollowUp, type Sanction } from './decision.ts';

/** A sanction of which they were told, and which a lead or an appeal has ended. The id is that of the ending: telling it is its own word. */
export interface Ended {
	id: Id;
	ended: Sanction;
}

export type Owed = Finding | Sanction | Ended | Appeal;

/** What the reported person is to hear beside what was found and what follows: what ended after they were told of it, and what came of their appeal. */
export function anew(made: Decision): (Ended | Appeal)[] {
	const ended = made.sanctions.flatMap((each) => (each.told !== undefined && each.lift !== undefined && each.lift.told === undefined && each.code !== NO_ACTION ? [{ id: each.lift.id, ended: each }] : []));
	return [...ended, ...made.appeals.filter((each) => (each.decision !== undefined || each.declined !== undefined) && each.told === undefined)];
}

/** All that the reported person has not been told of what was decided for good. */
export function owed(made: Decision): Owed[] {
	const follows = made.sanctions.filter((each) => !each.interim && each.lifted === undefined && !unfounded(each, made));
	return [...[...made.findings, ...follows].filter((each) => each.told === undefined), ...anew(made)];
}

/** What holds when the reporter is told, by which it is seen later whether that still holds. */
export function holding(made: Decision): Id[] {
	const found = outcome(made);
	const runs = made.sanctions.filter((each) => each.lifted === undefined && each.code !== NO_ACTION && !unfounded(each, made) && !outlived(each, made));
	return [...(found.state === 'made' ? [found.finding] : []), ...runs].map((each) => each.id);
}

/** Whether what the reporter was told still holds: nothing was found since, and nothing has ended. A word before anything was found says nothing of it. */
export function holds(told: FollowUp, made: Decision): boolean {
	const found = outcome(made);
	if (found.state === 'made') {
		const heard = [found.finding, ...(found.finding.same ?? []), ...made.foundBefore].filter(({ id }) => told.of.includes(id));
		if (heard.length === 0 || heard.some(({ value }) => value !== found.finding.value)) return false;
	}
	return !made.sanctions.some((each) => told.of.includes(each.id) && each.lifted !== undefined);
}

/** Whether the reporter was told something, and nothing of it holds any more. */
export function outdated(made: Decision): boolean {
	return made.followUps.length > 0 && !made.followUps.some((each) => holds(each, made));
}
