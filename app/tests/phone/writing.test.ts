/** What somebody tells stays on the phone until all of it is written down, whatever the phone and its lock do meanwhile. */
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keepWords, newReport, writeOver, writeOwn } from '../../src/incident/report.ts';
import type { Lock } from '../../src/replica/api.ts';
import { staysHere } from '../../src/routes/phone/carried.ts';
import { Note } from '../../src/routes/phone/note.svelte.ts';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import ReadBack from '../../src/routes/phone/ReadBack.svelte';
import Left from '../../src/routes/phone/sheets/Left.svelte';
import { to } from '../../src/routes/route.ts';
import { words } from '../../src/words/index.ts';
import { besides, recordLine, unsentCases } from '../../src/words/state.ts';
import { alma, AMBER } from '../console/journeys.ts';
import type { MemoryReplica } from '../console/memory.ts';

// Who leaves a page is asked where to.
vi.stubGlobal('location', { hash: '' });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const LOCKED: Lock = { state: 'locked', since: 1, by: 'pin', passkey: false, only: 0, carries: false, member: true, wrong: 0, until: 0 };
const SAID = 'He said it again and again. ';
const LONG = SAID.repeat(1_300);
const caseOf = (replica: MemoryReplica, id: string) => replica.state.cases.find((one) => one.id === id);
const accounts = (replica: MemoryReplica, id: string) => JSON.stringify(caseOf(replica, id)?.view.reports[0]?.accounts ?? null);

afterEach(() => vi.useRealTimers());

/** What the screens do not need of the browser. */
const browser = () => {
	const none = () => undefined;
	vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: none, removeEventListener: none, documentElement: { dataset: {} } });
	vi.stubGlobal('window', { addEventListener: none, removeEventListener: none });
	vi.stubGlobal('addEventListener', none);
	vi.stubGlobal('removeEventListener', none);
	vi.stubGlobal('matchMedia', () => ({ matches: false }));
};

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

