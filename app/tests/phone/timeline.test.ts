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
