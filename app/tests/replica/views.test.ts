import { create, toBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { Reason } from '../../src/generated/wire/v1/frame_pb.ts';
import { EmptySchema, StaffMemberSchema, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import type { Id, Intention, State } from '../../src/replica/api.ts';
import { A, birthOf } from '../../src/replica/automerge.ts';
import { hex, sha256, unhex, utf8 } from '../../src/replica/bytes.ts';
import { readRaw } from '../../src/replica/document.ts';
import { Ledger } from '../../src/replica/ledger.ts';
import type { LocalReplica } from '../../src/replica/replica.ts';
import { Shelter, VIEWS } from '../../src/replica/storage.ts';
import { type Page, rawOf, READER, tag, tagOf, viewOf } from '../../src/replica/views.ts';
import { writeChange } from '../../src/replica/write.ts';
import type { Asleep, Kept } from '../../src/replica/kept.ts';
import { pack, unpack } from '../../src/replica/packing.ts';
import { batch, byAnother, OTHER } from './another.ts';
import { automerge, CASE, enrol, frame, guarded, Hall, keeping, locked, note, opened, phone, PIN, STAFF, storageOf, until, welcome } from './hall.ts';

beforeAll(automerge);

const [ONE, TWO, THREE] = ['01', '02', '03'].map((digits) => digits.repeat(16)) as [Id, Id, Id];
const SECOND = '0d'.repeat(16);
const WORDS = 'quokka-canary';
/** Automerge that never comes. */
const never = new Promise<void>(() => undefined);

/** What lies in storage, as only who has the keys reads it. */
async function pagesOf(hall: Hall): Promise<[number, Page][]> {
	const rows = await (await Shelter.open(hall.db)).pages();
	return Promise.all(rows.map(async ([key, stored]): Promise<[number, Page]> => [key, (await opened.sealer.decode(VIEWS, key, stored)) as Page]));
}

const bound = async (hall: Hall): Promise<Id[]> => (await pagesOf(hall)).flatMap(([, { views }]) => views.map(({ document }) => document)).sort();

/** Time passes until views of just these documents are kept, as they are by now. */
async function keepsViewsOf(hall: Hall, ...documents: Id[]): Promise<void> {
	for (;;) {
		await hall.pass(1_500);
		for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
		const views = (await pagesOf(hall)).flatMap(([, page]) => page.views);
		const { envelopes } = await (await storageOf(hall)).all();
		const of = (document: Id): string => tag(envelopes.map(([, kept]) => kept as Kept).filter((kept) => kept.document === document && kept.state !== 'refused').map(({ id }) => id));
		if (String(views.map(({ document }) => document).sort()) === String(documents.toSorted()) && views.every((view) => tagOf(view) === of(view.document))) return;
	}
}

/** The same phone, locked and opened again, without a network. */
const restarted = (hall: Hall): Hall => Object.assign(new Hall(), { db: hall.db, now: hall.now, calls: hall.calls, slot: hall.slot });

const shown = ({ cases, chairs, identities, notice, duty, drafts }: State): unknown => structuredClone({ cases: cases.toSorted((a, b) => (a.id < b.id ? -1 : 1)), chairs, identities, notice, duty, drafts });

async function online(): Promise<Hall> {
	const hall = new Hall();
	await enrol(hall);
	hall.network = true;
	keeping(hall);
	return hall;
}

/** A phone with two cases that the server has as well and views of both, one with a word of somebody else. */
async function withViews(): Promise<{ hall: Hall; replica: LocalReplica }> {
	const hall = await online();
	const replica = phone(hall);
	await until(replica, () => replica.state.connection.state === 'online');
	await replica.write(note(ONE, WORDS));
	await replica.write({ ...note(TWO, 'another one'), document: SECOND });
	await until(replica, () => replica.state.cases.length === 2 && replica.state.cases.every((record) => record.unsent === 0));
	hall.push(batch([byAnother(note(THREE, 'by somebody else'))], 'c1'));
	await until(replica, () => replica.state.cases.some(({ view }) => view.entries.length === 2));
	await keepsViewsOf(hall, CASE, SECOND);
	return { hall, replica };
}

const told = (text: string): Id | undefined => (text.includes(WORDS) ? CASE : undefined);

/** Everything in storage as text, opened. */
async function onDisk(hall: Hall): Promise<string> {
	const all = [await (await storageOf(hall)).all(), await pagesOf(hall)];
	return JSON.stringify(all, (_, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value));
}

/** Nothing of the case is left, neither a change nor a view, and what stood on the same page is shown as before. */
async function isGone(hall: Hall): Promise<void> {
	while (told(await onDisk(hall)) !== undefined || (await bound(hall)).includes(CASE)) await new Promise(setImmediate);
	const again = phone(restarted(hall));
	await until(again, () => again.state.ready);
	expect(again.state.cases.map(({ id }) => id)).toEqual([SECOND]);
}

describe('an unlocked phone', () => {
	test('shows all that it showed before, without Automerge', async () => {
		const { hall, replica } = await withViews();
		const before = shown(replica.state);
		await replica.end();
		const again = phone(restarted(hall), never);
		await until(again, () => again.state.ready);
		expect(shown(again.state)).toEqual(before);
		expect(again.state.cases.find(({ id }) => id === CASE)?.safekeeping.get(THREE)).toEqual({ where: 'sent', at: 7 });
	});

	test('shows without Automerge what only it holds, and what is no change yet', async () => {
		const { hall, replica } = await withViews();
		hall.network = false;
		hall.ears?.closed();
		await until(replica, () => replica.state.connection.state !== 'online');
		await replica.write(note('04'.repeat(16), 'only here'));
		while ((await (await storageOf(hall)).all()).intents.length > 0) await new Promise(setImmediate);
		await replica.end(); // what was not bound yet is bound when the phone locks
		const again = phone(restarted(hall), never);
		await until(again, () => again.state.ready);
		await again.write(note('05'.repeat(16), 'no change yet'));
		const record = again.state.cases.find(({ id }) => id === CASE);
		expect(record?.view.entries.map(({ text }) => text).sort()).toEqual(['by somebody else', 'no change yet', 'only here', WORDS]);
		expect(record?.unsent).toBe(2);
		expect(record?.safekeeping.get('04'.repeat(16))).toEqual({ where: 'phone' });
	});

	test('loses nothing when every view is thrown away', async () => {
		const { hall, replica } = await withViews();
		const before = shown(replica.state);
		await replica.end();
		const shelter = await Shelter.open(hall.db);
		await shelter.writeRaw((await shelter.pages()).map(([key]) => ({ store: VIEWS, key })));
		const again = phone(restarted(hall));
		await until(again, () => again.state.ready);
		expect(shown(again.state)).toEqual(before);
		expect(again.state.lost).toBe(0);
	});

	test('writes in a document that it showed from a view, and takes in what comes for it', async () => {
		const { hall, replica } = await withViews();
		await replica.end();
		const next = restarted(hall);
		next.network = true;
		const kept = keeping(next);
		const again = phone(next);
		await until(again, () => again.state.connection.state === 'online');
		await again.write(note('04'.repeat(16), 'after it'));
		await until(again, () => again.state.cases.every((record) => record.unsent === 0));
		expect(kept).toHaveLength(1);
		next.push(batch([byAnother(note('05'.repeat(16), 'and this came'), {}, '08')], 'c2'));
		const texts = (): (string | undefined)[] => again.state.cases.find(({ id }) => id === CASE)?.view.entries.map(({ text }) => text).sort() ?? [];
		await until(again, () => texts().length === 4);
		expect(texts()).toEqual(['after it', 'and this came', 'by somebody else', WORDS]);
	});
});

test('what nobody touched is the same record in the same list: nobody derives from it again for a keystroke', async () => {
	const { replica } = await withViews();
	const before = replica.state;
	await replica.keepDraft({ id: '0f'.repeat(16), startedAt: 1, savedAt: 0, fields: { words: 'they sai' } });
	expect(replica.state.drafts).toHaveLength(1);
	for (const list of ['cases', 'chairs', 'identities', 'team', 'pack'] as const) expect(replica.state[list]).toBe(before[list]);
	await replica.write(note('04'.repeat(16), 'one more'));
	expect(replica.state.cases).not.toBe(before.cases);
	expect(replica.state.chairs).toBe(before.chairs);
	const [second] = before.cases.filter(({ id }) => id === SECOND);
	expect(replica.state.cases.find(({ id }) => id === SECOND)).toBe(second);
});

describe('a view', () => {
	test('counts for nothing with other changes than those that it was read from', async () => {
		const { hall, replica } = await withViews();
		const shelter = await Shelter.open(hall.db);
		const old = await shelter.pages();
		await replica.write(note('04'.repeat(16), 'a later word'));
		await until(replica, () => replica.state.cases.every((record) => record.unsent === 0) && replica.state.cases.some(({ view }) => view.entries.length === 3));
		const before = shown(replica.state);
		await replica.end();
		// As if the page had stayed: the change came between it and the next.
		await shelter.writeRaw([...(await shelter.pages()).map(([key]) => ({ store: VIEWS, key })), ...old.map(([key, value]) => ({ store: VIEWS, key, value }))]);
		const again = phone(restarted(hall));
		await until(again, () => again.state.ready);
		expect(shown(again.state)).toEqual(before);
	});

	test('that lacks a change counts for nothing; what else is on its page is shown all the same', async () => {
		const { hall, replica } = await withViews();
		await replica.write(note('04'.repeat(16), 'a later word'));
		const storage = await storageOf(hall);
		while ((await storage.all()).envelopes.length < 4) await new Promise(setImmediate);
		expect(await bound(hall)).toEqual([SECOND, CASE]);
		// Killed here, before a new one was written.
		const without = phone(restarted(hall), never);
		await until(without, () => without.state.cases.length > 0);
		expect(without.state.cases.map(({ id }) => id)).toEqual([SECOND]);
		const again = phone(restarted(hall));
		await until(again, () => again.state.ready);
		expect(again.state.cases.find(({ id }) => id === CASE)?.view.entries).toHaveLength(3);
	});

	test('is not held against a change that became something else since', async () => {
		const { hall, replica } = await withViews();
		expect(replica.state.cases.every((record) => record.unsent === 0)).toBe(true);
		// The server went back to a backup: whatever was kept is to be sent again.
		hall.answer = () => Promise.resolve([]);
		hall.push(welcome(hall.now, '02'.repeat(16)));
		hall.ears?.closed();
		hall.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(hall.now, '02'.repeat(16))] : []);
		while (replica.state.cases.some((record) => record.unsent === 0)) {
			await hall.pass(500);
			await new Promise(setImmediate);
		}
		const again = phone(restarted(hall));
		await until(again, () => again.state.ready);
		expect(again.state.cases.map(({ unsent }) => unsent).sort()).toEqual([1, 2]);
	});

	test.each([
		['damaged', (page: Page): Page => page, true],
		['of another app', (page: Page): Page => ({ ...page, by: '/assets/app-of-another-build.js' }), false],
		['of changes that are not there', (page: Page): Page => ({ ...page, views: page.views.map((view) => ({ ...view, kept: view.kept.map((kept): Asleep => ({ ...kept, id: 'ff'.repeat(32) })) })) }), false]
	])('that is %s is opened as not there, and replaced', async (_name, change, flip) => {
		const { hall, replica } = await withViews();
		const before = shown(replica.state);
		await replica.end();
		const shelter = await Shelter.open(hall.db);
		for (const [key, page] of await pagesOf(hall)) {
			const lie = change({ ...page, views: page.views.map((view) => ({ ...view, unread: 77 })) });
			const stored = await opened.sealer.encode(VIEWS, key, lie);
			if (flip) stored.bytes[9] = (stored.bytes[9] ?? 0) ^ 1;
			await shelter.writeRaw([{ store: VIEWS, key, value: stored }]);
		}
		const next = restarted(hall);
		const again = phone(next);
		await until(again, () => again.state.ready);
		expect(shown(again.state)).toEqual(before);
		expect(again.state.lost).toBe(0);
		for (;;) {
			await next.pass(1_500);
			await new Promise(setImmediate);
			const pages = await pagesOf(next).catch(() => []);
			if (pages.length === 1 && pages.every(([, { by, views }]) => by === READER && views.every(({ unread }) => unread === 0))) break;
		}
	});

	test('that is gone is made again, and a phone that needs longer than a moment says how far it is', async () => {
		for (const slow of [true, false]) {
			const { hall, replica } = await withViews();
			for (let one = 10; one < 20; one += 1) await replica.write({ ...note(String(one).repeat(16), 'one more'), document: `e${String(one).slice(1)}`.repeat(16) });
			await until(replica, () => replica.state.cases.length === 12 && replica.state.cases.every((record) => record.unsent === 0));
			await replica.end();
			const shelter = await Shelter.open(hall.db);
			await shelter.writeRaw((await shelter.pages()).map(([key]) => ({ store: VIEWS, key })));
			const next = restarted(hall);
			const again = phone(next);
			const said: string[] = [];
			again.subscribe(() => {
				if (slow) next.now += 1_200;
				const { opening, ready } = again.state;
				if (opening) said.push(`${String(opening.done)} of ${String(opening.of)}`);
				if (ready) expect(opening).toBeNull();
			});
			await until(again, () => again.state.ready);
			if (slow) expect([...new Set(said)]).toEqual(['8 of 12']);
			else expect(said).toEqual([]);
			await again.end();
		}
	});

	test('hides no damage: a change under it that cannot be opened counts as lost', async () => {
		const { hall, replica } = await withViews();
		await replica.end();
		const shelter = await Shelter.open(hall.db);
		const [first] = (await shelter.rows()).filter(([store]) => store === 'envelopes');
		const [, key, stored] = first!;
		const { bytes } = stored as { bytes: Uint8Array };
		bytes[9] = (bytes[9] ?? 0) ^ 1;
		await shelter.writeRaw([{ store: 'envelopes', key, value: stored }]);
		const next = restarted(hall);
		const again = phone(next);
		await until(again, () => again.state.ready);
		expect(again.state.lost).toBe(0);
		while (again.state.lost === 0) {
			await next.pass(10_000);
			await new Promise(setImmediate);
		}
		expect(again.state.lost).toBe(1);
		await until(again, () => again.state.cases.reduce((sum, { view }) => sum + view.entries.length, 0) === 2);
	});

	test('is kept by the tab that leads only, and never by one that was overtaken', async () => {
		const { hall, replica } = await withViews();
		const second = phone(hall);
		await until(second, () => second.state.ready);
		expect(shown(second.state)).toEqual(shown(replica.state));
		const ledger = new Ledger(await storageOf(hall));
		await ledger.takeLead();
		await ledger.reload();
		const [view] = (await pagesOf(hall))[0]![1].views;
		const page: Page = { by: READER, views: [{ ...view!, unread: 77 }] };
		const other = new Ledger(await storageOf(hall));
		await other.takeLead();
		await expect(ledger.commitWhenLeading(() => [{ into: VIEWS, key: 9, value: page }])).rejects.toThrow('another tab leads');
		expect((await pagesOf(hall)).map(([key]) => key)).toEqual([1]);
	});

	test('is written anew with those that changed, so that there are never many pages', async () => {
		const hall = await online();
		hall.network = false;
		const replica = phone(hall);
		await until(replica, () => replica.state.ready);
		const documents: Id[] = [];
		for (let at = 0; at < 30; at += 1) {
			const document = hex(await sha256(utf8(String(at)))).slice(0, 32);
			documents.push(document);
			await replica.write({ ...note(ONE), document });
			while ((await (await storageOf(hall)).all()).intents.length > 0) await new Promise(setImmediate);
			if (at % 5 === 4) await keepsViewsOf(hall, ...documents);
		}
		expect((await pagesOf(hall)).length).toBeLessThanOrEqual(3);
		await replica.end();
		const again = phone(restarted(hall), never);
		await until(again, () => again.state.ready);
		expect(again.state.cases.map(({ id }) => id).sort()).toEqual(documents.toSorted());
	});
});

