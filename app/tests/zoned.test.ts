import { describe, expect, test } from 'vitest';
import { fieldInWords } from '../src/words/format.ts';
import { speak } from '../src/words/index.ts';
import { whichDay, fieldOf, momentOf } from '../src/words/zoned.ts';

const BERLIN = 'Europe/Berlin';

describe('a time in a form field', () => {
	test.each([
		['in summer', '2026-09-29T14:00', '2026-09-29T12:00Z'],
		['in winter', '2026-12-01T00:05', '2026-11-30T23:05Z'],
		['just before the clocks go back', '2026-10-25T01:59', '2026-10-24T23:59Z'],
		['in the hour that comes twice: the first', '2026-10-25T02:30', '2026-10-25T00:30Z'],
		['after the clocks went back', '2026-10-25T03:00', '2026-10-25T02:00Z'],
		['after the clocks went forward', '2026-03-29T03:00', '2026-03-29T01:00Z']
	])('is read in the event’s own zone, %s', (_, field, moment) => {
		expect(momentOf(field, BERLIN)).toBe(Date.parse(moment));
		expect(fieldOf(Date.parse(moment), BERLIN)).toBe(field);
	});

	test('is read in a zone without whole hours, and far from here', () => {
		expect(momentOf('2026-09-29T14:00', 'Asia/Kathmandu')).toBe(Date.parse('2026-09-29T08:15Z'));
		expect(momentOf('2026-09-29T14:00', 'Pacific/Auckland')).toBe(Date.parse('2026-09-29T01:00Z'));
	});

	test('that is empty or broken names no moment', () => {
		expect(momentOf('', BERLIN)).toBeUndefined();
		expect(momentOf('soon', BERLIN)).toBeUndefined();
	});
});

describe('on which day it was', () => {
	const of = (at: string, now: string) => whichDay(Date.parse(at), Date.parse(now), BERLIN);
	test.each([
		['today', '2026-09-29T00:00+02:00', '2026-09-29T23:59+02:00'],
		['yesterday', '2026-09-28T00:00+02:00', '2026-09-29T23:59+02:00'],
		['earlier', '2026-09-27T23:59+02:00', '2026-09-29T00:00+02:00'],
		['yesterday', '2026-10-24T15:00+02:00', '2026-10-25T23:30+01:00'], // a day of 25 hours
		['yesterday', '2026-03-28T23:30+01:00', '2026-03-29T23:30+02:00'], // and one of 23
		['yesterday', '2026-10-24T23:30+02:00', '2026-10-25T00:10+02:00'],
		['earlier', '2025-09-29T12:00+02:00', '2026-09-29T12:00+02:00'],
		['earlier', '2025-09-28T12:00+02:00', '2026-09-29T12:00+02:00'],
		['yesterday', '2026-12-31T12:00+01:00', '2027-01-01T12:00+01:00']
	])('%s, where it was %s and is %s', (day, at, now) => expect(of(at, now)).toBe(day));
});

test.each([
	['en', '2026-09-29T09:05', 'Tuesday 29 September 2026, 09:05'],
	['de', '2026-09-29T09:05', 'Dienstag, 29. September 2026, 09:05'],
	['de', '2026-10-25T02:30', 'Sonntag, 25. Oktober 2026, 02:30'], // an hour that comes twice where the event is
	['en', '2026-01-02', 'Friday 2 January 2026'],
	['en', '', ''],
	['de', '2026-09-29T', '']
] as const)('in %s a field that holds %s says below itself “%s”', async (language, field, said) => {
	await speak(language);
	try {
		// Browsers differ in the comma after an English weekday.
		expect(fieldInWords(field).replace(/^Tuesday,|^Friday,/, (day) => day.slice(0, -1))).toBe(said);
	} finally {
		await speak('en');
	}
});