describe('a phone that was locked', () => {
	/** Everything that was read leaves the state with the lock, as on a real phone; it is there again once it was opened and read. */
	function locking(replica: MemoryReplica): { shut: () => void; open: () => void } {
		const { lock } = replica.state;
		let left = { cases: replica.state.cases, identities: replica.state.identities, drafts: replica.state.drafts };
		const shut = () => {
			left = { cases: replica.state.cases, identities: replica.state.identities, drafts: replica.state.drafts };
			replica.change({ lock: LOCKED, ready: false, cases: [], identities: [], drafts: [] });
		};
		const open = () => {
			const sealed = replica.state.drafts;
			replica.change({ lock: { ...lock, since: 99 } as Lock });
			replica.change({ ...left, drafts: [...left.drafts.filter(({ id }) => !sealed.some((one) => one.id === id)), ...sealed], ready: true });
		};
		Object.assign(replica.lock, { shut });
		return { shut, open };
	}
	/** The server has all of a case. */
	function sent(replica: MemoryReplica, id: string): void {
		const now = replica.now();
		replica.change({ cases: replica.state.cases.map((one) => (one.id === id ? { ...one, unsent: 0, lastSentAt: now, safekeeping: new Map([...one.safekeeping.keys()].map((key) => [key, { where: 'sent' as const, at: now }])) } : one)) });
	}
	const line = (phone: Phone, id: string) => {
		const record = phone.state.cases.find((one) => one.id === id);
		return record && recordLine(record, { state: 'online' }, phone.now, '', false, besides(phone.state, id)).text;
	};

	test('counts what was typed into a case that was sent as only here, until it is written down', async () => {
		const replica = alma();
		const report = new Phone(replica).begin();
		report.change((draft) => ({ ...draft, words: 'First part.', asked: true }));
		expect(await report.pause()).toBe(true);
		sent(replica, report.id);
		const phone = new Phone(replica);
		expect([unsentCases(phone.state), line(phone, report.id), staysHere(phone.state)]).toEqual([0, words.sync.sent.text, false]);
		report.change((draft) => ({ ...draft, words: 'First part. And he has my room number.' }));
		expect(await report.keep()).toBe(true);
		const after = new Phone(replica);
		expect([unsentCases(after.state), line(after, report.id), staysHere(after.state)]).toEqual([1, words.sync.partSent.text(1), true]);
	});

	test('writes down after unlocking what was typed into a case right before the lock', async () => {
		browser();
		const replica = alma();
		const { open } = locking(replica);
		const phone = new Phone(replica);
		const stop = phone.start();
		const report = phone.begin();
		report.change((draft) => ({ ...draft, words: 'First part.', asked: true }));
		await report.pause();
		report.change((draft) => ({ ...draft, words: 'First part. And he has my room number.' }));
		phone.hide();
		await settled();
		expect(phone.writing(report.id)).toBeUndefined();
		open();
		await settled();
		expect(accounts(replica, report.id)).toContain('room number');
		stop();
	});

	test('makes a case of a danger that was told on it once it is open; what nobody was asked about waits', async () => {
		browser();
		const replica = alma();
		const { shut, open } = locking(replica);
		shut();
		const phone = new Phone(replica);
		const stop = phone.start();
		const [danger, unasked] = [phone.begin(), phone.begin()];
		danger.change((draft) => ({ ...draft, danger: { value: 'yes', at: 1 }, words: 'He is outside Room 0.3 with a knife.' }));
		unasked.change((draft) => ({ ...draft, danger: { value: 'no', at: 1 }, words: 'It was the chair.' }));
		await settled();
		location.hash = to.danger;
		open();
		await settled();
		expect([accounts(replica, danger.id).includes('with a knife'), caseOf(replica, unasked.id)]).toEqual([true, undefined]);
		stop();
	});

	test('counts a case whose reporter’s contact is only here', () => {
		const replica = alma();
		const [identity] = replica.state.identities;
		const parent = identity?.parent ?? '';
		sent(replica, parent);
		const phone = new Phone(replica);
		expect([unsentCases(phone.state), line(phone, parent)]).toEqual([0, words.sync.sent.text]);
		replica.change({ identities: replica.state.identities.map((one) => (one === identity ? { ...one, unsent: 1, safekeeping: new Map([['f'.repeat(32), { where: 'phone' as const }]]) } : one)) });
		const after = new Phone(replica);
		expect([unsentCases(after.state), line(after, parent)]).toEqual([1, words.sync.partSent.text(1)]);
	});

	test('keeps what a full device could not store, shows it to nobody, and stores it once there is space', async () => {
		browser();
		vi.useFakeTimers();
		const replica = alma();
		const { open } = locking(replica);
		const phone = new Phone(replica);
		const stop = phone.start();
		const report = phone.begin();
		report.change((draft) => ({ ...draft, words: 'He kept' }));
		const beside = new Note(phone, AMBER);
		beside.type('text', 'The');
		await vi.advanceTimersByTimeAsync(1);
		replica.full = true;
		report.change((draft) => ({ ...draft, words: 'He kept following me.' }));
		beside.type('text', 'The keys are in the blue box.');
		await vi.advanceTimersByTimeAsync(1);
		expect([report.trouble, beside.trouble]).toEqual(['full', 'full']);
		phone.shut();
		await vi.advanceTimersByTimeAsync(3_000);
		expect([phone.writing(report.id), JSON.stringify(replica.state.drafts)]).toEqual([undefined, '[]']);
		replica.full = false;
		await vi.advanceTimersByTimeAsync(3_000);
		for (const said of ['He kept following me.', 'in the blue box']) expect(JSON.stringify(replica.state.drafts)).toContain(said);
		open();
		await vi.advanceTimersByTimeAsync(1);
		expect(phone.writing(report.id)?.draft.words).toBe('He kept following me.');
		expect(new Note(phone, AMBER).fields).toEqual({ text: 'The keys are in the blue box.' });
		stop();
	});

	test('gives it back to whoever opens the phone, also while the device is still full; nothing of it is left on one that was emptied', async () => {
		browser();
		for (const emptied of [false, true]) {
			const replica = alma();
			const { open } = locking(replica);
			const phone = new Phone(replica);
			const stop = phone.start();
			replica.full = true;
			const report = phone.begin();
			report.change((draft) => ({ ...draft, words: 'He kept following me.' }));
			new Note(phone, AMBER).type('text', 'blue box');
			await settled();
			phone.shut();
			if (emptied) replica.change({ lock: { state: 'gone', why: 'revoked' } });
			open();
			await settled();
			expect([phone.writing(report.id)?.draft.words, new Note(phone, AMBER).fields['text']]).toEqual(emptied ? [undefined, undefined] : ['He kept following me.', 'blue box']);
			stop();
		}
	});

	test('stores what a full device refused when it is tried again, whatever the report is', async () => {
		const replica = alma();
		replica.change({ lock: LOCKED, ready: false });
		const report = new Phone(replica).begin();
		replica.full = true;
		report.change((draft) => ({ ...draft, danger: { value: 'yes', at: 1 }, words: 'He is still outside.' }));
		await settled();
		expect([report.trouble, await report.pause()]).toEqual(['full', false]);
		replica.full = false;
		await report.pause();
		expect([report.trouble, replica.state.drafts.length]).toEqual([null, 1]);
	});
});