describe('no view outlives a right', () => {
	test('when the server orders a document away', async () => {
		const { hall } = await withViews();
		hall.push(frame({ case: 'forget', value: { document: unhex(CASE) } }));
		await isGone(hall);
	});

	test('when a document is erased', async () => {
		const { hall, replica } = await withViews();
		hall.answer = async (said) =>
			said.kind.case !== 'push'
				? []
				: [frame({ case: 'refused', value: { pushId: said.kind.value.pushId, refusals: await Promise.all(said.kind.value.envelopes.map(async ({ body }) => ({ changeId: await sha256(body), reason: Reason.FORGOTTEN }))) } } as never)];
		await replica.write(note('04'.repeat(16), 'one more'));
		await isGone(hall);
	});

	test('when the person steps back', async () => {
		const { hall, replica } = await withViews();
		hall.calls['/v1/exclusions'] = () => toBinary(EmptySchema, create(EmptySchema));
		await replica.recuse(CASE);
		expect(replica.state.cases.map(({ id }) => id)).toEqual([SECOND]);
		await isGone(hall);
	});

	test('when somebody’s time on the team is over', async () => {
		const { hall, replica } = await withViews();
		await replica.end();
		const team = toBinary(TeamSchema, create(TeamSchema, { open: true, staff: [create(StaffMemberSchema, { staff: unhex(STAFF), name: 'Nora', until: BigInt(hall.now + 1_000) })] }));
		await (await storageOf(hall)).commit([Ledger.meta('team', new Uint8Array(team))]);
		const later = restarted(hall);
		later.now += 2_000;
		const again = phone(later);
		await until(again, () => again.state.ready && again.state.cases.length === 0);
		while ((await bound(later)).length > 0 || told(await onDisk(later)) !== undefined) await new Promise(setImmediate);
	});

	test('when a phone is told to forget what only it holds, in part or as a whole', async () => {
		const { hall, replica } = await withViews();
		const only = '0e'.repeat(16);
		hall.answer = async (said) => {
			if (said.kind.case === 'hello') return [welcome(hall.now)];
			if (said.kind.case !== 'push') return [];
			const refusals = await Promise.all(said.kind.value.envelopes.map(async ({ body }) => ({ changeId: await sha256(body), reason: Reason.HELD })));
			return [frame({ case: 'refused', value: { pushId: said.kind.value.pushId, refusals } } as never)];
		};
		await replica.write(note('04'.repeat(16), 'only here'));
		await replica.write({ ...note('05'.repeat(16), 'and this'), document: only });
		while ((await (await storageOf(hall)).all()).intents.length > 0) await new Promise(setImmediate);
		await keepsViewsOf(hall, CASE, SECOND, only);
		for (const document of [only, CASE]) {
			hall.push(frame({ case: 'forget', value: { document: unhex(document) } }));
			while ((await bound(hall)).includes(document)) await new Promise(setImmediate);
			await keepsViewsOf(hall, ...[CASE, SECOND].slice(document === CASE ? 1 : 0));
		}
		expect(await onDisk(hall)).not.toContain(WORDS);
		expect(await onDisk(hall)).toContain('only here'); // until it is sent
	});

	test('when the phone is emptied, or what the server has as well has to go', async () => {
		for (const ends of ['anew', 'lease'] as const) {
			const hall = await locked();
			hall.network = true;
			keeping(hall);
			const held = guarded(hall);
			await until(held, () => held.state.lock.state === 'locked');
			await held.lock.open(PIN);
			await until(held, () => held.state.connection.state === 'online');
			await held.write(note(ONE, WORDS));
			await until(held, () => held.state.cases[0]?.unsent === 0);
			held.lock.shut();
			const shelter = await Shelter.open(hall.db);
			while ((await shelter.pages()).length === 0) await new Promise(setImmediate);
			const [, stored] = (await shelter.pages())[0]!;
			expect(stored).toMatchObject({ as: 'cached' });
			if (ends === 'anew') await held.lock.startAnew();
			else {
				hall.slot!.bytes!.fill(0, 32, 64); // as after too long without the server
				await held.lock.open(PIN);
				await until(held, () => held.state.ready);
				expect(held.state.cases).toEqual([]);
			}
			expect(await shelter.pages()).toEqual([]);
		}
	});
});

