import { create, toBinary } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { Reason } from '../../src/generated/wire/v1/frame_pb.ts';
import { EmptySchema, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { PackSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import { done, intend, newReport, plan, type ReportDraft, together } from '../../src/incident/report.ts';
import type { Draft } from '../../src/replica/api.ts';
import { newId, sha256, unhex } from '../../src/replica/bytes.ts';
import { documentOf } from '../../src/replica/envelope.ts';
import { halfTyped, noteOf, untold } from '../../src/replica/half-typed.ts';
import { Ledger } from '../../src/replica/ledger.ts';
import type { LocalReplica } from '../../src/replica/replica.ts';
import { automerge, CASE, enrol, entriesOf, frame, Hall, keeping, note, phone, storageOf, until } from './hall.ts';

beforeAll(automerge);

const IDENTITY = '1d'.repeat(16);
const EVENT = { policy: '', drill: false };
const DAY = 24 * 3_600_000;

const typed = (fields: Draft['fields']): Draft => ({ id: '0d'.repeat(16), startedAt: 1, savedAt: 1, fields });
const report = (): ReportDraft => ({
	...newReport({ case: CASE, report: '0e'.repeat(16), identity: IDENTITY }, 1),
	words: 'He said I should not be so shy.',
	asked: true,
	reporter: { name: 'Dana Okafor', contact: '+49 170 1' },
	answers: { reporter: 'named' }
});

async function onDisk(hall: Hall): Promise<string> {
	return JSON.stringify(await (await storageOf(hall)).all(), (_, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value));
}

async function online(hall: Hall): Promise<LocalReplica> {
	hall.network = true;
	const replica = phone(hall);
	await until(replica, () => replica.state.connection.state === 'online');
	return replica;
}

/** A report of which the server has everything, and that nobody closed. */
async function leftOpen(hall: Hall): Promise<{ replica: LocalReplica; draft: ReportDraft }> {
	await enrol(hall);
	keeping(hall);
	const replica = await online(hall);
	const first = report();
	const plans = plan(first, newId, EVENT);
	const step = together(plans);
	if (!step) throw new Error('nothing said');
	await replica.write(plans.map(({ document, kind, facts, birth }) => ({ document, kind, facts, ...(birth && { birth }) })));
	const draft = done(intend(first, step), step);
	await replica.keepDraft({ ...typed({ report: draft }), id: CASE });
	await until(replica, () => replica.state.cases[0]?.unsent === 0 && replica.state.identities[0]?.unsent === 0);
	return { replica, draft };
}

const forget = (hall: Hall, ...documents: string[]): void => documents.forEach((document) => hall.push(frame({ case: 'forget', value: { document: unhex(document) } })));

/** Of which documents the server is given changes. */
const pushed = (hall: Hall): (string | undefined)[] => hall.said.flatMap(({ kind }) => (kind.case === 'push' ? kind.value.envelopes.map(({ body }) => documentOf(body)) : []));

describe('a report that was sent, and that nobody closed', () => {
	test.each([[[IDENTITY, CASE]], [[CASE, IDENTITY]]])('leaves with its case and takes the name along, in whichever order they have to go', async (order) => {
		const hall = new Hall();
		const { replica } = await leftOpen(hall);
		forget(hall, ...order);
		await until(replica, () => replica.state.cases.length + replica.state.identities.length + replica.state.drafts.length === 0);
		const left = await onDisk(hall);
		expect(left).not.toContain('Dana Okafor');
		expect(left).not.toContain('so shy');
	});

	test('stays open when the name goes, which leaves the phone as soon as it is safe elsewhere', async () => {
		const hall = new Hall();
		const { replica } = await leftOpen(hall);
		forget(hall, IDENTITY);
		await until(replica, () => replica.state.identities.length === 0);
		expect(replica.state.drafts.map(({ id }) => id)).toEqual([CASE]);
		expect(replica.state.cases).toHaveLength(1);
		forget(hall, CASE);
		await until(replica, () => replica.state.cases.length + replica.state.drafts.length === 0);
		expect(await onDisk(hall)).not.toContain('Dana Okafor');
	});

	test('leaves when its case turns out to be erased', async () => {
		const hall = new Hall();
		const { replica } = await leftOpen(hall);
		hall.answer = async (said) => {
			if (said.kind.case !== 'push') return [];
			const refusals = await Promise.all(said.kind.value.envelopes.map(async ({ body }) => ({ changeId: await sha256(body), reason: Reason.FORGOTTEN })));
			return [frame({ case: 'refused', value: { pushId: said.kind.value.pushId, refusals } })];
		};
		await replica.write({ document: CASE, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'note', text: 'one more' } }] });
		await until(replica, () => replica.state.cases.length === 0);
		expect(replica.state.drafts).toEqual([]);
		forget(hall, IDENTITY);
		await until(replica, () => replica.state.identities.length === 0);
		expect(await onDisk(hall)).not.toContain('Dana Okafor');
	});

	test('gives the server first what was typed in it since', async () => {
		const hall = new Hall();
		const { replica, draft } = await leftOpen(hall);
		await replica.keepDraft({ ...typed({ report: { ...draft, words: `${draft.words} He has my room number.` } }), id: CASE });
		await replica.keepDraft(typed({ note: CASE, said: { text: 'Called the hotel.' } }));
		hall.said = [];
		forget(hall, CASE);
		await until(replica, () => replica.state.drafts.length === 0 && replica.state.cases.length === 0);
		expect(pushed(hall)).toEqual([CASE, CASE]);
		while ((await onDisk(hall)).includes('room number')) await new Promise(setImmediate);
		expect(await onDisk(hall)).not.toContain('Called the hotel.');
	});

	test.each([
		['leaves by itself a day after the event', '', 0],
		['stays as long as something in it is not written down', ' He has my room number.', 1]
	])('%s', async (_, more, cases) => {
		const hall = new Hall();
		const { replica, draft } = await leftOpen(hall);
		await replica.keepDraft({ ...typed({ report: { ...draft, words: draft.words + more } }), id: CASE });
		await replica.end();
		await (await storageOf(hall)).commit([Ledger.meta('pack', { bytes: new Uint8Array(toBinary(PackSchema, create(PackSchema, { endsAt: BigInt(hall.now) }))), hash: new Uint8Array() })]);
		const later = Object.assign(new Hall(), { db: hall.db, now: hall.now + 2 * DAY });
		keeping(later);
		const again = await online(later);
		await again.write({ ...note(newId(), 'of another case'), document: '0f'.repeat(16) });
		await until(again, () => again.state.cases.some(({ id, unsent }) => id === '0f'.repeat(16) && unsent === 0));
		expect(again.state.cases.filter(({ id }) => id === CASE)).toHaveLength(cases);
		expect(again.state.identities).toHaveLength(cases);
		expect(again.state.drafts).toHaveLength(cases);
	});
});

