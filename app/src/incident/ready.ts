/**
 * Who is ready before the doors open. Everybody's phone holds this and may write
 * here, so each word counts only from whom it can come: what a person read and
 * what their phone can do from themselves, the rest from a lead.
 */
import { Role } from '../generated/wire/v1/identity_pb.ts';
import type { CaseRecord, Element, EventRecord, Id, Intention, Millis } from '../replica/api.ts';
import { elements } from './board.ts';
import { isLead, type Person } from './team.ts';

/** What a phone says of itself: kept apart, so that the board shows which of them is open. */
export const PARTS = ['pack', 'storage', 'clock', 'home'] as const;
export type Part = (typeof PARTS)[number];

export interface Done {
	by: Id;
	at: Millis;
}

/** What leads noted: the first of it, and all that a lead who takes it back means. */
export interface Noted extends Done {
	all: readonly Id[];
}

/** A lead asked everybody to practise. */
export interface DrillCall {
	id: Id;
	/** It, and those that were started without knowing of each other: they end together. */
	all: readonly Id[];
	by: Id;
	at: Millis;
}

export interface Readiness {
	staff: Id;
	/** Read and understood; absent: not in this version of the policy. */
	read?: Done;
	/** `meeting`, or who briefed them later. */
	briefed?: Noted & { how: string };
	badge?: Noted;
	/** `noted`: no phone but a lead’s said so, and a lead may take it back. */
	drill?: Done & { noted?: Noted };
	/** What the phone that said something last can do; absent: it has not said anything. */
	phone?: { at: Millis; has: readonly Part[] };
}

export function readiness(duty: EventRecord | null, everyone: readonly Person[], policy: string): Readiness[] {
	const lead = (staff: Id) => everyone.some((person) => person.id === staff && isLead(person.roles));
	const said = elements(duty?.collections, 'readiness', lead);
	return everyone.map((person): Readiness => {
		const about = said.filter((element) => element.fields['staff'] === person.id);
		const own = (what: string) => about.filter((element) => element.fields['what'] === what && element.by === person.id);
		const byLead = (what: string) => about.filter((element) => element.fields['what'] === what && lead(element.by));
		const read = own('policy_ack').find((element) => element.fields['value'] === policy);
		const briefed = noted(byLead('briefing'));
		const how = byLead('briefing')[0]?.fields['value'];
		const badge = noted(byLead('badge'));
		const drills = byLead('drill');
		const drill = [...own('drill'), ...drills].sort((a, b) => a.at - b.at).at(-1);
		const slip = own('drill').every((element) => drills.includes(element)) ? noted(drills) : undefined;
		const phone = own('phone').at(-1);
		const has = phone?.fields['value'];
		return {
			staff: person.id,
			...(read && policy !== '' && { read: done(read) }),
			...(briefed && typeof how === 'string' && { briefed: { ...briefed, how } }),
			...(badge && { badge }),
			...(drill && { drill: { ...done(drill), ...(slip && { noted: slip }) } }),
			...(phone && typeof has === 'string' && { phone: { at: phone.at, has: PARTS.filter((part) => has.split(' ').includes(part)) } })
		};
	});
}

/** The drill that a lead started last and nobody ended; among the notices, and about no case. */
export function drillCall(notice: EventRecord | null, everyone: readonly Person[]): DrillCall | undefined {
	const lead = (staff: Id) => everyone.some((person) => person.id === staff && isLead(person.roles));
	const all = elements(notice?.collections, 'cards', lead).filter((element) => element.fields['kind'] === 'drill' && lead(element.by));
	const called = all.at(-1);
	return called && { id: called.id, all: all.map((element) => element.id), by: called.by, at: called.at };
}

/** Who did it since they were asked. */
export function practised(call: DrillCall, all: readonly Readiness[]): Id[] {
	return all.filter((one) => one.drill !== undefined && one.drill.at >= call.at).map((one) => one.staff);
}

