/**
 * A reporter who said, unasked, that they do not want it to go on. Their words
 * stand in the case; what follows for us is for a lead to decide, and changes
 * nothing of what was written, decided or told.
 */
import { Role } from '../generated/wire/v1/identity_pb.ts';
import type { Element, Id, Intention, Millis, NewFact } from '../replica/api.ts';
import type { CaseView, Entry } from './case.ts';
import { standing } from './chair.ts';
import { inOne, versionsOf, type Version } from './copies.ts';
import { gone, type Action, type Collections } from './decision.ts';
import type { Desk } from './deciding.ts';

/** We stop getting in touch; or stop acting; or go on for the safety of others. */
export const CHOICES = ['stop_contact', 'stop_acting', 'continue'] as const;
export type Choice = (typeof CHOICES)[number];

export interface Chosen extends Version {
	by: Id;
	at: Millis;
	choice: Choice;
	/** What reporters had said by then, as far as the lead knew. */
	about: readonly Id[];
	reason?: string;
}

/** What reporters said themselves, the earliest first. */
export function withdrawals(view: CaseView): Entry[] {
	return view.entries.filter((entry) => entry.kind === 'withdrawal' && !entry.struck?.length).toSorted((a, b) => a.at - b.at);
}

/** Whether whoever wrote it down says that nobody suggested it; as the phone writes it. */
export function attestation(entry: Entry): 'yes' | 'no' | 'unknown' {
	if (entry.value === 'not_suggested') return 'yes';
	return entry.value === 'suggested' ? 'no' : 'unknown';
}

/** What leads chose, and no later choice replaces. Until one of them did, nobody gets in touch. */
export function chosen(collections: Collections): Chosen[] {
	return inOne(standing(collections, 'entries').flatMap(read));
}

/** What was chosen and no longer holds, the earliest first. */
export function chosenBefore(collections: Collections): Chosen[] {
	return inOne(gone(collections, 'entries').flatMap(read));
}

function read({ id, by, at, fields: { kind, value, reason, refs } }: Element): Chosen[] {
	const choice = CHOICES.find((each) => each === value);
	if (kind !== 'withdrawal_choice' || choice === undefined) return [];
	return [{ id, by, at, choice, about: typeof refs === 'string' ? refs.split(' ') : [], ...(typeof reason === 'string' && reason !== '' && { reason }) }];
}

/** What reporters of these cases said and no choice is about: another one said it later, or a phone that was away brought it. */
export function undecided(views: readonly CaseView[], made: readonly Chosen[]): Entry[] {
	return views.flatMap(withdrawals).filter(({ id }) => !made.some(({ about }) => about.includes(id)));
}

/** Whether leads who did not know of each other chose differently: the choices of one change are one. */
export function choicesDiffer(made: readonly Chosen[]): boolean {
	const ways = new Map<string, Choice[]>();
	for (const { by, at, choice } of made) ways.set(`${by} ${String(at)}`, [...(ways.get(`${by} ${String(at)}`) ?? []), choice]);
	return new Set([...ways.values()].map((way) => CHOICES.filter((choice) => way.includes(choice)).join(' '))).size > 1;
}

/** Whether nobody gets in touch with a reporter who said stop: a lead chose so, or none has chosen yet, or two chose differently. */
export function leftAlone(views: readonly CaseView[], made: readonly Chosen[]): boolean {
	if (!views.some((view) => withdrawals(view).length > 0)) return false;
	return undecided(views, made).length > 0 || choicesDiffer(made) || made.some(({ choice }) => choice === 'stop_contact');
}

/** Whether a choice needs its reason written down. */
export function needsReason(choice: Choice): boolean {
	return choice !== 'stop_contact';
}

/**
 * Writes down what was chosen about all that reporters said. Whatever else it is, the reporter is left alone,
 * so what was planned to tell them is struck.
 */
export function choose(desk: Desk, said: readonly Id[], choices: readonly { choice: Choice; reason: string }[], before: readonly Chosen[], actions: readonly Action[]): Intention {
	const replaces = before.flatMap(versionsOf).join(' ');
	const facts: NewFact[] = choices.map(({ choice, reason }) => ({
		into: 'entries',
		id: desk.newId(),
		fields: { kind: 'withdrawal_choice', value: choice, refs: said.join(' '), ...(reason.trim() && { reason: reason.trim() }), ...(replaces && { replaces }) }
	}));
	if (choices.some((each) => each.choice === 'stop_contact')) {
		for (const action of actions) if (action.kind === 'follow_up' && action.done === undefined) facts.push({ into: 'strikes', id: desk.newId(), fields: { target: action.id } });
	}
	return { document: desk.document, kind: 'chair', facts, birth: { parent: desk.caseId } };
}

/**
 * Whether a reporter's name is closed to this person: once they said stop, it
 * opens for the chair alone. Where the case is kept from the chair, for the leads who have it.
 */
export function closedTo(view: CaseView, roles: readonly Role[], chairHasIt: boolean): boolean {
	return withdrawals(view).length > 0 && chairHasIt && !roles.includes(Role.CHAIR);
}
