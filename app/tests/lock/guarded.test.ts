import { create, toBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { PackSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import { NotSaved } from '../../src/replica/api.ts';
import type { Locked } from '../../src/replica/api.ts';
import type { GuardedReplica } from '../../src/replica/guarded.ts';
import { parcelKey } from '../../src/replica/ledger.ts';
import { Shelter } from '../../src/replica/storage.ts';
import { GUESSES } from '../../src/replica/tries.ts';
import { automerge, CASE, entriesOf, EVENT, guarded, Hall, keeping, locked, note, PIN, Slot, STAFF, until } from '../replica/hall.ts';

beforeAll(automerge);

const ONE = '01'.repeat(16);
const WRONG = { kind: 'pin', text: '302817' } as const;
const WAIT = 3_600_000;

const shut = (phone: GuardedReplica): Locked => {
	const { lock } = phone.state;
	if (lock.state !== 'locked') throw new Error(`the phone is ${lock.state}`);
	return lock;
};
const isLocked = (phone: GuardedReplica): Promise<void> => until(phone, () => phone.state.lock.state === 'locked');
const draft = (id = CASE, words = 'they sai') => ({ id, startedAt: 1, savedAt: 0, fields: { words } });

async function opened(hall: Hall): Promise<GuardedReplica> {
	const phone = guarded(hall);
	await isLocked(phone);
	expect(await phone.lock.open(PIN)).toBe('open');
	await until(phone, () => phone.state.ready);
	return phone;
}

describe('a locked phone', () => {
	test('shows nothing, writes nothing, and opens with its PIN to all that it keeps', async () => {
		const hall = await locked();
		const first = await opened(hall);
		await first.write(note(ONE, 'was shouted at'));
		await until(first, () => first.state.cases[0]?.unsent === 1);
		first.lock.shut();
		expect(first.state).toMatchObject({ cases: [], drafts: [], self: null, team: null, ready: false, lock: { state: 'locked', only: 1 } });
		await expect(first.write(note('02'.repeat(16)))).rejects.toBeInstanceOf(NotSaved);
		await expect(first.lead.reloadTeam()).rejects.toMatchObject({ code: 'locked' });

		const again = guarded(Object.assign(new Hall(), { db: hall.db, slot: hall.slot }));
		await isLocked(again);
		expect(shut(again).only).toBe(1);
		expect(await again.lock.open(PIN)).toBe('open');
		await until(again, () => again.state.ready);
		expect(entriesOf(again)).toEqual(['was shouted at']);
	});

	test('that is opened at once stays open, however late the count of what is only here comes', async () => {
		const hall = await locked();
		const phone = await opened(hall);
		const count = Object.getOwnPropertyDescriptor(Shelter.prototype, 'onlyHere')!.value as (this: Shelter) => Promise<number>;
		let come = (): void => undefined;
		const late = new Promise<void>((resolve) => (come = resolve));
		const counts: Promise<number>[] = [];
		const slow = vi.spyOn(Shelter.prototype, 'onlyHere').mockImplementation(function (this: Shelter) {
			counts.push(late.then(() => count.call(this)));
			return counts.at(-1)!;
		});
		phone.lock.shut();
		expect(await phone.lock.open(PIN)).toBe('open');
		await until(phone, () => phone.state.ready);
		expect(counts).toHaveLength(1);
		come();
		await Promise.all(counts);
		await new Promise(setImmediate);
		expect(phone.state.lock.state).toBe('open');
		slow.mockRestore();
	});

	test('has no line; it sends once it is open', async () => {
		const hall = await locked();
		hall.network = true;
		const kept = keeping(hall);
		const phone = await opened(hall);
		await until(phone, () => phone.state.connection.state === 'online');
		phone.lock.shut();
		const said = hall.said.length;
		hall.ears = undefined;
		phone.tryNow();
		await hall.pass(60_000);
		expect(hall.said.length).toBe(said);
		expect(hall.ears).toBeUndefined();
		expect(await phone.lock.open(PIN)).toBe('open');
		await until(phone, () => phone.state.connection.state === 'online');
		await phone.write(note(ONE));
		await until(phone, () => phone.state.cases[0]?.unsent === 0);
		expect(kept).toHaveLength(1);
	});

	test('takes a report in that it cannot read back, and gives it back after unlocking', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		await phone.keepDraft(draft(CASE, 'they sai'));
		await phone.keepDraft(draft(CASE, 'they said no'));
		expect(phone.state.drafts).toEqual([]);
		expect(shut(phone).only).toBe(1);
		// The power goes; the words are on the disk.
		const again = await opened(Object.assign(new Hall(), { db: hall.db, slot: hall.slot }));
		expect(again.state.drafts).toMatchObject([{ id: CASE, fields: { words: 'they said no' }, savedAt: hall.now }]);
		again.lock.shut();
		expect(shut(again).only).toBe(1);
	});

	test('counts a case once, on whichever of its screens something is typed', async () => {
		const phone = await opened(await locked());
		await phone.write(note(ONE));
		await until(phone, () => phone.state.cases[0]?.unsent === 1);
		for (const [id, place] of [['0d', CASE], ['0e', `${CASE} danger`]] as const) await phone.keepDraft({ id: id.repeat(16), startedAt: 1, savedAt: 1, fields: { note: place, said: { why: 'a knife' } } });
		phone.lock.shut();
		expect(shut(phone).only).toBe(1);
	});

	test('keeps the newer of two versions of one report', async () => {
		const hall = await locked();
		const phone = await opened(hall);
		await phone.keepDraft(draft(CASE, 'older'));
		phone.lock.shut();
		hall.now += 1_000;
		await phone.keepDraft(draft(CASE, 'typed while it locked'));
		expect(await phone.lock.open(PIN)).toBe('open');
		await until(phone, () => phone.state.drafts.length === 1);
		expect(phone.state.drafts[0]?.fields).toEqual({ words: 'typed while it locked' });
	});

	test('loses no letter that is typed while it opens, and leaves none for the next time', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		const opening = phone.lock.open(PIN);
		let letters = '';
		do {
			letters += 'a';
			hall.now += 1;
			await phone.keepDraft(draft(CASE, letters));
		} while (phone.state.lock.state === 'locked');
		expect(await opening).toBe('open');
		await until(phone, () => phone.state.drafts.length === 1);
		expect(phone.state.drafts[0]?.fields).toEqual({ words: letters });
		expect(await (await Shelter.open(hall.db)).taken()).toEqual([]);
	});

	test('keeps what was typed while a wrong PIN was tried', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		const opening = phone.lock.open(WRONG);
		await phone.keepDraft(draft(CASE, 'they said no'));
		expect(await opening).toBe('wrong');
		hall.now += WAIT;
		expect(await phone.lock.open(PIN)).toBe('open');
		await until(phone, () => phone.state.drafts.length === 1);
	});

	test('shuts on all tabs at once, and the second tab needs the PIN as well', async () => {
		const hall = await locked();
		const first = await opened(hall);
		const second = guarded(hall);
		await isLocked(second);
		expect(await second.lock.open(PIN)).toBe('open');
		await until(second, () => second.state.ready);
		first.lock.shut();
		await isLocked(second);
	});

	test('hands the lead to the tab that is open', async () => {
		const hall = await locked();
		const first = await opened(hall);
		const second = guarded(hall);
		await isLocked(second);
		await second.lock.open(PIN);
		await until(second, () => second.state.ready);
		hall.network = true;
		const kept = keeping(hall);
		// Only the first is idle.
		(first as unknown as { shut: () => void }).shut();
		await until(second, () => second.state.connection.state === 'online');
		await second.write(note(ONE));
		await until(second, () => second.state.cases[0]?.unsent === 0);
		expect(kept).toHaveLength(1);
	});
});

