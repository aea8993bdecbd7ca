/**
 * What another phone carries: the words that only this one has, signed as always,
 * and sealed to the server. Whoever carries it reads no more than its header.
 *
 * It travels as one encoded `Carried`, in codes or in a file. What is sealed opens
 * with its own header only. HPKE in base mode; its authenticity is that of the
 * signed changes in it, so anybody may make one and nobody wins anything by it.
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type Carried, CarriedBundleSchema, CarriedHeaderSchema, CarriedSchema } from '../generated/wire/v1/carried_pb.ts';
import type { Envelope } from '../generated/wire/v1/frame_pb.ts';
import type { Pack } from '../generated/wire/v1/pack_pb.ts';
import { type Id, type Millis, Refused } from './api.ts';
import { type Bytes, concat, hex, unhex, utf8 } from './bytes.ts';
import { envelopeOf } from './envelope.ts';
import type { Enrolled, Kept } from './kept.ts';
import { saidByServer } from './signet.ts';

export const MOST_BYTES = 1_048_576;
const HEADER_BYTES = 128;
const ENC_BYTES = 65;
const MOST_RECORDS = 500;
const MOST_CHANGES = 500;
/** How long what is inside is, is told only in steps. */
const STEP = 1_024;
const TAG = 16;
/** Around what is sealed, with room. */
const AROUND = 512;

export interface Parcel {
	whole: Bytes;
	/** In how many cases. */
	records: number;
}

/** What the phone that carries it may know. */
export interface Address {
	event: Id;
	staff: Id;
	device: Id;
	records: number;
	madeAt: Millis;
}

export const suite = (): CipherSuite => new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
export const purpose = (event: Uint8Array): Bytes => concat(utf8('safehall/carried/v1\0'), event);

/**
 * The key that a server seals for itself, when it is the server that this phone joined. Rejects with `Refused`: `no_key` where there is
 * none yet, as from a server that is older than this app.
 */
export async function carryKey(enrolled: Pick<Enrolled, 'event' | 'serverKey'>, pack: Pack | null): Promise<Bytes> {
	const key = new Uint8Array(pack?.carryKey ?? []);
	const said = concat(utf8('safehall/carry/v1\0'), unhex(enrolled.event), key);
	if (!pack || key.length !== ENC_BYTES || enrolled.serverKey === undefined || !(await saidByServer(enrolled.serverKey, said, pack.carrySignature))) {
		throw new Refused('no_key', 'There is no key of this server to seal it to.');
	}
	return key;
}

/** Rejects with `Refused`: `too_big` where it is more than one parcel holds. */
export async function sealParcel(from: { event: Id; staff: Id; device: Id }, key: Bytes, waiting: readonly { kept: Kept; root: Id }[], madeAt: Millis): Promise<Parcel> {
	// What everybody shares is no case, and rides along.
	const records = Math.max(1, new Set(waiting.filter(({ kept }) => kept.kind !== 'notice' && kept.kind !== 'duty').map(({ root }) => root)).size);
	if (waiting.length > MOST_CHANGES || records > MOST_RECORDS) throw new Refused('too_big', 'It is more than another phone takes.');
	const header = toBinary(CarriedHeaderSchema, create(CarriedHeaderSchema, { event: unhex(from.event), staff: unhex(from.staff), device: unhex(from.device), records, madeAt: BigInt(madeAt) }));
	const inside = padded(waiting.map(({ kept }) => envelopeOf(kept)));
	if (inside.length + AROUND > MOST_BYTES) throw new Refused('too_big', 'It is more than another phone takes.');
	const { enc, sealed } = await sealTo(key, unhex(from.event), header, inside);
	return { whole: toBinary(CarriedSchema, create(CarriedSchema, { header, enc, sealed })), records };
}

export async function sealTo(key: Bytes, event: Bytes, header: Bytes, inside: Bytes): Promise<{ enc: Bytes; sealed: Bytes }> {
	const { kem } = suite();
	const { ct, enc } = await suite().seal({ recipientPublicKey: await kem.deserializePublicKey(key.buffer), info: purpose(event) }, inside, header);
	return { enc: new Uint8Array(enc), sealed: new Uint8Array(ct) };
}

/** What it says outside, or `undefined` for bytes that are no parcel. */
export function addressOf(whole: Bytes): Address | undefined {
	if (whole.length === 0 || whole.length > MOST_BYTES) return undefined;
	try {
		const carried: Carried = fromBinary(CarriedSchema, whole);
		if (carried.header.length > HEADER_BYTES || carried.enc.length !== ENC_BYTES || carried.sealed.length === 0 || carried.sealed.length % STEP !== 0) return undefined;
		if (toBinary(CarriedSchema, carried).length !== whole.length) return undefined; // something stands behind it, or in it
		const { event, staff, device, records, madeAt } = fromBinary(CarriedHeaderSchema, carried.header);
		if ([event, staff, device].some((id) => id.length !== 16) || records < 1 || records > MOST_RECORDS) return undefined;
		return { event: hex(event), staff: hex(staff), device: hex(device), records, madeAt: Number(madeAt) };
	} catch {
		return undefined;
	}
}

/** With so many zeros behind it that it is, sealed, a whole number of steps long. */
function padded(envelopes: Envelope[]): Bytes {
	const bare = toBinary(CarriedBundleSchema, create(CarriedBundleSchema, { envelopes }));
	for (let steps = Math.ceil((bare.length + TAG) / STEP); ; steps += 1) {
		const room = steps * STEP - TAG - bare.length;
		if (room === 0) return bare;
		// A field costs its tag and its length beside what is in it.
		for (const head of [2, 3, 4]) {
			const all = room < head ? bare : toBinary(CarriedBundleSchema, create(CarriedBundleSchema, { envelopes, padding: new Uint8Array(room - head) }));
			if (all.length === bare.length + room) return all;
		}
	}
}
