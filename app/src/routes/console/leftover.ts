import { listed } from '../../incident/catalogue.ts';
import { waitsForLead } from '../../incident/appeal.ts';
import { cameSince, closed } from '../../incident/closing.ts';
import { disputes } from '../../incident/settle.ts';
import { withdrawals } from '../../incident/withdrawal.ts';
import type { Draft, Id, Millis, Pack } from '../../replica/api.ts';
import type { Handling } from './handling.svelte.ts';

/** What somebody typed into a form of a case and neither wrote down nor threw away. */
export interface Leftover {
	id: Id;
	/** Which of the forms of a case it is, without what in the case it is about. */
	kind: string;
	begun: Millis;
	/** Its words, field by field. What was only chosen is not among them. */
	words: readonly string[];
}

/** The fields of each form that somebody writes in. Of a form that is not listed, all of them. */
const WRITTEN: { readonly [kind: string]: readonly string[] } = {
	action: ['what', 'because'],
	answer: ['reason'],
	appeal: ['grounds'],
	'appeal-decided': ['text'],
	'appeal-late': ['reason'],
	attempt: [],
	aware: ['who', 'how'],
	clear: ['reason'],
	close: ['note', 'despite'],
	coded: ['text'],
	dispute: [],
	entry: ['who', 'text'],
	erase: ['reason'],
	finding: ['reason'],
	'follow-up': ['text'],
	grant: [],
	'keep-away': [],
	lift: ['reason'],
	link: ['reason'],
	meeting: ['happened', 'why'],
	name: ['reason'],
	offered: ['text'],
	pass: ['reason'],
	reopen: ['reason'],
	'same-person': [],
	say: ['text'],
	sheet: ['text'],
	statement: ['text'],
	tell: [],
	told: [],
	triage: [],
	waive: ['reason'],
	withdrawn: ['reason']
};

/**
 * What waits in no form that is open: its sheet was closed, or there is none any more because another lead
 * was faster, or because the case is part of another one by now.
 */
export function leftovers(handling: Handling): Leftover[] {
	const { desk } = handling;
	return desk.state.drafts
		.flatMap((draft): Leftover[] => {
			const [form, caseId] = formOf(draft);
			if (!handling.together.some((one) => one.id === caseId) || desk.standing.has(String(draft.fields['desk'])) || stands(form, caseId, handling)) return [];
			return [{ id: draft.id, kind: form.split(' ')[0] ?? '', begun: draft.startedAt, words: written(form, draft, desk.state.pack) }];
		})
		.sort((a, b) => a.begun - b.begun);
}

/** As `Jotting` names it: the form, and last the case. */
function formOf(draft: Draft): [form: string, caseId: Id] {
	const key = draft.fields['desk'];
	if (typeof key !== 'string') return ['', ''];
	const end = key.lastIndexOf(' ');
	return [key.slice(0, end), key.slice(end + 1)];
}

/** Whether the form is open on a page of the case for as long as something waits in it. */
function stands(form: string, caseId: Id, handling: Handling): boolean {
	const [kind, about] = form.split(' ');
	if (kind === 'dispute') return handling.together.some((one) => one.id === caseId && disputes(one.view).some((dispute) => form === `dispute ${dispute.key}`));
	if (kind === 'close') return closed(handling.collections).state !== 'closed' || cameSince(handling.together, handling.chairs);
	if (caseId !== handling.primary?.id) return false;
	if (kind === 'appeal-late') return handling.made.appeals.some((appeal) => appeal.id === about && waitsForLead(appeal, handling.made, handling.desk.state.pack?.appeal?.days ?? 0, handling.desk.dayEnd));
	if (kind === 'withdrawn') return handling.together.some((one) => withdrawals(one.view).length > 0);
	return kind === 'meeting' || kind === 'sheet' || kind === 'statement';
}

function written(form: string, draft: Draft, pack: Pack | null): string[] {
	const typed: { [field: string]: unknown } = Object.assign({}, draft.fields['typed']);
	const [kind = '', code = ''] = form.split(' ');
	const fields = kind === 'sanction' ? [...listed(code, pack).params.filter((param) => param.is === 'text' || param.is === 'long').map((param) => param.name), '@reason'] : (WRITTEN[kind] ?? Object.keys(typed));
	return fields.flatMap((field) => {
		const value = typed[field];
		return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
	});
}
