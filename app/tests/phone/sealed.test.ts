/** A report that is saved on a locked phone, and a lock that somebody opens just then. */
import { expect, test } from 'vitest';
import type { Draft, Lock, State } from '../../src/replica/api.ts';
import { newReport } from '../../src/incident/report.ts';
import type { Phone } from '../../src/routes/phone/phone.svelte.ts';
import { Writing } from '../../src/routes/phone/writing.svelte.ts';
import { alma, at, id } from '../console/journeys.ts';

const CASE = id('locked');
const locked: Lock = { state: 'locked', since: 1, by: 'pin', passkey: false, only: 0, carries: false, member: true, wrong: 0, until: 0 };

/** A phone that says what its replica says; `whileKept` happens before the draft is on disk. */
function saved(whileKept: (state: (part: Partial<State>) => void) => void) {
	const replica = alma();
	const open = { lock: replica.state.lock, ready: true };
	const forgotten: string[] = [];
	const phone = {
		replica,
		get state() {
			return replica.state;
		},
		get locked() {
			return replica.state.lock.state === 'locked';
		},
		forget: (of: string) => void forgotten.push(of)
	} as unknown as Phone;
	replica.change({ lock: locked, ready: false });
	const kept: Draft[] = [];
	const keep = replica.keepDraft.bind(replica);
	replica.keepDraft = async (draft) => {
		whileKept((part) => replica.change({ ...open, ...part }));
		kept.push(draft);
		await keep(draft);
	};
	const draft = { ...newReport({ case: CASE, report: id('its report'), identity: id('its name') }, at('11:00')), words: 'He would not let me pass.', asked: true as const };
	const writing = new Writing(phone, draft, at('11:00'), null);
	const isCase = () => replica.state.cases.some((record) => record.id === CASE);
	return { writing, kept, forgotten, isCase };
}

test('it stays sealed and says that it is finished', async () => {
	const { writing, kept, forgotten, isCase } = saved(() => undefined);
	expect(await writing.finish()).toBe(true);
	expect([kept.at(-1)?.fields['finished'], forgotten, isCase()]).toEqual([true, [CASE], false]);
});

test('opened and read meanwhile, it becomes a case at once', async () => {
	const { writing, forgotten, isCase } = saved((opens) => opens({}));
	expect(await writing.finish()).toBe(true);
	expect([forgotten, isCase()]).toEqual([[CASE], true]);
});

test('opened and not yet read, it waits as finished for the phone to read it', async () => {
	const { writing, kept, forgotten, isCase } = saved((opens) => opens({ ready: false }));
	expect(await writing.finish()).toBe(true);
	expect([kept.at(-1)?.fields['finished'], forgotten, isCase()]).toEqual([true, [CASE], false]);
});
