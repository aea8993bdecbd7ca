import { NotSaved, type Id, type NewFact } from '../../replica/api.ts';
import type { Phone } from './phone.svelte.ts';

/** Writes facts into a case. Null when they are on disk, else why they are not. */
export async function writeDown(phone: Phone, document: Id, facts: NewFact[]): Promise<NotSaved['because'] | null> {
	try {
		await phone.replica.write({ document, kind: 'case', facts });
		return null;
	} catch (error) {
		return error instanceof NotSaved ? error.because : 'blocked';
	}
}
