/**
 * What must be written down when a report that somebody is writing changed.
 *
 * A draft is the screen's own state, kept at every keystroke. At each pause it
 * is compared with what was last written as facts, and what differs becomes
 * new facts: an answer replaces the one before, a tick is struck and set anew,
 * an answer that was taken back is struck. Nothing is ever written over.
 */
import type { Fields, Time } from './case.ts';
import { callTold, type CallTold } from './danger.ts';
import { fits } from './limits.ts';
import type { KeptFrom } from './team.ts';

export type Wish = 'asked_for' | 'does_not_want' | 'undecided' | 'not_asked';
export type Danger = 'yes' | 'unsure' | 'no';
export type StepResult = 'done' | 'offered' | 'declined' | 'not_needed';
export type Sharing = 'nobody' | 'chair' | 'named_staff';

export interface PartyDraft {
	kind: 'reported' | 'affected' | 'witness' | 'other_involved';
	badge?: string;
	name?: string;
	role?: string;
	handle?: string;
	employer?: string;
	description?: string;
	confidence?: 'certain' | 'likely' | 'guess';
	contact?: string;
}

/** Who told: goes into an identity document, never into the case. */
export interface ReporterDraft {
	name?: string;
	badge?: string;
	contact?: string;
	best_way?: string;
	safety?: string;
}

export interface PictureDraft {
	mime: string;
	size: number;
	caption?: string;
	at: number;
}

export interface ReportDraft {
	v: 1;
	/** The case that this becomes, the report in it, and the identity document, should there be a name. */
	case: string;
	report: string;
	identity: string;
	reportedAt: number;
	/** The latest answer about danger. */
	danger?: { value: Danger; at: number };
	/** The answers before it, oldest first: they stand beside it. */
	dangers?: { value: Danger; at: number }[];
	/** What was done while somebody was in danger. */
	deeds: { id: string; kind: 'police_called' | 'security_called' | 'chair_told'; at: number; who?: string; text?: string; told?: CallTold }[];
	/** `offered`: when it was, if an answer came to it later. */
	steps: { [code: string]: { result: StepResult; note?: string; at: number; offered?: number } };
	/** A private place, or somebody to fetch, by the step that it came from. */
	support: { [code: string]: { kind: 'private_place' | 'fetch'; text?: string } };
	police?: { value: Wish; at: number };
	words: string;
	/** Words that somebody else wrote over, oldest first, and when: each stays a version of its own. */
	earlier?: { text: string; at: number }[];
	/** Who told it typed the words themselves, and nothing of them is among the earlier ones yet. */
	own?: true;
	seen: string;
	/** Fields of `answers` with a value, as in docs/DOCUMENTS.md. */
	answers: { [field: string]: string };
	/** Fields of `answers` with a time. */
	times: { [field: string]: Time };
	parties: { [party: string]: PartyDraft };
	place?: string;
	ongoing?: string;
	reporter?: ReporterDraft;
	/** A help for the team beside words in another language. `to`: the language that it is in. */
	translation?: { to: string; text: string };
	/** The person had to go before the report was told. `rather`: whom they would sooner speak to. */
	left?: { at: number; rather?: string };
	/** Pictures and papers by the hash of their bytes, which this phone keeps. */
	attachments?: { [sha256: string]: PictureDraft };
	restricted?: 'staff_named' | 'chair_named' | 'staff_unidentified';
	excluded: string[];
	/** `of`: the words that were read out. Other words have not been read back. */
	readBack?: { value: 'yes' | 'no' | 'not_possible'; of: string };
	embargoTold?: boolean;
	/** The page that asks whom the report is about was left: the case may leave the phone. */
	asked?: true;
	/** When each part was last said, changed or taken back; kept by `remember`. */
	moments?: { [part: string]: number };
	written: Written;
	planned?: { proof: string; written: Written };
}

/** What stands in the documents for each part of the draft. */
export interface Written {
	[part: string]: { id: string; value: string };
}

/** One element to make. */
export interface PlannedFact {
	into: string;
	id: string;
	fields: Fields;
	register?: string;
	/** When the person did it. Absent: when it is written. */
	at?: number;
}

