/** What this phone carries for others, and what it gave to be carried. */
import type { Id, State } from '../../replica/api.ts';
import { looseReports } from '../../words/state.ts';
import { first, nameOf } from './people.ts';

/** A phone that gave twice gave the same cases, or some more of them. */
export function carried(state: State): { records: number; names: string } | undefined {
	const byDevice = new Map<string, { staff: string; records: number }>();
	for (const { device, staff, records, stuck } of state.parcels) {
		if (stuck === undefined) byDevice.set(device, { staff, records: Math.max(records, byDevice.get(device)?.records ?? 0) });
	}
	if (byDevice.size === 0) return undefined;
	const all = [...byDevice.values()];
	return { records: all.reduce((sum, { records }) => sum + records, 0), names: [...new Set(all.map(({ staff }) => first(nameOf(state, staff))))].join(', ') };
}

/** What is only here, entry by entry. */
export function onlyHere(state: State): ReadonlySet<Id> {
	const only = [...state.cases, ...state.identities].flatMap(({ safekeeping }) => [...safekeeping].filter(([, { where }]) => where === 'phone'));
	return new Set(only.map(([entry]) => entry));
}

/** Whether all that is only here by now was there when something was given. */
export function isGiven(state: State, given: ReadonlySet<Id>): boolean {
	return [...onlyHere(state)].every((entry) => given.has(entry));
}

/** Whether something is only here that nobody can be given: pictures, and what is still being written. */
export function staysHere(state: State): boolean {
	return state.pictures.some(({ stuck }) => stuck === undefined) || looseReports(state) > 0;
}
