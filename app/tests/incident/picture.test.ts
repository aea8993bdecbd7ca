import { describe, expect, test } from 'vitest';
import { CHUNK, chunks, ending, HEAD, look, mayUnfold, MOST_BYTES, MOST_PIXELS } from '../../src/incident/picture.ts';

const be = (value: number, length: number) => Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) % 256);
const le = (value: number, length: number) => be(value, length).reverse();
const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

const png = (width: number, height: number) => [0x89, ...ascii('PNG\r\n\x1a\n'), ...be(13, 4), ...ascii('IHDR'), ...be(width, 4), ...be(height, 4), 8, 6, 0, 0, 0];
const segment = (marker: number, body: number[]) => [0xff, marker, ...be(body.length + 2, 2), ...body];
const frame = (width: number, height: number, marker = 0xc0) => segment(marker, [8, ...be(height, 2), ...be(width, 2), 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
const jpeg = (width: number, height: number, before: number[] = segment(0xe1, ascii('Exif\0\0')), marker = 0xc0) => [0xff, 0xd8, ...before, ...frame(width, height, marker)];
const riff = (kind: string, body: number[]) => [...ascii('RIFF'), ...le(1000, 4), ...ascii('WEBP'), ...ascii(kind), ...le(body.length, 4), ...body, ...Array<number>(12).fill(0)];
const lossy = (width: number, height: number) => riff('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, ...le(width, 2), ...le(height, 2)]);
const lossless = (width: number, height: number) => riff('VP8L', [0x2f, ...le(width - 1 + (height - 1) * 2 ** 14, 4)]);
const extended = (width: number, height: number) => riff('VP8X', [0, 0, 0, 0, ...le(width - 1, 3), ...le(height - 1, 3)]);
const gif = (screen: [number, number], picture: [number, number, number, number], extension: number[] = []) => [
	...ascii('GIF89a'), ...le(screen[0], 2), ...le(screen[1], 2), 0x80, 0, 0, 1, 2, 3, 4, 5, 6, ...extension, 0x2c, ...picture.flatMap((value) => le(value, 2)), 0
];
const box = (brand: string) => [...be(24, 4), ...ascii('ftyp'), ...ascii(brand), 0, 0, 0, 0];

const of = (bytes: number[]) => look(Uint8Array.from(bytes));

describe('what a file is, by its first bytes', () => {
	test.each([
		['PNG', png(640, 480), { kind: 'png', mime: 'image/png', width: 640, height: 480 }],
		['JPEG', jpeg(4032, 3024), { kind: 'jpeg', mime: 'image/jpeg', width: 4032, height: 3024 }],
		['JPEG that is sent in turns', jpeg(100, 50, [], 0xc2), { kind: 'jpeg', mime: 'image/jpeg', width: 100, height: 50 }],
		['JPEG with filling and tables before the size', jpeg(7, 9, [0xff, 0xff, ...segment(0xe0, [1]).slice(1), ...segment(0xc4, [1, 2, 3]), ...segment(0xdb, Array<number>(64).fill(1))]), { kind: 'jpeg', mime: 'image/jpeg', width: 7, height: 9 }],
		['WebP with losses', lossy(1200, 800), { kind: 'webp', mime: 'image/webp', width: 1200, height: 800 }],
		['WebP without losses', lossless(16_384, 3), { kind: 'webp', mime: 'image/webp', width: 16_384, height: 3 }],
		['WebP with more in it', extended(70_000, 2), { kind: 'webp', mime: 'image/webp', width: 70_000, height: 2 }],
		['GIF', gif([320, 200], [0, 0, 320, 200]), { kind: 'gif', mime: 'image/gif', width: 320, height: 200 }],
		['GIF with a comment, and a picture larger than its screen', gif([1, 1], [10, 20, 50_000, 40_000], [0x21, 0xfe, 3, 1, 2, 3, 2, 1, 1, 0]), { kind: 'gif', mime: 'image/gif', width: 50_010, height: 40_020 }],
		['picture of an iPhone', box('heic'), { kind: 'heif', mime: 'image/heic' }],
		['AVIF', box('avif'), { kind: 'heif', mime: 'image/avif' }],
		['PDF', ascii('%PDF-1.7\n'), { kind: 'pdf', mime: 'application/pdf' }],
		['JPEG without a size before its pixels', [0xff, 0xd8, ...segment(0xda, [1]), ...frame(9, 9)], { kind: 'jpeg', mime: 'image/jpeg' }],
		['JPEG of no height', jpeg(100, 0), { kind: 'jpeg', mime: 'image/jpeg' }],
		['PNG whose first part is no header', png(1, 1).map((byte, at) => (at === 12 ? 0 : byte)), { kind: 'png', mime: 'image/png' }]
	])('%s', (_, bytes, found) => {
		expect(of(bytes)).toEqual(found);
	});

	test.each([
		['nothing', []],
		['a text', ascii('They shouted at me.')],
		['a web page', ascii('<!doctype html><script>alert(1)</script>')],
		['a drawing that is a program', ascii('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
		['an archive', ascii('PK\x03\x04')],
		['a program', ascii('MZ\x90\0')],
		['a film', box('isom')],
		['sound in the same wrapping as WebP', [...ascii('RIFF'), ...le(1000, 4), ...ascii('WAVE')]]
	])('%s is nothing that is taken', (_, bytes) => {
		expect(of(bytes)).toBeUndefined();
	});

	test('a size behind the first megabyte is not looked for', () => {
		const filling = Array.from({ length: 17 }, () => segment(0xe2, Array<number>(65_000).fill(0))).flat();
		expect(filling.length).toBeGreaterThan(HEAD);
		expect(of(jpeg(10, 10, filling))).toEqual({ kind: 'jpeg', mime: 'image/jpeg' });
	});
});

describe('what may be unfolded', () => {
	test.each([
		['the picture of a good phone', png(8160, 6120), true],
		['as many pixels as may be', png(10_000, 5_000), true],
		['one line more', png(10_000, 5_001), false],
		['a picture bomb', png(100_000, 100_000), false],
		['the largest numbers that fit', png(2 ** 32 - 1, 2 ** 32 - 1), false],
		['a very long line', png(20_000, 1), false],
		['of no known size', [0xff, 0xd8, 0xff, 0xd9], false],
		['a PDF', ascii('%PDF-1.4'), false],
		['a kind that not every browser knows', box('heic'), false]
	])('%s: %s', (_, bytes, may) => {
		const seen = of(bytes);
		expect(seen && mayUnfold(seen)).toBe(may);
	});
});

/** The same draws in every run. */
function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

describe('whatever the bytes are', () => {
	const draw = dice(20_261_126);
	const whole = (most: number) => Math.floor(draw() * most);
	const heads = [png(640, 480), jpeg(640, 480), lossy(64, 48), lossless(64, 48), extended(64, 48), gif([64, 48], [0, 0, 64, 48], [0x21, 0xf9, 4, 0, 0, 0, 0, 0]), box('heic'), ascii('%PDF-1.7')];

	function holds(bytes: Uint8Array): void {
		const seen = look(bytes);
		if (!seen) return;
		expect((seen.width === undefined) === (seen.height === undefined)).toBe(true);
		for (const side of [seen.width, seen.height]) if (side !== undefined) expect(Number.isInteger(side) && side > 0 && side <= 2 ** 32).toBe(true);
		if (mayUnfold(seen)) expect((seen.width ?? Infinity) * (seen.height ?? Infinity)).toBeLessThanOrEqual(MOST_PIXELS);
	}

	test('a head that is cut off anywhere says no more than it has', () => {
		for (const head of heads) for (let length = 0; length <= head.length; length += 1) holds(Uint8Array.from(head.slice(0, length)));
	});

	test('5,000 heads with wrong bytes in them, and 5,000 without any sense', () => {
		for (let round = 0; round < 5_000; round += 1) {
			const head = Uint8Array.from([...(heads[whole(heads.length)] ?? []), ...Array.from({ length: whole(200) }, () => whole(256))]);
			for (let wrong = whole(6); wrong >= 0; wrong -= 1) head[whole(head.length)] = whole(256);
			holds(head);
			const start = heads[whole(heads.length)]?.slice(0, whole(8)) ?? [];
			holds(Uint8Array.from([...start, ...Array.from({ length: whole(300) }, () => whole(256))]));
		}
	});

	test.each([0x00, 0x01, 0x21, 0x2c, 0xff])('a megabyte of %i behind any head is looked through in no time', (byte) => {
		for (const head of heads) {
			const long = new Uint8Array(HEAD + 10).fill(byte);
			long.set(head.slice(0, 20));
			const began = performance.now();
			holds(long);
			expect(performance.now() - began).toBeLessThan(5_000);
		}
	});
});

test('bytes are cut into pieces that make the whole again', () => {
	for (const size of [1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7, MOST_BYTES]) {
		const bytes = new Uint8Array(size).map((_, at) => at % 251);
		const cut = chunks(bytes);
		expect(cut.slice(0, -1).every((piece) => piece.length === CHUNK)).toBe(true);
		expect(cut.length).toBeLessThanOrEqual(40);
		expect(Buffer.concat(cut).equals(Buffer.from(bytes))).toBe(true);
	}
	expect(chunks(new Uint8Array())).toEqual([]);
});

test('a saved copy ends as what it is', () => {
	expect((['jpeg', 'png', 'webp', 'gif', 'heif', 'pdf'] as const).map(ending)).toEqual(['jpg', 'png', 'webp', 'gif', 'heic', 'pdf']);
});