export interface Plan {
	document: string;
	kind: 'case' | 'identity';
	facts: PlannedFact[];
	/** Only with the first change of a document. */
	birth?: { parent?: string; restricted?: 'staff_named' | 'chair_named' | 'staff_unidentified'; excluded?: string[] };
	/** What stands once this is on disk. */
	written: Written;
	/** An element of this plan: where it is found, all of the plan was written. */
	proof: string;
}

export function newReport(ids: { case: string; report: string; identity: string }, now: number): ReportDraft {
	return { v: 1, ...ids, reportedAt: now, deeds: [], steps: {}, support: {}, words: '', seen: '', answers: {}, times: {}, parties: {}, excluded: [], written: {} };
}

/** Reads what `keepDraft` kept. Undefined for anything that this version did not write. */
export function readReport(fields: { [field: string]: unknown }): ReportDraft | undefined {
	const report = fields['report'];
	return typeof report === 'object' && report !== null && 'v' in report && report.v === 1 ? (report as ReportDraft) : undefined;
}

/**
 * `after` with the moment of every part that is not as it was in `before`. What
 * is written at the next pause then carries the time when it was said.
 */
export function remember(before: ReportDraft, after: ReportDraft, now: number): ReportDraft {
	const [was, is] = [sayings(before), sayings(after)];
	const moments = { ...after.moments };
	for (const key of new Set([...was.keys(), ...is.keys()])) {
		if (was.get(key) !== is.get(key)) moments[key] = now;
	}
	return { ...after, moments };
}

/** When something in it was said, changed or taken back last. */
export function lastSaid({ moments }: ReportDraft): number {
	return Math.max(0, ...Object.values(moments ?? {}));
}

/** What each part of the draft says, to see whether it changed. */
function sayings(draft: ReportDraft): Map<string, string> {
	const said = new Map(parts(draft).map((part) => [part.key, JSON.stringify(part.fields)]));
	if (hasIdentity(draft)) said.set('identity', JSON.stringify(draft.reporter));
	if (draft.readBack) said.set('read', JSON.stringify(draft.readBack));
	return said;
}

/** Whether there is more than an answer about danger, so that a case comes into being at the next pause. */
export function known(draft: ReportDraft): boolean {
	return born(draft) || draft.earlier !== undefined || parts(draft).some((part) => !/^danger(\/|$)/.test(part.key));
}

/** Whether the case exists. Who may receive it was settled then. */
export function born(draft: ReportDraft): boolean {
	return draft.written['opened'] !== undefined;
}

/**
 * Whether the report stays a draft for now: who may receive it cannot be changed
 * once it left the phone, and the page that asks for it was not left yet. Danger
 * does not wait.
 */
export function unasked(draft: ReportDraft): boolean {
	return !born(draft) && draft.asked === undefined && draft.danger?.value !== 'yes' && draft.danger?.value !== 'unsure';
}

/** With one more answer about danger. */
export function answerDanger(draft: ReportDraft, value: Danger, at: number): ReportDraft {
	return { ...draft, danger: { value, at }, ...(draft.danger && { dangers: [...(draft.dangers ?? []), draft.danger] }) };
}

/** Without the latest answer about danger; the one before it is the latest again. */
export function takeBackDanger({ danger: _, dangers = [], ...rest }: ReportDraft): ReportDraft {
	const before = dangers.at(-1);
	return { ...rest, ...(before && { danger: before }), ...(dangers.length > 1 && { dangers: dangers.slice(0, -1) }) };
}

/** With the answer to a step, or without it, and with what it brings with it. */
export function answerStep(draft: ReportDraft, code: string, value: StepResult | undefined, at: number, note?: string): ReportDraft {
	const { [code]: before, ...others } = draft.steps;
	const { [code]: _, ...helps } = draft.support;
	const kind = code === 'IR2' ? ('private_place' as const) : code === 'IR3' ? ('fetch' as const) : undefined;
	const offered = before?.result === 'offered' ? before.at : before?.offered;
	return {
		...draft,
		steps: value ? { ...others, [code]: { result: value, at, ...(note && { note }), ...(value !== 'offered' && offered !== undefined && { offered }) } } : others,
		support: value === 'done' && kind ? { ...helps, [code]: { kind, ...(note && { text: note }) } } : helps
	};
}

