import { expect, test } from 'vitest';
import type { ParcelHere, State } from '../../src/replica/api.ts';
import { EMPTY } from '../../src/replica/opening.ts';
import { carried, isGiven, onlyHere, staysHere } from '../../src/routes/phone/carried.ts';
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

test('what was written after something was given is not given, also when something else was sent meanwhile', () => {
	const record = (...elements: string[]) => ({ safekeeping: new Map(elements.map((id) => [id, { where: 'phone' }])) });
	const of = (...records: object[]): State => ({ ...EMPTY, cases: records.slice(0, 1), identities: records.slice(1) }) as State;
	const offered = onlyHere(of(record('a', 'b'), record('c')));
	expect(isGiven(of(record('a', 'b'), record('c')), offered)).toBe(true);
	expect(isGiven(of(record('b')), offered)).toBe(true);
	expect(isGiven(of(record('b', 'd'), record('c')), offered)).toBe(false); // as many as before
	expect(isGiven(of(record('b'), record('e')), offered)).toBe(false);
	const sent = { safekeeping: new Map([['f', { where: 'sent', at: 1 }]]) };
	expect(isGiven(of(sent), offered)).toBe(true);
});

test('a file that cannot be read is none', async () => {
	const gone = { size: 10, text: () => Promise.reject(new DOMException('it is not there any more', 'NotReadableError')) } as Blob;
	expect(await fromFile(gone)).toBeUndefined();
});

test('a name that nobody on the team has is nobody’s', () => {
	expect(carried(state(parcel('f'.repeat(32), 2)))).toEqual({ records: 2, names: 'someone' });
});

test('3,000 files with something else in them are none, or hold the bytes that were sealed but for what was changed', async () => {
	let seed = 11;
	const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
	const bytes = Uint8Array.from({ length: 700 }, () => chance() * 256);
	const text = await asFile(bytes, 'sealed', 'For people.').text();
	for (let time = 0; time < 3_000; time += 1) {
		const at = Math.floor(chance() * text.length);
		const strange = ['', 'SHC1:', '\u0000', '=', '\r', String.fromCodePoint(Math.floor(chance() * 0x10_0000)), text][Math.floor(chance() * 7)] ?? '';
		const found = await fromFile(new Blob([text.slice(0, at) + strange + text.slice(at + Math.floor(chance() * 9))]));
		if (found) expect(found.length).toBeLessThanOrEqual(2 * bytes.length + 600);
	}
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
