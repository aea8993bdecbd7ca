/** Whether whoever told it heard how it went on, and whether anybody waits for that. */
import type { ChairRecord, Millis } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { reportedAt, standing } from './chair.ts';
import { withdrawals } from './withdrawal.ts';

/** Why nobody is to be told: no name was given, they said no to being contacted, or they asked for it to stop. */
export type Silence = 'nameless' | 'no_contact' | 'withdrawn';

/**
 * Since when nobody waits to hear back: a follow-up was written down, or the
 * reporter asked to be left alone, or gave nobody to come back to. Absent: somebody waits.
 */
export function heardBack(views: readonly CaseView[], chairs: readonly ChairRecord[]): Millis | undefined {
	const told = chairs.flatMap((chair) => standing(chair.collections, 'follow_ups').map((one) => (typeof one.fields['told_at'] === 'number' ? one.fields['told_at'] : one.at)));
	if (told.length > 0) return Math.min(...told);
	const nobody = views.map(silent);
	return nobody.length > 0 && nobody.every((one) => one !== undefined) ? Math.max(...nobody.map((one) => one.since)) : undefined;
}

/** Why nobody is to be told about any of these cases, as their reports say it. Empty: somebody is. */
export function silence(views: readonly CaseView[]): Silence[] {
	const nobody = views.map(silent);
	return nobody.every((one) => one !== undefined) ? [...new Set(nobody.flatMap((one) => one.why))] : [];
}

function silent(view: CaseView): { since: Millis; why: Silence[] } | undefined {
	const stop = withdrawals(view)[0];
	if (stop) return { since: stop.at, why: ['withdrawn'] };
	const why = view.reports.filter((report) => !report.struck?.length).map(about);
	return why.length > 0 && why.every((one) => one !== undefined) ? { since: reportedAt(view), why } : undefined;
}

/** Two different answers to one question leave it open: then somebody may wait. */
function about(report: CaseView['reports'][number]): Silence | undefined {
	const said = (field: string, value: string) => {
		const versions = report.answers[field]?.versions ?? [];
		return versions.length > 0 && versions.every((version) => version.value === value);
	};
	return said('reporter', 'anonymous') ? 'nameless' : said('may_contact', 'no') ? 'no_contact' : undefined;
}
