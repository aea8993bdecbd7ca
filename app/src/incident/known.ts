/** What was written down about the people of a case and could point at one of them: what an announcement is checked against. */
import type { CaseRecord, ChairRecord, Id, IdentityRecord } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { group, groups, links, type Link } from './chair.ts';
import { check, type Term, type TermKind } from './checker.ts';
import { placesOf } from './inbox.ts';
import { casesOfSame, claims } from './persons.ts';
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
	return ofCase(caseId, among, sameAmong(among), namesAmong(among));
}

/** The same of every case, for a text that is about none of them. */
export function knownOfAll(among: Known): Term[] {
	const [same, names] = [sameAmong(among), namesAmong(among)];
	return among.cases.flatMap((one) => ofCase(one.id, among, same, names));
}

function ofCase(caseId: Id, among: Known, same: Same, names: Names): Term[] {
	const members = lookedAt(caseId, among, same);
	const views = members.map((one) => one.view);
	const terms: Term[] = [
		...termsOf(members, among.identities, { staff: among.name }),
		...talks(members, among),
		...views.flatMap((view) => view.aware.flatMap((one) => [...term('detail', one.who), ...capitals(one.who)])),
		...members.flatMap((one) => one.excluded.flatMap((staff) => term('name', among.name(staff)))),
		...places(members, views, among.rooms, names)
	];
	const seen = new Set<string>();
	return terms.filter(({ kind, text }) => !seen.has(`${kind} ${text}`) && seen.add(`${kind} ${text}`));
}

/** The cases whose words count: those linked with it, and those about somebody who leads said is the same person, who may go by a name in there only. */
export function lookedAt(caseId: Id, among: Among, same = sameAmong(among)): CaseRecord[] {
	const near = linked(caseId, among).map((one) => one.id);
	const ids = new Set([...near, ...same(near)]);
	return among.cases.filter((one) => ids.has(one.id));
}

type Among = Pick<Known, 'cases' | 'chairs' | 'links'>;

/** Beside these cases, those about the same people, with all that are one incident with them. */
type Same = (near: readonly Id[]) => Id[];

function sameAmong(among: Among): Same {
	const [together, said, linked] = [groups(among.cases, among.links), claims(among.chairs), links(among.chairs)];
	return (near) => [...casesOfSame(near, among.chairs, said, linked)].flatMap((id) => (together.get(id) ?? []).map((one) => one.id));
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
function places(members: readonly CaseRecord[], views: readonly CaseView[], rooms: readonly Room[], names: Names): Term[] {
	const named = [...new Set([...placesOf(views), ...views.flatMap(setBefore)])];
	const only = (room: Room) => names.cases(room).every((id) => members.some((one) => one.id === id));
	return [
		...rooms.flatMap((room) => (named.some((place) => names.isNamed(room, place)) && only(room) ? term('place', room.name) : [])),
		...named.filter((place) => names.room(place) === undefined).flatMap((place) => term('detail', place))
	];
}

/** Which rooms the places name. */
interface Names {
	/** The room that a place is. */
	room: (place: string) => Room | undefined;
	/** Whether a place is the room, or words in which it stands: where two were true, both stand in one. */
	isNamed: (room: Room, place: string) => boolean;
	/** Those in which it is named. */
	cases: (room: Room) => readonly Id[];
}

/** Each is found out once, when it is first asked for: hundreds of cases name the same few places. */
function namesAmong({ cases, rooms }: Known): Names {
	const room = once((place: string) => roomOf(place, rooms));
	const stands = once(({ name }: Room) => once((place: string) => check(place, [{ kind: 'place', text: name }]).length > 0));
	const isNamed = (one: Room, place: string) => (room(place) === undefined ? stands(one)(place) : room(place) === one);
	const placesIn = once((one: CaseRecord) => placesOf([one.view]));
	return { room, isNamed, cases: once((one: Room) => cases.filter((each) => placesIn(each).some((place) => isNamed(one, place))).map(({ id }) => id)) };
}

function once<K, V>(answer: (question: K) => V): (question: K) => V {
	const known = new Map<K, V>();
	return (question) => {
		const before = known.get(question);
		if (before !== undefined || known.has(question)) return before as V;
		const found = answer(question);
		known.set(question, found);
		return found;
	};
}

/** What the place was ever set to. */
function setBefore(view: CaseView): string[] {
	return view.entries.flatMap((entry) => (entry.kind === 'set' && entry.field === 'place' && entry.value ? [entry.value] : []));
}

function term(kind: TermKind, value: unknown): Term[] {
	return typeof value === 'string' && value.trim() !== '' ? [{ kind, text: value.trim() }] : [];
}
