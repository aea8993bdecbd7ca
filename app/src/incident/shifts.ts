/**
 * Who is on duty when, where nobody is, and handing over. A hand-over names no
 * case: everybody on the team can read it. Which cases it is about stands in
 * each of them.
 */
import type { Team } from '../generated/wire/v1/identity_pb.ts';
import type { CaseRecord, Element, EventRecord, Id, Intention, Millis } from '../replica/api.ts';
import { elements } from './board.ts';
import { reportedAt } from './chair.ts';
import { isShut } from './closing.ts';
import { accessTo, isLead, keptAway, keptFromSomebody, onTeam, type Access, type Person } from './team.ts';

export interface Shift {
	id: Id;
	staff: Id;
	from: Millis;
	until: Millis;
	place: string;
}

export interface Span {
	from: Millis;
	until: Millis;
}

/** The roster, as the leads wrote it. */
export function shifts(duty: EventRecord | null, everyone: readonly Person[]): Shift[] {
	const lead = leads(everyone);
	return elements(duty?.collections, 'shifts', lead)
		.filter((element) => lead(element.by))
		.flatMap((element) => {
			const { staff, from, until, place } = element.fields;
			if (typeof staff !== 'string' || typeof from !== 'number' || typeof until !== 'number' || until <= from) return [];
			return [{ id: element.id, staff, from, until, place: typeof place === 'string' ? place : '' }];
		})
		.sort((a, b) => a.from - b.from || a.until - b.until || (a.id < b.id ? -1 : 1));
}

/** Who is on duty at `now`, and on the team at all. */
export function onDuty(all: readonly Shift[], everyone: readonly Person[], now: Millis): Shift[] {
	return all.filter((shift) => shift.from <= now && now < shift.until && everyone.some((person) => person.id === shift.staff && onTeam(person, now)));
}

/** The part of each shift in which its person is on the team: whoever left stands at no desk. */
export function covered(all: readonly Shift[], everyone: readonly Person[]): Shift[] {
	return all.flatMap((shift) => {
		const person = everyone.find((one) => one.id === shift.staff);
		if (person === undefined) return [];
		const [from, until] = [Math.max(shift.from, person.from ?? shift.from), Math.min(shift.until, person.until ?? shift.until)];
		return until > from ? [{ ...shift, from, until }] : [];
	});
}

/**
 * When nobody is on duty, day by day: `dayOf` names the day of a moment where the
 * event is. Between the first and the last shift of a day; on the event's first
 * day from its beginning, on its last to its end; a day without any is one gap. What
 * goes on from the day before ends that night, and does not begin the day.
 * `there`: what of the roster is still true.
 */
export function gaps(all: readonly Shift[], event: Span, dayOf: (at: Millis) => string, there: readonly Shift[] = all): Span[] {
	if (all.length === 0) return [event];
	const days = new Map<string, Shift[]>();
	for (const shift of all) days.set(dayOf(shift.from), [...(days.get(dayOf(shift.from)) ?? []), shift]);
	const found: Span[] = [];
	const inOrder = [...there].sort((a, b) => a.from - b.from);
	for (const [day, list] of days) {
		const began = list.find(({ from }) => !all.some((other) => other.from < from && other.until >= from && dayOf(other.from) !== day)) ?? list[0];
		let reached = day === dayOf(event.from) ? event.from : (began?.from ?? event.from);
		const end = Math.max(...list.map((shift) => shift.until), ...(day === dayOf(event.until) ? [event.until] : []));
		for (const shift of inOrder) {
			if (shift.until <= reached || shift.from >= end) continue;
			if (shift.from > reached) found.push({ from: reached, until: shift.from });
			reached = shift.until;
		}
		if (reached < end) found.push({ from: reached, until: end });
	}
	const HOUR = 60 * 60 * 1_000;
	for (let at = event.from; at < event.until; ) {
		const day = dayOf(at);
		const from = at;
		while (at < event.until && dayOf(at) === day) at += HOUR;
		if (!days.has(day)) found.push({ from, until: Math.min(at, event.until) });
	}
	return found.sort((a, b) => a.from - b.from);
}

export function plan(document: Id, shift: { staff: Id; from: Millis; until: Millis; place: string }, newId: () => Id): Intention {
	const { staff, from, until, place } = shift;
	return { document, kind: 'duty', facts: [{ into: 'shifts', id: newId(), fields: { staff, from, until, ...(place.trim() !== '' && { place: place.trim() }) } }], birth: {} };
}

export function cancel(document: Id, shift: Id, newId: () => Id): Intention {
	return { document, kind: 'duty', facts: [{ into: 'strikes', id: newId(), fields: { target: shift } }] };
}

export interface HandOver {
	id: Id;
	from: Id;
	to: Id;
	at: Millis;
	/** Where keys and radios are, and what to look out for. Of no case. */
	text: string;
	/** Something is on the phone of whoever goes, and it stays switched on. */
	reachable: boolean;
	/** When the other one took over; absent: not yet. */
	confirmed?: Millis;
}

