/**
 * The device's own keys. The private halves are handles that the browser does
 * not give out; with the lock of a later version they are wrapped under the
 * unlock key as well.
 */
import { type Bytes, concat, sha256, utf8 } from './bytes.ts';

export interface Keys {
	signing: CryptoKeyPair;
	agreement: CryptoKeyPair;
}

const CURVE = 'P-256';

export async function makeKeys(): Promise<Keys> {
	return {
		signing: await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: CURVE }, false, ['sign', 'verify']),
		agreement: await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: CURVE }, false, ['deriveBits'])
	};
}

/** 65 bytes: the uncompressed point. */
export async function publicBytes(pair: CryptoKeyPair): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
}

/** ES256 over the message: 64 bytes, r then s. */
export async function sign(key: CryptoKey, message: Bytes): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, message));
}

/** A device's id follows from its key. */
export async function deviceId(signingKey: Uint8Array): Promise<Bytes> {
	return (await sha256(utf8('safehall/device/v1\0'), signingKey)).slice(0, 16);
}

/** A document's id that follows from another's: the chair document of a case, the notice and the duty of an event. */
export async function derivedId(of: 'chair' | 'notice' | 'duty', from: Bytes): Promise<Bytes> {
	return (await sha256(concat(utf8(`safehall/${of}/v1\0`), from))).slice(0, 16);
}
