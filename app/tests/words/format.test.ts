/** Days and times as they are shown: the day is there where it is another, and the year where that is. */
import { afterEach, describe, expect, test } from 'vitest';
import { beside, date, moment, spokenTime } from '../../src/words/format.ts';
import { en } from '../../src/words/en/index.ts';
import { speak } from '../../src/words/index.ts';

const BERLIN = 'Europe/Berlin';
const at = Date.parse;
const now = at('2026-09-29T13:45+02:00');

afterEach(() => speak('en'));

describe('a moment', () => {
	test.each([
		['of today', '2026-09-29T18:00+02:00', '18:00', '18:00'],
		['of another day', '2026-10-02T18:00+02:00', '2 October 18:00', '2. Oktober 18:00'],
		['of this day in another year', '2027-09-29T18:00+02:00', '29 September 2027 18:00', '29. September 2027 18:00'],
		['of another day in another year', '2028-12-31T18:00+01:00', '31 December 2028 18:00', '31. Dezember 2028 18:00'],
		['of the year before', '2025-09-29T18:00+02:00', '29 September 2025 18:00', '29. September 2025 18:00'],
		['of a year that has begun where the event is and not yet in London', '2026-12-31T23:30Z', '1 January 2027 00:30', '1. Januar 2027 00:30']
	])('%s says what it needs to be understood', async (_, iso, english, german) => {
		expect(moment(at(iso), now, BERLIN)).toBe(english);
		await speak('de');
		expect(moment(at(iso), now, BERLIN)).toBe(german);
	});

	test('of last night is of another year, once it is a new one', () => {
		expect(moment(at('2026-12-31T23:50+01:00'), at('2027-01-01T00:10+01:00'), BERLIN)).toBe('31 December 2026 23:50');
	});

	test('beside another has the year only where that is another', () => {
		const from = at('2025-09-29T10:00+02:00');
		expect(beside(from, at('2025-09-29T11:00+02:00'), BERLIN)).toBe('11:00');
		expect(beside(from, at('2025-09-30T11:00+02:00'), BERLIN)).toBe('30 September 11:00');
		expect(beside(from, at('2026-09-29T11:00+02:00'), BERLIN)).toBe('29 September 2026 11:00');
		expect(spokenTime({ kind: 'around', from, to: at('2025-09-29T11:00+02:00') }, now, BERLIN, en.sheets.time.spoken)).toContain('29 September 2025 10:00–11:00');
	});
});

test('on paper everything has its day and its year, also what is of today', async () => {
	expect(moment(now, null, BERLIN)).toBe('29 September 2026 13:45');
	const until = at('2026-09-29T14:00+02:00');
	expect(spokenTime({ kind: 'between', from: now, to: until }, null, BERLIN, en.sheets.time.spoken)).toContain('29 September 2026 13:45–14:00');
	await speak('de');
	expect(moment(now, null, BERLIN)).toBe('29. September 2026 13:45');
});

test('a day of another year says which', async () => {
	expect(date(now, now, BERLIN)).toBe('29 September');
	expect(date(at('2027-09-29T18:00+02:00'), now, BERLIN)).toBe('29 September 2027');
	await speak('de');
	expect(date(at('2027-09-29T18:00+02:00'), now, BERLIN)).toBe('29. September 2027');
});
