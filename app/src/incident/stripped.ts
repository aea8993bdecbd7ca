/**
 * A picture without what a camera, a program or a person wrote into its file
 * beside it: where it was taken, when, with which device, and what was cut away.
 * Only parts that are needed to show it stay, byte for byte, and which side is up.
 * Bytes that do not go on as their kind has it are left as they are.
 */
import type { FileKind } from './picture.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export function stripped(bytes: Bytes, kind: FileKind): Bytes {
	const parts = kind === 'jpeg' ? jpeg(bytes) : kind === 'png' ? png(bytes) : kind === 'webp' ? webp(bytes) : undefined;
	return parts ? joined(parts) : bytes;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;
const COM = 0xfe;

/** Up to the end of its first picture: what a phone puts behind it is a second one, with all that was written into it. */
function jpeg(bytes: Bytes): Bytes[] | undefined {
	const kept = [bytes.subarray(0, 2)];
	let at = 2;
	let turned = 0;
	while (at + 2 <= bytes.length) {
		if (bytes[at] !== 0xff) return undefined;
		const marker = bytes[at + 1] ?? 0;
		if (marker === 0xff) {
			at += 1; // filling
			continue;
		}
		if (marker === EOI) return [...kept, bytes.subarray(at, at + 2)];
		if (isAlone(marker)) {
			kept.push(bytes.subarray(at, at + 2));
			at += 2;
			continue;
		}
		const length = at + 4 <= bytes.length ? big(bytes, at + 2, 2) : 0;
		if (length < 2 || at + 2 + length > bytes.length) return undefined;
		const end = at + 2 + length;
		const body = bytes.subarray(at + 4, end);
		if (marker === APP1 && turned === 0 && text(body, 0, 6) === 'Exif\0\0') {
			turned = orientation(body.subarray(6));
			if (turned > 1) kept.push(Uint8Array.of(0xff, APP1, 0, 34, ...ascii('Exif\0\0'), ...turning(turned)));
		}
		const pixels = marker === SOS ? endOfPixels(bytes, end) : end;
		if (isShown(marker, body)) kept.push(bytes.subarray(at, pixels));
		at = pixels;
	}
	return at === bytes.length ? kept : undefined;
}

function isAlone(marker: number): boolean {
	return marker === 0x01 || (marker >= 0xd0 && marker <= SOI);
}

/** Of what programs add, only how its colours are meant. */
function isShown(marker: number, body: Bytes): boolean {
	if (marker === 0xe2) return text(body, 0, 12) === 'ICC_PROFILE\0';
	if (marker === 0xe0) return text(body, 0, 5) === 'JFIF\0';
	return marker !== COM && (marker < 0xe0 || marker > 0xef || marker === 0xee);
}

/** Where the next part begins: among pixels, 0xff stands before a nought or a mark to go on from. */
function endOfPixels(bytes: Bytes, from: number): number {
	for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
		const next = bytes[at + 1] ?? 0;
		if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
	}
	return bytes.length; // cut off: what there is of it is shown
}

const PNG_SHOWN: ReadonlySet<string> = new Set(['gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'mDCV', 'cLLI', 'sBIT', 'bKGD', 'tRNS', 'pHYs', 'hIST', 'sPLT', 'acTL', 'fcTL', 'fdAT']);

/** Up to its end: behind it some programs leave what was cut away. */
function png(bytes: Bytes): Bytes[] | undefined {
	const kept = [bytes.subarray(0, 8)];
	let at = 8;
	while (at + 12 <= bytes.length) {
		const end = at + 12 + big(bytes, at, 4);
		if (end > bytes.length) return undefined;
		const kind = text(bytes, at + 4, 4);
		if (/^[A-Z]/.test(kind) || PNG_SHOWN.has(kind)) kept.push(bytes.subarray(at, end));
		if (kind === 'eXIf') {
			const turned = orientation(bytes.subarray(at + 8, end - 4));
			if (turned > 1) kept.push(chunk(kind, turning(turned)));
		}
		if (kind === 'IEND') return kept;
		at = end;
	}
	return undefined;
}

function chunk(kind: string, body: readonly number[]): Bytes {
	const summed = [...ascii(kind), ...body];
	let sum = 0xffffffff;
	for (const byte of summed) {
		sum ^= byte;
		for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
	}
	return Uint8Array.of(...bytesOf(body.length), ...summed, ...bytesOf(~sum >>> 0));
}

const WEBP_SHOWN: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Of its flags: there is EXIF, there is XMP. */
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;

function webp(bytes: Bytes): Bytes[] | undefined {
	const all = 8 + little(bytes, 4, 4);
	if (bytes.length < 12 || all > bytes.length) return undefined;
	const kept: Bytes[] = [];
	let at = 12;
	let turned = 0;
	while (at + 8 <= all) {
		const length = little(bytes, at + 4, 4);
		const end = at + 8 + length + (length % 2);
		if (at + 8 + length > all || end > bytes.length) return undefined;
		const kind = text(bytes, at, 4);
		if (WEBP_SHOWN.has(kind)) kept.push(bytes.slice(at, end));
		if (kind === 'EXIF') {
			const body = bytes.subarray(at + 8, at + 8 + length);
			turned = orientation(text(body, 0, 6) === 'Exif\0\0' ? body.subarray(6) : body);
		}
		at = end;
	}
	const [first] = kept;
	if (!first || at < all) return undefined;
	if (text(first, 0, 4) === 'VP8X' && first.length > 8) {
		first[8] = ((first[8] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | (turned > 1 ? HAS_EXIF : 0);
		if (turned > 1) kept.push(Uint8Array.of(...ascii('EXIF'), ...bytesOf(26).reverse(), ...turning(turned)));
	}
	const size = kept.reduce((sum, { length }) => sum + length, 4);
	return [Uint8Array.of(...ascii('RIFF'), ...bytesOf(size).reverse(), ...ascii('WEBP')), ...kept];
}

/** Which side is up, from 2 to 8; 1 or 0 where nothing has to be turned, or nobody can tell. */
function orientation(tiff: Bytes): number {
	const order = text(tiff, 0, 4);
	const number = order === 'II*\0' ? little : order === 'MM\0*' ? big : undefined;
	if (!number || tiff.length < 10) return 0;
	const begin = number(tiff, 4, 4);
	const count = begin + 2 <= tiff.length ? number(tiff, begin, 2) : 0;
	for (let at = begin + 2; at < begin + 2 + count * 12 && at + 12 <= tiff.length; at += 12) {
		if (number(tiff, at, 2) !== 0x0112) continue;
		const value = number(tiff, at + 2, 2) === 3 ? number(tiff, at + 8, 2) : 0;
		return value <= 8 ? value : 0;
	}
	return 0;
}

/** An EXIF that says which side is up, and nothing else. */
function turning(to: number): number[] {
	return [...ascii('II*\0'), 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, to, 0, 0, 0, 0, 0, 0, 0];
}

function joined(parts: readonly Bytes[]): Bytes {
	const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

function ascii(letters: string): number[] {
	return Array.from(letters, (letter) => letter.charCodeAt(0));
}

function text(bytes: Uint8Array, at: number, length: number): string {
	return String.fromCharCode(...bytes.subarray(at, at + length));
}

function bytesOf(value: number): number[] {
	return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function big(bytes: Uint8Array, at: number, length: number): number {
	return bytes.subarray(at, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
}

function little(bytes: Uint8Array, at: number, length: number): number {
	return bytes.subarray(at, at + length).reduceRight((sum, byte) => sum * 256 + byte, 0);
}
