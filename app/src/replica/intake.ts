/**
 * What is taken in while the phone is locked. It is sealed to a public key: the
 * phone that wrote it cannot read it back before somebody unlocks it.
 */
import { type Bytes, concat, utf8 } from './bytes.ts';
import { pack, unpack } from './packing.ts';

export interface Taken {
	as: 'intake';
	/** The public half of a key that was used once. */
	once: Bytes;
	bytes: Bytes;
}

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

export async function takeIn(publicKey: Bytes, id: string, record: unknown): Promise<Taken> {
	const to = await crypto.subtle.importKey('raw', publicKey, CURVE, false, []);
	const pair = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
	const once = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
	const { key, algorithm } = await between(pair.privateKey, to, once, publicKey, id);
	return { as: 'intake', once, bytes: new Uint8Array(await crypto.subtle.encrypt(algorithm, key, pack(record))) };
}

/** Rejects when it was sealed to another key or changed. */
export async function takeOut(privateKey: CryptoKey, publicKey: Bytes, id: string, taken: Taken): Promise<unknown> {
	const once = await crypto.subtle.importKey('raw', taken.once, CURVE, false, []);
	const { key, algorithm } = await between(privateKey, once, taken.once, publicKey, id);
	return unpack(new Uint8Array(await crypto.subtle.decrypt(algorithm, key, taken.bytes)));
}

/** The key is used once, so that the nonce need not be random. */
async function between(mine: CryptoKey, theirs: CryptoKey, once: Bytes, to: Bytes, id: string): Promise<{ key: CryptoKey; algorithm: AesGcmParams }> {
	const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, mine, 256);
	const from = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
	const key = await crypto.subtle.deriveKey(
		{ name: 'HKDF', hash: 'SHA-256', salt: concat(once, to), info: utf8('safehall/intake/v1') }, from, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']
	);
	return { key, algorithm: { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: utf8(`safehall/intake/v1\0${id}`) } };
}
