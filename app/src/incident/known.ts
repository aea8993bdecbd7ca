/** What was written down about the people of a case and could point at one of them: what an announcement is checked against. */
import type { CaseRecord, ChairRecord, Id, IdentityRecord } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { group, groups, type Link } from './chair.ts';
import { check, type Term, type TermKind } from './checker.ts';
import { placesOf } from './inbox.ts';
import { casesOfSame } from './persons.ts';
import { roomOf, type Room } from './place.ts';
import { termsOf } from './terms.ts';

export interface Known {
	cases: readonly CaseRecord[];
	identities: readonly IdentityRecord[];
	chairs: readonly ChairRecord[];
	links: readonly Link[];
	rooms: readonly Room[];
	/** The programme. */
	talks: readonly { id: string; title: string }[];
	/** A name for somebody on the team. */
	name: (staff: Id) => string | undefined;
}

/**
 * Everything in a case and those linked with it, names that are still closed
 * included: a name is looked for without being shown.
 */
export function known(caseId: Id, among: Known): Term[] {
	const members = lookedAt(caseId, among);
	const views = members.map((one) => one.view);
	const terms: Term[] = [
		...termsOf(members, among.identities, { staff: among.name }),
		...talks(members, among),
		...views.flatMap((view) => view.aware.flatMap((one) => [...term('detail', one.who), ...capitals(one.who)])),
		...members.flatMap((one) => one.excluded.flatMap((staff) => term('name', among.name(staff)))),
		...places(members, views, among)
	];
	const seen = new Set<string>();
	return terms.filter(({ kind, text }) => !seen.has(`${kind} ${text}`) && seen.add(`${kind} ${text}`));
}

/** The cases whose words count: those linked with it, and those about somebody who leads said is the same person, who may go by a name in there only. */
export function lookedAt(caseId: Id, among: Pick<Known, 'cases' | 'chairs' | 'links'>): CaseRecord[] {
	const near = linked(caseId, among).map((one) => one.id);
	const together = groups(among.cases, among.links);
	const ids = new Set([...near, ...[...casesOfSame(near, among.chairs)].flatMap((id) => (together.get(id) ?? []).map((one) => one.id))]);
	return among.cases.filter((one) => ids.has(one.id));
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

/** A talk says whose it was. What leads took back since still does. */
function talks(members: readonly CaseRecord[], { chairs, talks: programme }: Known): Term[] {
	const title = (said: unknown) => programme.find((talk) => talk.id === said)?.title;
	return chairs
		.filter((chair) => members.some((one) => one.id === chair.parent))
		.flatMap(({ collections }) => [
			...(collections.get('triage') ?? []).flatMap(({ fields }) => term('talk', title(fields['talk']))),
			...(collections.get('sanctions') ?? []).flatMap(({ fields }) => term('talk', title(fields['param/talk']) ?? fields['param/talk']))
		]);
}

/**
 * A room gives somebody away where only one incident happened; a place that was
 * typed always may. Also where it was set before and found to be wrong since.
 */
function places(members: readonly CaseRecord[], views: readonly CaseView[], { cases, links, rooms }: Known): Term[] {
	const named = [...new Set([...placesOf(views), ...views.flatMap(setBefore)])];
	const others = cases.filter((one) => !members.some((member) => member.id === one.id));
	const incidents = (room: Room) => new Set(others.filter((one) => isNamed(room, placesOf([one.view]), rooms)).map((one) => group(one.id, cases, links)[0])).size;
	return [
		...rooms.flatMap((room) => (isNamed(room, named, rooms) && incidents(room) === 0 ? term('place', room.name) : [])),
		...named.filter((place) => roomOf(place, rooms) === undefined).flatMap((place) => term('detail', place))
	];
}

/** What the place was ever set to. */
function setBefore(view: CaseView): string[] {
	return view.entries.flatMap((entry) => (entry.kind === 'set' && entry.field === 'place' && entry.value ? [entry.value] : []));
}

/** Whether one of the places is the room, or words in which it stands: where two were true, both stand in one. */
function isNamed(room: Room, places: readonly string[], rooms: readonly Room[]): boolean {
	return places.some((place) => {
		const meant = roomOf(place, rooms);
		return meant === undefined ? check(place, [{ kind: 'place', text: room.name }]).length > 0 : meant === room;
	});
}

function term(kind: TermKind, value: unknown): Term[] {
	return typeof value === 'string' && value.trim() !== '' ? [{ kind, text: value.trim() }] : [];
}
