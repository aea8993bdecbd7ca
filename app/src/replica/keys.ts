/**
 * The device's own keys. Their private halves are in storage only as wrapped
 * bytes: a handle that the browser "does not give out" still stands in clear in
 * its files. Unwrapped, they live in memory until the phone locks.
 */
import type { Id } from './api.ts';
import { type Bytes, concat, hex, sha256, unhex, utf8 } from './bytes.ts';
import { unwrapPrivate, wrapPrivate } from './vault.ts';

export interface Keys {
	signing: CryptoKeyPair;
	agreement: CryptoKeyPair;
}

interface WrappedPair {
	publicKey: Bytes;
	privateKey: { nonce: Bytes; bytes: Bytes };
}
/** As they are stored. */
export interface WrappedKeys {
	signing: WrappedPair;
	agreement: WrappedPair;
}

const CURVE = 'P-256';

/** New keys: wrapped at once, and as handles that nobody can export. */
export async function makeKeys(wrapping: CryptoKey): Promise<WrappedKeys> {
	const pair = async (made: CryptoKeyPair): Promise<WrappedPair> => ({ publicKey: await publicBytes(made), privateKey: await wrapPrivate(wrapping, made.privateKey) });
	return {
		signing: await pair(await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: CURVE }, true, ['sign', 'verify'])),
		agreement: await pair(await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: CURVE }, true, ['deriveBits']))
	};
}

export async function openKeys(wrapping: CryptoKey, kept: WrappedKeys | Keys): Promise<Keys> {
	if (isUnwrapped(kept)) return kept;
	const pair = async (one: WrappedPair, algorithm: 'ECDSA' | 'ECDH'): Promise<CryptoKeyPair> => ({
		publicKey: await crypto.subtle.importKey('raw', one.publicKey, { name: algorithm, namedCurve: CURVE }, true, algorithm === 'ECDSA' ? ['verify'] : []),
		privateKey: await unwrapPrivate(wrapping, one.privateKey, algorithm)
	});
	return { signing: await pair(kept.signing, 'ECDSA'), agreement: await pair(kept.agreement, 'ECDH') };
}

/** Keys of a phone that joined with an app that had no lock: their handles cannot be wrapped any more. */
export function isUnwrapped(kept: WrappedKeys | Keys): kept is Keys {
	return kept.signing.privateKey instanceof CryptoKey;
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
export async function documentOf(of: 'chair' | 'notice' | 'duty', from: Id): Promise<Id> {
	return hex((await sha256(concat(utf8(`safehall/${of}/v1\0`), unhex(from)))).slice(0, 16));
}
