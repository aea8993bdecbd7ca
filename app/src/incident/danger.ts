/**
 * What was done while somebody was in danger, noted in the case that was open.
 * A report that is still being written notes the same in its draft.
 */
import type { Id, Millis, NewFact } from '../replica/api.ts';
import type { CaseView, Entry, Fields } from './case.ts';

export type Deed = 'police' | 'security' | 'for_them' | 'chair';
export const DEEDS: readonly Deed[] = ['police', 'security', 'for_them', 'chair'];

/** What is told about a call: who asked for it and who made it, or why it was made against the person’s wish. */
export interface CallTold {
	asked?: string | undefined;
	called?: string | undefined;
	why?: string | undefined;
}

const KINDS = { police: 'police_called', security: 'security_called', for_them: 'police_called', chair: 'chair_told' } as const;
/** As long as a word about danger counts. */
const RECENT = 30 * 60_000;

/** A deed with what tells it from others of its kind. `behalf`: the words that say that somebody else asked for the call. */
export function deed(of: Deed, behalf: string): { kind: (typeof KINDS)[Deed]; text?: string } {
	return { kind: KINDS[of], ...(of === 'for_them' && { text: behalf }) };
}

/** Whether something that was written down is this deed. */
export function isDeed(of: Deed, made: { kind: string; text?: string | undefined }): boolean {
	return made.kind === KINDS[of] && (made.text !== undefined) === (of === 'for_them');
}

/** This person's own note of the deed in the last half hour, if there is one. */
export function madeIn(view: CaseView, of: Deed, me: Id, now: Millis): Entry | undefined {
	return view.entries.findLast((entry) => isDeed(of, entry) && entry.by === me && !entry.struck?.length && now - entry.at < RECENT);
}

/** Notes the deed. Who calls for help from here is in danger, unless somebody said so a moment ago. */
export function noteDeed(view: CaseView, of: Deed, behalf: string, now: Millis, newId: () => Id): NewFact[] {
	const said = view.danger?.value === 'no' ? undefined : view.entries.find((entry) => entry.id === view.danger?.entry);
	const time: Fields['time'] = { kind: 'at', from: now };
	return [
		...(said && now - said.at < RECENT ? [] : [dangerIs('yes', now, newId)]),
		{ into: 'entries', id: newId(), fields: { ...deed(of, behalf), ...(of === 'chair' && { value: 'voice' }), time } }
	];
}

/** What was told about a call, as entries of their own beside the one that says that it was made. */
export function callTold({ asked, called, why }: CallTold): { kind: 'called_for' | 'against_wish'; who?: string; text?: string }[] {
	const [by, who, because] = [called, asked, why].map((said) => said?.trim() ?? '');
	return [
		...(by || who ? [{ kind: 'called_for' as const, ...(who && { who }), ...(by && { text: by }) }] : []),
		...(because ? [{ kind: 'against_wish' as const, text: because }] : [])
	];
}

/** Whether calling the police now goes against what the person said last, or against one of two answers. */
export function againstWish(police: Pick<CaseView['police'], 'state' | 'versions'>): boolean {
	return police.state === 'ask_again' || (police.state === 'known' && police.versions[0]?.value === 'does_not_want');
}

/** An answer about danger. It replaces none. */
export function dangerIs(value: 'yes' | 'no', now: Millis, newId: () => Id): NewFact {
	return { into: 'entries', id: newId(), fields: { kind: 'danger', value, time: { kind: 'at', from: now } } };
}