describe('words that somebody else writes over', () => {
	const told = (replica: MemoryReplica, id: string) => caseOf(replica, id)?.view.reports[0]?.accounts.words;
	const MINE = 'He kept following me from the talk.';
	const THEIRS = 'A man followed me.';
	/** A report with words of the responder’s, and the phone in the reporter’s hands. */
	async function handedOver(born: boolean) {
		const replica = alma();
		const phone = new Phone(replica);
		const report = phone.begin();
		report.change((draft) => ({ ...draft, words: MINE, ...(born && { asked: true as const }) }));
		await report.pause();
		phone.handOver(report.id);
		return { replica, report };
	}

	test.each([
		['before the report is a case', false],
		['in a case', true]
	])('stay a version of their own when the phone is handed over, %s', async (_, born) => {
		const { replica, report } = await handedOver(born);
		await settled();
		report.change((draft) => ({ ...draft, words: THEIRS, answers: { ...draft.answers, account_form: 'written_by_reporter' } }));
		expect(await report.finish()).toBe(true);
		const account = told(replica, report.id);
		expect([account?.versions.map(({ text }) => text), account?.earlier.map(({ text }) => text)]).toEqual([[THEIRS], [MINE]]);
		expect(replica.written.flatMap(({ facts }) => facts).filter(({ into }) => into === 'accounts')).toHaveLength(2);
	});

	test('are one version where nothing was changed, however often the phone goes to and fro', async () => {
		const replica = alma();
		const phone = new Phone(replica);
		const report = phone.begin();
		report.change((draft) => ({ ...draft, words: MINE }));
		phone.handOver(report.id);
		phone.handOver(report.id);
		expect(await report.finish()).toBe(true);
		expect(told(replica, report.id)).toMatchObject({ versions: [{ text: MINE }], earlier: [] });
	});

	test.each([
		['before the report is a case', false, false],
		['in a case', true, false],
		['after the page was closed in between', false, true]
	])('stay a version of their own where the lock ended the hand-over, %s', async (_, born, closed) => {
		const { replica, report } = await handedOver(born);
		report.change((draft) => writeOwn(draft, THEIRS));
		await settled();
		const after = closed ? new Phone(replica).writing(report.id) : report;
		for (const typed of ['A man', 'A man was there']) after?.change((draft) => writeOver(draft, typed, replica.now()));
		expect(await after?.finish()).toBe(true);
		const account = told(replica, report.id);
		expect([account?.versions.map(({ text }) => text), account?.earlier.map(({ text }) => text).toSorted()]).toEqual([['A man was there'], [THEIRS, MINE]]);
	});

	test('are kept once for each time that the phone was handed over, and not at every letter that follows', () => {
		const first = writeOwn(newReport({ case: 'c', report: 'r', identity: 'i' }, 1), 'A');
		const shorter = [' b', ' bc', ''].reduce((draft, typed) => writeOver(draft, typed, 2), first);
		const again = writeOver(writeOwn(shorter, 'D'), 'E', 3);
		expect([first, shorter, again].map(({ earlier }) => earlier?.map(({ text }) => text))).toEqual([undefined, ['A'], ['A', 'D']]);
		expect(writeOver(keepWords(first, 1), 'B', 2).earlier).toHaveLength(1);
	});

	test('are not handed over while they are too long to be a version', () => {
		const phone = new Phone(alma());
		const report = phone.begin();
		report.change((draft) => ({ ...draft, words: LONG }));
		phone.handOver(report.id);
		expect([phone.handed, phone.toast]).toEqual([null, words.report.write.tooLong.title]);
	});
});

