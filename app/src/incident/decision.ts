/**
 * From the meeting to the appeal: what a lead's own document says about a case,
 * and what may be written next. Nothing is ever overwritten; a changed mind is
 * one more element that names what it replaces.
 */
import type { ChairRecord, Element, Id, Millis } from '../replica/api.ts';
import { eachOnce } from './appeals.ts';
import type { CaseView } from './case.ts';
import { standing } from './chair.ts';
import { inOne, type Version } from './copies.ts';

export type Collections = ReadonlyMap<string, readonly Element[]>;

export const DOING = ['yes', 'no', 'not_yet'] as const;
export const ACTIONS = ['speak', 'interim', 'task', 'follow_up'] as const;
export const RESULTS = ['spoken', 'not_found', 'declined', 'unsafe', 'left'] as const;
export const WAIVERS = ['declined', 'not_found', 'unsafe', 'left', 'outsider', 'danger'] as const;
export const FINDINGS = ['stands', 'does_not_stand', 'not_a_violation', 'out_of_scope', 'cannot_tell'] as const;

export type Doing = (typeof DOING)[number];
export type ActionKind = (typeof ACTIONS)[number];
export type Result = (typeof RESULTS)[number];
export type Waiver = (typeof WAIVERS)[number];
export type FindingValue = (typeof FINDINGS)[number];

interface Written {
	id: Id;
	by: Id;
	at: Millis;
}

export interface Meeting extends Written, Version {
	metAt: Millis;
	/** Staff ids. */
	present: readonly Id[];
	whatHappened: string;
	doing: Doing;
	why?: string;
}

export interface Action extends Written {
	kind: ActionKind;
	what: string;
	/** Who does it; absent: nobody yet, which is shown. */
	who?: Id;
	/** Who goes along: nobody speaks with a reported person alone. */
	with?: Id;
	due?: Millis;
	/** Why neither the chair nor the event manager speaks with the reported person. */
	notLeadBecause?: string;
	done?: Millis;
}

/** Two people went to speak with the reported person. */
export interface Attempt extends Written {
	who: readonly Id[];
	tried: Millis;
	result: Result;
}

/** The reported person's side, word for word, or why there is none. */
export type Statement = Written & ({ text: string; heardBy: readonly Id[]; heardAt: Millis } | { waived: Waiver; reason: string });

export interface Finding extends Written {
	value: FindingValue;
	reason?: string;
	told?: Told;
	/** The same, found by leads who did not know of this one; what they wrote counts as much. */
	same?: readonly Finding[];
}

/** When the reported person was told, and how. */
export interface Told {
	at: Millis;
	by: Id;
	how: string;
}

export interface Sanction extends Written {
	/** Of the event pack; one that the pack does not know is shown by its code. */
	code: string;
	/** Protects until there is a finding; it is none. */
	interim: boolean;
	/** Absent and not `indefinite`: it is over once it is carried out. */
	until?: Millis;
	indefinite: boolean;
	review?: Millis;
	reason?: string;
	/** What the pack asks for with this sanction, by name. */
	params: { readonly [name: string]: string };
	told?: Told;
	/** Who agreed, for the one that needs a second lead. */
	approvedBy: readonly Id[];
	lifted?: Millis;
	/** That it was lifted, and whether they were told so. */
	lift?: { id: Id; told?: Told };
}

export interface Appeal extends Written, Version {
	received: Millis;
	grounds: string;
	/** What the body decided, and what that changes; absent while it is open. */
	decision?: { text: string; effect: AppealEffect; at: Millis };
	/** Why it is taken although it came after the deadline. */
	lateBecause?: string;
	/** Why it is not taken. */
	declined?: string;
	/** Whoever appealed was told the answer. */
	told?: Told;
	/** Answers of leads who did not know of each other, of which one can hold. Until somebody writes down which, it is open. */
	differing?: readonly Appeal[];
}

