import type { PartyDraft } from './report.ts';

/** Somebody else whom a report names; nobody while nothing says who, nor how to reach them. */
export function other(kind: PartyDraft['kind'], typed: { who: string; role: string; reach: string }): PartyDraft | undefined {
	const [who, reach] = [typed.who.trim(), typed.reach.trim()];
	if (!who && !reach) return undefined;
	return { kind, ...(who && { description: who }), ...(typed.role && { role: typed.role }), ...(reach && { contact: reach }) };
}
