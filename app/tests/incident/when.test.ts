import { describe, expect, it } from 'vitest';
import { firstGuess, moved, reach, widened, withKind } from '../../src/incident/when.ts';

const AT = (clock: string) => Date.parse(`2026-09-29T${clock}:00Z`);

describe('an approximate time', () => {
	it('starts with the last quarter of an hour on full five minutes', () => {
		expect(firstGuess(AT('10:47') + 12_345)).toEqual({ kind: 'around', from: AT('10:30'), to: AT('10:45') });
	});
	it('never ends in the future', () => {
		const time = { kind: 'around', from: AT('10:30'), to: AT('10:45') } as const;
		expect(moved(time, 1, AT('10:47'))).toEqual({ kind: 'around', from: AT('10:32'), to: AT('10:47') });
		expect(moved(time, -2, AT('10:47'))).toEqual({ kind: 'around', from: AT('10:20'), to: AT('10:35') });
	});
	it('keeps the words of the teller in every kind', () => {
		const time = { kind: 'around', from: AT('10:30'), to: AT('10:45'), words: 'after the second talk' } as const;
		expect(withKind(time, 'unknown')).toEqual({ kind: 'unknown', words: 'after the second talk' });
		expect(withKind(time, 'before')).toEqual({ kind: 'before', from: AT('10:30'), words: 'after the second talk' });
	});
	it('is never shorter than nothing', () => {
		expect(widened({ kind: 'around', from: AT('10:40'), to: AT('10:45') }, -3)).toEqual({ kind: 'around', from: AT('10:45'), to: AT('10:45') });
	});
	it('is found on a bar over the last four hours, and over the whole day of anything earlier', () => {
		const midnight = (at: number) => at - (at % 86_400_000);
		const now = AT('19:55');
		expect(reach(undefined, now, midnight)).toEqual({ from: AT('15:55'), to: now, open: true });
		expect(reach(AT('15:55'), now, midnight)).toEqual({ from: AT('15:55'), to: now, open: true });
		expect(reach(AT('15:40'), now, midnight), 'this morning is on it, and nothing to come').toEqual({ from: AT('00:00'), to: now, open: true });
		const yesterday = 86_400_000;
		expect(reach(AT('19:40') - yesterday, now, midnight), 'all of yesterday, and no more').toEqual({ from: AT('00:00') - yesterday, to: AT('00:00'), open: false });
	});
	it('a day on which the clocks change is as long as it is', () => {
		const start = Date.parse('2026-10-24T22:00:00Z');
		const next = Date.parse('2026-10-25T23:00:00Z'); // Berlin, 25 hours later
		const startOf = (at: number) => (at >= next ? next : start);
		expect(reach(start + 3_600_000, next + 7_200_000 * 12, startOf)).toEqual({ from: start, to: next, open: false });
	});
});