/** What the reporter was told afterwards. */
export interface FollowUp extends Written {
	told: Millis;
	how: string;
	/** Which sentences of the event, and what else was said. */
	sentences: readonly string[];
	text?: string;
	/** What held then: the finding and the sanctions, by which it is seen whether what was said still holds. */
	of: readonly Id[];
}

export const EFFECTS = ['upheld', 'partly', 'rejected'] as const;
export type AppealEffect = (typeof EFFECTS)[number];

export interface Decision {
	/** More than one: leads wrote it down without knowing of each other. */
	meetings: readonly Meeting[];
	/** What was written about it and no longer holds, earliest first. */
	metBefore: readonly Meeting[];
	actions: readonly Action[];
	attempts: readonly Attempt[];
	statements: readonly Statement[];
	/** More than one: leads decided differently without knowing of each other. */
	findings: readonly Finding[];
	/** What was found and is no longer so, earliest first. */
	foundBefore: readonly Finding[];
	sanctions: readonly Sanction[];
	appeals: readonly Appeal[];
	followUps: readonly FollowUp[];
}

/** The leads' own documents of several cases as if they were one: cases of one incident are decided together. */
export function joined(chairs: readonly ChairRecord[]): Collections {
	const all = new Map<string, Element[]>();
	for (const { collections } of chairs) for (const [name, elements] of collections) all.set(name, [...(all.get(name) ?? []), ...elements]);
	return all;
}

/**
 * What the chair document says; a struck or replaced element says nothing any
 * more. `views`: the cases in which those who do something can say that it is done.
 */
export function decision(collections: Collections, views: readonly CaseView[] = []): Decision {
	const done = new Map(views.flatMap((view) => view.tasks.flatMap((task) => (task.done ? [[task.id, task.done.at] as const] : []))));
	return {
		meetings: inOne(elements(collections, 'meetings', meeting)),
		metBefore: inOne(gone(collections, 'meetings').flatMap((element) => meeting(element) ?? [])),
		actions: elements(collections, 'actions', (element) => action(element, collections, done)),
		attempts: elements(collections, 'attempts', attempt),
		statements: elements(collections, 'statements', statement),
		findings: differing(elements(collections, 'findings', (element) => finding(element, collections))),
		foundBefore: gone(collections, 'findings').flatMap((element) => finding(element, collections) ?? []),
		sanctions: elements(collections, 'sanctions', (element) => sanction(element, collections)),
		appeals: eachOnce(elements(collections, 'appeals', (element) => appeal(element, collections)), collections.get('appeals') ?? []),
		followUps: elements(collections, 'follow_ups', followUp)
	};
}

/** Whether their side was heard, or left out with a reason. */
export function isHeard(made: Decision): boolean {
	return made.statements.length > 0;
}

/** Why there can be no finding and no sanction yet; null: there can. */
export function notYet(made: Decision): 'their_side' | null {
	return isHeard(made) ? null : 'their_side';
}

/**
 * What the case's finding is. An appeal changes nothing until it is decided, and
 * then says itself what it changes: the finding stands meanwhile.
 */
export function outcome(made: Decision): { state: 'none' } | { state: 'dispute'; findings: readonly Finding[] } | { state: 'made'; finding: Finding; appealed: boolean } {
	const [first] = made.findings;
	if (first === undefined) return { state: 'none' };
	if (made.findings.length > 1) return { state: 'dispute', findings: made.findings };
	return { state: 'made', finding: first, appealed: isAppealed(made) };
}

/** Whether an appeal waits for the body that decides it. */
export function isAppealed(made: Decision): boolean {
	return made.appeals.some((each) => each.decision === undefined && each.declined === undefined);
}

/** Whether a sanction of the pack may be given: one that publishes needs a second lead. */
export function mayTell(given: Sanction, needsSecond: boolean): boolean {
	return !needsSecond || given.approvedBy.some((lead) => lead !== given.by);
}

/** Deciding that nothing follows is a decision too, whatever was found. */
export const NO_ACTION = 'no_action';

