/** What one tap writes is one step: where the storage fails in the middle of it, or the tab dies, nothing of it is there, and the next try writes each once. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { handOver } from '../../src/incident/shifts.ts';
import type { Id, Intention, Replica, State } from '../../src/replica/api.ts';
import { NotSaved } from '../../src/replica/api.ts';
import { Shelter } from '../../src/replica/storage.ts';
import { Desk } from '../../src/routes/console/desk.svelte.ts';
import { Jotting } from '../../src/routes/console/jotting.svelte.ts';
import { Note } from '../../src/routes/phone/note.svelte.ts';
import { writeDown } from '../../src/routes/phone/once.ts';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import { automerge, CASE, entriesOf, guarded, Hall, keeping, locked, note, PIN, until } from './hall.ts';

beforeAll(automerge);
afterEach(() => {
	vi.restoreAllMocks();
	vi.unstubAllGlobals();
});
vi.setConfig({ testTimeout: 60_000 });

const OTHER_CASE = '0c'.repeat(16);
const put = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')!.value as (this: IDBObjectStore, value: unknown, key: IDBValidKey) => IDBRequest<IDBValidKey>;

/** The storage has no room from the `nth` record on, of those that `counts`. Answers how to make room. */
function fullFrom(nth: number, counts: (store: string) => boolean = () => true): () => void {
	let seen = 0;
	const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
		if (counts(this.name) && (seen += 1) >= nth) throw new DOMException('no room', 'QuotaExceededError');
		return put.call(this, value, key as IDBValidKey);
	});
	return () => spy.mockRestore();
}

async function open(hall?: Hall): Promise<{ hall: Hall; replica: Replica }> {
	const there = hall ?? (await locked());
	const replica = guarded(there);
	await until(replica, () => replica.state.lock.state === 'locked');
	await replica.lock.open(PIN);
	await until(replica, () => replica.state.ready);
	return { hall: there, replica };
}

const count = async (hall: Hall, store: string): Promise<number> =>
	(await Shelter.open(hall.db)).run([store], 'readonly', (tx) => {
		const all = tx.objectStore(store).count();
		return () => all.result;
	});
const said = (state: State, id: Id) => state.cases.find((one) => one.id === id)?.view.entries.map((entry) => entry.text ?? entry.who ?? '').toSorted() ?? [];
const fact = (document: Id, id: Id, text: string): Intention => ({ document, kind: 'case', facts: [{ into: 'entries', id, fields: { kind: 'note', text } }], birth: {} });

/** One tap: words in two cases and in the duty of the team, and the draft that they were typed in. */
async function tap(replica: Replica): Promise<[readonly Intention[], { draft: Id }]> {
	const duty = await replica.eventDocument('duty');
	return [[fact(CASE, replica.newId(), 'in the first'), fact(OTHER_CASE, replica.newId(), 'in the second'), { document: duty, kind: 'duty', facts: [{ into: 'readiness', id: replica.newId(), fields: { what: 'here' } }], birth: {} }], { draft: 'd1'.repeat(16) }];
}
const draft = { id: 'd1'.repeat(16), startedAt: 0, savedAt: 0, fields: { text: 'typed' } };
const seen = ({ state }: Replica) => [said(state, CASE), said(state, OTHER_CASE), state.duty?.collections.get('readiness')?.length ?? 0, state.drafts.length];

