/** QR codes. What makes them is loaded only when it is needed. */

interface Drawn {
	size: number;
	/** The dark squares as one path, a square being one unit, with the quiet zone around them. */
	path: string;
}

const QUIET = 4;
/** One size for all codes of a row, so that nothing jumps when they turn. */
const BYTES_VERSION = 15;

export async function qr(text: string): Promise<Drawn> {
	const { encodeQR } = await import('qr');
	return drawn(encodeQR(text, 'raw', { ecc: 'medium', border: QUIET }));
}

/** Bytes as they are, at most 520 of them. */
export async function qrOfBytes(bytes: Uint8Array): Promise<Drawn> {
	const { encodeQR } = await import('qr');
	const as = { ecc: 'low', encoding: 'byte', version: BYTES_VERSION, border: QUIET, textEncoder: () => bytes } as const;
	return drawn(encodeQR('.', 'raw', as));
}

function drawn(squares: readonly (readonly boolean[])[]): Drawn {
	const path = squares.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
	return { size: squares.length, path };
}