/**
 * Whether a sanction has lost what it rests on: the report was found to stand, and a lead or an appeal found
 * otherwise since; so has what protects until it is found whether it stands. It stays until somebody lifts it, and meanwhile nobody is told of it, nor carries it out.
 */
export function unfounded(given: Sanction, made: Decision): boolean {
	const found = outcome(made);
	return given.lifted === undefined && given.code !== NO_ACTION && found.state === 'made' && found.finding.value !== 'stands';
}

/** Whether what protects until there is a finding has outlived that: it is to be lifted, or something decided in its place. */
export function outlived(given: Sanction, made: Decision): boolean {
	return given.interim && given.lifted === undefined && outcome(made).state === 'made';
}

/** What holds at `now`, earliest first: not lifted, not over. */
export function inForce(sanctions: readonly Sanction[], now: Millis): Sanction[] {
	return sanctions.filter((each) => each.lifted === undefined && (each.until === undefined || each.until > now));
}

/** The actions that nobody has, or that should have been done by `now`. */
export function waiting(actions: readonly Action[], now: Millis): { unassigned: Action[]; overdue: Action[] } {
	const open = actions.filter((each) => each.done === undefined);
	return {
		unassigned: open.filter((each) => each.who === undefined),
		overdue: open.filter((each) => each.due !== undefined && each.due < now)
	};
}

function elements<T>(collections: Collections, name: string, read: (element: Element) => T | undefined): T[] {
	return standing(collections, name).flatMap((element) => read(element) ?? []);
}

/** Findings that say the same are one, the earliest; the others stand with it. Told of any of them is told. */
function differing(findings: readonly Finding[]): Finding[] {
	return findings
		.filter((each, at) => findings.findIndex((other) => other.value === each.value) === at)
		.map((first) => {
			const same = findings.filter((other) => other !== first && other.value === first.value);
			const [told] = [first, ...same].flatMap((each) => each.told ?? []).sort((a, b) => a.at - b.at);
			return { ...first, ...(told && { told }), ...(same.length > 0 && { same }) };
		});
}

