/** A clock time without its day is read as one of the same day: where it is not, the day stands with it. */
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/incident/case.ts';
import type { LedgerLine } from '../../src/incident/ledger.ts';
import type { Moment } from '../../src/incident/timeline.ts';
import { Desk } from '../../src/routes/console/desk.svelte.ts';
import { atLines, ledgerWords, settlesWords, timeWords } from '../../src/routes/console/say.ts';
import '../../src/words/late.ts';
import { alma, at } from './journeys.ts';

const DAY = 86_400_000;
const desk = new Desk(alma('14:10'));

test('a span past midnight ends on a day, and beside the line stands no end that seems to come before its beginning', () => {
	const told = { kind: 'at' as const, from: at('23:50') - DAY, to: at('00:20') };
	expect(timeWords(told, desk)).toMatch(/28 September 23:50–29 September 00:20$/);
	expect(timeWords({ ...told, from: at('23:50') - 2 * DAY, to: at('00:20') - DAY }, desk)).toMatch(/27 September 23:50–28 September 00:20$/);
	expect(atLines({ told } as Moment, desk)).toEqual(['23:50']);
	expect(atLines({ told: { ...told, from: at('10:15'), to: at('10:30') } } as Moment, desk)).toEqual(['10:15', '–10:30']);
});

describe('what an entry settles', () => {
	const entry = (id: string, when: number, replaces?: string): Entry => ({ id, kind: 'note', by: 'noor', device: 'N1', at: when, ...(replaces && { replaces }) });

	test('is named by clock times on its own day, and with the day where it was another', () => {
		const last = entry('c', at('11:00'), 'a b');
		expect(settlesWords(last, [entry('a', at('10:42')), entry('b', at('10:50')), last], desk)).toMatch(/10:42.*10:50/);
		expect(settlesWords(last, [entry('a', at('10:42')), entry('b', at('10:50')), last], desk)).not.toContain('September');
		expect(settlesWords(last, [entry('a', at('18:42') - DAY), entry('b', at('10:50')), last], desk)).toMatch(/28 September 18:42.*10:50/);
	});
});

test('the clock of a phone that is a day behind says so in the ledger', () => {
	const line = (deviceAt: number): LedgerLine => ({ number: 1n, at: at('10:42'), what: 'delivered', staff: '', device: '', document: '', person: '', aboutDevice: '', detail: '', deviceAt });
	expect(ledgerWords(line(at('10:40')), desk).detail).toBe('by the phone’s clock 10:40');
	expect(ledgerWords(line(at('10:40') - DAY), desk).detail).toBe('by the phone’s clock 28 September 10:40');
});
