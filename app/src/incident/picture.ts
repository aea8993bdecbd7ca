/**
 * What the first bytes of a file say that it is. A name and a type are claims of
 * whoever made the file; a decoder goes by the bytes, and so does this. How many
 * pixels a picture would have stands in its header: one that would fill the
 * memory is known before anybody unfolds it.
 */

export type FileKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'heif' | 'pdf';

export interface Seen {
	kind: FileKind;
	mime: string;
	/** Absent: the header does not say, or not where it is looked for. */
	width?: number;
	height?: number;
}

/** No header is looked for behind these bytes. */
export const HEAD = 1024 * 1024;
/** What an attachment may have, and how its bytes are cut. */
export const MOST_BYTES = 10 * 1024 * 1024;
export const CHUNK = 256 * 1024;
/** As many as a good phone takes in one picture; unfolded that is 200 MB. */
export const MOST_PIXELS = 50_000_000;
const LONGEST_SIDE = 16_384;

/** `undefined`: nothing that this app takes. Looks at the first `HEAD` bytes at most. */
export function look(bytes: Uint8Array): Seen | undefined {
	const head = bytes.subarray(0, HEAD);
	if (starts(head, [0xff, 0xd8, 0xff])) return seen('jpeg', 'image/jpeg', jpeg(head));
	if (starts(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return seen('png', 'image/png', png(head));
	if (text(head, 0, 4) === 'RIFF' && text(head, 8, 4) === 'WEBP') return seen('webp', 'image/webp', webp(head));
	if (text(head, 0, 6) === 'GIF87a' || text(head, 0, 6) === 'GIF89a') return seen('gif', 'image/gif', gif(head));
	if (text(head, 4, 4) === 'ftyp') return heif(text(head, 8, 4));
	if (text(head, 0, 5) === '%PDF-') return seen('pdf', 'application/pdf', undefined);
	return undefined;
}

/** Whether it may be unfolded to be seen: a picture of a known size that fits into the memory of any device. */
export function mayUnfold({ kind, width, height }: Seen): boolean {
	if (kind === 'pdf' || kind === 'heif' || width === undefined || height === undefined) return false;
	return width > 0 && height > 0 && Math.max(width, height) <= LONGEST_SIDE && width * height <= MOST_PIXELS;
}

/** How a saved copy ends. */
export function ending(kind: FileKind): string {
	return kind === 'jpeg' ? 'jpg' : kind === 'heif' ? 'heic' : kind;
}

/** The bytes as they travel: pieces of `CHUNK`, the last is what is left. */
export function chunks<B extends Uint8Array>(bytes: B): B[] {
	return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, at) => bytes.subarray(at * CHUNK, (at + 1) * CHUNK) as B);
}

type Size = readonly [width: number, height: number] | undefined;

function seen(kind: FileKind, mime: string, size: Size): Seen {
	const [width, height] = size ?? [];
	return width === undefined || height === undefined || width === 0 || height === 0 ? { kind, mime } : { kind, mime, width, height };
}

/** Segments up to the frame header. Each step goes on by two bytes at least. */
function jpeg(head: Uint8Array): Size {
	let at = 2;
	while (at + 4 <= head.length) {
		if (head[at] !== 0xff) return undefined;
		const marker = head[at + 1] ?? 0;
		if (marker === 0xff) {
			at += 1; // filling
			continue;
		}
		if (marker === 0xda || marker === 0xd9) return undefined; // pixels, or the end, before any size
		if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
			at += 2;
			continue;
		}
		const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
		if (frame) return at + 9 <= head.length ? [big(head, at + 7, 2), big(head, at + 5, 2)] : undefined;
		const length = big(head, at + 2, 2);
		if (length < 2) return undefined;
		at += 2 + length;
	}
	return undefined;
}

function png(head: Uint8Array): Size {
	return head.length >= 24 && text(head, 12, 4) === 'IHDR' ? [big(head, 16, 4), big(head, 20, 4)] : undefined;
}

function webp(head: Uint8Array): Size {
	if (head.length < 30) return undefined;
	switch (text(head, 12, 4)) {
		case 'VP8 ':
			return starts(head.subarray(23), [0x9d, 0x01, 0x2a]) ? [little(head, 26, 2) & 0x3fff, little(head, 28, 2) & 0x3fff] : undefined;
		case 'VP8L': {
			const bits = little(head, 21, 4);
			return head[20] === 0x2f ? [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1] : undefined;
		}
		case 'VP8X':
			return [little(head, 24, 3) + 1, little(head, 27, 3) + 1];
		default:
			return undefined;
	}
}

/** The screen, or the first picture on it where that is larger: some decoders go by the one, some by the other. */
function gif(head: Uint8Array): Size {
	if (head.length < 13) return undefined;
	const [width, height, flags] = [little(head, 6, 2), little(head, 8, 2), head[10] ?? 0];
	let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
	while (at + 10 <= head.length) {
		if (head[at] === 0x2c) return [Math.max(width, little(head, at + 1, 2) + little(head, at + 5, 2)), Math.max(height, little(head, at + 3, 2) + little(head, at + 7, 2))];
		if (head[at] !== 0x21) return undefined;
		at += 2;
		while (at < head.length && head[at] !== 0) at += 1 + (head[at] ?? 0);
		at += 1;
	}
	return undefined;
}

function heif(brand: string): Seen | undefined {
	if (['avif', 'avis'].includes(brand)) return seen('heif', 'image/avif', undefined);
	return ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'].includes(brand) ? seen('heif', 'image/heic', undefined) : undefined;
}

function starts(bytes: Uint8Array, with_: readonly number[]): boolean {
	return with_.every((byte, at) => bytes[at] === byte);
}

function text(bytes: Uint8Array, at: number, length: number): string {
	return String.fromCharCode(...bytes.subarray(at, at + length));
}

function big(bytes: Uint8Array, at: number, length: number): number {
	return bytes.subarray(at, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
}

function little(bytes: Uint8Array, at: number, length: number): number {
	return bytes.subarray(at, at + length).reduceRight((sum, byte) => sum * 256 + byte, 0);
}