/** What was struck or replaced: it stays readable. */
export function gone(collections: Collections, name: string): Element[] {
	const stands = new Set(standing(collections, name));
	return (collections.get(name) ?? []).filter((element) => !stands.has(element)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function written({ id, by, at }: Element): Written {
	return { id, by, at };
}

function text(element: Element, field: string): string | undefined {
	const value = element.fields[field];
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function ids(element: Element, field: string): Id[] {
	return text(element, field)?.split(' ') ?? [];
}

function moment(element: Element, field: string): Millis | undefined {
	const value = element.fields[field];
	return typeof value === 'number' ? value : undefined;
}

function one<T extends string>(among: readonly T[], value: unknown): T | undefined {
	return among.find((each) => each === value);
}

/** Without the fields that are not there. */
function having<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** The marks of one kind on an element, earliest first. */
function marks(collections: Collections, target: Id, mark: string): Element[] {
	return standing(collections, 'marks').filter((element) => element.fields['target'] === target && element.fields['mark'] === mark);
}

function meeting(element: Element): Meeting | undefined {
	const [whatHappened, doing] = [text(element, 'what_happened'), one(DOING, element.fields['doing'])];
	if (whatHappened === undefined || doing === undefined) return undefined;
	return { ...written(element), ...having({ why: text(element, 'why') }), metAt: moment(element, 'met_at') ?? element.at, present: ids(element, 'present'), whatHappened, doing };
}

function action(element: Element, collections: Collections, doneInCase: ReadonlyMap<Id, Millis>): Action | undefined {
	const [kind, what] = [one(ACTIONS, element.fields['kind']), text(element, 'what')];
	if (kind === undefined || what === undefined) return undefined;
	const optional = {
		who: text(element, 'who'),
		with: text(element, 'with'),
		due: moment(element, 'due'),
		notLeadBecause: text(element, 'not_lead_because'),
		done: doneAt(element, collections, doneInCase)
	};
	return { ...written(element), ...having(optional), kind, what };
}

/** Whoever ticked it while somebody else changed the plan has done it: what is done is not changed any more. */
function doneAt({ id, fields }: Element, collections: Collections, doneInCase: ReadonlyMap<Id, Millis>, seen: ReadonlySet<Id> = new Set()): Millis | undefined {
	const before = typeof fields['replaces'] === 'string' ? fields['replaces'].split(' ') : [];
	const planned = (collections.get('actions') ?? []).filter((each) => before.includes(each.id) && !seen.has(each.id));
	return marks(collections, id, 'done')[0]?.at ?? doneInCase.get(id) ?? planned.flatMap((each) => doneAt(each, collections, doneInCase, new Set([...seen, id])) ?? [])[0];
}

function attempt(element: Element): Attempt | undefined {
	const result = one(RESULTS, element.fields['result']);
	return result && { ...written(element), who: ids(element, 'who'), tried: moment(element, 'tried') ?? element.at, result };
}

function statement(element: Element): Statement | undefined {
	const [said, waived, reason] = [text(element, 'text'), one(WAIVERS, element.fields['waived']), text(element, 'reason')];
	if (said !== undefined) return { ...written(element), text: said, heardBy: ids(element, 'heard_by'), heardAt: moment(element, 'heard_at') ?? element.at };
	return waived && reason !== undefined ? { ...written(element), waived, reason } : undefined;
}

function finding(element: Element, collections: Collections): Finding | undefined {
	const value = one(FINDINGS, element.fields['value']);
	return value && { ...written(element), ...having({ reason: text(element, 'reason'), told: toldOf(element, collections) }), value };
}

function toldOf(element: Element, collections: Collections): Told | undefined {
	const told = marks(collections, element.id, 'told')[0];
	return told && { at: told.at, by: told.by, how: text(told, 'value') ?? '' };
}

/** Two leads may have ended it apart: told of either is told. */
function firstTold(among: readonly Element[], collections: Collections): Told | undefined {
	return among.flatMap((element) => toldOf(element, collections) ?? []).sort((a, b) => a.at - b.at)[0];
}

function sanction(element: Element, collections: Collections): Sanction | undefined {
	const code = text(element, 'code');
	if (code === undefined) return undefined;
	const lifts = marks(collections, element.id, 'lifted');
	const optional = {
		until: moment(element, 'until'),
		review: moment(element, 'review'),
		reason: text(element, 'reason'),
		told: toldOf(element, collections),
		lifted: lifts[0]?.at,
		lift: lifts[0] && { id: lifts[0].id, ...having({ told: firstTold(lifts, collections) }) }
	};
	const params = Object.entries(element.fields).flatMap(([name, value]) => (name.startsWith('param/') && typeof value === 'string' ? [[name.slice(6), value]] : []));
	return {
		...written(element),
		...having(optional),
		code,
		interim: element.fields['interim'] === true,
		indefinite: element.fields['indefinite'] === true,
		params: Object.fromEntries(params) as { [name: string]: string },
		approvedBy: marks(collections, element.id, 'approved').map((mark) => mark.by)
	};
}

function appeal(element: Element, collections: Collections): Appeal | undefined {
	const [received, grounds] = [moment(element, 'received'), text(element, 'grounds')];
	if (received === undefined || grounds === undefined) return undefined;
	const [decided, effect] = [text(element, 'decision'), one(EFFECTS, element.fields['effect'])];
	const optional = {
		lateBecause: text(element, 'late_because'),
		declined: text(element, 'declined'),
		told: toldOf(element, collections),
		decision: decided !== undefined && effect !== undefined ? { text: decided, effect, at: moment(element, 'decided_at') ?? element.at } : undefined
	};
	return { ...written(element), ...having(optional), received, grounds };
}

function followUp(element: Element): FollowUp | undefined {
	const told = moment(element, 'told_at');
	if (told === undefined) return undefined;
	return { ...written(element), ...having({ text: text(element, 'text') }), told, how: text(element, 'how') ?? '', sentences: ids(element, 'sentences'), of: ids(element, 'of') };
}