test('a window that had a report open before puts no older words over what another one kept since', async () => {
	browser();
	const replica = alma();
	let now = replica.now();
	Object.assign(replica, { now: () => (now += 1) });
	const [before, since] = [new Phone(replica), new Phone(replica)];
	const stops = [before.start(), since.start()];
	const first = before.begin();
	first.change((draft) => ({ ...draft, words: 'He' }));
	await settled();
	since.writing(first.id)?.change((draft) => ({ ...draft, words: 'He kept following me.' }));
	await settled();
	expect(first.draft.words).toBe('He kept following me.');
	first.change((draft) => ({ ...draft, embargoTold: true }));
	await settled();
	expect(new Phone(replica).writing(first.id)?.draft).toMatchObject({ words: 'He kept following me.', embargoTold: true });
	for (const stop of stops) stop();
});

test('what is typed in one window while another one makes the report a case is kept, and becomes words of that case', async () => {
	browser();
	const replica = alma();
	let now = replica.now();
	const write = replica.write.bind(replica);
	const [writes, types] = [new Phone(replica), new Phone(replica)];
	const stops = [writes.start(), types.start()];
	const report = writes.begin();
	const typing = () => types.writing(report.id);
	Object.assign(replica, {
		now: () => (now += 1),
		write: async (...given: Parameters<typeof replica.write>) => {
			if (typing()?.draft.words === 'He followed me.') typing()?.change((draft) => ({ ...draft, words: 'He followed me. He has a knife.' }));
			await settled();
			return write(...given);
		}
	});
	report.change((draft) => ({ ...draft, words: 'He followed me.', asked: true }));
	await settled();
	expect(typing()?.draft.words).toBe('He followed me.');
	expect(await report.pause()).toBe(true);
	await settled();
	expect([report, typing(), new Phone(replica).writing(report.id)].map((one) => one?.draft.words)).toEqual(Array(3).fill('He followed me. He has a knife.'));
	expect(await typing()?.pause()).toBe(true);
	expect(caseOf(replica, report.id)?.view.reports[0]?.accounts.words?.versions.map(({ text }) => text)).toEqual(['He followed me. He has a knife.']);
	for (const stop of stops) stop();
});

test('of one report that two windows stored at once, what was said last stands, and what is written down of it is known', async () => {
	const replica = alma();
	let now = replica.now();
	Object.assign(replica, { now: () => (now += 1) });
	const phone = new Phone(replica);
	const report = phone.begin();
	report.change((draft) => ({ ...draft, words: 'He followed me.', asked: true }));
	const first = report.draft;
	expect(await report.pause()).toBe(true);
	const { written } = report.draft;

	const typing = phone.begin();
	typing.change(() => ({ ...first, words: 'He followed me. He has a knife.' }));
	await settled();
	const last = typing.draft;
	typing.take({ ...first, written }, replica.now());
	await settled();
	expect(typing.draft).toMatchObject({ words: last.words, written });
	expect(new Phone(replica).writing(report.id)?.draft).toMatchObject({ words: last.words, written });

	report.take(last, replica.now());
	await settled();
	expect(report.draft).toMatchObject({ words: last.words, written });
	report.take({ ...first, words: 'He followed me. I' }, replica.now());
	expect(report.draft.words).toBe(last.words);
});