/** The words are about to be written over by somebody else: the ones so far stay. */
export function keepWords(draft: ReportDraft, at: number): ReportDraft {
	const { own: _, ...rest } = draft;
	const text = draft.words;
	if (!fits(text)) return draft;
	if (text.trim() === '' || draft.earlier?.at(-1)?.text === text) return rest;
	return { ...rest, earlier: [...(draft.earlier ?? []), { text, at: draft.moments?.['account/words'] ?? at }] };
}

/** With words that whoever tells it types on this phone. */
export function writeOwn(draft: ReportDraft, words: string): ReportDraft {
	return { ...draft, words, own: true, answers: { ...draft.answers, account_form: 'written_by_reporter' } };
}

/** With words that whoever takes it down types. A phone may be locked, or its page closed, before it was given back: the teller’s own are kept here at the latest. */
export function writeOver(draft: ReportDraft, words: string, at: number): ReportDraft {
	return { ...(draft.own ? keepWords(draft, at) : draft), words };
}

/** Whom the case must not reach. */
export function keptFrom(draft: ReportDraft): KeptFrom {
	return { restricted: draft.restricted ?? 'none', excluded: draft.excluded };
}

interface Part {
	key: string;
	into: string;
	fields: Fields;
	/** How a change is told: by a successor that names it, or by a strike and a new one. */
	change: 'replaces' | 'strike';
	register?: string;
}

/** Everything that the draft says, one part for each element of the case. */
function parts(draft: ReportDraft): Part[] {
	const all: Part[] = [];
	const report = draft.report;
	const entry = (key: string, fields: Fields, register?: string) => all.push({ key, into: 'entries', fields, change: 'replaces', ...(register && { register }) });
	const answer = (field: string, fields: Fields) => all.push({ key: `answer/${field}`, into: 'answers', fields: { report, field, ...fields }, change: 'replaces' });

	// No answer about danger replaces another: the most cautious of the last half hour counts, whoever gave it.
	for (const [index, { value, at }] of [...(draft.dangers ?? []), ...(draft.danger ? [draft.danger] : [])].entries()) {
		entry(index === 0 ? 'danger' : `danger/${at}`, { kind: 'danger', value, time: { kind: 'at', from: at } });
	}
	for (const deed of draft.deeds) {
		entry(`deed/${deed.id}`, {
			kind: deed.kind,
			...(deed.kind === 'chair_told' && { value: 'voice' }),
			...(deed.who && { who: deed.who }),
			...(deed.text && { text: deed.text }),
			time: { kind: 'at', from: deed.at }
		});
		for (const fields of callTold(deed.told ?? {})) entry(`deed/${deed.id}/${fields.kind}`, { ...fields, time: { kind: 'at', from: deed.at } });
	}
	for (const [step, { result, note, offered }] of Object.entries(draft.steps)) {
		// An offer stays when its answer comes.
		if (result === 'offered' || offered !== undefined) all.push({ key: `offered/${step}`, into: 'steps', fields: { step, result: 'offered' }, change: 'strike' });
		if (result !== 'offered') all.push({ key: `step/${step}`, into: 'steps', fields: { step, result, ...(note && fits(note) && { note }) }, change: 'strike' });
	}
	for (const [step, { kind, text }] of Object.entries(draft.support)) {
		all.push({ key: `support/${step}`, into: 'support', fields: { kind, ...(text && fits(text) && { text }) }, change: 'strike' });
	}
	if (draft.police) entry('police', { kind: 'police_wish', value: draft.police.value, time: { kind: 'at', from: draft.police.at } });
	for (const part of ['words', 'seen'] as const) {
		const text = draft[part];
		if (text.trim()) all.push({ key: `account/${part}`, into: 'accounts', fields: { report, part, text }, change: 'replaces' });
	}
	if (draft.words.trim() || draft.answers['account_form']) answer('account_form', { value: draft.answers['account_form'] ?? 'transcribed' });
	if (draft.translation?.text.trim() && fits(draft.translation.text)) entry('translation', { kind: 'translation', field: draft.translation.to, text: draft.translation.text, refs: report });
	if (draft.left) entry('left', { kind: 'left_early', time: { kind: 'at', from: draft.left.at } });
	if (draft.left?.rather) entry('rather', { kind: 'rather_speak_to', who: draft.left.rather, time: { kind: 'at', from: draft.left.at } });
	for (const [field, value] of Object.entries(draft.answers)) {
		if (field !== 'account_form' && value.trim() && fits(value)) answer(field, { value });
	}
	for (const [field, time] of Object.entries(draft.times)) answer(field, { time });
	for (const [party, said] of Object.entries(draft.parties)) {
		const told = filled({ badge: said.badge, name: said.name, role: said.role, handle: said.handle, employer: said.employer, description: said.description, contact: said.contact });
		if (Object.keys(told).length === 0) continue;
		all.push({ key: `party/${party}`, into: 'parties', fields: { party, report, kind: said.kind, ...told, ...(said.confidence && { confidence: said.confidence }) }, change: 'replaces' });
	}
	if (draft.place?.trim() && fits(draft.place)) {
		answer('place', { value: draft.place });
		entry('set/place', { kind: 'set', field: 'place', value: draft.place }, 'place');
	}
	if (draft.ongoing) entry('set/ongoing', { kind: 'set', field: 'ongoing', value: draft.ongoing }, 'ongoing');
	for (const [sha256, { mime, size, caption }] of Object.entries(draft.attachments ?? {})) {
		all.push({ key: `attachment/${sha256}`, into: 'attachments', fields: { sha256, mime, size, report, ...filled({ caption }) }, change: 'strike' });
	}
	if (hasIdentity(draft)) answer('reporter_identity', { value: draft.identity });
	if (draft.embargoTold) all.push({ key: 'embargo', into: 'marks', fields: { target: report, mark: 'embargo_told' }, change: 'strike' });
	return all;
}