describe('guessing', () => {
	test('costs longer and longer waits, which neither a restart nor the clock shortens for free', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		for (const wait of [1_000, 5_000, 30_000, 300_000, 300_000]) {
			expect(await phone.lock.open(WRONG)).toBe('wrong');
			expect(shut(phone).until).toBe(hall.now + wait);
			expect(await phone.lock.open(PIN)).toBe('wait');
			const again = guarded(Object.assign(new Hall(), { db: hall.db, slot: hall.slot, now: hall.now - 86_400_000 }));
			await isLocked(again);
			expect(shut(again).until - (hall.now - 86_400_000)).toBe(wait);
			hall.now += wait;
		}
		expect(shut(phone).wrong).toBe(5);
		expect(await phone.lock.open(PIN)).toBe('open');
		phone.lock.shut();
		expect(shut(phone).wrong).toBe(0);
	});

	test('on a phone whose clock was set back waits once more from then on, not until the old time comes again', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		expect(await phone.lock.open(WRONG)).toBe('wrong');
		hall.now -= 86_400_000;
		expect(await phone.lock.open(PIN)).toBe('wait');
		expect(shut(phone).until).toBe(hall.now + 1_000);
		hall.now += 1_000;
		expect(await phone.lock.open(PIN)).toBe('open');
	});

	test('ten times wrong empties a phone that holds nothing of its own', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		for (let guess = 1; guess <= GUESSES; guess += 1) {
			expect(await phone.lock.open(WRONG)).toBe('wrong');
			hall.now += WAIT;
		}
		expect(phone.state.lock).toEqual({ state: 'gone', why: 'guessed' });
		expect(hall.slot?.bytes?.every((byte) => byte === 0)).toBe(true);
		expect(await (await Shelter.open(hall.db)).rows()).toEqual([]);
		const again = guarded(Object.assign(new Hall(), { db: hall.db, slot: hall.slot }));
		await until(again, () => again.state.lock.state === 'gone');
	});

	test('cannot make words disappear that this phone carries for somebody, whose own may be broken', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		const shelter = await Shelter.open(hall.db);
		await shelter.writeRaw([{ store: 'pieces', key: parcelKey(ONE), value: 'sealed twice' }]);
		for (let guess = 1; guess <= GUESSES; guess += 1) {
			expect(await phone.lock.open(WRONG)).toBe('wrong');
			hall.now += WAIT;
		}
		expect(await shelter.piece(parcelKey(ONE))).toBe('sealed twice');
		// Once they are brought, one more guess is one too many.
		await shelter.writeRaw([{ store: 'pieces', key: parcelKey(ONE) }]);
		expect(await phone.lock.open(WRONG)).toBe('wrong');
		expect(phone.state.lock).toEqual({ state: 'gone', why: 'guessed' });
	});

	test('cannot make a report disappear that nobody else has', async () => {
		const hall = await locked();
		const phone = guarded(hall);
		await isLocked(phone);
		await phone.keepDraft(draft());
		for (let guess = 1; guess <= GUESSES + 3; guess += 1) {
			expect(await phone.lock.open(WRONG)).toBe('wrong');
			hall.now += WAIT;
		}
		expect(shut(phone)).toMatchObject({ wrong: GUESSES + 3, only: 1 });
		expect(await phone.lock.open(PIN)).toBe('open');
		await until(phone, () => phone.state.drafts.length === 1);
	});
});

