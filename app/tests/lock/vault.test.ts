import { argon2id } from 'hash-wasm';
import { describe, expect, test } from 'vitest';
import type { Secret } from '../../src/replica/api.ts';
import { hex, randomBytes, utf8 } from '../../src/replica/bytes.ts';
import { makeKeys, openKeys, publicBytes, sign } from '../../src/replica/keys.ts';
import { newSecrets } from '../../src/replica/slots.ts';
import { FLOOR, makeLock, openByPasskey, openBySecret, type Stretch, weakness, withPasskey, WrongSecret } from '../../src/replica/vault.ts';
import { PIN, stretch } from '../replica/hall.ts';

/** The real thing, as the worker does it. */
const argon: Stretch = (password, salt, cost) =>
	argon2id({ password, salt, memorySize: cost.memory, iterations: cost.passes, parallelism: cost.lanes, hashLength: 32, outputType: 'binary' }) as ReturnType<Stretch>;

const other: Secret = { kind: 'pin', text: '481593' };

describe('a lock', () => {
	test('opens with its PIN, the real Argon2id and the slots, and with nothing less', async () => {
		const secrets = newSecrets();
		const { record, opened } = await makeLock(PIN, secrets, false, argon);
		const again = await openBySecret(record, PIN, secrets, argon);
		const sealed = await opened.sealer.encode('looks', 'k', 'canary');
		expect(await again.sealer.decode('looks', 'k', sealed)).toBe('canary');
		await expect(openBySecret(record, other, secrets, argon)).rejects.toBeInstanceOf(WrongSecret);
		// A copy of the database with the right PIN, and other slots: another phone, or this one after its slots were overwritten.
		await expect(openBySecret(record, PIN, { ...secrets, device: randomBytes(32) }, argon)).rejects.toBeInstanceOf(WrongSecret);
	}, 60_000);

	test('never costs less than the floor, whoever wrote the record', async () => {
		const secrets = newSecrets();
		const { record } = await makeLock(PIN, secrets, false, stretch);
		const [unlocker] = record.unlockers;
		expect(FLOOR).toEqual({ memory: 65_536, passes: 3, lanes: 1 });
		expect(unlocker).toMatchObject({ cost: FLOOR });
		for (const cost of [{ ...FLOOR, memory: 65_535 }, { ...FLOOR, passes: 2 }, { ...FLOOR, lanes: 4 }, { ...FLOOR, memory: NaN }]) {
			const cheaper = { ...record, unlockers: [{ ...unlocker!, cost }] } as typeof record;
			await expect(openBySecret(cheaper, PIN, secrets, stretch)).rejects.toBeInstanceOf(RangeError);
		}
	});

	test('takes no secret that anybody could guess', async () => {
		for (const text of ['', '12345', '000000', '123456', '654321', '987654', '121212', '123123', '112211', 'abcdef', '147258', '012345', '890123']) {
			expect(weakness({ kind: 'pin', text }), text).toBeDefined();
			await expect(makeLock({ kind: 'pin', text }, newSecrets(), false, stretch)).rejects.toBeInstanceOf(RangeError);
		}
		for (const text of ['481592', '902817', '73910468']) expect(weakness({ kind: 'pin', text }), text).toBeUndefined();
		expect(weakness({ kind: 'passphrase', text: 'too short' })).toBe('short');
		expect(weakness({ kind: 'passphrase', text: 'aaaaaaaaaaaaaaaa' })).toBe('easy');
		expect(weakness({ kind: 'passphrase', text: 'amber ladder violet harbour' })).toBeUndefined();
	});

	test('opens with a passkey as well, and not with another one', async () => {
		const secrets = newSecrets();
		const { record, opened } = await makeLock(PIN, secrets, false, stretch);
		const held = randomBytes(32);
		const both = await withPasskey(record, PIN, secrets, stretch, { credential: randomBytes(16), salt: randomBytes(32), held });
		const sealed = await opened.sealer.encode('looks', 'k', 'canary');
		expect(await (await openByPasskey(both, held, secrets)).sealer.decode('looks', 'k', sealed)).toBe('canary');
		expect(await (await openBySecret(both, PIN, secrets, stretch)).sealer.decode('looks', 'k', sealed)).toBe('canary');
		await expect(openByPasskey(both, randomBytes(32), secrets)).rejects.toBeInstanceOf(WrongSecret);
		await expect(openByPasskey(record, held, secrets)).rejects.toBeInstanceOf(WrongSecret);
		await expect(withPasskey(record, other, secrets, stretch, { credential: held, salt: held, held })).rejects.toBeInstanceOf(WrongSecret);
	});

	test('has nothing of a key in its record', async () => {
		const secrets = newSecrets();
		const { record } = await makeLock(PIN, secrets, false, stretch);
		const text = JSON.stringify(record, (_name, value: unknown) => (value instanceof Uint8Array ? hex(value) : value));
		for (const secret of [hex(secrets.device), hex(secrets.cache), PIN.text, hex(utf8(PIN.text)), hex(await stretch(utf8(PIN.text), secrets.device, FLOOR))]) expect(text).not.toContain(secret);
	});
});

describe('the device’s own keys', () => {
	test('are stored wrapped, sign after they were opened, and cannot be exported', async () => {
		const { opened } = await makeLock(PIN, newSecrets(), false, stretch);
		const kept = await makeKeys(opened.wrapping);
		const copy = structuredClone(kept);
		expect(Object.values(kept).flatMap((pair: object): unknown[] => Object.values(pair)).some((part) => part instanceof CryptoKey)).toBe(false);
		const keys = await openKeys(opened.wrapping, copy);
		const signature = await sign(keys.signing.privateKey, utf8('word'));
		expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, keys.signing.publicKey, signature, utf8('word'))).toBe(true);
		for (const key of [keys.signing.privateKey, keys.agreement.privateKey]) await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toThrow();
		expect(await publicBytes(keys.agreement)).toEqual(kept.agreement.publicKey);
		const stranger = await makeLock(PIN, newSecrets(), false, stretch);
		await expect(openKeys(stranger.opened.wrapping, kept)).rejects.toThrow();
	});
});
