import { create, toBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Frame, Restricted } from '../../src/generated/wire/v1/frame_pb.ts';
import { StaffMemberSchema, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { PackSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import { type Intention, type Millis, Role } from '../../src/replica/api.ts';
import { hex, newId, unhex } from '../../src/replica/bytes.ts';
import type { Enrolled, Picture } from '../../src/replica/kept.ts';
import { Ledger, pictureKey } from '../../src/replica/ledger.ts';
import type { LocalReplica } from '../../src/replica/replica.ts';
import { batch, byAnother } from './another.ts';
import { automerge, CASE, enrol, entriesOf, frame, Hall, keeping, note, phone, storageOf, STAFF, until, welcome } from './hall.ts';

beforeAll(automerge);

const ONE = '01'.repeat(16);
const TWO = '02'.repeat(16);
const SECOND = '0d'.repeat(16);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WORDS = 'quokka-canary';

/** What the phone knows of ends. */
interface Known {
	eventEnds?: Millis;
	termEnds?: Millis;
	lead?: boolean;
}

async function know(hall: Hall, { eventEnds, termEnds = 0, lead = false }: Known): Promise<void> {
	const storage = await storageOf(hall);
	const enrolled = Object.fromEntries((await storage.all()).meta)['enrolled'] as Enrolled;
	const team = toBinary(TeamSchema, create(TeamSchema, { open: true, staff: [create(StaffMemberSchema, { staff: unhex(STAFF), name: 'Nora', roles: lead ? [Role.CHAIR] : [Role.RESPONDER], until: BigInt(termEnds) })] }));
	hall.calls['/v1/team'] = () => team;
	await storage.commit([
		Ledger.meta('enrolled', { ...enrolled, self: { ...enrolled.self, roles: lead ? [Role.CHAIR] : [Role.RESPONDER] } }),
		Ledger.meta('team', new Uint8Array(team)),
		...(eventEnds === undefined ? [] : [Ledger.meta('pack', { bytes: new Uint8Array(toBinary(PackSchema, create(PackSchema, { endsAt: BigInt(eventEnds) }))), hash: new Uint8Array() })])
	]);
}

async function hallThat(known: Known): Promise<Hall> {
	const hall = new Hall();
	await enrol(hall);
	await know(hall, known);
	hall.network = true;
	keeping(hall);
	return hall;
}

/** A phone of which everything is sent. */
async function sent(hall: Hall, ...intentions: Intention[]): Promise<LocalReplica> {
	const replica = phone(hall);
	await until(replica, () => replica.state.connection.state === 'online');
	for (const intention of intentions) await replica.write(intention);
	await until(replica, () => replica.state.cases.length > 0 && replica.state.cases.every((record) => record.unsent === 0));
	return replica;
}

/** The same phone, switched on again after a while. */
function later(hall: Hall, wait: Millis, network = true): Hall {
	const again = Object.assign(new Hall(), { db: hall.db, now: hall.now + wait, network, calls: hall.calls });
	keeping(again);
	return again;
}

async function started(hall: Hall): Promise<LocalReplica> {
	const replica = phone(hall);
	await until(replica, () => replica.state.ready);
	return replica;
}

/** The words of the case on a phone that was switched on and has looked what has to go. */
async function staying(hall: Hall): Promise<string[]> {
	const replica = await started(hall);
	const storage = await storageOf(hall);
	// The first word shows that the line was begun; the second turns into a change only after that look.
	for (const word of ['one more word', 'and one more']) {
		await replica.write({ ...note(newId(), word), document: '0f'.repeat(16) });
		while ((await storage.all()).intents.length > 0) await new Promise(setImmediate);
	}
	const record = replica.state.cases.find(({ id }) => id === CASE);
	return (record?.view.entries ?? []).map(({ text }) => text ?? '');
}

async function isGone(hall: Hall): Promise<void> {
	while (JSON.stringify((await (await storageOf(hall)).all()).envelopes, (_, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value)).includes(WORDS)) await new Promise(setImmediate);
}

const droppedIn = (said: Frame[]): string[] => said.flatMap(({ kind }) => (kind.case === 'dropped' ? kind.value.documents.map(hex) : []));

/** What another device wrote, born or not. */
const another = (born: boolean, text = 'by somebody else') => byAnother(note(TWO, text), born ? { restricted: Restricted.STAFF_NAMED } : null);

const restricted = (): Intention => ({ ...note(ONE, WORDS), birth: { restricted: 'staff_named' } });

describe('a day after the event', () => {
	test('what was sent leaves a phone by itself, also without a network', async () => {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000 + HOUR });
		await sent(hall, note(ONE, WORDS));
		expect(await staying(later(hall, DAY + HOUR - 1, false))).toEqual([WORDS]);
		const replica = await started(later(hall, DAY + HOUR, false));
		await until(replica, () => !replica.state.cases.some(({ id }) => id === CASE));
		await isGone(hall);
	});

	test('the server hears of it in the same words as after its own order', async () => {
		const [byItself, ordered] = [await hallThat({ eventEnds: 1_700_000_000_000 }), await hallThat({})];
		for (const hall of [byItself, ordered]) await sent(hall, note(ONE, WORDS));
		const [one, other] = [later(byItself, DAY), later(ordered, DAY)];
		other.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(other.now), frame({ case: 'forget', value: { document: unhex(CASE) } })] : []);
		for (const hall of [one, other]) {
			const replica = await started(hall);
			await until(replica, () => replica.state.cases.length === 0);
			await isGone(hall);
			while (droppedIn(hall.said).length === 0) await new Promise(setImmediate);
		}
		expect(droppedIn(one.said)).toEqual([CASE]);
		expect(one.said.filter(({ kind }) => kind.case === 'dropped')).toEqual(other.said.filter(({ kind }) => kind.case === 'dropped'));
	});

	test('what was typed to be asked of the team keeps no case here, and goes with it', async () => {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000 });
		const first = await sent(hall, note(ONE, WORDS));
		const draft = { id: TWO, startedAt: hall.now, savedAt: hall.now, fields: { note: null, form: 'ask', about: CASE, said: { look: 'blue jacket' } } };
		await first.keepDraft(draft);
		await first.keepDraft({ ...draft, id: SECOND, fields: { ...draft.fields, about: null } });
		const replica = await started(later(hall, DAY, false));
		await until(replica, () => replica.state.cases.length === 0);
		expect(replica.state.drafts.map(({ id }) => id)).toEqual([SECOND]);
	});

	test('what only this phone has stays until it is sent, and a day longer', async () => {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000 });
		hall.network = false;
		const first = await started(hall);
		await first.write(note(ONE, WORDS));
		await until(first, () => first.state.cases[0]?.unsent === 1);
		expect(await staying(later(hall, 3 * DAY, false))).toEqual([WORDS]);
		const online = later(hall, 3 * DAY);
		const replica = await started(online);
		await until(replica, () => replica.state.cases.find(({ id }) => id === CASE)?.unsent === 0);
		expect(await staying(later(online, DAY - 1, false))).toEqual([WORDS]);
		const after = await started(later(online, DAY, false));
		await until(after, () => !after.state.cases.some(({ id }) => id === CASE));
	});

	test('what has one more word that is not sent stays', async () => {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000 });
		const first = await sent(hall, note(ONE, WORDS));
		hall.network = false;
		hall.ears?.closed();
		await first.write(note(TWO, 'one more'));
		expect(await staying(later(hall, 2 * DAY, false))).toEqual([WORDS, 'one more']);
	});

	test('what somebody still writes in stays', async () => {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000 });
		const first = await sent(hall, note(ONE, WORDS));
		await first.keepDraft({ id: TWO, startedAt: 1, savedAt: 0, fields: { note: CASE, said: { text: 'half a' } } });
		expect(await staying(later(hall, 2 * DAY, false))).toEqual([WORDS]);
	});

	test('leads keep what they still work on', async () => {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000, lead: true });
		await sent(hall, note(ONE, WORDS));
		expect(await staying(later(hall, 20 * DAY, false))).toEqual([WORDS]);
	});
});