/** Whether somebody went all the way in a drill: a report was written down, and the chair was told of it. */
export function wentAllTheWay(cases: readonly CaseRecord[]): boolean {
	return cases.some(({ view }) => view.chair_knows !== undefined && view.reports.some((report) => report.accounts.words !== undefined));
}

export function startDrill(document: Id, newId: () => Id): Intention {
	return { document, kind: 'notice', facts: [{ into: 'cards', id: newId(), fields: { kind: 'drill' } }], birth: {} };
}

/** Whether nothing is open for somebody. */
export function isReady(one: Readiness): boolean {
	return one.read !== undefined && one.briefed !== undefined && one.badge !== undefined && one.drill !== undefined && one.phone?.has.length === PARTS.length;
}

/** Something about somebody's readiness; the words that `readiness` knows. */
export type Said = { what: 'policy_ack'; value: string } | { what: 'briefing'; value: string } | { what: 'badge' } | { what: 'drill' } | { what: 'phone'; value: string };

export function note(document: Id, staff: Id, said: Said, newId: () => Id): Intention {
	return { document, kind: 'duty', facts: [{ into: 'readiness', id: newId(), fields: { staff, ...said } }], birth: {} };
}

/** Several people at once, in one change: everybody who was at the meeting. */
export function noteAll(document: Id, staff: readonly Id[], said: Said, newId: () => Id): Intention {
	return { document, kind: 'duty', facts: staff.map((one) => ({ into: 'readiness', id: newId(), fields: { staff: one, ...said } })), birth: {} };
}

/** It was noted by mistake. All of it stays readable in the document, and counts no more. */
export function takeBack(document: Id, noted: Noted, newId: () => Id): Intention {
	return { document, kind: 'duty', facts: noted.all.map((target) => ({ into: 'strikes', id: newId(), fields: { target } })), birth: {} };
}

/** Read and understood, and with it what the phone can do. */
export function readIt(document: Id, me: Id, policy: string, parts: string, newId: () => Id): Intention {
	const read = note(document, me, { what: 'policy_ack', value: policy }, newId);
	return { ...read, facts: [...read.facts, ...note(document, me, { what: 'phone', value: parts }, newId).facts] };
}

/** The last that this person's phones said of themselves. */
export function lastOfPhone(duty: EventRecord | null, me: Id, device: Id): string | undefined {
	const said = (duty?.collections.get('readiness') ?? []).filter((element: Element) => element.fields['what'] === 'phone' && element.by === me && element.device === device && element.fields['staff'] === me);
	const value = said.sort((a, b) => a.at - b.at).at(-1)?.fields['value'];
	return typeof value === 'string' ? value : undefined;
}

/** What the event itself still lacks. */
export interface EventReady {
	alternate: boolean;
	emergency: boolean;
	address: boolean;
	quietRoom: boolean;
	appeal: boolean;
	/** Somebody whom attendees can call. */
	number: boolean;
	roster: boolean;
}

export function eventReady(
	pack: { venue?: { address: string } | undefined; emergency: readonly unknown[]; quietRooms: readonly unknown[]; appeal?: unknown; contacts: readonly { phone: string; forAttendees: boolean }[] } | null,
	everyone: readonly Person[],
	gaps: number
): EventReady {
	return {
		alternate: everyone.some((person) => person.roles.includes(Role.ALTERNATE_CHAIR)),
		emergency: (pack?.emergency.length ?? 0) > 0,
		address: (pack?.venue?.address ?? '') !== '',
		quietRoom: (pack?.quietRooms.length ?? 0) > 0,
		appeal: pack?.appeal !== undefined,
		number: (pack?.contacts ?? []).some((contact) => contact.forAttendees && contact.phone !== ''),
		roster: gaps === 0
	};
}

function noted(all: readonly Element[]): Noted | undefined {
	const [first] = all;
	return first && { ...done(first), all: all.map((element) => element.id) };
}

function done(element: Element): Done {
	return { by: element.by, at: element.at };
}
