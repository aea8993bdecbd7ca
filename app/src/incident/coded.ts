/**
 * What somebody has to do about a case that they may not read: a card that the
 * whole team holds and only they are shown. It says what, and by when, in words
 * in which nobody of the case can be found; never of a case that anybody is kept from.
 */
import type { Element, EventRecord, Id, Intention, Millis } from '../replica/api.ts';
import { elements } from './board.ts';
import { isLead, type Person } from './team.ts';

export interface Coded {
	id: Id;
	/** The leads' own note that it comes from. */
	action: Id;
	staff: Id;
	text: string;
	due?: Millis;
	by: Id;
	at: Millis;
	/** Said by whoever it is for, or by a lead. */
	done?: { by: Id; at: Millis };
}

/** The cards that stand, the first due first. They count from leads only. */
export function coded(notice: EventRecord | null, duty: EventRecord | null, everyone: readonly Person[]): Coded[] {
	const lead = (staff: Id) => everyone.some((person) => person.id === staff && isLead(person.roles));
	const marks = elements(duty?.collections, 'marks', lead).filter((mark) => mark.fields['mark'] === 'done');
	return elements(notice?.collections, 'cards', lead)
		.filter((element) => lead(element.by))
		.flatMap((element) => card(element, marks, lead) ?? [])
		.sort((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity) || a.at - b.at || (a.id < b.id ? -1 : 1));
}

function card(element: Element, marks: readonly Element[], lead: (staff: Id) => boolean): Coded | undefined {
	const { kind, action, staff, text, due } = element.fields;
	if (kind !== 'task' || typeof action !== 'string' || typeof staff !== 'string' || typeof text !== 'string' || text === '') return undefined;
	const done = marks.find((mark) => mark.fields['target'] === element.id && (mark.by === staff || lead(mark.by)));
	const { id, by, at } = element;
	return { id, action, staff, text, by, at, ...(typeof due === 'number' && { due }), ...(done && { done: { by: done.by, at: done.at } }) };
}

/** What this person still has to do. */
export function codedFor(all: readonly Coded[], me: Id): Coded[] {
	return all.filter((one) => one.staff === me && one.done === undefined);
}

/** Ask `mayStandHere` and the check of the text first. Takes the place of the cards that it had before. */
export function giveCoded(notice: Id, wish: { action: Id; staff: Id; text: string; due?: Millis }, before: readonly Coded[], newId: () => Id): Intention {
	const { action, staff, text, due } = wish;
	const replaces = before.filter((one) => one.action === action && one.staff === staff).map((one) => one.id).join(' ');
	return { document: notice, kind: 'notice', facts: [{ into: 'cards', id: newId(), fields: { kind: 'task', action, staff, text: text.trim(), ...(due !== undefined && { due }), ...(replaces && { replaces }) } }], birth: {} };
}

export function finishCoded(duty: Id, card: Id, newId: () => Id): Intention {
	return { document: duty, kind: 'duty', facts: [{ into: 'marks', id: newId(), fields: { target: card, mark: 'done' } }], birth: {} };
}
