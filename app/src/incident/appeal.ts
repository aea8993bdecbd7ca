/** How an appeal stands towards its deadline, and what ends with it. */
import type { Millis } from '../replica/api.ts';
import { appealUntil, type Appeal, type Decision } from './decision.ts';

const DAY = 24 * 60 * 60 * 1_000;

export interface Deadline {
	/** Until when it would have been in time; null: no limit, or nobody was told yet. */
	until: Millis | null;
	late: boolean;
	/** Days from the outcome to its arrival. */
	after: number;
}

/** `days`: what the event gives; 0 is no limit. Without anybody told, nothing is late. */
export function deadline(appeal: Pick<Appeal, 'received'>, made: Decision, days: number): Deadline {
	const told = appealUntil(made.sanctions, 1) ?? findingTold(made);
	const until = told === null || days <= 0 ? null : told - DAY + days * DAY;
	return { until, late: until !== null && appeal.received > until, after: told === null ? 0 : Math.max(0, Math.round((appeal.received - (told - DAY)) / DAY)) };
}

/** As `appealUntil` for one day, where only the finding was told. */
function findingTold(made: Decision): Millis | null {
	const told = made.findings.flatMap((each) => (each.told ? [each.told.at] : []));
	return told.length === 0 ? null : Math.max(...told) + DAY;
}

/** Whether it waits for a lead to say why it is taken although it came late. */
export function waitsForLead(appeal: Appeal, made: Decision, days: number): boolean {
	return appeal.decision === undefined && appeal.declined === undefined && appeal.lateBecause === undefined && deadline(appeal, made, days).late;
}

/** Whether the body that decides appeals may decide it now. */
export function mayBeDecided(appeal: Appeal, made: Decision, days: number): boolean {
	return appeal.decision === undefined && appeal.declined === undefined && !waitsForLead(appeal, made, days);
}
