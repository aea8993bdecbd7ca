/**
 * An announcement from its first draft to its approval. A draft stands among the
 * leads' own notes of its case; what is approved is copied to where everybody
 * reads it, unless the case is kept from somebody: then a lead reads it out.
 */
import type { ChairRecord, Element, Id, Intention, Millis, NewFact } from '../replica/api.ts';
import { notTakenBack, struckAt } from './board.ts';
import { standing } from './chair.ts';
import { asWritten, fold, type Hit } from './checker.ts';
import type { Desk } from './deciding.ts';

type Collections = ReadonlyMap<string, readonly Element[]>;

/** A lead looked at a marked word and said why it points at nobody. */
export interface Passed {
	word: string;
	reason: string;
	by: Id;
	at: Millis;
}

export interface Draft {
	/** This version. */
	id: Id;
	/** The same in all versions of one announcement. */
	announcement: Id;
	text: string;
	/** A code of the event pack, or words; empty: not chosen yet. */
	channel: string;
	by: Id;
	at: Millis;
	passed: readonly Passed[];
	approved?: { by: Id; at: Millis };
	/** When and by whom it was read out; of one that everybody can read, the board says so. */
	made: readonly { id: Id; by: Id; at: Millis; channel: string }[];
}

/** What of a version decides whether it may be approved. */
export type Version = Pick<Draft, 'id' | 'text' | 'channel' | 'passed'>;

/** Longer than this, nobody on a stage gets through it. A hint, never a wall. */
export const SHORT = 60;

export function wordsIn(text: string): number {
	return text.trim() === '' ? 0 : text.trim().split(/\s+/).length;
}

/**
 * The drafts of a case that stand, oldest first. More than one of an announcement: leads wrote without knowing of each
 * other. What one of them approved stays, also where another one wrote on: it may have been read out.
 */
export function drafts(collections: Collections): Draft[] {
	const marks = standing(collections, 'marks');
	const approvals = approvalsOf(collections);
	const struck = new Set((collections.get('strikes') ?? []).map((strike) => strike.fields['target']));
	const last = new Set(standing(collections, 'announcements'));
	const shown = (collections.get('announcements') ?? []).filter((element) => last.has(element) || (approvals.has(element.id) && !struck.has(element.id)));
	return shown.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).flatMap((element) => {
		const { announcement, text, channel } = element.fields;
		if (typeof announcement !== 'string' || typeof text !== 'string') return [];
		const of = (mark: string) => marks.filter((one) => one.fields['mark'] === mark);
		const passed = of('not_personal').flatMap((mark) => {
			const { target, value, reason } = mark.fields;
			return target === announcement && typeof value === 'string' && typeof reason === 'string' && reason !== '' ? [{ word: value, reason, by: mark.by, at: mark.at }] : [];
		});
		const approved = approvals.get(element.id);
		const made = of('made').flatMap((mark) => (mark.fields['target'] === element.id ? [{ id: mark.id, by: mark.by, at: mark.at, channel: typeof mark.fields['value'] === 'string' ? mark.fields['value'] : '' }] : []));
		return [{ id: element.id, announcement, text, channel: typeof channel === 'string' ? channel : '', by: element.by, at: element.at, passed, made, ...(approved && { approved: { by: approved.by, at: approved.at } }) }];
	});
}

/** For each draft the first approval that counts, by the rule of the board: it and the leads’ own page say the same. */
function approvalsOf(collections: Collections): Map<unknown, Element> {
	const all = (collections.get('marks') ?? []).filter((mark) => mark.fields['mark'] === 'approved');
	const count = notTakenBack(all, (mark) => mark.fields['target'], (mark) => struckAt(collections, mark, () => true));
	return new Map(count.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map((mark) => [mark.fields['target'], mark]));
}

/** What a marked place of the text says, as it stands there. */
export function wordOf(text: string, hit: Hit): string {
	return text.slice(hit.from, hit.to);
}

/** The marked places that nobody has passed yet. */
export function unresolved(text: string, hits: readonly Hit[], passed: readonly Passed[]): Hit[] {
	return hits.filter((hit) => !passed.some((one) => fold(one.word) === fold(wordOf(text, hit)) && mayPass(text, hit)));
}

