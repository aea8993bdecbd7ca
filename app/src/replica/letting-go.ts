/**
 * What leaves this phone by itself once the server has it and time has passed: a
 * phone that is found holds little, and a case that is gone tells nobody why.
 * The server hears that it is gone, in the same words as after its own order.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { Restricted } from '../generated/wire/v1/frame_pb.ts';
import { TeamSchema } from '../generated/wire/v1/identity_pb.ts';
import { PackSchema } from '../generated/wire/v1/pack_pb.ts';
import { isLead } from '../incident/team.ts';
import type { Draft, Id, Millis } from './api.ts';
import { hex } from './bytes.ts';
import { caseOfNote, isWrittenIn, toldIn, untold } from './half-typed.ts';
import { bornAs, type Held, type LetGo, savedAt } from './kept.ts';
import { Ledger } from './ledger.ts';

/** How long what is over, or restricted, stays after the last word in it. */
export const REST: Millis = 24 * 3_600_000;

/** What this phone knows of ends. */
interface Ends {
	lead: boolean;
	/** Of the event; 0: not known. */
	event: Millis;
	/** Of the person's time on the team; 0: none of its own. */
	term: Millis;
}

/** Documents that are to leave now. What is only here stays, and what somebody is still writing in. */
export function due(ledger: Ledger, now: Millis): LetGo[] {
	const ends = endsOf(ledger);
	// What the server does not take is nowhere else. Of what is not here there are no bytes to keep.
	const refused = new Set([...ledger.pictures.values()].flatMap(({ document, stuck }) => (stuck !== undefined && stuck !== 'not_here' ? [document] : [])));
	const writing = new Set([...ledger.drafts.values()].flatMap((draft) => [caseOfNote(draft) ?? [], ...(isSaid(ledger, draft) ? [] : toldIn(draft))].flat()));
	return [...ledger.documents()].flatMap((document) => {
		const changes = ledger.ofDocument(document);
		if (!changes.some((kept) => kept.state === 'kept') || ledger.isForgotten(document) || ledger.holdsAlone(document) || refused.has(document) || writing.has(document)) return [];
		const one = { document, last: lastOf(changes), restricted: isRestrictedHere(ledger, changes) };
		return isDue(one, ends, now) ? [one] : [];
	});
}

/**
 * Asks the server for everything once more where something left too early: the
 * phone's clock was wrong, or the event or somebody's time on the team became
 * longer. Before the line is there, which would write its own cursor.
 */
export async function takeBack(ledger: Ledger, now: Millis): Promise<void> {
	const ends = endsOf(ledger);
	const gone = ledger.get('letGo') ?? [];
	const stay = gone.filter((one) => isDue(one, ends, now));
	if (stay.length === gone.length) return;
	const early = new Set(gone.filter((one) => !stay.includes(one)).map(({ document }) => document));
	await ledger.commitLeading([
		Ledger.meta('letGo', stay),
		Ledger.meta('forgotten', (ledger.get('forgotten') ?? []).filter((document) => !early.has(document))),
		Ledger.meta('line', { ...ledger.mark, cursor: new Uint8Array() })
	]);
}

/** Nobody left the report as they should, and its documents say all that it says. */
function isSaid(ledger: Ledger, draft: Draft): boolean {
	return untold(draft, isWrittenIn(ledger, draft), { policy: '', drill: false }).length === 0;
}

function isDue({ last, restricted }: LetGo, ends: Ends, now: Millis): boolean {
	if (ends.term > 0 && now >= ends.term) return true;
	if (ends.lead) return false; // cases go on for weeks
	const over = ends.event > 0 && now >= Math.max(ends.event, last) + REST;
	return over || (restricted && now >= last + REST);
}

/** A restricted case of which only the person's own words are here: the others went to leads alone. */
function isRestrictedHere(ledger: Ledger, changes: readonly Held[]): boolean {
	const own = ledger.get('enrolled')?.self.device;
	const [first] = changes;
	const birth = first && bornAs(ledger.ofDocument(ledger.rootOf(first)));
	return birth !== undefined && birth.restricted !== Restricted.NONE && changes.every((kept) => kept.device === own);
}

function lastOf(changes: readonly Held[]): Millis {
	return Math.max(0, ...changes.map((kept) => Math.max(kept.keptAt ?? 0, savedAt(kept) ?? 0)));
}

function endsOf(ledger: Ledger): Ends {
	const self = ledger.get('enrolled')?.self;
	const pack = ledger.get('pack');
	const team = ledger.get('team');
	const me = team && fromBinary(TeamSchema, team).staff.find((member) => hex(member.staff) === self?.staff);
	return {
		lead: self !== undefined && isLead(self.roles),
		event: pack ? Number(fromBinary(PackSchema, pack.bytes).endsAt) : 0,
		term: Number(me?.until ?? 0)
	};
}

/** Only what was let go by itself: the server goes on to send what is new in it, which is nothing without what it builds on. */
export function isNoUse(ledger: Ledger, document: Id, born: ReadonlySet<Id>): boolean {
	if (!(ledger.get('letGo') ?? []).some((one) => one.document === document)) return false;
	return !born.has(document) && !ledger.ofDocument(document).some((kept) => kept.state === 'kept');
}
