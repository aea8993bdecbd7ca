/**
 * What everybody on the team reads: the announcements that a lead approved, what
 * may be said about a case, and who may announce for a while.
 *
 * Everybody's phone holds this, also of those whom a case is kept from. So nothing
 * of a case that is kept from anybody is ever written here, not even its name.
 */
import { Role } from '../generated/wire/v1/identity_pb.ts';
import type { CaseRecord, Element, EventRecord, Id, Intention, Millis } from '../replica/api.ts';
import type { Team } from '../generated/wire/v1/identity_pb.ts';
import { isLead, keptFromSomebody, type Person } from './team.ts';

type Collections = ReadonlyMap<string, readonly Element[]>;

/** Read out, or posted somewhere. */
export interface Made {
	id: Id;
	by: Id;
	at: Millis;
	/** A code of the event pack, or words. */
	channel: string;
}

export interface Announced {
	id: Id;
	/** The draft among the leads' own notes. */
	source: Id;
	text: string;
	channel: string;
	/** The lead who approved it. */
	by: Id;
	at: Millis;
	made: readonly Made[];
	/** Every element that it stands for. */
	copies: readonly Id[];
}

/** What everybody may say about something, and nothing more. */
export interface MaySay {
	id: Id;
	codeName?: string;
	text: string;
	by: Id;
	at: Millis;
}

/** Somebody may announce for a while. */
export interface Delegation {
	id: Id;
	staff: Id;
	from: Millis;
	until: Millis;
	/** One announcement only; absent: any approved one. */
	announcement?: Id;
	by: Id;
	/** A lead took it back before it was over. */
	endedAt?: Millis;
}

export interface Board {
	announcements: readonly Announced[];
	maySay: readonly MaySay[];
	delegations: readonly Delegation[];
}

/**
 * Whether something of a case may stand where everybody reads it: nobody is kept
 * away from it or from those it is linked with. Not known yet counts as no.
 */
export function mayStandHere(together: readonly CaseRecord[], team: Team | null): boolean {
	return team !== null && together.every((one) => !keptFromSomebody(team, one));
}

export function board(notice: EventRecord | null, duty: EventRecord | null, everyone: readonly Person[]): Board {
	const lead = (staff: Id) => isLead(rolesOf(staff, everyone));
	const delegations = cards(notice, 'delegate', lead).flatMap(({ element, ended }) => delegation(element, ended) ?? []);
	const made = elements(duty?.collections, 'marks', lead).filter((mark) => mark.fields['mark'] === 'made');
	const texts = (notice?.collections.get('announcements') ?? []).filter((element) => lead(element.by));
	const count = new Set(notTakenBack(texts, keyOf, (element) => struckAt(notice?.collections, element, lead)));
	const approved = once(elements(notice?.collections, 'announcements', lead).filter((element) => count.has(element)));
	const shownAs = new Map(approved.flatMap((copies) => copies.map(({ id }) => [id, copies[0].id] as const)));
	return {
		announcements: approved.flatMap((copies) => announced(copies, made, delegations, everyone) ?? []),
		maySay: cards(notice, 'may_say', lead).flatMap(({ element, ended }) => (ended === undefined ? (said(element) ?? []) : [])),
		// Who was asked for one copy is asked for what is shown in its place.
		delegations: delegations.map((one) => (one.announcement === undefined ? one : { ...one, announcement: shownAs.get(one.announcement) ?? one.announcement }))
	};
}

/** Why somebody may announce at `now`: they lead, the event has them for it, or a lead said so. Null: they may not, or not any more, as whoever has left the team. */
export function mayAnnounce(staff: Id, everyone: readonly Person[], delegations: readonly Delegation[], now: Millis, announcement?: Id): 'lead' | 'announcer' | Delegation | null {
	if (left(staff, everyone, now)) return null;
	const roles = rolesOf(staff, everyone);
	if (isLead(roles)) return 'lead';
	if (roles.includes(Role.ANNOUNCER)) return 'announcer';
	return delegations.find((one) => one.staff === staff && holds(one, now) && (one.announcement === undefined || announcement === undefined || one.announcement === announcement)) ?? null;
}

