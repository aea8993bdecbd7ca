import { describe, expect, it } from 'vitest';
import { firstGuess, moved, widened, withKind } from '../../src/incident/when.ts';

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
});
