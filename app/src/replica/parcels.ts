/** What goes from phone to phone: what this one gives, and what it takes to carry. */
import { fromBinary } from '@bufbuild/protobuf';
import { PackSchema } from '../generated/wire/v1/pack_pb.ts';
import { type Millis, Refused } from './api.ts';
import { type Bytes, hex, sha256 } from './bytes.ts';
import type { Parcel } from './kept.ts';
import { type Ledger, parcelKey } from './ledger.ts';
import { addressOf, carryKey, sealParcel } from './parcel.ts';
import { PIECES, type Write } from './storage.ts';

/** So many a phone carries at a time: more would take the room that its own words need. */
export const MOST_PARCELS = 20;

/**
 * All that only this phone has and that is signed. What is still being written is nobody's yet. `rest`: something else waits here that nobody
 * can be given: words that could not be signed so far, and after the server was restored those of others, which their own phones sign for.
 */
export async function seal(ledger: Ledger, now: Millis): Promise<{ whole: Bytes; records: number; rest: boolean }> {
	const enrolled = ledger.get('enrolled');
	if (enrolled?.self.state !== 'active') throw new Refused('not_enrolled', 'This device is not enrolled.');
	const { event, self: { staff, device } } = enrolled;
	const unsent = ledger.unsent();
	const waiting = unsent.filter((kept) => kept.device === device).sort((a, b) => a.order - b.order);
	const rest = waiting.length < unsent.length || [...ledger.intents.values()].some(({ stuck }) => stuck === undefined);
	if (waiting.length === 0) throw rest ? new Refused('not_yet', 'What waits cannot be given yet.') : new Refused('nothing', 'Nothing waits to be sent.');
	const pack = ledger.get('pack');
	const key = await carryKey(enrolled, pack ? fromBinary(PackSchema, pack.bytes) : null);
	return { ...(await sealParcel({ event, staff, device }, key, waiting.map((kept) => ({ kept, root: ledger.rootOf(kept) })), now)), rest };
}

/** What is to be written so that it is carried. The same one twice is one; one that was thrown away begins anew. */
export async function take(ledger: Ledger, whole: Bytes, now: Millis): Promise<{ parcel: Parcel; writes: Write[] }> {
	const enrolled = ledger.get('enrolled');
	const address = addressOf(whole);
	if (!enrolled || !address) throw new Refused('no_parcel', 'This is nothing that another phone gave.');
	if (address.event !== enrolled.event) throw new Refused('other_event', 'It is of another event.');
	if (address.device === enrolled.self.device) throw new Refused('own', 'This phone made it itself.');
	const id = hex((await sha256(whole)).slice(0, 16));
	const known = ledger.parcels.get(id);
	if (known && known.stuck === undefined) return { parcel: known, writes: [] };
	// What is thrown away already takes no room, and waits for somebody to see it.
	if ([...ledger.parcels.values()].filter(({ stuck }) => stuck === undefined).length >= MOST_PARCELS) throw new Refused('full', 'This phone carries as much as it can.');
	const { staff, device, records } = address;
	const parcel: Parcel = { id, staff, device, records, takenAt: now };
	return { parcel, writes: [{ into: PIECES, key: parcelKey(id), value: whole }, { into: 'parcels', key: id, value: parcel }] };
}
