import { describe, expect, test } from 'vitest';
import { look, type FileKind } from '../../src/incident/picture.ts';
import { stripped } from '../../src/incident/stripped.ts';
import { take } from '../../src/routes/unfold.ts';

type Bytes = number[];
const be = (value: number, length: number): Bytes => Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) % 256);
const le = (value: number, length: number): Bytes => be(value, length).reverse();
const ascii = (text: string): Bytes => Array.from(text, (letter) => letter.charCodeAt(0));

const SECRET = 'GPS 52.5200N 13.4050E, Dana’s phone'.replace('’', "'");
/** As a camera writes it: which side is up, and where it was taken. */
const tiff = (turned: number, motorola = false): Bytes => {
	const n = motorola ? be : le;
	return [...ascii(motorola ? 'MM\0*' : 'II*\0'), ...n(8, 4), ...n(2, 2), ...n(0x010f, 2), ...n(2, 2), ...n(SECRET.length, 4), ...n(38, 4), ...n(0x0112, 2), ...n(3, 2), ...n(1, 4), ...n(turned, 2), 0, 0, ...n(0, 4), ...ascii(SECRET)];
};
const turning = (to: number): Bytes => [...ascii('II*\0'), ...le(8, 4), ...le(1, 2), ...le(0x0112, 2), ...le(3, 2), ...le(1, 4), ...le(to, 2), 0, 0, ...le(0, 4)];

