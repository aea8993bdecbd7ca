/**
 * What leads decided without knowing of each other, where only one can hold. No
 * word wins by its clock: until a lead writes down what holds, nothing follows
 * from either, and both are asked. Appeals see to their own in `appeals`.
 */
import type { Id } from '../replica/api.ts';
import { versionsOf, type Version } from './copies.ts';
import { outcome, type Decision } from './decision.ts';
import { choicesDiffer, type Chosen } from './withdrawal.ts';

export interface Differing {
	/** What a reporter's stop means, whether anything is done, or whether the report stands. */
	about: 'withdrawn' | 'meeting' | 'finding';
	/** Its versions. */
	ids: readonly Id[];
}

/** In the order in which it is asked for. */
export function differing(made: Decision, choices: readonly Chosen[]): Differing[] {
	const found = outcome(made);
	return [
		...(choicesDiffer(choices) ? [{ about: 'withdrawn' as const, ids: ids(choices) }] : []),
		...(meetingsDiffer(made) ? [{ about: 'meeting' as const, ids: ids(made.meetings) }] : []),
		...(found.state === 'dispute' ? [{ about: 'finding' as const, ids: found.findings.flatMap((one) => ids([one, ...(one.same ?? [])])) }] : [])
	];
}

/** Whether those who wrote the meeting down apart disagree on doing anything about it. */
export function meetingsDiffer(made: Decision): boolean {
	return new Set(made.meetings.map((one) => one.doing)).size > 1;
}

function ids(versions: readonly Version[]): Id[] {
	return versions.flatMap(versionsOf);
}
