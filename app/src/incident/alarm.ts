/**
 * Cases that a lead has not answered yet. To answer is to open the case, or to
 * write down that one knows of it: both stand in the case, for everybody who
 * waits. The first lead in line hears of every new case; the others of what no
 * lead knows.
 */
import type { Team } from '../generated/wire/v1/identity_pb.ts';
import type { CaseRecord, Id, Intention, Millis } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { openedBy, reportedAt } from './chair.ts';
import { due, type DueTargets } from './due.ts';
import { receivers } from './team.ts';

export interface Alarm {
	caseId: Id;
	codeName: string;
	reportedAt: Millis;
	/** When some lead was told; null while none knows. */
	knownAt: Millis | null;
	/** No lead has answered for as long as the event allows. */
	overdue: boolean;
	/** Who is first in line, if it is somebody else. */
	first: Id | null;
}

export function alarms(cases: readonly CaseRecord[], team: Team | null, reader: Id, targets: DueTargets, now: Millis): Alarm[] {
	const found = cases.flatMap((record): Alarm[] => {
		const { view } = record;
		if (answeredBy(view, reader)) return [];
		const line = team ? receivers(team, record, now) : [];
		const first = line[0] ?? reader;
		const knownAt = view.chair_knows?.at ?? null;
		if (knownAt !== null && first !== reader) return [];
		return [{ caseId: record.id, codeName: record.codeName, reportedAt: reportedAt(view), knownAt, overdue: unanswered(view, targets, now), first: first === reader ? null : first }];
	});
	return found.sort((a, b) => Number(b.overdue) - Number(a.overdue) || Number(a.knownAt !== null) - Number(b.knownAt !== null) || a.reportedAt - b.reportedAt || (a.caseId < b.caseId ? -1 : 1));
}

/** Whether no lead knows of a case though the time has run out in which one should: somebody else is called then. */
export function unanswered(view: CaseView, targets: DueTargets, now: Millis): boolean {
	const known = view.chair_knows?.at;
	return due({ reported_at: reportedAt(view), ...(known !== undefined && { chair_knows: known }) }, targets, now).alert;
}

/** Whether a lead opened the case, or wrote down how they heard of it. */
function answeredBy(view: CaseView, lead: Id): boolean {
	return openedBy(view, lead) || view.entries.some((entry) => entry.kind === 'chair_told' && entry.by === lead && !entry.struck?.length);
}

/** "I know of it": how this lead heard of the case, without opening it. */
export function iKnow(caseId: Id, name: string, how: 'voice' | 'sms' | 'in_person', newId: () => Id): Intention {
	return { document: caseId, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'chair_told', value: how, ...(name && { who: name }) } }] };
}