/**
 * Whether a lead may say that a marked word points at nobody. A name, a badge
 * number or a handle as it was written down can only be taken out.
 */
export function mayPass(text: string, hit: Hit): boolean {
	return !asWritten(text, hit);
}

/** The text without one marked place, and without the space that it leaves. */
export function without(text: string, hit: Hit): string {
	const before = text.slice(0, hit.from).trimEnd();
	const after = text.slice(hit.to).replace(/^\s+/, '');
	const joined = before === '' || after === '' || /^[.,;:!?)]/.test(after) ? before + after : `${before} ${after}`;
	return joined;
}

/** Keeps what is typed as the next version of the announcement. */
export function keep(desk: Desk, wish: { announcement: Id; text: string; channel: string; replaces?: Id }): { id: Id; intention: Intention } {
	const { announcement, text, channel, replaces } = wish;
	const id = desk.newId();
	return { id, intention: write(desk, { into: 'announcements', id, fields: { announcement, text, channel, ...(replaces !== undefined && { replaces }) } }) };
}

export function pass(desk: Desk, announcement: Id, word: string, reason: string): Intention {
	return write(desk, { into: 'marks', id: desk.newId(), fields: { target: announcement, mark: 'not_personal', value: word, reason: reason.trim() } });
}

/** Why it may not be approved yet. */
export type NotApproved = 'empty' | 'personal' | 'channel';

export function notApproved(draft: { text: string; channel: string; passed: readonly Passed[] }, hits: readonly Hit[]): NotApproved | null {
	if (draft.text.trim() === '') return 'empty';
	if (unresolved(draft.text, hits, draft.passed).length > 0) return 'personal';
	return draft.channel.trim() === '' ? 'channel' : null;
}

/**
 * Approves a draft. `board`: the document that everybody reads; null for a case
 * that is kept from somebody, of which nothing may stand there.
 */
export function approve(desk: Desk, draft: Version, hits: readonly Hit[], board: Id | null): { may: true; intentions: Intention[] } | { may: false; why: NotApproved } {
	const why = notApproved(draft, hits);
	if (why !== null) return { may: false, why };
	const approved = write(desk, { into: 'marks', id: desk.newId(), fields: { target: draft.id, mark: 'approved' } });
	const fields = { source: draft.id, text: draft.text.trim(), channel: draft.channel.trim() };
	const copy: Intention[] = board === null ? [] : [{ document: board, kind: 'notice', facts: [{ into: 'announcements', id: desk.newId(), fields }], birth: {} }];
	return { may: true, intentions: [approved, ...copy] };
}

/**
 * Takes an approval back, whoever of the leads gave it: the text is a draft again
 * and goes from where everybody reads it. That it was approved stays readable.
 * `copies`: those that stand in `board`.
 */
export function takeBackOf(draft: Id, chairs: readonly ChairRecord[], copies: readonly Id[], board: Id, newId: () => Id): Intention[] {
	const strikes = (targets: readonly Id[]): NewFact[] => targets.map((target) => ({ into: 'strikes', id: newId(), fields: { target } }));
	const notes = chairs.flatMap((chair): Intention[] => {
		const approvals = standing(chair.collections, 'marks').filter(({ fields }) => fields['mark'] === 'approved' && fields['target'] === draft);
		return approvals.length > 0 ? [{ document: chair.id, kind: 'chair', facts: strikes(approvals.map((mark) => mark.id)) }] : [];
	});
	return copies.length > 0 ? [...notes, { document: board, kind: 'notice', facts: strikes(copies), birth: {} }] : notes;
}

/** A lead read it out. Of an announcement that only leads can read, this is where it is written. */
export function readOut(desk: Desk, draft: Id, channel: string, at: Millis): Intention {
	return write(desk, { into: 'marks', id: desk.newId(), fields: { target: draft, mark: 'made', value: channel.trim() }, at });
}

function write(desk: Desk, fact: NewFact): Intention {
	return { document: desk.document, kind: 'chair', facts: [fact], birth: { parent: desk.caseId } };
}
