/** What the access ledger tells, in the order of its numbers. Ids as hex, times as numbers. */
import type { LedgerEntry } from '../generated/wire/v1/identity_pb.ts';
import type { Id, Millis } from '../replica/api.ts';
import { hex } from '../bytes.ts';

export interface LedgerLine {
	number: bigint;
	at: Millis;
	/** A code of docs/LEDGER.md; a newer server may know more of them. */
	what: string;
	/** Empty: the server itself, or its terminal. */
	staff: Id;
	device: Id;
	document: Id;
	/** Whom and which device it was about, or empty. */
	person: Id;
	aboutDevice: Id;
	detail: string;
	/** By the device's own clock, where it said so. */
	deviceAt?: Millis;
}

export function lineOf(entry: LedgerEntry): LedgerLine {
	return {
		number: entry.number,
		at: Number(entry.at),
		what: entry.what,
		staff: hex(entry.staff),
		device: hex(entry.device),
		document: hex(entry.document),
		person: hex(entry.person),
		aboutDevice: hex(entry.aboutDevice),
		detail: entry.detail,
		...(entry.deviceAt > 0n && { deviceAt: Number(entry.deviceAt) })
	};
}

export const GROUPS = ['looks', 'access', 'names', 'phones'] as const;
export type Group = (typeof GROUPS)[number];

const LOOKS = new Set(['opened', 'delivered', 'dropped', 'ledger_read', 'case_ledger_read', 'exported', 'cases_read', 'case_exported', 'attachment_read']);
const ACCESS = new Set([
	'granted', 'grant_withdrawn', 'grant_ended', 'excluded', 'recused', 'lift_asked', 'exclusion_lifted', 'case_restricted', 'restriction_cleared', 'term_set', 'invite_made',
	'lead_recovered', 'event_opened'
]);

/** Whether a line belongs to a group. `isName`: the document is a reporter's name. */
export function belongs(line: LedgerLine, group: Group, isName: (document: Id) => boolean): boolean {
	switch (group) {
		case 'looks':
			return LOOKS.has(line.what);
		case 'access':
			return ACCESS.has(line.what);
		case 'names':
			return line.what === 'opened' && isName(line.document);
		case 'phones':
			return line.what.startsWith('device_');
	}
}

/** One document on one device, as far as the lines go. */
export interface Held {
	device: Id;
	staff: Id;
	document: Id;
	/** When the server began to hand it out: certain. Absent: it was begun on the device. */
	delivered?: Millis;
	/** When somebody first looked at it there: as the device says. */
	opened?: Millis;
	/** When the device said that it let it go, and was not given it again. */
	dropped?: Millis;
}

/** On which device what was begun, who got it, who opened it, and who has it no more; the oldest first. */
export function held(lines: readonly LedgerLine[]): Held[] {
	const found = new Map<string, Held>();
	for (const line of [...lines].sort((a, b) => (a.number < b.number ? -1 : 1))) {
		if (line.device === '' || !['document_made', 'delivered', 'opened', 'dropped'].includes(line.what)) continue;
		const key = `${line.device} ${line.document}`;
		const one = found.get(key) ?? { device: line.device, staff: line.staff, document: line.document };
		if (line.what === 'delivered') {
			one.delivered ??= line.at;
			delete one.dropped;
		} else if (line.what === 'opened') one.opened ??= line.deviceAt ?? line.at;
		else if (line.what === 'dropped') one.dropped = line.at;
		found.set(key, one);
	}
	return [...found.values()];
}
