import { expect, test } from 'vitest';
import { randomBytes } from '../../src/replica/bytes.ts';
import { codesOf, Gathering, MOST_CODES } from '../../src/routes/codes.ts';
import { readQr } from '../../src/routes/scan.ts';
import { photo, poster, type Shot } from './photo.ts';

const STRAIGHT: Shot = { width: 640, height: 640, fills: 0.8, turned: 0, tilted: 0, noise: 0 };

/** The same numbers from 0 to 1 each time. */
function dice(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

async function codes(length: number): Promise<Uint8Array<ArrayBuffer>[]> {
	return (await codesOf(randomBytes(length))) ?? [];
}

test('bytes come back whole from their codes, in any order, with some read twice', async () => {
	for (const length of [1, 499, 500, 501, 3_300, 30_000]) {
		const whole = randomBytes(length);
		const parts = (await codesOf(whole)) ?? [];
		const gathering = new Gathering();
		for (const part of parts.toReversed()) {
			expect(await gathering.whole()).toBeUndefined();
			expect(gathering.take(part)).toBe('new');
			expect(gathering.take(part)).toBe('known');
		}
		expect([gathering.all, gathering.missing]).toEqual([Math.ceil(length / 500), 0]);
		expect(await gathering.whole()).toEqual(whole);
	}
});

test('what would take too many codes has none', async () => {
	expect(await codes(MOST_CODES * 500)).toHaveLength(MOST_CODES);
	expect(await codesOf(randomBytes(MOST_CODES * 500 + 1))).toBeUndefined();
});

test('codes that were made anew begin anew, and those of anybody else change nothing', async () => {
	const gathering = new Gathering();
	const [first, second] = [await codes(1_200), await codes(1_700)];
	gathering.take(first[0] ?? new Uint8Array());
	expect(gathering.missing).toBe(2);
	for (const stranger of [new Uint8Array(), new TextEncoder().encode('https://example.org/'), new Uint8Array(900), first[1]?.with(4, 0), first[1]?.with(4, 4), first[1]?.with(5, 61), first[1]?.slice(0, 14)]) {
		expect(gathering.take(stranger ?? new Uint8Array())).toBe('none');
	}
	expect(gathering.missing).toBe(2);
	gathering.take(second[0] ?? new Uint8Array());
	expect([gathering.all, gathering.missing]).toEqual([4, 3]);
});

test('two phones in one picture do not undo each other, and neither does one that began anew', async () => {
	const [mine, theirs] = [randomBytes(2_300), randomBytes(1_900)];
	const [one, other] = [(await codesOf(mine)) ?? [], (await codesOf(theirs)) ?? []];
	const gathering = new Gathering();
	const wholes: (Uint8Array | undefined)[] = [];
	for (let at = 0; at < 5; at += 1) {
		for (const code of [one[at], other[at]]) if (code && gathering.take(code) === 'new') wholes.push(await gathering.whole());
	}
	expect(wholes.filter(Boolean)).toEqual([theirs, mine]);
});

test('however many rows somebody shows, no more than a few of them are remembered', async () => {
	const gathering = new Gathering();
	const [first, second] = await codes(900);
	gathering.take(first ?? new Uint8Array());
	for (let row = 0; row < 50; row += 1) for (const code of (await codes(30_000)).slice(0, 2)) gathering.take(code);
	gathering.take(second ?? new Uint8Array());
	expect([gathering.all, gathering.missing]).toEqual([2, 1]);
});

test('4,000 codes that are none, or are turned round somewhere, make no whole that nobody sent', async () => {
	const chance = dice(4);
	const wholes = [randomBytes(1_400), randomBytes(700)];
	const good = (await Promise.all(wholes.map(async (whole) => (await codesOf(whole)) ?? []))).flat();
	let gathering = new Gathering();
	let made = 0;
	for (let time = 0; time < 4_000; time += 1) {
		const code = new Uint8Array(good[Math.floor(chance() * good.length)] ?? []);
		const how = chance();
		const at = Math.floor(chance() * code.length);
		if (how < 0.3) code[at] = Math.floor(chance() * 256);
		else if (how < 0.4) code[4 + Math.floor(chance() * 2)] = Math.floor(chance() * 256); // its number, or how many there are
		if (gathering.take(how > 0.95 ? code.subarray(0, at) : how > 0.9 ? randomBytes(at) : code) !== 'new') continue;
		const whole = await gathering.whole();
		expect(gathering.missing).toBeGreaterThanOrEqual(0);
		if (!whole) continue;
		made += 1;
		gathering = new Gathering();
		expect(wholes.map((one) => one.join())).toContain(whole.join());
	}
	expect(made).toBeGreaterThan(100);
});

test('a part that is not what it was makes nothing, and all of it is read again', async () => {
	const [first, second] = await codes(900);
	const gathering = new Gathering();
	gathering.take(first ?? new Uint8Array());
	gathering.take(second?.with(200, 1 ^ (second[200] ?? 0)) ?? new Uint8Array());
	expect(await gathering.whole()).toBeUndefined();
	expect(gathering.missing).toBe(gathering.all);
	for (const part of [first, second]) gathering.take(part ?? new Uint8Array());
	expect(await gathering.whole()).toBeDefined();
});

test('codes are read out of pictures as cheap cameras take them: turned, tilted, smeared, unevenly lit, noisy', async () => {
	const whole = Uint8Array.from({ length: 3_200 }, (_, at) => (at * at * 31 + at * 7) >> 3);
	const parts = (await codesOf(whole)) ?? [];
	const shots: Shot[] = [
		STRAIGHT,
		{ ...STRAIGHT, turned: 6, noise: 25 },
		{ ...STRAIGHT, turned: -11, tilted: 0.12, noise: 20 },
		{ ...STRAIGHT, turned: 92, noise: 20 },
		{ ...STRAIGHT, turned: 181, noise: 30 },
		{ ...STRAIGHT, width: 720, height: 1_280, fills: 0.75, turned: 4, tilted: 0.1, noise: 30 },
		{ ...STRAIGHT, width: 1_280, height: 720, fills: 0.45, turned: -3, noise: 20 }
	];
	const gathering = new Gathering();
	for (const [at, part] of parts.entries()) {
		const picture = await photo(part, shots[at % shots.length] ?? STRAIGHT);
		const read = readQr(picture);
		expect(read?.join(), `shot ${at}`).toBe(part.join());
		gathering.take(read ?? new Uint8Array());
	}
	expect(await gathering.whole()).toEqual(whole);
}, 60_000);

test('a picture without a code, and one of somebody else’s, is none of ours', () => {
	expect(readQr({ width: 640, height: 480, data: new Uint8ClampedArray(640 * 480 * 4).fill(128) })).toBeUndefined();
	const strange = readQr(poster());
	expect(new Gathering().take(strange ?? new Uint8Array())).toBe('none');
	expect(strange).toBeDefined();
});

test('no picture keeps the phone busy, however it was made', () => {
	const [chance, side] = [dice(9), 480];
	const patterns: ((x: number, y: number) => number)[] = [
		() => chance() * 255,
		(x, y) => ((x >> 3) + (y >> 3)) % 2 * 255,
		(x) => (x % 7) * 36,
		(x, y) => (Math.max(Math.abs((x % 28) - 14), Math.abs((y % 28) - 14)) >> 2) % 2 * 255 // corner marks all over
	];
	for (const of of patterns) {
		const data = new Uint8ClampedArray(side * side * 4).fill(255);
		for (let at = 0; at < side * side; at += 1) data.fill(of(at % side, Math.floor(at / side)), at * 4, at * 4 + 3);
		const begun = performance.now();
		readQr({ width: side, height: side, data });
		expect(performance.now() - begun).toBeLessThan(2_000);
	}
});
