/** What was written down about the people of a case and could point at one of them: what an announcement is checked against. */
import type { CaseRecord, Id, IdentityRecord } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { group, type Link } from './chair.ts';
import type { Term, TermKind } from './checker.ts';
import { placesOf } from './inbox.ts';
import { roomOf, roomsAmong, type Room } from './place.ts';
import { termsOf } from './terms.ts';

export interface Known {
	cases: readonly CaseRecord[];
	identities: readonly IdentityRecord[];
	links: readonly Link[];
	rooms: readonly Room[];
	/** A name for somebody on the team. */
	name: (staff: Id) => string | undefined;
}

/**
 * Everything in a case and those linked with it, names that are still closed
 * included: a name is looked for without being shown.
 */
export function known(caseId: Id, among: Known): Term[] {
	const members = linked(caseId, among);
	const views = members.map((one) => one.view);
	const terms: Term[] = [
		...termsOf(members, among.identities),
		...views.flatMap((view) => view.aware.flatMap((one) => [...term('detail', one.who), ...capitals(one.who)])),
		...members.flatMap((one) => one.excluded.flatMap((staff) => term('name', among.name(staff)))),
		...places(members, views, among)
	];
	const seen = new Set<string>();
	return terms.filter(({ kind, text }) => !seen.has(`${kind} ${text}`) && seen.add(`${kind} ${text}`));
}

/** The case, those of the same incident, and those that a lead linked with them in any way that says they belong together. */
export function linked(caseId: Id, among: Pick<Known, 'cases' | 'links'>): CaseRecord[] {
	const ids = new Set(group(caseId, among.cases, among.links));
	for (const link of among.links) {
		if (link.kind === 'not_the_same') continue;
		if (ids.has(link.from)) ids.add(link.to);
		else if (ids.has(link.to)) ids.add(link.from);
	}
	return among.cases.filter((one) => ids.has(one.id));
}

/** Who knows about it is a group or a place; where it is a person after all, their name counts as one. */
function capitals(who: string): Term[] {
	const words = who.trim().split(/\s+/);
	return words.length > 1 && words.length < 4 && words.every((word) => /^\p{Lu}\p{Ll}/u.test(word)) ? term('name', who) : [];
}

/** A room gives somebody away where only one incident happened; a place that was typed always may. */
function places(members: readonly CaseRecord[], views: readonly CaseView[], { cases, links, rooms }: Known): Term[] {
	const named = placesOf(views);
	const others = cases.filter((one) => !members.some((member) => member.id === one.id));
	const incidents = (room: Room) => new Set(others.filter((one) => roomsAmong(placesOf([one.view]), [room]).length > 0).map((one) => group(one.id, cases, links)[0])).size;
	return [
		...roomsAmong(named, rooms).flatMap((room) => (incidents(room) === 0 ? term('place', room.name) : [])),
		...named.filter((place) => roomOf(place, rooms) === undefined).flatMap((place) => term('detail', place))
	];
}

function term(kind: TermKind, value: unknown): Term[] {
	return typeof value === 'string' && value.trim() !== '' ? [{ kind, text: value.trim() }] : [];
}