/** Whether something in the draft is too long for one string: the draft alone holds it. */
export function holdsBack({ written: _, planned: __, moments: ___, readBack: ____, ...said }: ReportDraft): boolean {
	return tooLong(said);
}

function tooLong(said: unknown): boolean {
	if (typeof said === 'string') return said.trim() !== '' && !fits(said);
	return typeof said === 'object' && said !== null && Object.values(said).some(tooLong);
}

/** Whether somebody gave a name, or anything else that is sealed for the chair. */
export function hasIdentity(draft: ReportDraft): boolean {
	return Object.keys(filled({ ...draft.reporter })).length > 0;
}

/**
 * What to write now, all in one step; empty when nothing differs. Each plan is
 * one change. Before they are written, keep in the draft that they will be
 * (`intend`); once they are on disk, say so (`done`). After a crash between the
 * two, `settle`.
 */
export function plan(draft: ReportDraft, newId: () => string, event: { policy: string; drill: boolean }): Plan[] {
	if (!known(draft)) return [];
	const plans: Plan[] = [];
	const written: Written = { ...draft.written };
	const facts: PlannedFact[] = [];
	const moments = draft.moments ?? {};
	const put = (into: string, fields: Fields, at: number | undefined, register?: string): string => {
		const id = newId();
		facts.push({ into, id, fields, ...(register && { register }), ...(at !== undefined && { at }) });
		return id;
	};

	const now = parts(draft);
	if (!born(draft)) {
		// The case begins with the first thing that was said in it.
		const begun = Object.keys(moments).length > 0 ? Math.min(...Object.values(moments)) : undefined;
		written['opened'] = { id: put('opened', { policy: event.policy, drill: event.drill }, begun), value: '' };
		facts.push({ into: 'reports', id: draft.report, fields: { reported_at: draft.reportedAt }, ...(begun !== undefined && { at: begun }) });
	}
	for (const [index, { text, at }] of (draft.earlier ?? []).entries()) writeEarlier(`earlier/${index}`, text, at);
	const said = now.find((part) => part.key === 'account/words');
	for (const part of now) write(part);
	for (const key of Object.keys(written)) {
		if (key === 'opened' || key.startsWith('identity') || key.startsWith('read/') || key.startsWith('earlier/') || now.some((part) => part.key === key)) continue;
		takeBack(key);
	}
	const told = written['account/words'];
	if (draft.readBack && said && told && draft.readBack.of === draft.words) {
		write({ key: `read/${told.id}`, into: 'marks', fields: { target: told.id, mark: 'read_back', value: draft.readBack.value }, change: 'strike' });
	} else if (told && !draft.readBack) takeBack(`read/${told.id}`);
	finish('case', draft.case, !born(draft) && { ...(draft.restricted && { restricted: draft.restricted }), ...(draft.excluded.length > 0 && { excluded: [...draft.excluded] }) });

	if (hasIdentity(draft)) {
		write({ key: 'identity', into: 'persons', fields: { report: draft.report, ...filled({ ...draft.reporter }) }, change: 'replaces' });
	} else if (written['identity']) takeBack('identity');
	finish('identity', draft.identity, !draft.written['identity'] && { parent: draft.case });
	return plans;

	/** One after the other, and before the words that stand. */
	function writeEarlier(key: string, text: string, at: number) {
		const value = JSON.stringify({ report: draft.report, part: 'words', text });
		const before = written['account/words'];
		if (written[key] || tooLong(text)) return;
		if (before?.value !== value) written['account/words'] = { id: put('accounts', { report: draft.report, part: 'words', text, ...(before && { replaces: before.id }) }, at), value };
		written[key] = { id: '', value: '' };
	}

	function moment(key: string): number | undefined {
		return moments[key.startsWith('read/') ? 'read' : key];
	}

	function write(part: Part) {
		const value = JSON.stringify(part.fields);
		const before = written[part.key];
		// Too long for one string: what was written before stands until the text is split.
		if (before?.value === value || tooLong(part.fields)) return;
		if (before && part.change === 'strike') put('strikes', { target: before.id }, moment(part.key));
		const fields = before && part.change === 'replaces' ? { ...part.fields, replaces: before.id } : part.fields;
		written[part.key] = { id: put(part.into, fields, moment(part.key), part.register), value };
	}

	function takeBack(key: string) {
		const before = written[key];
		if (before) put('strikes', { target: before.id }, moment(key));
		Reflect.deleteProperty(written, key);
	}

	function finish(kind: 'case' | 'identity', document: string, birth: NonNullable<Plan['birth']> | false) {
		const first = facts[0];
		if (!first) return;
		plans.push({ document, kind, facts: facts.splice(0), ...(birth && { birth }), written: { ...written }, proof: first.id });
	}
}

