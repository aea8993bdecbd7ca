import { expect, test } from 'vitest';
import type { ParcelHere, State } from '../../src/replica/api.ts';
import { EMPTY } from '../../src/replica/opening.ts';
import { carried, staysHere } from '../../src/routes/phone/carried.ts';
import { asFile, fromFile } from '../../src/routes/sealedfile.ts';

const parcel = (device: string, records: number, more: Partial<ParcelHere> = {}): ParcelHere => ({ id: device + String(records), staff: device, device, records, takenAt: 0, ...more });
const state = (...parcels: ParcelHere[]): State => ({ ...EMPTY, parcels });

test('a phone that gave twice is counted with the larger of both, and what cannot be sent is not counted', () => {
	expect(carried(state())).toBeUndefined();
	expect(carried(state(parcel('a', 1), parcel('a', 3), parcel('b', 2)))?.records).toBe(5);
	expect(carried(state(parcel('a', 1, { stuck: 'cannot_open' })))).toBeUndefined();
});

test('pictures and what is still being written stay here, whoever carries the rest', () => {
	expect(staysHere(state())).toBe(false);
	const picture = { document: 'a', sha256: 'b', size: 1, mime: 'image/png', keptAt: 0 };
	expect(staysHere({ ...EMPTY, pictures: [picture] })).toBe(true);
	expect(staysHere({ ...EMPTY, pictures: [{ ...picture, stuck: 'too_big' }] })).toBe(false);
	expect(staysHere({ ...EMPTY, drafts: [{ id: 'a', startedAt: 0, savedAt: 0, fields: { note: 'b', said: { text: 'beside a case' } } }] })).toBe(false);
});

test('a file comes back as it was, also when its lines end otherwise on the way; any other file is none', async () => {
	const bytes = Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7) % 256);
	const file = asFile(bytes, 'sealed', 'For people: SHC1 is not said here.');
	expect([file.name, file.type]).toEqual(['sealed.txt', 'text/plain']);
	expect(await fromFile(file)).toEqual(bytes);
	expect(await fromFile(new Blob([(await file.text()).replaceAll('\n', '\r\n')]))).toEqual(bytes);
	for (const other of ['', 'SHC1:', 'SHC1: !!', 'milk, bread', 'SHC1:QUJD?', 'SHC1:A']) expect(await fromFile(new Blob([other]))).toBeUndefined();
	expect(await fromFile(new Blob([new Uint8Array(1_600_001)]))).toBeUndefined();
});
