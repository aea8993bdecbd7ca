/** What has to be done before a case is closed, and closing it. Nothing is closed silently: what is open is named, or a reason is. */
import type { CaseRecord, ChairRecord, Element, Id, Intention, Millis, NewFact } from '../replica/api.ts';
import type { Aware, CaseView, Entry, Fact } from './case.ts';
import { standing, type Linkable } from './chair.ts';
import type { Desk } from './deciding.ts';
import { decision, inForce, isAppealed, joined, outcome, outlived, unfounded, type Sanction } from './decision.ts';
import { differing, meetingsDiffer } from './differing.ts';
import { silence, type Silence } from './heard_back.ts';
import { anew, holds, outdated, owed } from './owed.ts';
import { saidAt } from './path.ts';
import { choicesDiffer, chosen, undecided } from './withdrawal.ts';

type Collections = ReadonlyMap<string, readonly Element[]>;

/** How somebody who knows about it heard that it is dealt with. */
export const WAYS = ['in_person', 'announcement', 'message', 'phone'] as const;
export type Way = (typeof WAYS)[number];

export type Open =
	/** What a reporter's stop means: no lead has chosen, or two chose differently. `left`: what of it, by which it is seen whether more has come since the case was closed in spite of it. */
	| { what: 'withdrawn'; left: readonly Id[] }
	/** Two wrote down differently whether anything is done about it. */
	| { what: 'meeting'; left: readonly Id[] }
	/** `left`: two that differ, if there are. */
	| { what: 'finding'; left: readonly Id[] }
	| { what: 'reported_told'; left: readonly Id[] }
	| { what: 'reporter_told'; left: readonly Id[] }
	| { what: 'aware'; count: number }
	| { what: 'actions'; count: number }
	| { what: 'feedback'; count: number }
	| { what: 'appeal' }
	/** Sanctions whose finding has changed: nobody has lifted them yet. */
	| { what: 'unfounded'; count: number }
	/** What was to protect until there is a finding, and still runs though there is one. */
	| { what: 'interim'; count: number }
	| { what: 'sanction'; sanction: Sanction };

/** Where closing stands: each entry names those it answers, and opening a case again is answered by nothing but closing it. */
export type Closed = { state: 'open' } | { state: 'closed'; id: Id; by: Id; at: Millis; note: string; despite?: string; left: readonly Id[] };

/** Who knows about it and has not been told, in all cases of one incident. */
export function untold(views: readonly CaseView[]): Aware[] {
	return views.flatMap((view) => view.aware.filter((one) => one.told === undefined && !one.struck?.length));
}

/** What is open, in the order of the procedure. Telling the reporter is not, where the reports say that nobody is to be told. */
export function stillOpen(collections: Collections, views: readonly CaseView[], now: Millis): Open[] {
	const made = decision(collections, views);
	const found = outcome(made);
	const undone = made.actions.filter((action) => action.done === undefined && action.kind !== 'follow_up');
	const waitsFor = new Set(answered(collections).map((one) => one.about));
	const replies = views.flatMap(feedback).filter((entry) => !waitsFor.has(entry.id));
	const aware = untold(views).length;
	const running = inForce(made.sanctions, now);
	const over = running.filter((one) => outlived(one, made)).length;
	const lost = running.filter((one) => !one.interim && unfounded(one, made)).length;
	const choices = chosen(collections);
	const apart = differing(made, choices);
	const versions = (about: 'withdrawn' | 'meeting' | 'finding') => apart.flatMap((one) => (one.about === about ? one.ids : []));
	return [
		...(choicesDiffer(choices) || undecided(views, choices).length > 0 ? [{ what: 'withdrawn' as const, left: versions('withdrawn') }] : []),
		...(meetingsDiffer(made) ? [{ what: 'meeting' as const, left: versions('meeting') }] : []),
		...(found.state === 'made' ? [] : [{ what: 'finding' as const, left: versions('finding') }]),
		...(saidAt(made) !== undefined ? [] : [{ what: 'reported_told' as const, left: owed(made).map((one) => one.id) }]),
		...(made.followUps.some((one) => holds(one, made)) || silence(views).length > 0 ? [] : [{ what: 'reporter_told' as const, left: made.followUps.map((one) => one.id) }]),
		...(aware === 0 ? [] : [{ what: 'aware' as const, count: aware }]),
		...(undone.length === 0 ? [] : [{ what: 'actions' as const, count: undone.length }]),
		...(replies.length === 0 ? [] : [{ what: 'feedback' as const, count: replies.length }]),
		...(isAppealed(made) ? [{ what: 'appeal' as const }] : []),
		...(lost === 0 ? [] : [{ what: 'unfounded' as const, count: lost }]),
		...(over === 0 ? [] : [{ what: 'interim' as const, count: over }]),
		...running.flatMap((sanction) => (sanction.until === undefined || unfounded(sanction, made) || outlived(sanction, made) ? [] : [{ what: 'sanction' as const, sanction }]))
	];
}

