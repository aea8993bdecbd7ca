/**
 * What leads write from the meeting to the appeal. The order of the procedure is
 * kept here and nowhere else: their side is heard before anything is found, and
 * nothing is found before it is decided what follows.
 */
import type { Id, Intention, Millis, NewFact } from '../replica/api.ts';
import { versionsOf, type Version } from './copies.ts';
import { isAppealed, mayTell, NO_ACTION, notYet, outcome, unfounded, type ActionKind, type Appeal, type AppealEffect, type Decision, type Doing, type FindingValue, type Result, type Waiver } from './decision.ts';
import { anew, holding, type Owed } from './owed.ts';

/** The chair document of a case, and ids for what is written into it. */
export interface Desk {
	caseId: Id;
	document: Id;
	newId: () => Id;
}

/** Why something may not be written yet. The words for it are the screen's. */
export type NotYet = 'their_side' | 'finding' | 'dispute' | 'appealed';

export type Wish<T> = { may: true; intention: Intention } | { may: false; why: T };

export interface MeetingWish {
	metAt: Millis;
	present: readonly Id[];
	whatHappened: string;
	doing: Doing;
	why?: string;
	/** All that was written about the meeting and that its writer has seen. */
	replaces?: readonly Version[];
}

/** The meeting of those who decide: its four questions. */
export function meet(desk: Desk, wish: MeetingWish): Intention {
	return write(desk, 'meetings', {
		met_at: wish.metAt,
		present: wish.present.join(' '),
		what_happened: wish.whatHappened.trim(),
		doing: wish.doing,
		why: wish.why?.trim(),
		replaces: wish.replaces?.flatMap(versionsOf).join(' ')
	});
}

export interface ActionWish {
	kind: ActionKind;
	what: string;
	who?: Id;
	with?: Id;
	due?: Millis;
	notLeadBecause?: string;
	replaces?: Id;
}

/** Who does what by when. */
export function act(desk: Desk, wish: ActionWish): Intention {
	return write(desk, 'actions', {
		kind: wish.kind,
		what: wish.what.trim(),
		who: wish.who,
		with: wish.with,
		due: wish.due,
		not_lead_because: wish.notLeadBecause?.trim(),
		replaces: wish.replaces
	});
}

/** Two people went to speak with the reported person. */
export function tryToSpeak(desk: Desk, who: readonly [Id, Id], tried: Millis, result: Result): Intention {
	return write(desk, 'attempts', { who: who.join(' '), tried, result });
}

/** Their side, word for word as they said it. */
export function hear(desk: Desk, words: string, heardBy: readonly Id[], heardAt: Millis): Intention {
	return write(desk, 'statements', { text: words, heard_by: heardBy.join(' '), heard_at: heardAt });
}

/** There will be no statement, and why. */
export function waive(desk: Desk, waived: Waiver, reason: string): Intention {
	return write(desk, 'statements', { waived, reason: reason.trim() });
}

/** Whether the report stands; not before their side was heard or left out with a reason, and as it is while it is appealed. */
export function find(desk: Desk, made: Decision, value: FindingValue, reason: string): Wish<NotYet> {
	const why = notYet(made) ?? (made.findings.length === 1 && isAppealed(made) ? 'appealed' : null);
	if (why !== null) return { may: false, why };
	const replaces = made.findings.flatMap((finding) => [finding, ...(finding.same ?? [])]).map(({ id }) => id).join(' ');
	return { may: true, intention: write(desk, 'findings', { value, reason: reason.trim(), replaces }) };
}

export interface SanctionWish {
	code: string;
	interim: boolean;
	until?: Millis;
	indefinite?: boolean;
	review?: Millis;
	reason?: string;
	params?: { readonly [name: string]: string };
	replaces?: Id;
}

/** What follows for the reported person; before a finding only what protects for the time being, and nothing else while it is appealed. */
export function decide(desk: Desk, made: Decision, wish: SanctionWish): Wish<NotYet> {
	const found = outcome(made);
	// What protects for the time being ends by itself: without an end it would be a sanction before anything was found.
	const why = wish.interim ? (wish.indefinite === true ? 'finding' : null) : (notYet(made) ?? (found.state === 'made' && found.appealed ? 'appealed' : null) ?? (found.state === 'dispute' ? 'dispute' : found.state === 'none' || found.finding.value !== 'stands' ? 'finding' : null));
	if (why !== null && !(!wish.interim && wish.code === NO_ACTION && why === 'finding' && found.state === 'made')) return { may: false, why };
	const params = Object.fromEntries(Object.entries(wish.params ?? {}).map(([name, value]) => [`param/${name}`, value.trim()]));
	const { code, interim, until, review, replaces } = wish;
	const indefinite = wish.indefinite === true ? true : undefined;
	return { may: true, intention: write(desk, 'sanctions', { code, interim, until, indefinite, review, reason: wish.reason?.trim(), ...params, replaces }) };
}

