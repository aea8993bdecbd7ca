import { beforeAll, describe, expect, test } from 'vitest';
import type { Lock } from '../../src/replica/api.ts';
import type { GuardedReplica } from '../../src/replica/guarded.ts';
import { Shelter } from '../../src/replica/storage.ts';
import { GUESSES } from '../../src/replica/tries.ts';
import { automerge, CASE, guarded, Hall, locked, PIN, until } from '../replica/hall.ts';

beforeAll(automerge);

const WRONG = { kind: 'pin', text: '302817' } as const;

async function hallWithPlatform(): Promise<Hall> {
	const hall = await locked();
	hall.platform.there = true;
	return hall;
}

const passkeyOf = ({ state }: GuardedReplica): unknown => (state.lock.state === 'open' || state.lock.state === 'locked' ? state.lock.passkey : undefined);
const is = (phone: GuardedReplica, state: Lock['state']): Promise<void> => until(phone, () => phone.state.lock.state === state);

async function opened(hall: Hall): Promise<GuardedReplica> {
	const phone = guarded(hall);
	await is(phone, 'locked');
	expect(await phone.lock.open(PIN)).toBe('open');
	await until(phone, () => phone.state.ready);
	return phone;
}

/** The same phone after a restart. */
const restarted = (hall: Hall): Hall => Object.assign(new Hall(), { db: hall.db, slot: hall.slot, platform: hall.platform, now: hall.now });

async function withPasskey(hall: Hall): Promise<GuardedReplica> {
	const phone = await opened(hall);
	expect(await phone.lock.addPasskey(PIN)).toBe('added');
	return phone;
}

describe('the phone’s own lock', () => {
	test('is offered where the platform has one, and nowhere else', async () => {
		expect(passkeyOf(await opened(await locked()))).toBe('no');
		const phone = await opened(await hallWithPlatform());
		expect(passkeyOf(phone)).toBe('offered');
		expect(await phone.lock.addPasskey(PIN)).toBe('added');
		expect(passkeyOf(phone)).toBe('set');
		phone.lock.shut();
		expect(passkeyOf(phone)).toBe(true);
	});

	test('opens the phone after a restart, without a network, and the PIN still does', async () => {
		const hall = await hallWithPlatform();
		const first = await withPasskey(hall);
		await first.keepDraft({ id: CASE, startedAt: 1, savedAt: 0, fields: { words: 'they said no' } });
		const again = guarded(restarted(hall));
		await is(again, 'locked');
		expect(await again.lock.openByPasskey()).toBe('open');
		await until(again, () => again.state.drafts.length === 1);
		again.lock.shut();
		expect(await again.lock.open(PIN)).toBe('open');
	});

	test('gives back what was taken in while the phone was locked', async () => {
		const hall = await hallWithPlatform();
		const phone = await withPasskey(hall);
		phone.lock.shut();
		await phone.keepDraft({ id: CASE, startedAt: 1, savedAt: 0, fields: { words: 'sealed' } });
		expect(phone.state.drafts).toEqual([]);
		expect(await phone.lock.openByPasskey()).toBe('open');
		await until(phone, () => phone.state.drafts[0]?.fields['words'] === 'sealed');
	});

	test('that has no key to give is not offered again, and the PIN is what it was', async () => {
		const hall = await hallWithPlatform();
		hall.platform.does = 'none';
		const phone = await opened(hall);
		expect(await phone.lock.addPasskey(PIN)).toBe('none');
		expect(passkeyOf(phone)).toBe('no');
		phone.lock.shut();
		expect(passkeyOf(phone)).toBe(false);
		expect(await phone.lock.openByPasskey()).toBe('none');
		expect(passkeyOf(await opened(restarted(hall)))).toBe('no');
	});

	test('that was cancelled changes nothing, and is offered again', async () => {
		const hall = await hallWithPlatform();
		hall.platform.does = 'cancelled';
		const phone = await opened(hall);
		expect(await phone.lock.addPasskey(PIN)).toBe('cancelled');
		expect(passkeyOf(phone)).toBe('offered');
	});

	test('that answers with another key does not open, and costs no guess', async () => {
		const hall = await hallWithPlatform();
		const phone = await withPasskey(hall);
		phone.lock.shut();
		hall.platform.change();
		for (let guess = 0; guess <= GUESSES; guess += 1) expect(await phone.lock.openByPasskey()).toBe('wrong');
		expect(phone.state.lock).toMatchObject({ state: 'locked', wrong: 0 });
		expect(await phone.lock.open(PIN)).toBe('open');
	});

	test('is of no use without this phone’s slots', async () => {
		const hall = await hallWithPlatform();
		const phone = await withPasskey(hall);
		phone.lock.shut();
		await hall.slot?.write(0, new Uint8Array(32).fill(7));
		expect(await phone.lock.openByPasskey()).toBe('wrong');
		await hall.slot?.write(0, new Uint8Array(32));
		expect(await phone.lock.openByPasskey()).toBe('wrong');
		expect(phone.state.lock.state).toBe('lost');
	});

	test('can be let go, and then opens nothing any more', async () => {
		const hall = await hallWithPlatform();
		const phone = await withPasskey(hall);
		await phone.lock.dropPasskey();
		expect(passkeyOf(phone)).toBe('offered');
		phone.lock.shut();
		expect(await phone.lock.openByPasskey()).toBe('none');
		expect(await phone.lock.open(PIN)).toBe('open');
	});

	test('opens within the wait after wrong PINs, and only the owner can do that', async () => {
		const hall = await hallWithPlatform();
		const phone = await withPasskey(hall);
		phone.lock.shut();
		expect(await phone.lock.open(WRONG)).toBe('wrong');
		expect(await phone.lock.open(PIN)).toBe('wait');
		expect(await phone.lock.openByPasskey()).toBe('open');
		phone.lock.shut();
		expect(phone.state.lock).toMatchObject({ wrong: 0 });
	});

	test('of another tab is known at once', async () => {
		const hall = await hallWithPlatform();
		const first = await opened(hall);
		const second = guarded(hall);
		await is(second, 'locked');
		await second.lock.open(PIN);
		await until(second, () => second.state.ready);
		await first.lock.addPasskey(PIN);
		await until(second, () => passkeyOf(second) === 'set');
	});
});

