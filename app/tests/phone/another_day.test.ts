/** Times on the phone: of today without a word more, of another day with its day. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { newReport, type ReportDraft } from '../../src/incident/report.ts';
import { Role, type Draft } from '../../src/replica/api.ts';
import Case from '../../src/routes/phone/Case.svelte';
import Home from '../../src/routes/phone/Home.svelte';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import Support from '../../src/routes/phone/Support.svelte';
import Tell from '../../src/routes/phone/Tell.svelte';
import { timeline } from '../../src/routes/phone/timeline.ts';
import Write from '../../src/routes/phone/Write.svelte';
import { Writing } from '../../src/routes/phone/writing.svelte.ts';
import { speak } from '../../src/words/index.ts';
import '../../src/words/late.ts';
import { alma, AMBER, at, documents, id, QUIET } from '../console/journeys.ts';
import { put } from '../console/memory.ts';

const DAY = 86_400_000;

/** Noor’s phone at 12:41, so many days after the reports. */
function noors(days: number, held = documents(), drafts: Draft[] = []): Phone {
	const replica = alma('12:41', held);
	replica.change({ drafts, self: { ...replica.state.self!, staff: id('noor'), device: id('N1'), name: 'Noor Haddad', roles: [Role.RESPONDER], label: 'N1' } });
	Object.assign(replica, { now: () => at('12:41') + days * DAY });
	return new Phone(replica);
}

/** The words of a screen without its marks. */
function shown(screen: unknown, props: Record<string, unknown>): string {
	return render(screen as Component<Record<string, unknown>>, { props })
		.body.replace(/<!--.*?-->|<svg.*?<\/svg>/gs, '')
		.replace(/<[^>]+>/g, ' ')
		.replace(/\s+/g, ' ');
}

const draft: ReportDraft = { ...newReport({ case: id('new'), report: id('new-r'), identity: id('new-i') }, at('10:40')), danger: { value: 'no', at: at('10:41') }, steps: { IR3: { result: 'done', at: at('10:42') } } };

afterEach(async () => {
	await speak('en');
	vi.unstubAllGlobals();
});

describe('a time says its day once it is of another day', () => {
	test('in the list of cases', () => {
		const list = (days: number) => shown(Home, { phone: noors(days) });
		expect(list(0)).toContain('Started 10:42 by you');
		expect(list(0)).toContain('Started 11:10 by you');
		expect(list(1)).toContain('Started 29 September 10:42 by you');
		expect(list(1)).toContain('Started 29 September 11:10 by you');
	});

	test('at a report that was begun and not finished', () => {
		const begun: Draft = { id: draft.case, startedAt: at('10:40'), savedAt: at('10:42'), fields: { report: draft } };
		const card = (days: number) => shown(Home, { phone: noors(days, documents(), [begun]) });
		expect(card(0)).toContain('Started 10:40 ');
		expect(card(0)).toContain('Everything you typed until 10:42 is back.');
		expect(card(1)).toContain('Started 29 September 10:40 ');
		expect(card(1)).toContain('Everything you typed until 29 September 10:42 is back.');
	});

	test('where the report is written', () => {
		vi.stubGlobal('history', { state: null });
		vi.stubGlobal('location', { hash: '' });
		const screen = (days: number) => {
			const phone = noors(days);
			const writing = new Writing(phone, draft, at('10:40'), at('10:42'));
			phone.state.pack!.steps.unshift({ ...phone.state.pack!.steps[0]!, code: 'IR1', title: 'Danger' });
			return shown(Support, { phone, writing }) + shown(Write, { phone, writing });
		};
		expect(screen(0)).toContain('No · 10:41');
		expect(screen(0)).toContain('Saved on this phone 10:42');
		expect(screen(1)).toContain('No · 29 September 10:41');
		expect(screen(1)).toContain('Saved on this phone 29 September 10:42');
	});

	test('where the chair is to be told, in both languages', async () => {
		const aim = (days: number) => shown(Tell, { phone: noors(days), id: QUIET });
		expect(aim(0)).toContain('Aim: by 11:20.');
		expect(aim(1)).toContain('Aim: by 29 September 11:20.');
		await speak('de');
		expect(aim(0)).toContain('Ziel: bis 11:20.');
		expect(aim(1)).toContain('Ziel: bis 29. September 11:20.');
	});

	test('at what was said about police, and at who took the report down', () => {
		const page = (days: number) => shown(Case, { phone: noors(days), id: AMBER });
		expect(page(0)).toContain('12:01 “no” to you.');
		expect(page(0)).toContain('taken by you 10:42');
		expect(page(1)).toContain('29 September 12:01 “no” to you.');
		expect(page(1)).toContain('taken by you 29 September 10:42');
	});

	test('and every screen can: none of them asks for the bare time of day', () => {
		const folder = join(import.meta.dirname, '../../src/routes');
		const bare = readdirSync(join(folder, 'phone'), { recursive: true, encoding: 'utf8' })
			.map((file) => join('phone', file))
			.concat('pictures.ts')
			.filter((file) => /\.(ts|svelte)$/.test(file) && /import \{[^}]*\bclock\b[^}]*\} from '[./]*words\/format\.ts'/.test(readFileSync(join(folder, file), 'utf8')));
		// The column of the timeline, where the day stands above the times.
		expect(bare).toEqual(['phone/timeline.ts']);
	});
});

describe('the timeline of a case', () => {
	/** What stands above all of it, and above the first entry of each day. */
	const heads = (phone: Phone) => [...render(Case, { props: { phone, id: AMBER } }).body.matchAll(/<(span class="label|li class="day)[^>]*>([^<]+)/g)].map(([, at, label]) => (at!.startsWith('span') ? `all: ${label!}` : label));

	test('of one day names it once, above', () => {
		expect(heads(noors(0))).toEqual(['all: 29 September']);
		expect(heads(noors(1))).toEqual(['all: 29 September']);
	});

	test('of several days names each where it begins', () => {
		const held = documents();
		const amber = held.find((one) => one.id === AMBER)!;
		put(amber, 'entries', id('a-next'), id('noor'), id('N1'), at('09:05') + DAY, { kind: 'note', text: 'Dana is back' }, at('09:06') + DAY);
		expect(heads(noors(1, held))).toEqual(['29 September', '30 September']);
	});

	test('says the whole span of what went on past midnight', () => {
		const moments = (until: number) => {
			const held = documents();
			const amber = held.find((one) => one.id === AMBER)!;
			amber.collections.get('answers')!.find((one) => one.fields['field'] === 'occurred')!.fields['time'] = { kind: 'around', from: at('23:40'), to: until };
			const phone = noors(1, held);
			return timeline(phone.state.cases.find((one) => one.id === AMBER)!, phone.state.pack, phone.now, phone.zone).filter((one) => one.account).map((one) => [...one.clock, one.text]);
		};
		expect(moments(at('23:50'))).toEqual([['23:40', '–23:50', '']]);
		expect(moments(at('00:20') + DAY)).toEqual([['23:40', 'around 29 September 23:40–30 September 00:20']]);
		expect(moments(at('12:20') + 2 * DAY)).toEqual([['23:40', 'around 29 September 23:40–1 October 12:20']]);
	});
});
