/**
 * What is said about something is written beside it: that a sanction was lifted
 * or told, that an action is done, what takes the place of a finding. Cases of
 * one incident are handled as one; where they are none after all, or where a
 * lead may read only one of them, what was said of each is still so.
 */
import type { ChairRecord, Id, Intention, NewFact } from '../replica/api.ts';

/**
 * The same, each in the leads' document in which that stands which it is about. `tells`: whether somebody who reads
 * of one case would learn of the other. To them nothing new is said: a mark in codes goes there all the same, but what
 * is in words stays where it was written, such as an answer, or what replaces something.
 */
export function beside(intentions: readonly Intention[], chairs: readonly ChairRecord[], newId: () => Id, tells: (one: Id, other: Id) => boolean): Intention[] {
	const homes = new Map<unknown, ChairRecord>();
	for (const chair of chairs) for (const elements of chair.collections.values()) for (const { id } of elements) homes.set(id, chair);

	return intentions.flatMap((intention) => {
		if (intention.kind !== 'chair') return [intention];
		const here = intention.birth?.parent ?? chairs.find((chair) => chair.id === intention.document)?.parent;
		const apart = (chair: ChairRecord) => here === undefined || chair.parent === undefined || tells(here, chair.parent);
		const written = new Map<Id, NewFact[]>();
		for (const fact of intention.facts) {
			for (const [document, part] of parts(fact, intention.document, homes, newId, apart)) written.set(document, [...(written.get(document) ?? []), part]);
		}
		return [...written].map(([document, facts]): Intention => (document === intention.document ? { ...intention, facts } : { document, kind: 'chair', facts }));
	});
}

/** How somebody was told, and whether they want something, is a code. Whatever else a mark says, somebody may have typed. */
function inWords({ into, fields }: NewFact): boolean {
	return into === 'marks' && fields['mark'] !== 'told' && fields['mark'] !== 'wanted' && (fields['value'] !== undefined || fields['reason'] !== undefined);
}

/** What replaces versions in several documents stands in each of them. What is found, also where it was decided. */
function parts(fact: NewFact, document: Id, homes: ReadonlyMap<unknown, ChairRecord>, newId: () => Id, apart: (chair: ChairRecord) => boolean): [Id, NewFact][] {
	const { replaces, ...fields } = fact.fields;
	if (fact.into === 'marks' || fact.into === 'strikes') {
		const home = homes.get(fields['target']);
		return [[home === undefined || (inWords(fact) && apart(home)) ? document : home.id, fact]];
	}
	if (typeof replaces !== 'string') return [[document, fact]];
	const versions = new Map<Id, string[]>(fact.into === 'findings' ? [[document, []]] : []);
	for (const id of replaces.split(' ')) {
		const home = homes.get(id);
		const where = home === undefined || apart(home) ? document : home.id;
		versions.set(where, [...(versions.get(where) ?? []), id]);
	}
	return [...versions].map(([where, ids], index) => [
		where,
		{ ...fact, id: index === 0 ? fact.id : newId(), fields: { ...fields, ...(ids.length > 0 && { replaces: ids.join(' ') }) } }
	]);
}