/** The reported person was told of it, or a lead agreed to it, or it was taken back, or an action is done. */
export function mark(desk: Desk, target: Id, how: 'told' | 'approved' | 'lifted' | 'done' | 'checked', value?: string): Intention {
	return write(desk, 'marks', { target, mark: how, value: value?.trim() });
}

/** The reported person was told what was found and what follows: all of it in one change, at the moment when it was said. */
export function tellAll(desk: Desk, made: Decision, needsSecond: (code: string) => boolean, how: string, at: Millis): Intention | null {
	const untold = untoldOf(made, needsSecond);
	if (untold.length === 0) return null;
	// What several leads found alike stands once for each of them, and is told once.
	const said = untold.flatMap((each) => [each.id, ...('same' in each ? (each.same ?? []).map(({ id }) => id) : [])]);
	const facts = said.map((target): NewFact => ({ into: 'marks', id: desk.newId(), fields: { target, mark: 'told', value: how }, at }));
	return { document: desk.document, kind: 'chair', facts, birth: { parent: desk.caseId } };
}

/**
 * What the reported person is still to be told: before one finding only what protects for the time being. What
 * waits for a second lead is not among it, nor what was taken back before they heard of it, nor what rests on a
 * finding that has changed. What ended after they were told, and what came of an appeal, is.
 */
export function untoldOf(made: Decision, needsSecond: (code: string) => boolean): Owed[] {
	const decided = outcome(made).state === 'made';
	const given = made.sanctions.filter((each) => each.lifted === undefined && (each.interim || decided) && !unfounded(each, made) && mayTell(each, needsSecond(each.code)));
	return [...[...(made.findings.length === 1 ? made.findings : []), ...given].filter((each) => each.told === undefined), ...anew(made)];
}

/** What the reporter was told, when and how. */
export function followUp(desk: Desk, made: Decision, told: Millis, how: string, sentences: readonly string[], text: string): Intention {
	return write(desk, 'follow_ups', { told_at: told, how, sentences: sentences.join(' '), text: text.trim(), of: holding(made).join(' ') });
}

/** An appeal as it arrived. It changes nothing until it is decided. */
export function receiveAppeal(desk: Desk, received: Millis, grounds: string, lateBecause?: string): Intention {
	return write(desk, 'appeals', { received, grounds: grounds.trim(), late_because: lateBecause?.trim() });
}

/**
 * An appeal that came too late is taken or not; either way with the reason. Where one lead did not take it while
 * another wrote down what was decided about it, that holds once it is taken.
 */
export function answerLate(desk: Desk, before: Appeal, taken: boolean, reason: string): Intention {
	const decided = taken ? (before.differing ?? []).flatMap((each) => each.decision ?? []) : [];
	const [one] = new Set(decided.map((each) => each.effect)).size === 1 ? decided : [];
	return write(desk, 'appeals', {
		received: before.received,
		grounds: before.grounds,
		[taken ? 'late_because' : 'declined']: reason.trim(),
		...(one && { decision: one.text, effect: one.effect, decided_at: one.at }),
		replaces: versionsOf(before).join(' ')
	});
}

/**
 * What the body that appeals go to decided. `seen`: the appeal as it stood when the lead began to write. Where
 * another one has answered it since, both answers stand, and are shown.
 */
export function decideAppeal(desk: Desk, made: Decision, seen: Appeal, decision: { text: string; effect: AppealEffect; at: Millis }): Intention {
	const before = made.appeals.find((each) => versionsOf(each).includes(seen.id)) ?? seen;
	return write(desk, 'appeals', {
		received: before.received,
		grounds: before.grounds,
		late_because: before.lateBecause,
		decision: decision.text.trim(),
		effect: decision.effect,
		decided_at: decision.at,
		replaces: versionsOf(before).join(' ')
	});
}

/**
 * What the body decided, and all that it changes, in one step: what ends, and what holds from now on. It is
 * an appeal that changes it, so another one that still waits keeps nothing as it was.
 */
export function settleAppeal(desk: Desk, made: Decision, seen: Appeal, decision: { text: string; effect: AppealEffect; at: Millis }, changes: { ends: readonly Id[]; holds?: FindingValue }): Intention[] {
	const decided = decideAppeal(desk, made, seen, decision);
	if (decision.effect === 'rejected') return [decided];
	const found = changes.holds === undefined ? null : find(desk, { ...made, appeals: [] }, changes.holds, decision.text);
	return [decided, ...changes.ends.map((each) => mark(desk, each, 'lifted')), ...(found?.may === true ? [found.intention] : [])];
}

/** A fact for the chair document, without the fields that say nothing. */
function write(desk: Desk, into: string, fields: { [name: string]: string | number | boolean | undefined }): Intention {
	const said = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
	const fact: NewFact = { into, id: desk.newId(), fields: Object.fromEntries(said) };
	return { document: desk.document, kind: 'chair', facts: [fact], birth: { parent: desk.caseId } };
}
