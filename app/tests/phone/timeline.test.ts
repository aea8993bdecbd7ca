import { expect, test } from 'vitest';
import type { CaseView, Entry } from '../../src/incident/case.ts';
import type { CaseRecord } from '../../src/replica/api.ts';
import { timeline } from '../../src/routes/phone/timeline.ts';

const id = (letter: string) => letter.repeat(32);

function record(entries: Entry[]): CaseRecord {
	const view: CaseView = { reports: [], parties: [], entries, steps: [], support: [], aware: [], tasks: [], attachments: [], registers: {}, police: { state: 'unknown', versions: [] }, unread: 0 };
	return { id: id('0'), kind: 'case', codeName: 'Amber Kite', restricted: 'none', excluded: [], held: false, unsent: 0, safekeeping: new Map(), view };
}

test('a case that was handed over says to whom, and nothing that only the program reads', () => {
	const handed: Entry = { id: id('a'), by: id('1'), device: id('1'), at: 1, kind: 'handover', who: 'Jonas Brandt', value: id('f') };
	expect(timeline(record([handed]), null, 2, 'UTC').map((moment) => moment.text)).toEqual(['Handed over: Jonas Brandt']);
});

test('what is written from right to left stays together, and the time behind it stays behind it', () => {
	const helped: CaseView['support'] = [{ id: id('b'), by: id('1'), device: id('1'), at: 0, kind: 'fetch', text: 'דנה', who: 'Ben' }];
	const [moment] = timeline({ ...record([]), view: { ...record([]).view, support: helped } }, null, 2, 'UTC');
	expect(moment?.text).toBe('Fetch: \u2068דנה\u2069, Ben');
});