/** Why nobody was told what came of it as it is now, where that follows from the reports. Empty: somebody was, or still is to be. */
export function nobodyTold(collections: Collections, views: readonly CaseView[]): Silence[] {
	const made = decision(collections, views);
	return made.followUps.some((one) => holds(one, made)) ? [] : silence(views);
}

export function closed(collections: Collections): Closed {
	const stand = turns(collections);
	const last = stand.at(-1);
	if (last === undefined || stand.some((entry) => entry.fields['kind'] === 'reopened')) return { state: 'open' };
	const { text, despite } = last.fields;
	const left = stand.flatMap((entry) => (typeof entry.fields['left'] === 'string' && entry.fields['left'] !== '' ? entry.fields['left'].split(' ') : []));
	return { state: 'closed', id: last.id, by: last.by, at: last.at, note: typeof text === 'string' ? text : '', ...(typeof despite === 'string' && despite !== '' && { despite }), left };
}

/** The same by the case's own entries, which everybody on it reads. */
export function isShut(view: CaseView): boolean {
	const stand = shown(view);
	return stand.length > 0 && stand.every((entry) => entry.kind === 'closed');
}

const TURNS = new Set<unknown>(['closed', 'reopened']);

/** That it was closed or opened again, as far as no later entry answers it: in the leads' notes, and in the case. */
function turns(collections: Collections): Element[] {
	return standing(collections, 'entries').filter((entry) => TURNS.has(entry.fields['kind']));
}

function shown(view: CaseView): Entry[] {
	const all = view.entries.filter((entry) => TURNS.has(entry.kind) && !entry.struck?.length);
	const answered = new Set(all.flatMap((entry) => entry.replaces?.split(' ') ?? []));
	return all.filter((entry) => !answered.has(entry.id));
}

/** Whom a lead still has to tell, though everybody was told once or the case was closed since; null: nobody. */
export function toTellAnew(collections: Collections, views: readonly CaseView[]): 'tell' | 'follow_up' | null {
	const [made, shut] = [decision(collections, views), closed(collections)];
	const known = shut.state === 'closed' ? shut.left : [];
	if ((shut.state === 'closed' && outcome(made).state === 'made' ? owed(made) : anew(made)).some((one) => !known.includes(one.id))) return 'tell';
	const waits = outdated(made) && made.followUps.some((one) => !known.includes(one.id));
	return waits && silence(views).length === 0 ? 'follow_up' : null;
}

/** A case, with when the server received what. */
export type Received = Pick<CaseRecord, 'id' | 'view' | 'safekeeping'>;

/** What says only that somebody looked, or where closing stands. */
const QUIET = new Set(['closed', 'reopened', 'chair_opened', 'chair_told']);

/**
 * Whether something came to closed cases afterwards: told, added or linked since, or brought by a phone that was
 * away. It is not read by itself, so it is asked for once more.
 */
export function cameSince(records: readonly Received[], chairs: readonly ChairRecord[]): boolean {
	const shut = closed(joined(chairs));
	if (shut.state !== 'closed') return false;
	// The same moment in the case, which says how far that device's clock was off.
	const said = records.flatMap(({ view }) => view.entries).find((entry) => entry.kind === 'closed' && entry.by === shut.by && Math.abs(entry.at - shut.at) < 1_000);
	const at = shut.at + (said?.clock_off ?? 0);
	return records.some(({ id, view, safekeeping }) => {
		const later = (fact: Fact) => {
			const kept = safekeeping.get(fact.id);
			// What the one who closed it had written then may leave their device after it; what others wrote was not there.
			return fact.at + (fact.clock_off ?? 0) > at || (fact.by !== shut.by && kept?.where === 'sent' && kept.at > at);
		};
		const told = view.reports.flatMap((report) => [report, ...[report.accounts.words, report.accounts.seen].flatMap((account) => account?.versions ?? [])]);
		const noted = view.entries.filter((entry) => !QUIET.has(entry.kind));
		const all = [...told, ...noted, ...view.aware, ...view.attachments, ...view.parties.flatMap((party) => party.versions)];
		const shutItself = closed(joined(chairs.filter((chair) => chair.parent === id))).state === 'closed';
		return all.some(later) || !shutItself;
	});
}

/** Why a case cannot be closed yet: there is no note, or something is open and no reason says why it may stay so. */
export type NotClosed = 'note' | 'reason';

/** What was said so far: each entry names those of its own document that it answers. */
export interface Said {
	cases: readonly Linkable[];
	chairs: readonly ChairRecord[];
}