export function holds(one: Delegation, now: Millis): boolean {
	return one.from <= now && now <= Math.min(one.until, one.endedAt ?? Infinity);
}

/** A delegation that is running or still to come. */
export function ahead(one: Delegation, now: Millis): boolean {
	return one.endedAt === undefined && now <= one.until;
}

/** The delegations that are worth a line: running or still to come, of somebody who has not left the team meanwhile. */
export function asked(delegations: readonly Delegation[], everyone: readonly Person[], now: Millis): Delegation[] {
	return delegations.filter((one) => ahead(one, now) && !left(one.staff, everyone, now));
}

export function delegate(document: Id, wish: { staff: Id; from: Millis; until: Millis; announcement?: Id }, newId: () => Id): Intention {
	const { staff, from, until, announcement } = wish;
	return noticed(document, 'cards', newId(), { kind: 'delegate', staff, from, until, ...(announcement !== undefined && { announcement }) });
}

/** The card about these cases, as it may stand now; null where somebody is kept from any of them. */
export function maySayOf(together: readonly CaseRecord[], team: Team | null, document: Id, wish: Parameters<typeof maySay>[1], newId: () => Id): Intention | null {
	return mayStandHere(together, team) ? maySay(document, wish, newId) : null;
}

/** A card for everybody. Ask `mayStandHere` and the check of the text first. */
export function maySay(document: Id, wish: { text: string; codeName?: string; replaces?: Id }, newId: () => Id): Intention {
	const { text, codeName, replaces } = wish;
	return noticed(document, 'cards', newId(), { kind: 'may_say', text: text.trim(), ...(codeName !== undefined && { code_name: codeName }), ...(replaces !== undefined && { replaces }) });
}

/** Takes a card back. It stays readable in the document, and is shown to nobody. */
export function takeBack(document: Id, target: Id, newId: () => Id): Intention {
	return noticed(document, 'strikes', newId(), { target });
}

/** What leads learned for the next event; about the way it went, and of no case. */
export function learned(notice: EventRecord | null, everyone: readonly Person[]): MaySay[] {
	const lead = (staff: Id) => isLead(rolesOf(staff, everyone));
	return cards(notice, 'lesson', lead).flatMap(({ element, ended }) => (ended === undefined ? (said(element) ?? []) : []));
}

export function learn(document: Id, text: string, newId: () => Id): Intention {
	return noticed(document, 'cards', newId(), { kind: 'lesson', text: text.trim() });
}

/** It was read out, or posted. Everybody on the team may write here; who was allowed to is decided by whoever reads it. */
export function announce(document: Id, announcement: Id, channel: string, at: Millis, newId: () => Id): Intention {
	return { document, kind: 'duty', facts: [{ into: 'marks', id: newId(), fields: { target: announcement, mark: 'made', value: channel.trim() }, at }], birth: {} };
}

/**
 * The elements that stand. What everybody may write, anybody could strike: only
 * whoever wrote an element and the leads strike or replace it.
 */
export function elements(collections: Collections | undefined, name: string, lead: (staff: Id) => boolean): Element[] {
	const all = collections?.get(name) ?? [];
	const gone = new Set(
		all.flatMap((element) => {
			const replaces = element.fields['replaces'];
			const named = typeof replaces === 'string' ? replaces.split(' ') : [];
			return all.filter((other) => named.includes(other.id) && (other.by === element.by || lead(element.by))).map((other) => other.id);
		})
	);
	return all.filter((element) => !gone.has(element.id) && struckAt(collections, element, lead) === undefined).sort(byTime);
}

function cards(notice: EventRecord | null, kind: string, lead: (staff: Id) => boolean): { element: Element; ended: Millis | undefined }[] {
	const all = (notice?.collections.get('cards') ?? []).filter((element) => element.fields['kind'] === kind && lead(element.by));
	const gone = new Set(all.flatMap((element) => (typeof element.fields['replaces'] === 'string' ? element.fields['replaces'].split(' ') : [])));
	return all
		.filter((element) => !gone.has(element.id))
		.sort(byTime)
		.map((element) => ({ element, ended: struckAt(notice?.collections, element, lead) }));
}

