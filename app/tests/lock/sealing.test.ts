import { describe, expect, test } from 'vitest';
import { randomBytes } from '../../src/replica/bytes.ts';
import { takeIn, takeOut } from '../../src/replica/intake.ts';
import { pack, unpack } from '../../src/replica/packing.ts';
import { type Sealed, Unreadable } from '../../src/replica/sealing.ts';
import { newSecrets, Slots } from '../../src/replica/slots.ts';
import { Shelter, Storage } from '../../src/replica/storage.ts';
import { makeLock } from '../../src/replica/vault.ts';
import { CASE, Hall, note, opened, PIN, record, Slot, storageOf, stretch } from '../replica/hall.ts';

const { publicKey } = record.intake;
const CANARY = 'heron-canary-word';
const kept = (state: 'unsent' | 'kept' | 'refused', document = CASE) => ({ id: 'aa'.repeat(32), document, kind: 'case', device: 'dd'.repeat(16), order: 1, body: randomBytes(90), signature: randomBytes(64), state });
const draft = (id: string, fields: object = { report: CANARY }) => ({ id, startedAt: 1, savedAt: 2, fields });

describe('bytes of a record', () => {
	test.each([[1], ['word'], [null], [[]], [{}], [{ a: new Uint8Array(), b: [randomBytes(3), { c: new Uint8Array(300_000).fill(3) }], d: 'ü\0bytes', e: false }], [randomBytes(7)]])('%# come back as they were', (record) => {
		expect(unpack(pack(record))).toEqual(record);
	});

	test('that are none throw', () => {
		for (const bytes of [new Uint8Array(), randomBytes(5), pack({ a: randomBytes(9) }).slice(0, -1), Uint8Array.of(...pack(1), 0)]) expect(() => unpack(bytes)).toThrow();
	});
});

describe('a sealed record', () => {
	test('shows nothing, differs each time, and opens only where it was put', async () => {
		const { sealer } = opened;
		const one = await sealer.encode('drafts', CASE, draft(CASE));
		const two = await sealer.encode('drafts', CASE, draft(CASE));
		expect(two.bytes).not.toEqual(one.bytes);
		expect(new TextDecoder('latin1').decode(one.bytes)).not.toContain('canary');
		expect(await sealer.decode('drafts', CASE, one)).toEqual(draft(CASE));
		await expect(sealer.decode('drafts', 'dd'.repeat(16), one)).rejects.toBeInstanceOf(Unreadable);
		await expect(sealer.decode('intents', CASE, one)).rejects.toBeInstanceOf(Unreadable);
		await expect(sealer.decode('drafts', CASE, { ...one, as: 'cached' })).rejects.toBeInstanceOf(Unreadable);
		const flipped = one.bytes.slice();
		flipped[9]! ^= 1;
		await expect(sealer.decode('drafts', CASE, { ...one, bytes: flipped })).rejects.toBeInstanceOf(Unreadable);
		const stranger = await makeLock(PIN, newSecrets(), false, stretch);
		await expect(stranger.opened.sealer.decode('drafts', CASE, one)).rejects.toBeInstanceOf(Unreadable);
	});

	test('says in clear only whether nobody else has it, under a name that tells no case', async () => {
		const { sealer } = opened;
		const of = async (state: 'unsent' | 'kept' | 'refused', document?: string): Promise<Sealed> => sealer.encode('envelopes', 'k', kept(state, document));
		expect((await of('kept')).only).toBeUndefined();
		expect((await of('kept')).as).toBe('cached');
		const unsent = await of('unsent');
		expect(unsent.as).toBe('sealed');
		expect(unsent.only).toBe((await of('unsent')).only);
		expect(unsent.only).not.toBe((await of('unsent', '0d'.repeat(16))).only);
		expect(CASE).not.toContain(unsent.only);
		// A note that is being typed belongs to its case.
		expect((await sealer.encode('drafts', 'x', draft('0e'.repeat(16), { note: CASE }))).only).toBe(unsent.only);
	});

	test('of a newer app stops everything, and is not thrown away', async () => {
		const hall = new Hall();
		const storage = await storageOf(hall);
		await (await Shelter.open(hall.db)).writeRaw([{ store: 'looks', key: 'k', value: { as: 'later', bytes: 1 } }]);
		await expect(storage.all()).rejects.toThrow('newer app');
	});
});

