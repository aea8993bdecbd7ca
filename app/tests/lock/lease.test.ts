import { beforeAll, expect, test } from 'vitest';
import type { GuardedReplica } from '../../src/replica/guarded.ts';
import { LEASE, LEASE_WIPE, NOTED_EVERY } from '../../src/replica/lease.ts';
import { Shelter } from '../../src/replica/storage.ts';
import { automerge, entriesOf, guarded, Hall, keeping, locked, note, PIN, until } from '../replica/hall.ts';

beforeAll(automerge);

const OWN = '0d'.repeat(16);
const over = (phone: GuardedReplica): boolean | undefined => (phone.state.lock.state === 'open' ? phone.state.lock.over : undefined);

async function opened(hall: Hall): Promise<GuardedReplica> {
	const phone = guarded(hall);
	await until(phone, () => phone.state.lock.state === 'locked');
	expect(await phone.lock.open(PIN)).toBe('open');
	await until(phone, () => phone.state.ready);
	return phone;
}

/** A phone with one case that the server has as well, and one that only it has; then without a network. */
async function holding(): Promise<{ hall: Hall; phone: GuardedReplica }> {
	const hall = await locked();
	hall.network = true;
	keeping(hall);
	const phone = await opened(hall);
	await until(phone, () => phone.state.connection.state === 'online');
	await phone.write(note('01'.repeat(16), 'sent'));
	await until(phone, () => phone.state.cases[0]?.unsent === 0);
	hall.network = false;
	hall.ears?.closed();
	await until(phone, () => phone.state.connection.state !== 'online');
	await phone.write({ ...note('02'.repeat(16), 'only here'), document: OWN });
	const shelter = await Shelter.open(hall.db);
	while ((await shelter.rows()).some(([name]) => name === 'intents')) await new Promise(setImmediate);
	return { hall, phone };
}

async function noted(hall: Hall): Promise<void> {
	const shelter = await Shelter.open(hall.db);
	while ((await shelter.book()).contact?.latest !== hall.now) await new Promise(setImmediate);
}

test('a day without the server, and nothing of a case is shown until it is heard again', async () => {
	const { hall, phone } = await holding();
	await hall.pass(LEASE - NOTED_EVERY);
	await noted(hall);
	expect(over(phone)).toBe(false);
	while (!hall.timers.some(({ at }) => at === hall.now + NOTED_EVERY)) await new Promise(setImmediate); // the next look at the clock
	await hall.pass(NOTED_EVERY);
	await until(phone, () => over(phone) === true);
	hall.network = true;
	const clock = setInterval(() => void hall.pass(500), 1);
	await until(phone, () => over(phone) === false);
	await until(phone, () => phone.state.cases.every((record) => record.unsent === 0));
	clearInterval(clock);
});

test('an hour later what the server has as well is gone, without a PIN; what is only here stays and is sent', async () => {
	const { hall, phone } = await holding();
	phone.lock.shut();
	await hall.pass(LEASE_WIPE);
	while (hall.slot?.bytes?.slice(32, 64).some((byte) => byte !== 0) !== false) await new Promise(setImmediate);
	expect(await phone.lock.open(PIN)).toBe('open');
	await until(phone, () => phone.state.ready);
	expect(phone.state.cases.map((record) => record.id)).toEqual([OWN]);
	expect(entriesOf(phone)).toEqual(['only here']);
	expect(phone.state.lost).toBe(0);
	hall.network = true;
	phone.tryNow();
	await until(phone, () => phone.state.cases[0]?.unsent === 0);
});

test('a phone that is off for so long finds the same when it is switched on', async () => {
	const { hall, phone } = await holding();
	phone.lock.shut();
	await new Promise(setImmediate);
	const later = Object.assign(new Hall(), { db: hall.db, slot: hall.slot, now: hall.now + LEASE_WIPE });
	const again = await opened(later);
	expect(again.state.cases.map((record) => record.id)).toEqual([OWN]);
});

test('neither a turn of the lock nor a start anew makes the time without the server shorter', async () => {
	const { hall, phone } = await holding();
	const gone = hall.now;
	await hall.pass(NOTED_EVERY * 30);
	await noted(hall);
	phone.lock.shut();
	expect(await phone.lock.open(PIN)).toBe('open');
	await until(phone, () => phone.state.ready);
	expect(phone.state.connection).toEqual({ state: 'offline', since: gone });
	phone.lock.shut();
	await new Promise(setImmediate);
	const again = await opened(Object.assign(new Hall(), { db: hall.db, slot: hall.slot, now: hall.now }));
	expect(again.state.connection).toEqual({ state: 'offline', since: gone });
});

test('a clock that is set back wins nothing', async () => {
	const { hall, phone } = await holding();
	await hall.pass(LEASE - NOTED_EVERY);
	await noted(hall);
	const reached = hall.now;
	hall.now -= LEASE;
	phone.lock.shut();
	const back = Object.assign(new Hall(), { db: hall.db, slot: hall.slot, now: hall.now });
	const again = await opened(back);
	expect(over(again)).toBe(false);
	back.now = reached + NOTED_EVERY;
	await back.pass(NOTED_EVERY);
	await until(again, () => over(again) === true);
	expect((await (await Shelter.open(hall.db)).book()).contact?.latest).toBeGreaterThan(reached);
});

test('whoever opens a phone whose time is over keeps it open, also where nothing hears the server', async () => {
	const { hall, phone } = await holding();
	phone.lock.shut();
	await hall.pass(LEASE_WIPE);
	await noted(hall);
	expect(await phone.lock.open(PIN)).toBe('open');
	await until(phone, () => phone.state.ready);
	for (let minute = 0; minute < 3; minute += 1) {
		while (!hall.timers.some(({ at }) => at === hall.now + NOTED_EVERY)) await new Promise(setImmediate);
		await hall.pass(NOTED_EVERY);
		await noted(hall);
	}
	expect(over(phone)).toBe(true);
	await phone.write({ ...note('03'.repeat(16), 'written then'), document: OWN });
	expect(entriesOf(phone)).toEqual(['only here', 'written then']);
});

test('a phone that is taken up again after so long is not locked once more in the hand of whoever opened it', async () => {
	const { hall, phone } = await holding();
	phone.lock.shut();
	// The look at the clock and the PIN come in the same moment.
	const passing = hall.pass(LEASE_WIPE);
	expect(await phone.lock.open(PIN)).toBe('open');
	await passing;
	await noted(hall);
	while (!hall.timers.some(({ at }) => at === hall.now + NOTED_EVERY)) await new Promise(setImmediate);
	expect(over(phone)).toBe(true);
});
