/** The documents that everybody of an event shares: each phone may begin `duty`, and it is one. */
import { beforeAll, describe, expect, test } from 'vitest';
import { A, birthOf } from '../../src/replica/automerge.ts';
import { hex, sha256, unhex, utf8 } from '../../src/replica/bytes.ts';
import type { EventRecord, Id, Intention } from '../../src/replica/api.ts';
import type { LocalReplica } from '../../src/replica/replica.ts';
import { ChangeBodySchema, type Envelope, type Frame, Kind } from '../../src/generated/wire/v1/frame_pb.ts';
import { create, toBinary } from '@bufbuild/protobuf';
import { writeChange } from '../../src/replica/write.ts';
import { automerge, enrol, EVENT, frame, Hall, keeping, phone, STAFF, until, welcome } from './hall.ts';

beforeAll(automerge);

const ONE = '01'.repeat(16);
const TWO = '02'.repeat(16);
const ALMA = 'a1'.repeat(16);
const HERS = 'd1'.repeat(16);

async function offline(): Promise<{ hall: Hall; replica: LocalReplica }> {
	const hall = new Hall();
	await enrol(hall);
	const replica = phone(hall);
	await until(replica, () => replica.state.ready);
	return { hall, replica };
}

const shift = (document: Id, id: Id, place: string): Intention => ({ document, kind: 'duty', facts: [{ into: 'shifts', id, fields: { staff: STAFF, place } }], birth: {} });
const places = (record: EventRecord | null): unknown[] => (record?.collections.get('shifts') ?? []).map((element) => element.fields['place']).toSorted();

function batch(envelopes: readonly Pick<Envelope, 'body' | 'signature'>[]): Frame {
	return frame({ case: 'batch', value: { envelopes, receivedAt: envelopes.map(() => 7n), cursor: utf8('c1'), more: false } } as never);
}

/** Goes online; what it pushes is kept and handed on. */
async function pushes({ hall, replica }: { hall: Hall; replica: LocalReplica }): Promise<Envelope[]> {
	keeping(hall);
	hall.network = true;
	replica.tryNow();
	await until(replica, () => replica.state.duty?.unsent === 0);
	return hall.said.flatMap((said) => (said.kind.case === 'push' ? said.kind.value.envelopes : []));
}

describe('the duty of an event', () => {
	test('begun on two phones that have no network is one document on both', async () => {
		const [one, two] = [await offline(), await offline()];
		expect(one.replica.state.duty).toBeNull();
		const document = await one.replica.eventDocument('duty');
		expect(await two.replica.eventDocument('duty')).toBe(document);

		await one.replica.write(shift(document, ONE, 'Hall 2'));
		await two.replica.write(shift(document, TWO, 'Foyer'));
		expect(places(one.replica.state.duty)).toEqual(['Hall 2']);
		expect(one.replica.state.duty).toMatchObject({ id: document, kind: 'duty', unsent: 1 });

		const [first, second] = [await pushes(one), await pushes(two)];
		one.hall.push(batch(second));
		two.hall.push(batch(first));
		for (const { replica } of [one, two]) {
			await until(replica, () => places(replica.state.duty).length === 2);
			expect(places(replica.state.duty)).toEqual(['Foyer', 'Hall 2']);
			expect(replica.state.duty?.safekeeping.get(ONE)?.where).toBe('sent');
			expect(replica.state.duty?.safekeeping.get(TWO)?.where).toBe('sent');
		}
	});

	test('is there again after a restart, and is no case', async () => {
		const { hall, replica } = await offline();
		await replica.write(shift(await replica.eventDocument('duty'), ONE, 'Hall 2'));
		const again = phone(Object.assign(new Hall(), { db: hall.db }));
		await until(again, () => again.state.ready);
		expect(places(again.state.duty)).toEqual(['Hall 2']);
		expect(again.state.cases).toEqual([]);
	});
});

describe('the notices of an event', () => {
	test('by a lead are shown with who wrote them', async () => {
		const { hall, replica } = await offline();
		const document = await replica.eventDocument('notice');
		expect(document).toBe(hex((await sha256(utf8('safehall/notice/v1\0'), unhex(EVENT))).slice(0, 16)));
		const card: Intention = { document, kind: 'notice', facts: [{ into: 'cards', id: ONE, fields: { kind: 'may_say', text: 'It was against our code of conduct.' } }] };
		const { change } = writeChange(A.load(birthOf('notice'), { actor: '07'.repeat(16) }), { order: '', at: 5, intention: card }, ALMA, HERS);
		const body = toBinary(ChangeBodySchema, create(ChangeBodySchema, { event: unhex(EVENT), document: unhex(document), kind: Kind.NOTICE, device: unhex(HERS), change }));
		hall.network = true;
		hall.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(hall.now), batch([{ body, signature: new Uint8Array(64) }])] : []);
		replica.tryNow();
		await until(replica, () => replica.state.notice !== null);
		expect(replica.state.notice?.collections.get('cards')).toEqual([{ id: ONE, by: ALMA, device: HERS, at: 5, fields: card.facts[0]?.fields }]);
		expect(replica.state.duty).toBeNull();
	});
});
