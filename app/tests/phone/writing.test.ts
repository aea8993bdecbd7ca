/** What somebody tells stays on the phone until all of it is written down, whatever the phone and its lock do meanwhile. */
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, test, vi } from 'vitest';
import type { Lock } from '../../src/replica/api.ts';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import ReadBack from '../../src/routes/phone/ReadBack.svelte';
import Left from '../../src/routes/phone/sheets/Left.svelte';
import { to } from '../../src/routes/route.ts';
import { words } from '../../src/words/index.ts';
import { alma } from '../console/journeys.ts';
import type { MemoryReplica } from '../console/memory.ts';

// Who leaves a page is asked where to.
vi.stubGlobal('location', { hash: '' });
const LOCKED: Lock = { state: 'locked', since: 1, by: 'pin', passkey: false, only: 0, carries: false, member: true, wrong: 0, until: 0 };
const SAID = 'He said it again and again. ';
const LONG = SAID.repeat(1_300);
const caseOf = (replica: MemoryReplica, id: string) => replica.state.cases.find((one) => one.id === id);
const accounts = (replica: MemoryReplica, id: string) => JSON.stringify(caseOf(replica, id)?.view.reports[0]?.accounts ?? null);

describe('a text that is too long for one string', () => {
	test('is not thrown away when the report is saved; what fits is written down, and all of it once it is shorter', async () => {
		const replica = alma();
		const report = new Phone(replica).begin();
		report.change((draft) => ({ ...draft, words: LONG, place: 'Foyer', asked: true }));
		expect(await report.finish()).toBe(false);
		expect(replica.state.drafts).toHaveLength(1);
		expect(caseOf(replica, report.id)?.view.registers['place']?.versions[0]?.value).toBe('Foyer');
		report.change((draft) => ({ ...draft, words: SAID }));
		expect(await report.finish()).toBe(true);
		expect([replica.state.drafts, accounts(replica, report.id).includes(SAID)]).toEqual([[], true]);
	});

	test.each([
		['in an answer', { answers: { circumstances: LONG } }],
		['in what helps', { support: { IR2: { kind: 'private_place' as const, text: LONG } } }],
		['about a person', { parties: { a: { kind: 'reported' as const, description: LONG } } }],
		['about who told', { reporter: { safety: LONG } }],
		['about a call', { deeds: [{ id: 'd', kind: 'police_called' as const, at: 1, told: { why: LONG } }] }]
	])('keeps the draft %s, too', async (_, said) => {
		const replica = alma();
		const report = new Phone(replica).begin();
		report.change((draft) => ({ ...draft, words: 'He followed me.', asked: true, ...said }));
		expect(await report.finish()).toBe(false);
		expect(JSON.stringify(replica.state.drafts)).toContain(LONG);
		expect(JSON.stringify(replica.written)).not.toContain(SAID);
	});

	test('stays open on a locked phone', async () => {
		const replica = alma();
		replica.change({ lock: LOCKED, ready: false });
		const phone = new Phone(replica);
		const report = phone.begin();
		report.change((draft) => ({ ...draft, words: LONG }));
		expect([await report.finish(), phone.writing(report.id)]).toEqual([false, report]);
		expect(replica.state.drafts).toHaveLength(1);
	});

	test('says so where it is saved, with the way back to it', () => {
		const phone = new Phone(alma());
		const writing = phone.begin();
		const shown = () => [ReadBack, Left].map((screen) => render(screen as unknown as Component, { props: { phone, writing, close: () => undefined } as object }).body);
		for (const html of shown()) expect(html).not.toContain(words.report.write.tooLong.title);
		writing.change((draft) => ({ ...draft, words: LONG }));
		for (const html of shown()) expect([html.includes(words.report.write.tooLong.title), html.includes(`href="${to.write(writing.id)}"`)]).toEqual([true, true]);
	});
});
