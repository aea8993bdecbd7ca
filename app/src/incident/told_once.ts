/** What a timeline need not say again, because another line says it better. */
import type { CaseView, Fact, StepMark } from './case.ts';

/**
 * A step that was written in the same change as a line that says it: the place
 * that was offered (IR2), whom to fetch (IR3), the wish about police (IR6).
 */
export function hasLineOfItsOwn(mark: StepMark, view: CaseView): boolean {
	const beside = (fact: Fact) => fact.by === mark.by && fact.device === mark.device && fact.at === mark.at && !fact.struck?.length;
	if (mark.struck?.length || mark.result === 'offered') return false;
	if (mark.step === 'IR2') return view.support.some((help) => help.kind === 'private_place' && beside(help));
	if (mark.step === 'IR3') return view.support.some((help) => help.kind === 'fetch' && beside(help));
	return mark.step === 'IR6' && view.entries.some((entry) => entry.kind === 'police_wish' && beside(entry));
}
