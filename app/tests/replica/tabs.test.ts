import { beforeAll, expect, test } from 'vitest';
import { Ledger } from '../../src/replica/ledger.ts';
import { Overtaken } from '../../src/replica/storage.ts';
import { automerge, enrol, entriesOf, Hall, keeping, note, phone, storageOf, until } from './hall.ts';

beforeAll(automerge);

const ONE = '01'.repeat(16);
const TWO = '02'.repeat(16);

async function stored(hall: Hall): Promise<{ intents: number; wrote: string[] }> {
	const storage = await storageOf(hall);
	const { intents, envelopes } = await storage.all();
	const wrote = envelopes.flatMap(([, kept]) => (kept as { wrote: { intention: { facts: { id: string }[] } } }).wrote.intention.facts.map((fact) => fact.id));
	return { intents: intents.length, wrote };
}

test('of two tabs that both believe to lead, only the one that took the lead last writes', async () => {
	const hall = new Hall();
	const [first, second] = [new Ledger(await storageOf(hall)), new Ledger(await storageOf(hall))];
	await first.takeLead();
	await first.commitLeading([{ into: 'looks', key: 'a', value: 1 }]);
	await second.takeLead();
	await expect(first.commitLeading([{ into: 'looks', key: 'b', value: 1 }, { outOf: 'looks', key: 'a' }])).rejects.toBeInstanceOf(Overtaken);
	await second.reload();
	expect([...second.looks.keys()]).toEqual(['a']);
	await second.commitLeading([{ into: 'looks', key: 'c', value: 1 }]);
});

test('a tab that never led writes no change', async () => {
	const ledger = new Ledger(await storageOf(new Hall()));
	await expect(ledger.commitLeading([{ into: 'looks', key: 'a', value: 1 }])).rejects.toBeInstanceOf(Overtaken);
});

test('a tab in use takes over from one that is frozen, and a word becomes one change though both wake to it', async () => {
	const hall = new Hall();
	await enrol(hall);
	const first = phone(hall);
	await until(first, () => first.state.ready);
	const second = phone(hall);
	await until(second, () => second.state.ready);
	hall.freezeLeader();
	await second.write(note(ONE, 'from the tab in use'));
	expect((await stored(hall)).intents).toBe(1);
	await hall.pass(4_000);
	while ((await stored(hall)).intents > 0) await new Promise(setImmediate);

	// The frozen one wakes in the middle of it: it still believes to lead, knows nothing of the other's word, and writes.
	await first.write(note(TWO, 'from the tab that slept'));
	while ((await stored(hall)).intents > 0) await new Promise(setImmediate);
	await until(first, () => entriesOf(first).length === 2);
	await until(second, () => entriesOf(second).length === 2);
	expect((await stored(hall)).wrote).toEqual(expect.arrayContaining([ONE, TWO]));
	expect((await stored(hall)).wrote).toHaveLength(2);

	hall.network = true;
	const kept = keeping(hall);
	second.tryNow();
	await until(second, () => second.state.cases[0]?.unsent === 0);
	expect(kept).toHaveLength(2);
});

test('a leading tab that answers keeps the lead', async () => {
	const hall = new Hall();
	await enrol(hall);
	const first = phone(hall);
	await until(first, () => first.state.ready);
	const second = phone(hall);
	await until(second, () => second.state.ready);
	await second.write(note(ONE));
	await new Promise(setImmediate);
	await hall.pass(4_000);
	while ((await stored(hall)).intents > 0) await new Promise(setImmediate);
	expect(hall.leads(0)).toBe(true);
});