describe('storage', () => {
	test('counts what is only here without a key', async () => {
		const hall = new Hall();
		const storage = await storageOf(hall);
		const shelter = await Shelter.open(hall.db);
		expect(await shelter.onlyHere()).toBe(0);
		const intent = { order: '1', at: 1, intention: note('01'.repeat(16)) };
		await storage.commit([
			{ into: 'envelopes', key: 'a', value: kept('unsent') },
			{ into: 'envelopes', key: 'b', value: kept('kept', '0d'.repeat(16)) },
			{ into: 'intents', key: '1', value: intent },
			{ into: 'drafts', key: 'x', value: draft('0e'.repeat(16)) }
		]);
		expect(await shelter.onlyHere()).toBe(2);
		await storage.commit([{ into: 'envelopes', key: 'a', value: kept('kept') }, { outOf: 'intents', key: '1' }]);
		expect(await shelter.onlyHere()).toBe(1);
		await shelter.keepTaken('0f'.repeat(16), await takeIn(publicKey, '0f'.repeat(16), draft('0f'.repeat(16))));
		expect(await shelter.onlyHere()).toBe(2);
	});

	test('counts no report where a phone noted only that it is ready', async () => {
		const hall = new Hall();
		const storage = await storageOf(hall);
		const ready = { ...note('01'.repeat(16)), kind: 'duty' as const };
		await storage.commit([
			{ into: 'intents', key: '1', value: { order: '1', at: 1, intention: ready } },
			{ into: 'envelopes', key: 'a', value: { ...kept('unsent'), kind: 'duty' } },
			{ into: 'envelopes', key: 'b', value: { ...kept('unsent'), kind: 'notice' } }
		]);
		expect(await (await Shelter.open(hall.db)).onlyHere()).toBe(0);
	});

	test('misses what somebody took away, store by store', async () => {
		for (const store of ['meta', 'drafts', 'envelopes', 'intake'] as const) {
			const hall = new Hall();
			const storage = await storageOf(hall);
			const shelter = await Shelter.open(hall.db);
			await storage.commit([
				{ into: 'meta', key: 'forgotten', value: [] },
				{ into: 'drafts', key: 'x', value: draft(CASE) },
				{ into: 'envelopes', key: 'a', value: kept('unsent') }
			]);
			await shelter.keepTaken(CASE, await takeIn(publicKey, CASE, draft(CASE)));
			expect(await shelter.losses()).toEqual({});
			await shelter.run([store], 'readwrite', (tx) => {
				tx.objectStore(store).clear();
				return () => undefined;
			});
			expect(await shelter.losses()).toEqual({ [store]: 1 });
		}
	});

	test('leaves out what cannot be opened, and says how much that is', async () => {
		const hall = new Hall();
		const storage = await storageOf(hall);
		await storage.commit([{ into: 'drafts', key: 'x', value: draft(CASE) }, { into: 'drafts', key: 'y', value: draft(CASE) }]);
		const stranger = await makeLock(PIN, newSecrets(), false, stretch);
		await new Storage(await Shelter.open(hall.db), stranger.opened.sealer).commit([{ into: 'drafts', key: 'y', value: draft(CASE) }]);
		const { drafts, unreadable } = await storage.all();
		expect(drafts.map(([key]) => key)).toEqual(['x']);
		expect(unreadable).toBe(1);
	});
});

describe('what is taken in while locked', () => {
	test('is read by nobody who has only the phone’s public key, and by the unlocked phone', async () => {
		const taken = await takeIn(publicKey, CASE, draft(CASE));
		expect(new TextDecoder('latin1').decode(taken.bytes)).not.toContain('canary');
		expect(await takeOut(opened.intake, publicKey, CASE, taken)).toEqual(draft(CASE));
		await expect(takeOut(opened.intake, publicKey, 'dd'.repeat(16), taken)).rejects.toThrow();
		const stranger = await makeLock(PIN, newSecrets(), false, stretch);
		await expect(takeOut(stranger.opened.intake, stranger.record.intake.publicKey, CASE, taken)).rejects.toThrow();
	});
});

describe('the slots', () => {
	test('are overwritten in place, each by itself and all at once', async () => {
		const file = new Slot();
		const slots = new Slots(file);
		expect(await slots.read()).toBeUndefined();
		const secrets = newSecrets();
		await slots.put(secrets);
		expect(await slots.read()).toEqual({ ...secrets, made: false });
		await slots.made();
		await slots.destroyCache();
		expect(await slots.read()).toEqual({ device: secrets.device, cache: undefined, made: true });
		expect(contains(file.bytes!, secrets.cache)).toBe(false);
		await slots.renewCache();
		await slots.destroyAll();
		expect(await slots.read()).toBeUndefined();
		expect(file.bytes!.every((byte) => byte === 0)).toBe(true);
	});
});

function contains(bytes: Uint8Array, part: Uint8Array): boolean {
	return Buffer.from(bytes).includes(Buffer.from(part));
}