const segment = (marker: number, body: Bytes): Bytes => [0xff, marker, ...be(body.length + 2, 2), ...body];
const JFIF = segment(0xe0, [...ascii('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const COLOURS = segment(0xe2, [...ascii('ICC_PROFILE\0'), 1, 1, 9, 9]);
const FRAME = segment(0xc0, [8, ...be(30, 2), ...be(40, 2), 1, 1, 0x11, 0]);
const PIXELS = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 1, 2, 0xff, 0, 3, 0xff, 0xd0, 0xff, 0xff, 0, 4];
const END = [0xff, 0xd9];
const exif = (body: Bytes): Bytes => segment(0xe1, [...ascii('Exif\0\0'), ...body]);
const said = (marker: number): Bytes => segment(marker, ascii(SECRET));
const jpeg = (...between: Bytes[]): Bytes => [0xff, 0xd8, ...between.flat(), ...COLOURS, ...FRAME, ...PIXELS, ...FRAME, ...PIXELS, ...END];

const SIGNATURE = [0x89, ...ascii('PNG\r\n\x1a\n')];
const part = (kind: string, body: Bytes, sum: Bytes = [1, 2, 3, 4]): Bytes => [...be(body.length, 4), ...ascii(kind), ...body, ...sum];
const HEADER = part('IHDR', [...be(40, 4), ...be(30, 4), 8, 6, 0, 0, 0]);
const png = (...between: Bytes[]): Bytes => [...SIGNATURE, ...HEADER, ...between.flat(), ...part('gAMA', be(45_455, 4)), ...part('IDAT', [9, 9, 9]), ...part('IEND', [], [0xae, 0x42, 0x60, 0x82])];

const riffPart = (kind: string, body: Bytes): Bytes => [...ascii(kind), ...le(body.length, 4), ...body, ...(body.length % 2 ? [0] : [])];
const riff = (...parts: Bytes[]): Bytes => [...ascii('RIFF'), ...le(parts.flat().length + 4, 4), ...ascii('WEBP'), ...parts.flat()];
const extended = (flags: number): Bytes => riffPart('VP8X', [flags, 0, 0, 0, ...le(39, 3), ...le(29, 3)]);
const PICTURE = riffPart('VP8L', [0x2f, 1, 2, 3, 4]);

const of = (kind: FileKind, bytes: Bytes): Bytes => [...stripped(Uint8Array.from(bytes), kind)];

describe('a picture leaves behind where, when and with what it was taken', () => {
	test.each<[string, FileKind, Bytes, Bytes]>([
		['a photo', 'jpeg', jpeg(JFIF, exif(tiff(1)), said(0xe1), said(0xed), said(0xe4), said(0xfe)), jpeg(JFIF)],
		['a photo with filling between its parts', 'jpeg', jpeg([0xff, 0xff], exif(tiff(0))), jpeg()],
		['a photo with a second one behind it', 'jpeg', [...jpeg(segment(0xe2, ascii('MPF\0'))), ...jpeg(exif(tiff(1)))], jpeg()],
		['a photo with words between its turns', 'jpeg', [0xff, 0xd8, ...FRAME, ...PIXELS, ...said(0xfe), ...PIXELS, ...END], [0xff, 0xd8, ...FRAME, ...PIXELS, ...PIXELS, ...END]],
		['a photo that is cut off', 'jpeg', jpeg(said(0xfe)).slice(0, -2), jpeg().slice(0, -2)],
		['a picture of a screen', 'png', png(part('tEXt', ascii(SECRET)), part('iTXt', ascii(SECRET)), part('zTXt', ascii(SECRET)), part('tIME', [1, 2, 3]), part('eXIf', tiff(1)), part('caBX', ascii(SECRET))), png()],
		['a picture with what was cut away behind it', 'png', [...png(), ...ascii(SECRET)], png()],
		['a picture from the web', 'webp', riff(extended(0x2c), PICTURE, riffPart('EXIF', tiff(1)), riffPart('XMP ', ascii(SECRET)), riffPart('odd ', [1])), riff(extended(0x20), PICTURE)],
		['a simple picture from the web', 'webp', [...riff(PICTURE), ...ascii(SECRET)], riff(PICTURE)]
	])('%s', (_, kind, bytes, left) => {
		expect(of(kind, bytes)).toEqual(left);
	});

	test.each<[FileKind, Bytes]>([['jpeg', jpeg(JFIF)], ['png', png()], ['webp', riff(PICTURE)], ['webp', riff(extended(0), PICTURE)], ['gif', ascii('GIF89a')], ['pdf', ascii('%PDF-1.7')], ['heif', ascii('....ftypheic')]])('a %s in which nothing was written is the same, byte for byte', (kind, bytes) => {
		expect(of(kind, bytes)).toEqual(bytes);
	});
});

describe('a picture that was taken with a turned phone is still shown upright', () => {
	test.each([2, 3, 6, 8])('turned %i', (to) => {
		for (const motorola of [false, true]) expect(of('jpeg', jpeg(JFIF, exif(tiff(to, motorola)), said(0xe1)))).toEqual(jpeg(JFIF, exif(turning(to))));
		expect(of('webp', riff(extended(0x0c), PICTURE, riffPart('EXIF', tiff(to))))).toEqual(riff(extended(0x08), PICTURE, riffPart('EXIF', turning(to))));
		const kept = of('png', png(part('eXIf', tiff(to))));
		expect(kept.slice(0, -4).join()).toContain(part('eXIf', turning(to), []).join());
		expect(String.fromCharCode(...kept)).not.toContain('GPS');
	});

	test('the sum of the part that says so is right', () => {
		const kept = of('png', png(part('eXIf', tiff(6))));
		const at = SIGNATURE.length + HEADER.length;
		const body = Uint8Array.from(kept.slice(at + 4, at + 8 + 26));
		let sum = 0xffffffff;
		for (const byte of body) {
			sum ^= byte;
			for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1) >>> 0;
		}
		expect(kept.slice(at + 8 + 26, at + 12 + 26)).toEqual(be((sum ^ 0xffffffff) >>> 0, 4));
	});
});

describe('bytes that are no picture', () => {
	const whole: [FileKind, Bytes][] = [['jpeg', jpeg(JFIF, exif(tiff(6)), said(0xfe))], ['png', png(part('eXIf', tiff(6)), part('tEXt', ascii(SECRET)))], ['webp', riff(extended(0x0c), PICTURE, riffPart('EXIF', tiff(6)))]];

	test.each(whole)('a %s that is cut off anywhere is never more than it was', (kind, bytes) => {
		for (let length = 0; length <= bytes.length; length += 1) expect(of(kind, bytes.slice(0, length)).length).toBeLessThanOrEqual(length);
	});

	test.each(whole)('3,000 times a %s with wrong bytes in it, and what is stripped once stays as it is', (kind, bytes) => {
		let seed = 7;
		const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
		for (let round = 0; round < 3_000; round += 1) {
			const wrong = [...bytes];
			for (let count = 1 + random(6); count > 0; count -= 1) wrong[random(wrong.length)] = random(3) ? random(256) : 0xff;
			const once = of(kind, wrong);
			expect(once.length).toBeLessThanOrEqual(wrong.length);
			expect(of(kind, once)).toEqual(once);
		}
	});
});

test('what is chosen goes with a case without it', async () => {
	const got = await take(new Blob([Uint8Array.from(jpeg(JFIF, exif(tiff(6))))]));
	if ('refused' in got) throw new Error(got.refused);
	expect([...got.bytes]).toEqual(jpeg(JFIF, exif(turning(6))));
	expect(got.seen).toEqual(look(got.bytes));
});
