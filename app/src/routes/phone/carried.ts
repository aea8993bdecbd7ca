/** What this phone carries for others, and what it gave to be carried. */
import type { State } from '../../replica/api.ts';
import { readReport } from '../../incident/report.ts';
import { stillTyped } from '../../words/state.ts';
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

/** An entry by the end of its id: there is no room in a draft for all of hundreds. */
const END = -12;

/** What is only here, entry by entry. */
export function onlyHere(state: State): ReadonlySet<string> {
	const only = [...state.cases, ...state.identities].flatMap(({ safekeeping }) => [...safekeeping].filter(([, { where }]) => where === 'phone'));
	return new Set(only.map(([entry]) => entry.slice(END)));
}

/** All that somebody keeps their phone on for: that, and reports that are no case yet. */
export function keptOnFor(state: State): ReadonlySet<string> {
	return new Set([...onlyHere(state), ...state.drafts.filter(({ fields }) => readReport(fields)).map(({ id }) => id.slice(END))]);
}

/** Whether all that is only here by now was there when something was given. */
export function isGiven(state: State, given: ReadonlySet<string>): boolean {
	return [...onlyHere(state)].every((entry) => given.has(entry));
}

/** Whether something is only here that nobody can be given: pictures, and what is still being written. */
export function staysHere(state: State): boolean {
	return state.pictures.some(({ stuck }) => stuck === undefined) || stillTyped(state);
}
