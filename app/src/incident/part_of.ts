/** What a case says of the one that it is part of, as far as a screen may show it. */
import type { Id } from '../replica/api.ts';
import type { Entry } from './case.ts';

/** The entries without what they say of a case that is not here: of one that somebody is kept away from, nothing is shown at all. */
export function ofCasesHere(entries: readonly Entry[], here: (id: Id) => boolean): Entry[] {
	let hidden = false;
	return entries.filter(({ kind, value }) => {
		if (kind !== 'part_of') return true;
		const before = hidden;
		hidden = value ? !here(value) : false;
		// That it stands alone again would say that there was something.
		return value ? !hidden : !before;
	});
}

/** Only the last word on what a case is part of: one that ended names nothing on a screen any more. */
export function lastPartOf(entries: readonly Entry[]): Entry[] {
	const last = entries.filter(({ kind, struck }) => kind === 'part_of' && !struck?.length).toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))[0];
	return entries.filter((entry) => entry.kind !== 'part_of' || entry === last);
}
