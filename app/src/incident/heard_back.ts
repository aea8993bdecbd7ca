/** Whether whoever told it heard how it went on, and whether anybody waits for that. */
import type { ChairRecord, Millis } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { reportedAt, standing } from './chair.ts';
import { withdrawals } from './withdrawal.ts';

/**
 * Since when nobody waits to hear back: a follow-up was written down, or the
 * reporter asked to be left alone, or gave nobody to come back to. Absent: somebody waits.
 */
export function heardBack(views: readonly CaseView[], chairs: readonly ChairRecord[]): Millis | undefined {
	const told = chairs.flatMap((chair) => standing(chair.collections, 'follow_ups').map((one) => (typeof one.fields['told_at'] === 'number' ? one.fields['told_at'] : one.at)));
	if (told.length > 0) return Math.min(...told);
	const nobody = views.map(unreachable);
	return nobody.length > 0 && nobody.every((at) => at !== undefined) ? Math.max(...nobody) : undefined;
}

/** Since when nobody is to be told about one case; absent: somebody is. */
function unreachable(view: CaseView): Millis | undefined {
	const stop = withdrawals(view)[0];
	if (stop) return stop.at;
	const nameless = (report: CaseView['reports'][number]) => {
		const versions = report.answers['reporter']?.versions ?? [];
		return versions.length > 0 && versions.every((version) => version.value === 'anonymous');
	};
	const reports = view.reports.filter((report) => !report.struck?.length);
	return reports.length > 0 && reports.every(nameless) ? reportedAt(view) : undefined;
}