export function struckAt(collections: Collections | undefined, element: Element, lead: (staff: Id) => boolean): Millis | undefined {
	const strikes = (collections?.get('strikes') ?? []).filter((strike) => strike.fields['target'] === element.id && (strike.by === element.by || lead(strike.by)));
	return strikes.length === 0 ? undefined : Math.min(...strikes.map((strike) => strike.at));
}

/** The copies of each draft, the earliest first: two leads may have approved it without knowing of each other, and nobody reads it out twice. */
function once(approved: readonly Element[]): [Element, ...Element[]][] {
	const found = new Map<string, [Element, ...Element[]]>();
	for (const element of approved) {
		const key = keyOf(element);
		const copies = found.get(key);
		if (copies) copies.push(element);
		else found.set(key, [element]);
	}
	return [...found.values()];
}

/** The same of every copy. */
function keyOf({ id, fields: { source, text } }: Element): string {
	return typeof source === 'string' && source !== '' ? JSON.stringify([source, text]) : id;
}

/**
 * The approvals that nobody took back. One from before that goes along, also where nobody knew of it then.
 * `keyOf`: the same for all of one text. `takenAt`: when this one was taken back.
 */
export function notTakenBack(approvals: readonly Element[], keyOf: (approval: Element) => unknown, takenAt: (approval: Element) => Millis | undefined): Element[] {
	const back = new Map<unknown, Millis>();
	for (const approval of approvals) {
		const at = takenAt(approval);
		if (at !== undefined) back.set(keyOf(approval), Math.max(at, back.get(keyOf(approval)) ?? at));
	}
	return approvals.filter((approval) => takenAt(approval) === undefined && (back.get(keyOf(approval)) ?? -Infinity) <= approval.at);
}

function announced(copies: [Element, ...Element[]], marks: readonly Element[], delegations: readonly Delegation[], everyone: readonly Person[]): Announced | undefined {
	const [element] = copies;
	const { text, channel, source } = element.fields;
	if (typeof text !== 'string' || text === '') return undefined;
	const made = marks
		.filter((mark) => copies.some(({ id }) => mark.fields['target'] === id) && copies.some(({ id }) => mayAnnounce(mark.by, everyone, delegations, mark.at, id) !== null))
		.map((mark) => ({ id: mark.id, by: mark.by, at: mark.at, channel: typeof mark.fields['value'] === 'string' ? mark.fields['value'] : '' }));
	return { id: element.id, source: typeof source === 'string' ? source : '', text, channel: typeof channel === 'string' ? channel : '', by: element.by, at: element.at, made, copies: copies.map(({ id }) => id) };
}

function said(element: Element): MaySay | undefined {
	const { text, code_name: codeName } = element.fields;
	if (typeof text !== 'string' || text === '') return undefined;
	const { id, by, at } = element;
	return { id, by, at, text, ...(typeof codeName === 'string' && codeName !== '' && { codeName }) };
}

function delegation(element: Element, endedAt: Millis | undefined): Delegation | undefined {
	const { staff, from, until, announcement } = element.fields;
	if (typeof staff !== 'string' || typeof from !== 'number' || typeof until !== 'number') return undefined;
	return { id: element.id, by: element.by, staff, from, until, ...(typeof announcement === 'string' && { announcement }), ...(endedAt !== undefined && { endedAt }) };
}

function left(staff: Id, everyone: readonly Person[], now: Millis): boolean {
	return now >= (everyone.find((person) => person.id === staff)?.until ?? Infinity);
}

function rolesOf(staff: Id, everyone: readonly Person[]): readonly Role[] {
	return everyone.find((person) => person.id === staff)?.roles ?? [];
}

function byTime(a: Element, b: Element): number {
	return a.at - b.at || (a.id < b.id ? -1 : 1);
}

function noticed(document: Id, into: string, id: Id, fields: { [name: string]: string | number }): Intention {
	return { document, kind: 'notice', facts: [{ into, id, fields }], birth: {} };
}
