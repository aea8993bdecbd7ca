/**
 * What somebody began to type and did not add. Where they cannot come back to it,
 * it is added as it is: it may be somebody's words. Then it leaves the phone with
 * the case that it is about.
 */
import { callTold } from '../incident/danger.ts';
import { fits } from '../incident/limits.ts';
import { born, plan, readReport, settle } from '../incident/report.ts';
import type { Draft, Id, Intention, Millis, NewFact } from './api.ts';
import { newId } from './bytes.ts';
import { isAwake } from './kept.ts';
import type { Ledger } from './ledger.ts';

/** What an entry is made of besides words: chosen and not typed. */
const CHOSEN: ReadonlySet<string> = new Set(['kind', 'room', 'attested']);
/** In the order of the screen that asks for them; what else there is comes after it. */
const FIRST = ['text', 'who', 'from', 'to', 'when', 'until'];
/** Letters of one piece of a text that is longer than one string may be: as many bytes at the most as it may have. */
const PIECE = 8_000;

/** The case in which a note is typed, on its own screen or on that for danger. */
export function caseOfNote({ fields }: Pick<Draft, 'fields'>): Id | undefined {
	const { note } = fields;
	return typeof note === 'string' ? /^([0-9a-f]{32})(?: danger)?$/.exec(note)?.[1] : undefined;
}

/** The note that a draft would be; none where nothing was typed, or where it is no note of a case. */
export function noteOf(draft: Draft): Intention | undefined {
	const document = caseOfNote(draft);
	const said = filled(draft.fields['said']);
	if (document === undefined || said.size === 0) return undefined;
	const notes = (): NewFact[] => pieces([...said.values()].join('\n')).map((text, at) => noted(at === 0 ? draft.id : newId(), text));
	return { document, kind: 'case', facts: draft.fields['note'] === document ? notes() : calls(said, draft.savedAt) };
}

function noted(id: Id, text: string): NewFact {
	return { into: 'entries', id, fields: { kind: 'note', text } };
}

/** What was typed about calls, on the screen for danger. */
function calls(said: ReadonlyMap<string, string>, at: Millis): NewFact[] {
	const told = callTold({ asked: said.get('asked'), called: said.get('called'), why: said.get('why') });
	return told.flatMap(({ kind, who = '', text = '' }) => {
		const [whos, texts] = [pieces(who), pieces(text)];
		return Array.from({ length: Math.max(whos.length, texts.length) }, (_, nth): NewFact => {
			const part = { ...(whos[nth] && { who: whos[nth] }), ...(texts[nth] && { text: texts[nth] }) };
			return { into: 'entries', id: newId(), fields: { kind, ...part, time: { kind: 'at', from: at } } };
		});
	});
}

function filled(said: unknown): Map<string, string> {
	const typed = Object.entries(typeof said === 'object' && said !== null ? said : {}).flatMap(([field, value]): [string, string][] =>
		typeof value === 'string' && value.trim() !== '' && !CHOSEN.has(field) ? [[field, value.trim()]] : []
	);
	const place = (field: string): number => (FIRST.indexOf(field) + FIRST.length + 1) % (FIRST.length + 1);
	return new Map(typed.sort(([a], [b]) => place(a) - place(b)));
}

/** What is half typed in a case. */
export function halfTyped(drafts: Iterable<Draft>, document: Id): Draft[] {
	return [...drafts].filter((draft) => caseOfNote(draft) === document);
}

/** The documents that a report is told in while it is being written; none for any other draft. */
export function toldIn({ fields }: Draft): Id[] {
	const report = readReport(fields);
	return report ? [report.case, report.identity] : [];
}

/** Whether this phone wrote an element in one of the documents of a draft, as far as it still holds them. */
export function isWrittenIn(ledger: Ledger, draft: Draft): (element: Id) => boolean {
	const documents = toldIn(draft);
	const changes = documents.flatMap((document) => ledger.ofDocument(document));
	const intents = [...changes.flatMap((kept) => (isAwake(kept) && kept.wrote) || []), ...documents.flatMap((document) => ledger.intentsOf(document))];
	const written = new Set([...changes.flatMap((kept) => (isAwake(kept) ? [] : kept.elements)), ...intents.flatMap(({ intention }) => intention.facts.map(({ id }) => id))]);
	return (element) => written.has(element);
}

/** Of a draft, as facts, what is in no document yet. Empty where its documents say all that it says. */
export function untold(draft: Draft, isWritten: (element: Id) => boolean, event: { policy: string; drill: boolean }): Intention[] {
	const said = readReport(draft.fields);
	const note = said ? undefined : noteOf(draft);
	if (!said) return note ? [note] : [];
	const settled = settle(said, isWritten);
	const report = !born(settled) && isWritten(settled.report) ? { ...settled, report: newId() } : settled;
	const told = plan(report, newId, event).map(({ document, kind, facts, birth }): Intention => ({ document, kind, facts, ...(birth && { birth }) }));
	const { written: _, planned: __, moments: ___, readBack: ____, reporter: _____, ...rest } = report;
	const long = tooLong(rest).flatMap(pieces);
	return long.length > 0 ? [...told, { document: report.case, kind: 'case', facts: long.map((text) => noted(newId(), text)) }] : told;
}

/** Words that no single string holds. */
function tooLong(said: unknown): string[] {
	if (typeof said === 'string') return fits(said) ? [] : [said];
	return typeof said === 'object' && said !== null ? Object.values(said).flatMap(tooLong) : [];
}

/** One, where all of it fits one string. */
function pieces(text: string): string[] {
	if (fits(text)) return [text];
	const letters = Array.from(text);
	return Array.from({ length: Math.ceil(letters.length / PIECE) }, (_, at) => letters.slice(at * PIECE, (at + 1) * PIECE).join(''));
}
