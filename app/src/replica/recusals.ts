/** "I should not be involved": said on this device, told to the server, and shown as a name and a word. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { caseName } from '../incident/codename.ts';
import { ExclusionSchema, type Team } from '../generated/wire/v1/identity_pb.ts';
import { type Id, type Recused, Refused } from './api.ts';
import { hex, unhex } from './bytes.ts';
import { Ledger } from './ledger.ts';
import type { Write } from './storage.ts';

/** What was said here and what the server knows, in one list. */
export function recusedBy(ledger: Ledger, team: Team | null, drill: boolean): Recused[] {
	const said = ledger.get('recusals') ?? [];
	const elsewhere = (team?.recused ?? []).map(hex).filter((id) => !said.some((one) => one.document === id));
	const only = (document: Id): boolean => ledger.family(document).some((one) => ledger.holdsAlone(one));
	return [
		...said.map(({ document, at, told }) => ({ id: document, codeName: caseName(document, drill), at, told, only: only(document) })),
		...elsewhere.map((id) => ({ id, codeName: caseName(id, drill), told: true, only: only(id) }))
	];
}

/** A lead let the person near it again. */
export function liftedBy(ledger: Ledger, team: Team): Write[] {
	const recused = new Set(team.recused.map(hex));
	const said = ledger.get('recusals') ?? [];
	const stand = said.filter((one) => !one.told || recused.has(one.document));
	return stand.length < said.length ? [Ledger.meta('recusals', stand)] : [];
}

/**
 * What the person stepped back from leaves this device; then the server hears of
 * it. What only this device holds is sent first. True when something was told.
 */
export async function stepBack(
	ledger: Ledger,
	forget: (document: Id) => Promise<void>,
	tell: (message: { schema: typeof ExclusionSchema; message: MessageInitShape<typeof ExclusionSchema> }) => Promise<unknown>
): Promise<boolean> {
	let any = false;
	const staff = unhex(ledger.get('enrolled')?.self.staff ?? '');
	for (const { document, told } of ledger.get('recusals') ?? []) {
		if (told || ledger.picturesOf(document).length > 0) continue; // a picture needs its case to say that it arrived
		for (const one of ledger.family(document)) await forget(one);
		if (ledger.family(document).some((one) => ledger.holdsAlone(one))) continue; // until they are kept
		try {
			await tell({ schema: ExclusionSchema, message: { document: unhex(document), staff } });
		} catch (error) {
			// Whoever is kept away already finds nothing there.
			if (!(error instanceof Refused) || error.code !== 'not_found') throw error;
		}
		const said = ledger.get('recusals') ?? [];
		await ledger.commit([Ledger.meta('recusals', said.map((one) => (one.document === document ? { ...one, told: true } : one)))]);
		any = true;
	}
	return any;
}