/** What a draft has to know of plans that are written in one step: an element of any of them stands for all. */
export type Step = Pick<Plan, 'proof' | 'written'>;

/** Of no plans there is no step. */
export function together(plans: readonly Plan[]): Step | undefined {
	const [first, last] = [plans[0], plans.at(-1)];
	return first && last && { proof: first.proof, written: last.written };
}

/** The draft with a step noted in it, to be kept before it is written. */
export function intend(draft: ReportDraft, { proof, written }: Step): ReportDraft {
	return { ...draft, planned: { proof, written } };
}

/** The draft once the step is on disk. */
export function done(draft: ReportDraft, { written }: Step): ReportDraft {
	const { planned: _, ...rest } = draft;
	return { ...rest, written };
}

/** After a restart: whether what was planned last was written is seen from whether its proof is in the documents. */
export function settle(draft: ReportDraft, found: (element: string) => boolean): ReportDraft {
	const { planned, ...rest } = draft;
	if (!planned) return draft;
	return found(planned.proof) ? { ...rest, written: planned.written } : rest;
}

/** How much of a draft is not written down yet. `found`: as for `settle`. */
export function unwritten(draft: ReportDraft, found: (element: string) => boolean): number {
	const plans = plan(settle(draft, found), () => '', { policy: '', drill: false });
	return plans.reduce((sum, { facts }) => sum + facts.length, holdsBack(draft) ? 1 : 0);
}

/** Without what is empty or too long. */
function filled(fields: { [field: string]: string | undefined }): { [field: string]: string } {
	const kept: { [field: string]: string } = {};
	for (const [field, value] of Object.entries(fields)) {
		if (value?.trim() && fits(value)) kept[field] = value;
	}
	return kept;
}