/** Who handed over to whom, the latest last. Counts from whoever goes, and the other one confirms it. */
export function handovers(duty: EventRecord | null, everyone: readonly Person[]): HandOver[] {
	const lead = leads(everyone);
	const marks = elements(duty?.collections, 'marks', lead);
	return elements(duty?.collections, 'handovers', lead).flatMap((element: Element) => {
		const { to, text, reachable } = element.fields;
		if (typeof to !== 'string') return [];
		const confirmed = marks.find((mark) => mark.fields['target'] === element.id && mark.fields['mark'] === 'confirmed' && mark.by === to);
		return [{ id: element.id, from: element.by, to, at: element.at, text: typeof text === 'string' ? text : '', reachable: reachable === true, ...(confirmed && { confirmed: confirmed.at }) }];
	});
}

/**
 * Cases that go over with a shift: one's own and those that one was given, as far as this phone holds them. What is kept
 * from anybody stays with the leads: whoever goes on may be the one, and looks at the sheet.
 */
export function open(cases: readonly CaseRecord[], team: Team | null): CaseRecord[] {
	return cases.filter((record) => !isShut(record.view) && !keptFromSomebody(team, record)).sort((a, b) => reportedAt(a.view) - reportedAt(b.view) || (a.id < b.id ? -1 : 1));
}

/** Hands over. `cases`: which cases it is about, said in each of them only. */
export function handOver(document: Id, wish: { to: Id; toName: string; text: string; reachable: boolean; cases: readonly Id[] }, newId: () => Id): Intention[] {
	const { to, toName, text, reachable, cases } = wish;
	const fields = { to, ...(text.trim() !== '' && { text: text.trim() }), ...(reachable && { reachable }) };
	return [
		...cases.map((id): Intention => ({ document: id, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'handover', who: toName, value: to } }] })),
		{ document, kind: 'duty', facts: [{ into: 'handovers', id: newId(), fields }], birth: {} }
	];
}

export function takeOver(document: Id, handover: Id, newId: () => Id): Intention {
	return { document, kind: 'duty', facts: [{ into: 'marks', id: newId(), fields: { target: handover, mark: 'confirmed' } }] };
}

/** Cases that were handed to somebody: a lead gives them access. By the entries in the cases, the latest of each counts. */
export function handedTo(cases: readonly CaseRecord[], staff: Id): { record: CaseRecord; from: Id; at: Millis }[] {
	return cases.flatMap((record) => {
		const last = record.view.entries.findLast((entry) => entry.kind === 'handover' && entry.value !== undefined && !entry.struck?.length);
		return last?.value === staff ? [{ record, from: last.by, at: last.at }] : [];
	});
}

/** Cases that went over with a shift and that the other one cannot read yet. Somebody who is kept away from one never gets it so. */
export function notYetGiven(one: HandOver, cases: readonly CaseRecord[], team: Team | null, everyone: readonly Person[], now: Millis): CaseRecord[] {
	if (team === null || isLead(everyone.find((person) => person.id === one.to)?.roles ?? [])) return [];
	const has = (record: CaseRecord) => record.view.opened?.by === one.to || accessTo(team, record.id, now).some((access) => access.staff === one.to && access.level === 'write');
	return handedTo(cases, one.to)
		.filter(({ record, from }) => from === one.from && record.restricted === 'none' && !record.excluded.includes(one.to) && !has(record) && !keptAway(team, record.id).some((away) => away.staff === one.to))
		.map(({ record }) => record);
}

/**
 * What became of the cases that went over: they wait for a lead, the other one has them all, or some stay with the
 * leads because the other one may not have them. `none`: no case went over, or nothing is known.
 */
export function wentOver(one: HandOver, cases: readonly CaseRecord[], team: Team | null, everyone: readonly Person[], now: Millis): 'none' | 'waiting' | 'all' | 'some' {
	const handed = handedTo(cases, one.to).filter(({ from }) => from === one.from);
	if (team === null || handed.length === 0) return 'none';
	if (notYetGiven(one, cases, team, everyone, now).length > 0) return 'waiting';
	const lead = isLead(everyone.find((person) => person.id === one.to)?.roles ?? []);
	const has = ({ record }: { record: CaseRecord }) => {
		if (record.excluded.includes(one.to) || keptAway(team, record.id).some((away) => away.staff === one.to)) return false;
		return lead || (record.restricted === 'none' && record.view.opened?.by === one.to) || accessTo(team, record.id, now).some((access) => access.staff === one.to && access.level === 'write');
	};
	return handed.every(has) ? 'all' : 'some';
}

/** The cases of others that somebody who handed over was given and still has, and until when. */
export function stillReads(one: HandOver, cases: readonly CaseRecord[], team: Team | null, now: Millis): { record: CaseRecord; level: Access['level']; until?: Millis }[] {
	if (team === null) return [];
	return cases.flatMap((record) => {
		const access = record.view.opened?.by === one.from ? undefined : accessTo(team, record.id, now).find((each) => each.staff === one.from);
		return access === undefined ? [] : [{ record, level: access.level, ...(access.until !== undefined && { until: access.until }) }];
	});
}

function leads(everyone: readonly Person[]): (staff: Id) => boolean {
	return (staff) => everyone.some((person) => person.id === staff && isLead(person.roles));
}
