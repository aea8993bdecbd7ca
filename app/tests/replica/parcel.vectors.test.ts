/**
 * What one language sealed, the other opens, as in `proto/vectors/carried.json`.
 * No two sealings are alike, so `WRITE_VECTORS=1` puts this app's line there, and
 * the Rust test says whether the server opens it.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CarriedBundleSchema, CarriedHeaderSchema, CarriedSchema } from '../../src/generated/wire/v1/carried_pb.ts';
import { EnvelopeSchema } from '../../src/generated/wire/v1/frame_pb.ts';
import { PackSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import { type Bytes, hex, unhex } from '../../src/replica/bytes.ts';
import type { Kept } from '../../src/replica/kept.ts';
import { addressOf, carryKey, purpose, sealParcel, suite } from '../../src/replica/parcel.ts';

const FILE = new URL('../../../proto/vectors/carried.json', import.meta.url);

interface Vectors {
	event: string;
	secret: string;
	server_key: string;
	carry_key: string;
	carry_signature: string;
	sealed: { by: string; carried: string; envelopes: string[] }[];
}

const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as Vectors;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

async function opened(whole: Bytes): Promise<string[]> {
	const point = unhex(vectors.carry_key);
	const secret = { kty: 'EC', crv: 'P-256', d: base64(unhex(vectors.secret)), x: base64(point.slice(1, 33)), y: base64(point.slice(33)) };
	const recipientKey = await crypto.subtle.importKey('jwk', secret, { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
	const { header, enc, sealed } = fromBinary(CarriedSchema, whole);
	const { event } = fromBinary(CarriedHeaderSchema, header);
	const inside = await suite().open({ recipientKey, enc: new Uint8Array(enc).buffer, info: purpose(event) }, new Uint8Array(sealed), new Uint8Array(header));
	return fromBinary(CarriedBundleSchema, new Uint8Array(inside)).envelopes.map((each) => hex(toBinary(EnvelopeSchema, each)));
}

test('the key of the server is believed, and no other', async () => {
	const pack = create(PackSchema, { carryKey: unhex(vectors.carry_key), carrySignature: unhex(vectors.carry_signature) });
	expect(hex(await carryKey({ event: vectors.event, serverKey: vectors.server_key }, pack))).toBe(vectors.carry_key);
	await expect(carryKey({ event: '01'.repeat(16), serverKey: vectors.server_key }, pack)).rejects.toThrow('no key');
});

test('what either language sealed is opened here', async () => {
	if (process.env['WRITE_VECTORS'] !== undefined) {
		const envelopes = [create(EnvelopeSchema, { body: unhex('0102'), signature: unhex('a1'.repeat(64)) }), create(EnvelopeSchema, { body: unhex('030405'), signature: unhex('b2'.repeat(64)) })];
		const waiting = envelopes.map(({ body, signature }, at) => ({ kept: { body, signature, kind: 'case' } as Kept, root: String(at) }));
		const { whole } = await sealParcel({ event: vectors.event, staff: 'bb'.repeat(16), device: 'cc'.repeat(16) }, unhex(vectors.carry_key), waiting, 1_790_000_000_000);
		const ours = { by: 'app', carried: hex(whole), envelopes: envelopes.map((each) => hex(toBinary(EnvelopeSchema, each))) };
		vectors.sealed = [...vectors.sealed.filter(({ by }) => by !== 'app'), ours];
		writeFileSync(FILE, JSON.stringify(vectors, null, '\t') + '\n');
	}
	expect(vectors.sealed.map(({ by }) => by).sort()).toEqual(['app', 'server']);
	for (const { by, carried, envelopes } of vectors.sealed) {
		expect(addressOf(unhex(carried)), by).toMatchObject({ event: vectors.event, staff: 'bb'.repeat(16), device: 'cc'.repeat(16) });
		expect(await opened(unhex(carried)), by).toEqual(envelopes);
	}
});
