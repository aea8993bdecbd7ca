/** The list to give away: out of the event pack alone, so that it cannot hold anything of a case. */
import type { Pack } from '../../replica/api.ts';

export interface Listed {
	name: string;
	role: string;
	reach: string;
}

/** Who may be given to everybody, then the numbers for emergencies. */
export function listed(pack: Pick<Pack, 'contacts' | 'emergency'> | null): Listed[] {
	return [
		...(pack?.contacts ?? []).filter((contact) => contact.forAttendees).map((contact) => ({ name: contact.name, role: contact.role, reach: [contact.phone, contact.email].filter(Boolean).join(', ') })),
		...(pack?.emergency ?? []).map((line) => ({ name: line.label, role: line.note, reach: line.number }))
	];
}

/** The same as plain text: what a telephone shows that scans the code. */
export function asText(event: string, lines: readonly Listed[]): string {
	return [event, ...lines.map((line) => [line.name, line.role, line.reach].filter(Boolean).join(', '))].filter(Boolean).join('\n');
}
