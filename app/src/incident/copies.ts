/**
 * What replaces versions in the notes of several cases stands in each of them
 * (`beside`), and is one: by one person, at one moment, in the same words.
 */
import type { Id } from '../replica/api.ts';

export interface Version {
	id: Id;
	/** Its versions that stand, where there is more than one. */
	all?: readonly Id[];
}

/** Each once, in the order of the first. */
export function inOne<T extends Version>(written: readonly T[]): (T & Version)[] {
	const found = new Map<string, [T, ...T[]]>();
	for (const one of written) {
		const said = JSON.stringify({ ...one, id: '' });
		const before = found.get(said);
		if (before) before.push(one);
		else found.set(said, [one]);
	}
	return [...found.values()].map((copies) => (copies.length === 1 ? copies[0] : { ...copies[0], all: copies.map(({ id }) => id) }));
}

/** All that somebody means who writes down what holds from now on. */
export function versionsOf({ id, all }: Version): Id[] {
	return all === undefined ? [id] : [...all];
}