test.each([false, true])('the end of somebody’s time on the team takes everything, whether they lead (%s) or not', async (lead) => {
	const hall = await hallThat({ termEnds: 1_700_000_000_000 + HOUR, lead });
	await sent(hall, note(ONE, WORDS));
	expect(await staying(later(hall, HOUR - 1, false))).toEqual([WORDS]);
	const replica = await started(later(hall, HOUR, false));
	await until(replica, () => !replica.state.cases.some(({ id }) => id === CASE));
	await isGone(hall);
});

describe('a restricted case', () => {
	test('leaves its author’s phone a day after the last word; another case does not', async () => {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000 + 30 * DAY });
		await sent(hall, restricted(), { ...note(TWO, 'no secret'), document: SECOND });
		expect(await staying(later(hall, DAY - 1, false))).toEqual([WORDS]);
		const replica = await started(later(hall, DAY, false));
		await until(replica, () => !replica.state.cases.some(({ id }) => id === CASE));
		expect(replica.state.cases.map(({ id }) => id)).toContain(SECOND);
		await isGone(hall);
	});

	test('stays with a picture that the server did not take, of which its holder was told that it is kept here', async () => {
		const hall = await hallThat({});
		await sent(hall, restricted());
		const refused = async (stuck: string) => {
			const picture: Picture = { document: CASE, sha256: '0a'.repeat(32), mime: 'image/jpeg', size: 0, hashes: [], keptAt: hall.now, stuck };
			await (await storageOf(hall)).commit([{ into: 'pictures', key: pictureKey(picture), value: picture }]);
		};
		await refused('case_full');
		expect(await staying(later(hall, 9 * DAY, false))).toEqual([WORDS]);
		await refused('not_here');
		const replica = await started(later(hall, 9 * DAY, false));
		await until(replica, () => !replica.state.cases.some(({ id }) => id === CASE));
	});

	test('stays with leads', async () => {
		const hall = await hallThat({ lead: true });
		await sent(hall, restricted());
		expect(await staying(later(hall, 9 * DAY, false))).toEqual([WORDS]);
	});

	test('comes back whole when it is not restricted any more, and a piece of it does not', async () => {
		const hall = await hallThat({});
		await sent(hall, restricted());
		const away = later(hall, DAY);
		const replica = await started(away);
		await until(replica, () => replica.state.cases.length === 0 && replica.state.connection.state === 'online');
		away.push(batch([another(false)], 'c1', away.now));
		away.push(batch([], 'c2', away.now));
		await until(replica, () => replica.state.connection.state === 'online');
		const storage = await storageOf(away);
		const cursor = async (): Promise<string> => new TextDecoder().decode((Object.fromEntries((await storage.all()).meta)['line'] as { cursor: Uint8Array }).cursor);
		while ((await cursor()) !== 'c2') await new Promise(setImmediate);
		expect(replica.state.cases).toEqual([]);
		expect((await storage.all()).envelopes).toEqual([]);
		away.push(batch([another(true, 'the whole of it')], 'c3', away.now));
		await until(replica, () => replica.state.cases.length === 1);
		expect(entriesOf(replica)).toEqual(['the whole of it']);
		expect(await staying(later(away, 5 * DAY, false))).toEqual(['the whole of it']);
	});
});