describe('what one tap writes in several documents', () => {
	test('is there as a whole or not at all, wherever the storage fails; the next try writes each once', async () => {
		const { hall, replica } = await open();
		await replica.keepDraft(draft);
		let failed = 0;
		for (;;) {
			const room = fullFrom(failed + 1);
			const done = await replica.write(...(await tap(replica))).then(
				() => true,
				(error: unknown) => {
					expect(error).toBeInstanceOf(NotSaved);
					return false;
				}
			);
			room();
			if (done) break;
			failed += 1;
			expect(seen(replica)).toEqual([[], [], 0, 1]);
			expect([await count(hall, 'intents'), await count(hall, 'envelopes'), await count(hall, 'drafts')]).toEqual([0, 0, 1]);
		}
		expect(failed).toBeGreaterThan(3);
		expect(seen(replica)).toEqual([['in the first'], ['in the second'], 1, 0]);
		replica.lock.shut();
		const again = await open(hall);
		expect(seen(again.replica)).toEqual([['in the first'], ['in the second'], 1, 0]);
	});

	test('is whole after the tab died before any, or one, of its changes was made; each is made and sent once', async () => {
		for (const made of [0, 1]) {
			const { hall, replica } = await open();
			const sent = keeping(hall);
			hall.network = true;
			replica.tryNow();
			await until(replica, () => replica.state.connection.state === 'online');
			hall.network = false;
			hall.ears?.closed();
			await until(replica, () => replica.state.connection.state !== 'online');
			const room = fullFrom(made + 1, (store) => store === 'envelopes');
			await replica.write(...(await tap(replica)));
			while ((await count(hall, 'envelopes')) < made) await new Promise(setImmediate);
			// Nothing is ended here: the page is gone, and what it had in memory with it.
			const after = Object.assign(new Hall(), { db: hall.db, slot: hall.slot, now: hall.now, network: true });
			const all = keeping(after, sent);
			room();
			const again = await open(after);
			again.replica.tryNow();
			await until(again.replica, () => again.replica.state.cases.length === 2 && again.replica.state.cases.every((one) => one.unsent === 0) && again.replica.state.duty?.unsent === 0);
			expect(seen(again.replica)).toEqual([['in the first'], ['in the second'], 1, 0]);
			expect(new Set(all).size).toBe(3);
			expect(await count(after, 'intents')).toBe(0);
		}
	});

	test('is refused as a whole where one part of it could never become a change', async () => {
		const { replica } = await open();
		await expect(replica.write([fact(CASE, replica.newId(), 'good'), { ...fact(OTHER_CASE, replica.newId(), 'bad'), facts: [] }])).rejects.toBeInstanceOf(RangeError);
		expect(replica.state.cases).toEqual([]);
	});
});

describe('a shift that is handed over', () => {
	test('is said in every case and to the team, or nowhere', async () => {
		const { replica } = await open();
		for (const id of [CASE, OTHER_CASE]) await replica.write(fact(id, replica.newId(), 'before'));
		const wish = { to: 'bb'.repeat(16), toName: 'Sam', text: '', reachable: false, cases: [CASE, OTHER_CASE] };
		const go = async () => replica.write(handOver(await replica.eventDocument('duty'), wish, () => replica.newId()));
		const room = fullFrom(3, (store) => store === 'intents');
		await expect(go()).rejects.toEqual(new NotSaved('full'));
		room();
		expect([said(replica.state, CASE), said(replica.state, OTHER_CASE), replica.state.duty]).toEqual([['before'], ['before'], null]);
		await go();
		expect([said(replica.state, CASE), said(replica.state, OTHER_CASE), replica.state.duty?.collections.get('handovers')?.length]).toEqual([['Sam', 'before'], ['Sam', 'before'], 1]);
	});
});

describe('what was typed', () => {
	test('into a form of a case ends in the step that writes it down, and waits where there is none', async () => {
		const { hall, replica } = await open();
		const jotting = new Jotting(new Desk(replica), CASE, 'entry');
		jotting.type('text', 'heard at the stage');
		await jotting.leave(['text']);
		const desk = new Desk(replica);
		const again = new Jotting(desk, CASE, 'entry');
		const write = () => desk.write(fact(CASE, replica.newId(), again.get('text')), again);
		const room = fullFrom(1);
		expect(await write()).toContain('full');
		room();
		expect([again.get('text'), again.kept, await count(hall, 'drafts')]).toEqual(['heard at the stage', true, 1]);
		expect(await write()).toBeNull();
		expect([again.kept, entriesOf(replica), replica.state.drafts, await count(hall, 'drafts')]).toEqual([false, ['heard at the stage'], [], 0]);
	});

	test('for the event is no report that only this phone has, and stays sealed all the same', async () => {
		const { hall, replica } = await open();
		const jotting = new Jotting(new Desk(replica), null, 'invite');
		jotting.type('name', 'Kim Berger');
		await until(replica, () => replica.state.drafts.length === 1);
		const raw = (await (await Shelter.open(hall.db)).rows()).find(([store]) => store === 'drafts')?.[2] as { as: string; bytes: Uint8Array; only?: string };
		expect([raw.as, raw.only, Buffer.from(raw.bytes).includes('Kim')]).toEqual(['sealed', undefined, false]);
		replica.lock.shut();
		expect(replica.state.lock).toMatchObject({ state: 'locked', only: 0 });
		const again = await open(hall);
		expect(new Jotting(new Desk(again.replica), null, 'invite').get('name')).toBe('Kim Berger');
	});

	test('while it was written down does not stay behind', async () => {
		const { hall, replica } = await open();
		const desk = new Desk(replica);
		const jotting = new Jotting(desk, CASE, 'entry');
		jotting.type('text', 'heard');
		const writing = desk.write(fact(CASE, replica.newId(), 'heard'), jotting);
		await Promise.resolve();
		jotting.type('text', 'heard at');
		expect(await writing).toBeNull();
		expect([jotting.kept, replica.state.drafts, await count(hall, 'drafts')]).toEqual([false, [], 0]);
	});

	test('into a note on a phone does the same', async () => {
		const { hall, replica } = await open();
		await replica.write(fact(CASE, replica.newId(), 'before'));
		const phone = new Phone(replica);
		const typed = new Note(phone, CASE);
		typed.type('text', 'spoke with them');
		await until(replica, () => replica.state.drafts.length === 1);
		const add = () => writeDown(phone, CASE, [{ into: 'entries', id: replica.newId(), fields: { kind: 'note', text: 'spoke with them' } }], typed);
		const room = fullFrom(1);
		expect(await add()).toBe('full');
		room();
		expect([await count(hall, 'drafts'), said(replica.state, CASE)]).toEqual([1, ['before']]);
		expect(await add()).toBeNull();
		expect([await count(hall, 'drafts'), said(replica.state, CASE)]).toEqual([0, ['before', 'spoke with them']]);
	});
});