describe('the PIN that comes first', () => {
	test('counts when it is wrong, locks the phone, and the platform is not asked', async () => {
		const hall = await hallWithPlatform();
		const phone = await opened(hall);
		expect(await phone.lock.addPasskey(WRONG)).toBe('wrong');
		expect(hall.platform.asked).toBe(0);
		expect(phone.state).toMatchObject({ cases: [], self: null, lock: { state: 'locked', wrong: 1, passkey: false } });
		expect(await phone.lock.open(PIN)).toBe('wait');
		hall.now += 1_000;
		expect(await phone.lock.open(PIN)).toBe('open');
	});

	test('is one guess of ten: the tenth empties a phone that holds nothing of its own', async () => {
		const hall = await hallWithPlatform();
		const phone = await opened(hall);
		const shelter = await Shelter.open(hall.db);
		await shelter.note({ name: 'tries', value: { wrong: GUESSES - 1, wait: 0, at: hall.now } });
		expect(await phone.lock.addPasskey(WRONG)).toBe('wrong');
		expect(phone.state.lock).toEqual({ state: 'gone', why: 'guessed' });
		expect(hall.slot?.bytes?.every((byte) => byte === 0)).toBe(true);
	});

	test('is not taken on a locked phone', async () => {
		const hall = await hallWithPlatform();
		const phone = guarded(hall);
		await is(phone, 'locked');
		await expect(phone.lock.addPasskey(PIN)).rejects.toMatchObject({ code: 'locked' });
		expect(hall.platform.asked).toBe(0);
	});
});

test('an emptied phone is opened by no passkey', async () => {
	const hall = await hallWithPlatform();
	const phone = await withPasskey(hall);
	phone.lock.shut();
	await phone.lock.startAnew();
	expect(await phone.lock.openByPasskey()).toBe('none');
	expect(phone.state.lock).toEqual({ state: 'none', must: false });
});
