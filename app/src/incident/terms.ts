/**
 * What a case knows about people, as terms that a text for others must not hold.
 * It may look at names that are sealed: what it finds stands in the text already,
 * and nothing else of a name ever leaves here.
 */
import type { Id, IdentityRecord } from '../replica/api.ts';
import type { CaseView, PartyKind, PartyVersion } from './case.ts';
import { standing } from './chair.ts';
import type { Term, TermKind } from './checker.ts';

/** A case, as far as its words about people go. */
export interface Knows {
	id: string;
	view: CaseView;
}

/**
 * Everything about the people of these cases, except the kinds of people that the
 * text may speak of. `single`: one rare word of how somebody looks, or of what they
 * do here, is enough to know them by. `staff`: a name for somebody on the team; one who saw it themselves and
 * reported it is who told it.
 */
export function termsOf(cases: readonly Knows[], identities: readonly IdentityRecord[], { except = [], single = false, staff }: { except?: readonly PartyKind[]; single?: boolean; staff?: (id: Id) => string | undefined } = {}): Term[] {
	const found: Term[] = [];
	const add = (kind: TermKind, text: unknown) => {
		if (typeof text === 'string' && text.trim() !== '') found.push({ kind, text: text.trim() });
	};
	for (const { id, view } of cases) {
		for (const party of view.parties) {
			// Also what was corrected since: it may still point at somebody.
			for (const version of [...party.versions, ...party.earlier]) if (!except.includes(version.kind)) person(version, single, add);
		}
		for (const report of view.reports) {
			for (const version of report.answers['occurred']?.versions ?? []) add('detail', version.time?.words);
			if (report.answers['relation']?.versions.some((version) => version.value === 'own_observation')) add('name', staff?.(report.by));
			for (const version of report.answers['reporter_role']?.versions ?? []) add('detail', version.value);
		}
		for (const identity of identities.filter((one) => one.parent === id)) {
			for (const element of standing(identity.collections, 'persons')) {
				add('name', element.fields['name']);
				add('badge', element.fields['badge']);
				add('handle', element.fields['contact']);
			}
		}
	}
	return found;
}

function person(version: PartyVersion, single: boolean, add: (kind: TermKind, text: unknown) => void): void {
	add('name', version.name);
	add('badge', version.badge);
	add('handle', version.handle);
	add('handle', version.contact);
	add('employer', version.employer);
	add('detail', version.description);
	if (single) add('name', version.description);
	if (single) add('name', version.role);
}