describe('what left too early', () => {
	const cursors = (hall: Hall): number[] => hall.said.flatMap(({ kind }) => (kind.case === 'hello' ? [kind.value.cursor.length] : []));

	async function gone(): Promise<Hall> {
		const hall = await hallThat({ eventEnds: 1_700_000_000_000 });
		const replica = await sent(hall, note(ONE, WORDS));
		hall.push(batch([], 'somewhere', hall.now));
		await until(replica, () => replica.state.connection.state === 'online');
		const away = later(hall, DAY, false);
		const after = await started(away);
		await until(after, () => after.state.cases.length === 0);
		await isGone(away);
		return away;
	}

	test.each([
		['because the event became longer', DAY, { eventEnds: 1_700_000_000_000 + 5 * DAY }, 0],
		['because the clock was wrong', -2 * HOUR, undefined, 0],
		['and is rightly gone', HOUR, undefined, 'somewhere'.length]
	])('%s is asked for again, once', async (_why, wait, known, asked) => {
		const away = await gone();
		if (known) await know(away, known);
		const again = later(away, wait);
		const replica = await started(again);
		await until(replica, () => replica.state.connection.state === 'online');
		expect(cursors(again)[0]).toBe(asked);
		if (asked > 0) return;
		again.push(batch([another(true, 'all of it')], 'c1'));
		await until(replica, () => replica.state.cases.length === 1);
		expect(entriesOf(replica)).toEqual(['all of it']);
		const third = later(again, 0);
		const last = await started(third);
		await until(last, () => last.state.connection.state === 'online');
		expect(cursors(third)[0]).toBe('c1'.length);
	});
});
