/** What is done with bytes here and nowhere else; the rest is for all rooms. */
import { type Bytes, concat, hex } from '../bytes.ts';

export { type Bytes, concat, hex };

/** Reads an even number of hex digits; anything else is a mistake of the caller. */
export function unhex(digits: string): Bytes {
	if (!/^(?:[0-9a-f]{2})*$/.test(digits)) throw new RangeError('not lower-case hex digits');
	return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function utf8(text: string): Bytes {
	return new TextEncoder().encode(text);
}

export async function sha256(...parts: readonly Uint8Array[]): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));
}

export function randomBytes(length: number): Bytes {
	return crypto.getRandomValues(new Uint8Array(length));
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** A UUID, version 4, as 32 hex digits. */
export function newId(): string {
	const bytes = randomBytes(16);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	return hex(bytes);
}