describe('what an app without a lock left', () => {
	test('is sealed with the first PIN, all of it or nothing', async () => {
		const hall = new Hall();
		hall.slot = new Slot();
		const shelter = await Shelter.open(hall.db);
		const intent = { order: '1', at: 5, intention: note(ONE, 'plain-canary') };
		const handles = { signing: await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']), agreement: await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']) };
		const enrolled = { event: EVENT, self: { state: 'active', device: 'dd'.repeat(16), staff: STAFF, name: 'Nora', roles: [], badgeLabel: '', label: 'N1', words: [] } };
		await shelter.writeRaw([
			{ store: 'intents', key: '1', value: { as: 'plain', record: intent } },
			{ store: 'meta', key: 'enrolled', value: { as: 'plain', record: enrolled } },
			{ store: 'meta', key: 'keys', value: { as: 'plain', record: handles } }
		]);
		const phone = guarded(hall);
		await until(phone, () => phone.state.lock.state === 'none');
		expect(phone.state.lock).toEqual({ state: 'none', must: true });
		expect(phone.state.self).toBeNull();
		await phone.lock.choose(PIN);
		await until(phone, () => phone.state.ready && phone.state.cases[0]?.unsent === 1);
		expect(entriesOf(phone)).toEqual(['plain-canary']);
		const left = (await shelter.rows()).filter(([, key]) => key !== 'keys').map(([, , stored]) => (stored as { as: string }).as);
		expect(left).not.toContain('plain');
		expect(await shelter.hasPlain()).toBe(false);
		phone.lock.shut();
		expect(await phone.lock.open(PIN)).toBe('open');
	});
});