describe('what was half typed in a case', () => {
	test('on its screen for danger goes to the server and leaves the phone when the person steps back', async () => {
		const hall = new Hall();
		let gone = false;
		await enrol(hall);
		keeping(hall);
		hall.calls['/v1/team'] = () => toBinary(TeamSchema, create(TeamSchema, { open: true, recused: gone ? [unhex(CASE)] : [] }));
		hall.calls['/v1/exclusions'] = () => {
			gone = true;
			return toBinary(EmptySchema, create(EmptySchema));
		};
		const replica = await online(hall);
		await replica.write(note('01'.repeat(16), 'what was said'));
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		await replica.keepDraft(typed({ note: `${CASE} danger`, said: { why: 'Dana said no police, he had a knife' } }));
		hall.said = [];
		await replica.recuse(CASE);
		await until(replica, () => replica.state.recused[0]?.told === true);
		expect(pushed(hall)).toEqual([CASE]);
		while ((await onDisk(hall)).includes('he had a knife')) await new Promise(setImmediate);
		expect(entriesOf(replica)).toEqual([]);
	});

	test('is found by its case, on whichever screen it was typed', () => {
		const drafts = [typed({ note: CASE, said: {} }), typed({ note: `${CASE} danger`, said: {} }), typed({ note: IDENTITY, said: {} }), typed({ note: null, about: CASE })];
		expect(halfTyped(drafts, CASE)).toEqual(drafts.slice(0, 2));
	});

	test('is all that was typed, and not what was chosen', () => {
		const said = { kind: 'escort', when: '18:00', room: 'r1', to: 'hotel', from: 'Room 0.3', who: ' Dana ', until: ' ', text: '' };
		expect(noteOf(typed({ note: CASE, said }))?.facts.map(({ fields }) => fields)).toEqual([{ kind: 'note', text: 'Dana\nRoom 0.3\nhotel\n18:00' }]);
		expect(noteOf(typed({ note: CASE, said: { kind: 'escort', room: 'r1' } }))).toBeUndefined();
		expect(noteOf(typed({ note: null, form: 'end-shift', said: { text: 'x' } }))).toBeUndefined();
	});

	test.each([
		['', 'text', 'note'],
		[' danger', 'why', 'against_wish']
	])('is told in pieces where it is longer than one string, and keeps nobody from stepping back', async (screen, field, kind) => {
		const hall = new Hall();
		await enrol(hall);
		keeping(hall);
		const replica = await online(hall);
		await replica.write(note(newId(), 'what was said'));
		await until(replica, () => replica.state.cases[0]?.unsent === 0);
		const mail = 'a mail that was pasted '.repeat(2_000).trim();
		const draft = typed({ note: CASE + screen, said: { [field]: mail } });
		const facts = noteOf(draft)?.facts ?? [];
		expect(facts.flatMap(({ fields: { text } }) => (typeof text === 'string' ? text : [])).join('')).toBe(mail);
		expect([new Set(facts.map(({ fields }) => fields['kind'])), new Set(facts.map(({ id }) => id)).size]).toEqual([new Set([kind]), facts.length]);
		await replica.keepDraft(draft);
		await replica.recuse(CASE);
		expect(replica.state.drafts).toEqual([]);
	});

	test('is one note where it fits one string', () => {
		const text = 'x'.repeat(20_000);
		expect(noteOf(typed({ note: CASE, said: { text } }))?.facts).toEqual([{ into: 'entries', id: '0d'.repeat(16), fields: { kind: 'note', text } }]);
	});

	test('says of a call what was asked there', () => {
		const facts = noteOf(typed({ note: `${CASE} danger`, said: { asked: 'Dana', called: 'Tom', why: 'a knife' } }))?.facts;
		expect(facts?.map(({ fields }) => fields)).toEqual([
			{ kind: 'called_for', who: 'Dana', text: 'Tom', time: { kind: 'at', from: 1 } },
			{ kind: 'against_wish', text: 'a knife', time: { kind: 'at', from: 1 } }
		]);
	});
});

test('words of a report that no single string holds are told in pieces', () => {
	const words = '😀'.repeat(20_000);
	const told = untold(typed({ report: { ...report(), words } }), () => false, EVENT);
	const pieces = told.flatMap(({ facts }) => facts.flatMap(({ fields }) => (fields['kind'] === 'note' ? [typeof fields['text'] === 'string' ? fields['text'] : ''] : [])));
	expect(pieces.join('')).toBe(words);
	expect(pieces.every((piece) => new TextEncoder().encode(piece).length <= 32 * 1024)).toBe(true);
});
