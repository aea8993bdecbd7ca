import type { CaseRecord, IdentityRecord, State } from '../../replica/api.ts';

/** Cases with something that the record did not take in. */
export function casesKeptHere(state: State): CaseRecord[] {
	const some = (record: CaseRecord | IdentityRecord) => [...record.safekeeping.values()].some((place) => place.where === 'not_accepted');
	return state.cases.filter((record) => some(record) || state.identities.some((identity) => identity.parent === record.id && some(identity)));
}
