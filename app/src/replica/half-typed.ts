/** What somebody began to type in a case and did not add. Where they cannot come back to it, it is added as it is: it may be somebody's words. */
import type { Draft, Id, Intention } from './api.ts';

/** The note that a draft would be; none where nothing was typed, or where it is no note of a case. */
export function noteOf({ id, fields }: Draft): Intention | undefined {
	const { note, said } = fields as { note?: unknown; said?: { [field: string]: unknown } };
	const text = said?.['text'];
	if (typeof note !== 'string' || typeof text !== 'string' || text.trim() === '') return undefined;
	return { document: note, kind: 'case', facts: [{ into: 'entries', id, fields: { kind: 'note', text: text.trim() } }] };
}

/** What is half typed in a case. */
export function halfTyped(drafts: Iterable<Draft>, document: Id): Draft[] {
	return [...drafts].filter(({ fields }) => fields['note'] === document);
}