/** `others`: the leads' documents of the other cases of the incident. Each is closed, and stays so by itself. */
export function close(desk: Desk, open: readonly Open[], note: string, despite: string, said: Said, others: readonly Desk[] = []): { may: true; intentions: Intention[] } | { may: false; why: NotClosed } {
	if (note.trim() === '') return { may: false, why: 'note' };
	if (open.length > 0 && despite.trim() === '') return { may: false, why: 'reason' };
	const left = open.flatMap((one) => ('left' in one ? one.left : [])).join(' ');
	const reason = open.length > 0 ? { despite: despite.trim(), ...(left !== '' && { left }) } : {};
	return { may: true, intentions: turn([desk, ...others], { kind: 'closed', text: note.trim(), ...reason }, said) };
}

export function reopen(desk: Desk, why: string, said: Said, others: readonly Desk[] = []): Intention[] {
	return turn([desk, ...others], { kind: 'reopened', text: why.trim() }, said);
}

/** The words are for the leads; that it is closed is for everybody on the case. */
function turn(desks: readonly Desk[], fields: { kind: string; [field: string]: string }, { cases, chairs }: Said): Intention[] {
	const { kind } = fields;
	const naming = (answered: readonly { id: Id }[]) => (answered.length > 0 ? { replaces: answered.map(({ id }) => id).join(' ') } : {});
	return desks.flatMap((desk): Intention[] => {
		const notes = chairs.find((chair) => chair.id === desk.document);
		const own = cases.find((one) => one.id === desk.caseId);
		return [
			{ document: desk.document, kind: 'chair', facts: [{ into: 'entries', id: desk.newId(), fields: { ...fields, ...naming(notes ? turns(notes.collections) : []) } }], birth: { parent: desk.caseId } },
			{ document: desk.caseId, kind: 'case', facts: [{ into: 'entries', id: desk.newId(), fields: { kind, ...naming(own ? shown(own.view) : []) } }] }
		];
	});
}

/** Somebody else knows about it. Groups and places rather than names. */
export function knows(caseId: Id, who: string, how: string, newId: () => Id): Intention {
	return { document: caseId, kind: 'case', facts: [{ into: 'aware', id: newId(), fields: { who: who.trim(), ...(how.trim() !== '' && { how: how.trim() }) } }] };
}

/** They were told, in one of the sentences that have no place for a name. */
export function tell(target: Id, way: Way, sentence: string, at: Millis, newId: () => Id): NewFact {
	return { into: 'marks', id: newId(), fields: { target, mark: 'told', value: sentence === '' ? way : `${way} ${sentence}` }, at };
}

/** How and with which sentence they were told. */
export function toldHow(value: string | undefined): { way: string; sentence?: string } {
	const [way = '', sentence] = (value ?? '').split(' ');
	return sentence === undefined ? { way } : { way, sentence };
}

/** What somebody wrote or said afterwards. */
export function feedback(view: CaseView): Entry[] {
	return view.entries.filter((entry) => entry.kind === 'feedback' && !entry.struck?.length);
}

export interface Reply {
	id: Id;
	/** The entry with the feedback. */
	about: Id;
	/** Who answers. */
	who?: Id;
	by: Id;
	at: Millis;
	answered?: { by: Id; at: Millis; text: string };
}

/** Who answers what, and whether they did. Of two leads who took one on apart, whoever answered comes first. */
export function replies(collections: Collections): Reply[] {
	const marks = standing(collections, 'marks').filter((mark) => mark.fields['mark'] === 'done');
	const all = standing(collections, 'actions').flatMap((action): Reply[] => {
		const { about, who } = action.fields;
		if (typeof about !== 'string') return [];
		const done = marks.find((mark) => mark.fields['target'] === action.id);
		const text = done?.fields['value'];
		return [{ id: action.id, about, by: action.by, at: action.at, ...(typeof who === 'string' && who !== '' && { who }), ...(done && { answered: { by: done.by, at: done.at, text: typeof text === 'string' ? text : '' } }) }];
	});
	return [...all.filter((one) => one.answered), ...all.filter((one) => !one.answered)];
}

function answered(collections: Collections): Reply[] {
	return replies(collections).filter((one) => one.answered !== undefined);
}

/** Somebody takes it on to answer. */
export function takeOn(desk: Desk, entry: Id, who: Id, what: string, replaces?: Id): Intention {
	const fields = { kind: 'follow_up', what, who, about: entry, ...(replaces !== undefined && { replaces }) };
	return { document: desk.document, kind: 'chair', facts: [{ into: 'actions', id: desk.newId(), fields }], birth: { parent: desk.caseId } };
}

export function answer(desk: Desk, reply: Id, text: string): Intention {
	return { document: desk.document, kind: 'chair', facts: [{ into: 'marks', id: desk.newId(), fields: { target: reply, mark: 'done', value: text.trim() } }], birth: { parent: desk.caseId } };
}