describe('what a view says', () => {
	/** The same chances each time. */
	function chances(seed: number): (below: number) => number {
		let state = seed;
		return (below) => {
			state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
			return (state >>> 8) % below;
		};
	}

	test('is what Automerge says, for documents of any making', { timeout: 60_000 }, () => {
		const COLLECTIONS = ['entries', 'accounts', 'parties', 'marks', 'strikes'];
		const TEXTS = ['', 'plain', '„Zitat“', '\ud83e\udd98', 'a\0b', '__proto__', '\u2028', '\ud800', 'x'.repeat(300)];
		for (let seed = 1; seed <= 60; seed += 1) {
			const chance = chances(seed);
			const id = (): Id => chance(12).toString(16).padStart(2, '0').repeat(16);
			const intention = (): Intention => ({
				document: CASE,
				kind: 'case',
				facts: [{
					into: COLLECTIONS[chance(COLLECTIONS.length)]!,
					id: id(),
					fields: Object.fromEntries(Array.from({ length: chance(4) }, (_, at) => [at === 3 ? '__proto__' : `f${String(chance(5))}`, [TEXTS[chance(TEXTS.length)]!, chance(1e6) - 5e5, chance(2) === 1, { kind: 'at' as const, from: chance(9) }][chance(4)]!])),
					...(chance(3) === 0 && { register: `r${String(chance(2))}` })
				}]
			});
			// Devices that write apart and meet now and then.
			const docs = ['0a', '0b', '0c'].map((actor) => A.load<Record<string, Record<string, unknown>>>(birthOf('case'), { actor: actor.repeat(16) }));
			for (let step = 0; step < 25; step += 1) {
				const at = chance(docs.length);
				try {
					docs[at] = writeChange(docs[at]!, { order: '', at: chance(1e9), intention: intention() }, STAFF, OTHER).doc;
				} catch (error) {
					if (!(error instanceof RangeError)) throw error; // an id that is there already
				}
				if (chance(4) === 0) docs[at] = A.merge(docs[at]!, A.clone(docs[(at + 1) % docs.length]!));
			}
			const merged = docs.reduce((all, doc) => A.merge(all, A.clone(doc)));
			const raw = readRaw(merged);
			const change: Asleep = { id: 'aa'.repeat(32), document: CASE, kind: 'case', device: OTHER, order: 1, state: 'kept', elements: [] };
			const view = viewOf([change], raw, () => []);
			expect(view, `seed ${String(seed)}`).toBeDefined();
			const back = rawOf(unpack(pack(view)) as NonNullable<typeof view>);
			expect(back, `seed ${String(seed)}`).toStrictEqual(raw);
			expect([...back.collections.keys()]).toEqual([...raw.collections.keys()]);
		}
	});

	test.each([NaN, Infinity, -0])('is not kept where a number would come back as another: %s', (number) => {
		const raw = { collections: new Map([['entries', [{ id: ONE, fields: { at: number } }]]]), registers: new Map<string, string[]>(), unread: 0 };
		const change: Asleep = { id: 'aa'.repeat(32), document: CASE, kind: 'case', device: OTHER, order: 1, state: 'kept', elements: [] };
		expect(viewOf([change], raw, () => [])).toBeUndefined();
		expect(viewOf([change], { ...raw, collections: new Map([['entries', [{ id: ONE, fields: { time: { from: number } } }]]]) }, () => [])).toBeUndefined();
	});
});

test('a change is never written without its bytes', async () => {
	const { hall } = await withViews();
	const ledger = new Ledger(await storageOf(hall));
	await ledger.takeLead();
	await ledger.reload();
	const asleep = [...ledger.envelopes.values()].find((held) => !('body' in held))!;
	await expect(ledger.commitLeading([{ into: 'envelopes', key: asleep.id, value: { ...asleep, state: 'unsent' } }])).rejects.toThrow('without its bytes');
});