describe('a phone whose storage was touched', () => {
	test('without its slots says that its keys are gone, and can start anew', async () => {
		const hall = await locked();
		hall.slot = new Slot();
		const phone = guarded(hall);
		await until(phone, () => phone.state.lock.state === 'lost');
		await phone.lock.startAnew();
		expect(phone.state.lock).toEqual({ state: 'none', must: false });
		await phone.lock.choose(PIN);
		expect(phone.state.lock.state).toBe('open');
	});

	test('without its database says so too', async () => {
		const hall = Object.assign(new Hall(), { slot: (await locked()).slot });
		const phone = guarded(hall);
		await until(phone, () => phone.state.lock.state === 'lost');
	});

	test.each(['meta', 'drafts', 'intents', 'envelopes', 'unread', 'looks', 'fence', 'book', 'intake'])('without its store "%s" does not break, and says what is true', async (store) => {
		const hall = await locked();
		const before = await opened(hall);
		await before.write(note(ONE));
		await before.keepDraft(draft('0d'.repeat(16)));
		await until(before, () => before.state.cases[0]?.unsent === 1);
		const shelter = await Shelter.open(hall.db);
		while ((await shelter.rows()).some(([name]) => name === 'intents')) await new Promise(setImmediate);
		before.lock.shut();
		await before.keepDraft(draft('0e'.repeat(16)));
		await shelter.run([store], 'readwrite', (tx) => {
			tx.objectStore(store).clear();
			return () => undefined;
		});
		const phone = guarded(Object.assign(new Hall(), { db: hall.db, slot: hall.slot }));
		await until(phone, () => ['locked', 'lost'].includes(phone.state.lock.state));
		if (store === 'book') {
			await until(phone, () => phone.state.lock.state === 'lost');
			return;
		}
		expect(await phone.lock.open(PIN)).toBe('open');
		await until(phone, () => phone.state.read);
		expect(phone.state.storageBroken).toBeNull();
		expect(phone.state.lost).toBe({ meta: 2, drafts: 1, envelopes: 1, intake: 1 }[store] ?? 0);
	});

	test('with fewer digits in its lock than it had is still not cheaper to open', async () => {
		const hall = await locked();
		const shelter = await Shelter.open(hall.db);
		const lock = (await shelter.book()).lock!;
		await shelter.note({ name: 'lock', value: { ...lock, unlockers: lock.unlockers.map((one) => (one.kind === 'passkey' ? one : { ...one, cost: { memory: 8, passes: 1, lanes: 1 } })) } });
		const phone = guarded(hall);
		await isLocked(phone);
		await expect(phone.lock.open(PIN)).rejects.toBeInstanceOf(RangeError);
		expect(phone.state.lock.state).toBe('locked');
	});
});

test('what the server has as well goes with its key, unopened; what is only here stays', async () => {
	const hall = await locked();
	hall.network = true;
	keeping(hall);
	const phone = await opened(hall);
	await until(phone, () => phone.state.connection.state === 'online');
	await phone.write(note(ONE, 'sent'));
	await until(phone, () => phone.state.cases[0]?.unsent === 0);
	hall.network = false;
	hall.ears?.closed();
	await until(phone, () => phone.state.connection.state !== 'online');
	await phone.write({ ...note('02'.repeat(16), 'only here'), document: '0d'.repeat(16) });
	await until(phone, () => phone.state.cases.length === 2);
	const shelter = await Shelter.open(hall.db);
	while ((await shelter.rows()).some(([name]) => name === 'intents')) await new Promise(setImmediate);
	phone.lock.shut();
	await hall.slot?.write(32, new Uint8Array(32));

	const again = await opened(Object.assign(new Hall(), { db: hall.db, slot: hall.slot }));
	expect(again.state.cases.map((record) => record.id)).toEqual(['0d'.repeat(16)]);
	expect(again.state.lost).toBe(0);
	expect(entriesOf(again)).toEqual(['only here']);
});

test('a locked phone knows whom to call and where it is, and no procedure text is needed for that', async () => {
	const hall = await locked();
	const shelter = await Shelter.open(hall.db);
	const pack = toBinary(PackSchema, create(PackSchema, { name: 'A fair', emergency: [{ label: 'Police', number: '110', police: true }], venue: { address: 'Teststrasse 1' } }));
	await shelter.note({ name: 'pack', value: new Uint8Array(pack) });
	const phone = guarded(hall);
	await isLocked(phone);
	expect(phone.state.pack).toMatchObject({ name: 'A fair', emergency: [{ number: '110' }], venue: { address: 'Teststrasse 1' } });
});