describe('a report that is open while its draft goes', () => {
	/** A report of which this phone wrote down all, on a phone that shows it. */
	async function shown(replica: MemoryReplica) {
		browser();
		const phone = new Phone(replica);
		const stop = phone.start();
		const report = phone.begin();
		report.change((draft) => ({ ...draft, words: 'He followed me.', asked: true, reporter: { name: 'Dana Okafor' }, answers: { reporter: 'named' } }));
		await report.pause();
		location.hash = to.write(report.id);
		return { phone, report, stop };
	}
	const takenAway = { cases: [], identities: [], drafts: [] };

	test('leaves the screen with a case that was taken away, and nothing of it comes back', async () => {
		vi.useFakeTimers();
		const replica = alma();
		const { phone, report, stop } = await shown(replica);
		report.change((draft) => ({ ...draft, words: 'He followed me to the lift.' }));
		await vi.advanceTimersByTimeAsync(1);
		const written = replica.written.length;
		replica.change(takenAway);
		expect([phone.writing(report.id), location.hash]).toEqual([undefined, to.home]);
		phone.pause();
		await vi.advanceTimersByTimeAsync(60_000);
		expect([replica.state.drafts, replica.written.length]).toEqual([[], written]);
		stop();
	});

	test('is over here as well when another window ended it', async () => {
		const replica = alma();
		const { phone, report, stop } = await shown(replica);
		const other = new Phone(replica).writing(report.id);
		other?.change((draft) => ({ ...draft, words: 'He followed me to the lift.' }));
		expect(await other?.finish()).toBe(true);
		expect([phone.writing(report.id), location.hash]).toEqual([undefined, to.case(report.id)]);
		report.change((draft) => ({ ...draft, embargoTold: true }));
		await settled();
		expect(replica.state.drafts).toEqual([]);
		stop();
	});

	test('stays where another window ended it and some of the words are only here', async () => {
		const replica = alma();
		const { phone, report, stop } = await shown(replica);
		const other = new Phone(replica).writing(report.id);
		report.change((draft) => ({ ...draft, words: 'He followed me. He has a knife.' }));
		await settled();
		expect(await other?.finish()).toBe(true);
		expect(await phone.writing(report.id)?.finish()).toBe(true);
		expect(accounts(replica, report.id)).toContain('He has a knife.');
		stop();
	});

	test('stays while something in it is not on disk', async () => {
		const replica = alma();
		const { phone, report, stop } = await shown(replica);
		report.change((draft) => ({ ...draft, words: 'on its way' }));
		const begun = phone.begin();
		replica.change(takenAway);
		expect([phone.writing(report.id), phone.writing(begun.id)]).toEqual([report, begun]);
		await settled();
		replica.full = true;
		report.change((draft) => ({ ...draft, words: 'refused' }));
		await settled();
		replica.change(takenAway);
		expect(phone.writing(report.id)?.draft.words).toBe('refused');
		stop();
	});

	test('leaves nobody who was handed the phone with all of it', async () => {
		const replica = alma();
		const { phone, report, stop } = await shown(replica);
		const shut = vi.fn(() => replica.change({ ...takenAway, lock: LOCKED, ready: false }));
		Object.assign(replica.lock, { shut });
		phone.handOver(report.id);
		await settled();
		replica.change(takenAway);
		expect([shut.mock.calls.length, phone.handed, phone.locked]).toEqual([1, null, true]);
		stop();
	});
});
