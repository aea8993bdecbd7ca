/** Reads QR codes out of the pictures of a camera. */
import { decodeQR } from 'qr/decode.js';

/** How long a picture that is hard to read may keep the phone busy. */
const PATIENCE = 60;

/** The bytes of a code that a picture shows, or `undefined`. */
export function readQr(picture: { width: number; height: number; data: Uint8ClampedArray }): Uint8Array | undefined {
	let found: Uint8Array | undefined;
	try {
		decodeQR(picture, { format: 'RGBA', timeLimit: PATIENCE, textDecoder: (bytes) => ((found = bytes.slice()), '') });
	} catch {
		return undefined; // most pictures of a camera show none
	}
	return found;
}
