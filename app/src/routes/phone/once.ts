import { NotSaved, type Id, type Intention, type NewFact } from '../../replica/api.ts';
import type { Note } from './note.svelte.ts';
import type { Phone } from './phone.svelte.ts';

/** Writes facts into a case; `note`, in which they were typed, ends in the same step. Null when they are on disk, else why they are not. */
export async function writeDown(phone: Phone, document: Id, facts: NewFact[], note?: Note): Promise<NotSaved['because'] | null> {
	const intention: Intention = { document, kind: 'case', facts };
	try {
		if (note) await note.written((draft) => phone.replica.write(intention, draft === undefined ? {} : { draft }));
		else await phone.replica.write(intention);
		return null;
	} catch (error) {
		return error instanceof NotSaved ? error.because : 'blocked';
	}
}
