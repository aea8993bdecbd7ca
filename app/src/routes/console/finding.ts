/** Which cases of the inbox fit what a lead types: by what the list shows, and by the badges of those whom a case is about. */
import type { Row } from '../../incident/inbox.ts';
import type { Desk } from './desk.svelte.ts';
import { rowLine } from './say.ts';

/** From so many cases on there is something to find. */
export const MANY = 8;

/** Each word of it stands somewhere. Names are not looked through: they are sealed, and each look at one is in the ledger. */
export function fits(row: Row, sought: string, desk: Desk): boolean {
	const ids = [row.caseId, ...row.under.map((one) => one.caseId)];
	const badges = ids.flatMap((id) => desk.case(id)?.view.parties ?? []).flatMap((party) => party.versions.map((version) => version.badge ?? ''));
	const all = [row.codeName, ...row.under.map((one) => one.codeName), rowLine(row, desk), ...badges].join(' ').toLowerCase();
	return sought.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}