describe('a report that is saved', () => {
	/** The page, as far as a phone listens to it. */
	function followed(replica: Replica): Phone {
		const page = { addEventListener: () => undefined, removeEventListener: () => undefined, visibilityState: 'visible', setInterval: () => 0 };
		for (const name of ['document', 'window']) vi.stubGlobal(name, page);
		vi.stubGlobal('addEventListener', () => undefined);
		vi.stubGlobal('matchMedia', () => ({ matches: false }));
		const phone = new Phone(replica);
		const real = globalThis.setInterval;
		vi.stubGlobal('setInterval', () => 0);
		phone.start();
		vi.stubGlobal('setInterval', real);
		return phone;
	}
	const told = (state: State) => [state.cases.map((one) => one.view.reports[0]?.accounts.words?.versions.map((version) => version.text)), state.identities.map((one) => one.collections.get('persons')?.length), state.drafts.length];

	test('is a case with the name sealed beside it, or still what is being written: wherever the storage fails, and once', async () => {
		for (let nth = 1; ; nth += 1) {
			const { hall, replica } = await open();
			const phone = followed(replica);
			const writing = phone.begin();
			writing.change((report) => ({ ...report, words: 'He followed me.', reporter: { name: 'Robin' }, asked: true }));
			await writing.keep();
			const room = fullFrom(nth, (store) => store === 'drafts' || store === 'intents');
			const kept = await writing.finish();
			room();
			if (kept) {
				expect(nth).toBeGreaterThan(3);
				break;
			}
			expect(told(replica.state)).toEqual([[], [], 1]);
			// The tab is gone as well: another one goes on from what is stored.
			replica.lock.shut();
			const again = await open(hall);
			const other = followed(again.replica).writing(writing.id);
			expect(await other?.finish()).toBe(true);
			expect(told(again.replica.state)).toEqual([[['He followed me.']], [1], 0]);
		}
	});
});

describe('a picture that is added to a case', () => {
	test('is kept and named, or neither', async () => {
		const { hall, replica } = await open();
		await replica.write(note(replica.newId()));
		const bytes = new Uint8Array(1_000).map((_, at) => at % 251);
		const keep = () => replica.pictures.keep(CASE, bytes, 'image/png', (kept) => ({ document: CASE, kind: 'case', facts: [{ into: 'attachments', id: replica.newId(), fields: { ...kept, mime: 'image/png' } }] }));
		const shown = () => [replica.state.cases[0]?.view.attachments.length, replica.state.pictures.length];
		for (const nth of [1, 2, 3]) {
			const room = fullFrom(nth, (store) => ['pieces', 'pictures', 'intents'].includes(store));
			await expect(keep()).rejects.toEqual(new NotSaved('full'));
			room();
			expect([...shown(), await count(hall, 'pieces')]).toEqual([0, 0, 0]);
		}
		await keep();
		expect(shown()).toEqual([1, 1]);
	});
});
