import { create, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { CarriedTakenSchema } from '../../src/generated/wire/v1/carried_pb.ts';
import { ProblemSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { NotSaved } from '../../src/replica/api.ts';
import { Courier, GIVEN_UP } from '../../src/replica/courier.ts';
import type { Parcel } from '../../src/replica/kept.ts';
import type { Ledger } from '../../src/replica/ledger.ts';
import type { Write } from '../../src/replica/storage.ts';
import { Hall } from './hall.ts';

const proto = (bytes: Uint8Array, status = 200): Response => new Response(bytes.slice(), { status, headers: { 'content-type': 'application/x-protobuf' } });
const taken = (later: boolean) => (): Response => proto(toBinary(CarriedTakenSchema, create(CarriedTakenSchema, { later })));
const problem = (code: string) => (): Response => proto(toBinary(ProblemSchema, create(ProblemSchema, { code })), 400);

/** A phone that carries these, and hears the same each time. */
function carrying(answer: () => Response, ...ids: string[]) {
	const hall = new Hall();
	hall.network = true;
	let offered = 0;
	hall.answers['/v1/carried'] = () => Promise.resolve((offered += 1, answer()));
	const parcels = new Map(ids.map((id): [string, Parcel] => [id, { id, staff: 'a', device: 'b', records: 1, takenAt: hall.now }]));
	const on = {
		world: hall.world(),
		ledger: { parcels, piece: () => Promise.resolve(new Uint8Array(9)) } as unknown as Ledger,
		token: () => Promise.resolve('t'),
		dropToken: () => undefined,
		free: () => hall.network,
		commit: (writes: readonly Write[]): Promise<void> => {
			for (const write of writes) {
				if ('into' in write && write.into === 'parcels') parcels.set(String(write.key), write.value as Parcel);
				else if ('outOf' in write && write.outOf === 'parcels') parcels.delete(String(write.key));
			}
			return Promise.resolve();
		}
	};
	/** Time goes by, step by step, and all that comes of it is done. */
	const pass = async (ms: number, steps = 1): Promise<void> => {
		for (let step = 0; step < steps; step += 1) {
			await hall.pass(ms / steps);
			for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
		}
	};
	return { hall, on, courier: new Courier(on), parcels, pass, offered: () => offered };
}

test('a full disk is no reason to send a megabyte again and again', async () => {
	const { courier, on, pass, offered } = carrying(taken(false), 'one');
	on.commit = () => Promise.reject(new NotSaved('full'));
	courier.ask();
	await pass(60_000, 600);
	expect(offered()).toBeGreaterThan(1);
	expect(offered()).toBeLessThan(5);
});

test('what the server puts off for a week, or does not want from this phone, is given up, and seen', async () => {
	for (const answer of [taken(true), problem('not_found')]) {
		const { courier, parcels, pass, offered } = carrying(answer, 'one');
		courier.ask();
		await pass(GIVEN_UP - 3_600_000, 200);
		expect(parcels.get('one')?.stuck).toBeUndefined();
		await pass(2 * 3_600_000, 20);
		expect(parcels.get('one')?.stuck).toBe('too_late');
		const before = offered();
		await pass(GIVEN_UP, 20);
		expect(offered()).toBe(before);
	}
});

test('what never reached the server is kept, however long it takes', async () => {
	for (const answer of [() => new Response('<html>', { headers: { 'content-type': 'text/html' } }), problem('busy'), problem('sign_in'), problem('too_often')]) {
		const { courier, parcels, pass } = carrying(answer, 'one');
		courier.ask();
		await pass(3 * GIVEN_UP, 100);
		expect(parcels.get('one')).toMatchObject({ id: 'one' });
		expect(parcels.get('one')?.stuck).toBeUndefined();
	}
});

test('one that is not taken holds up no other', async () => {
	let first = true;
	const { courier, parcels, pass } = carrying(() => (first ? ((first = false), problem('busy')()) : taken(false)()), 'one', 'two');
	courier.ask();
	await pass(1);
	expect([...parcels.keys()]).toEqual(['one']);
	await pass(2_000);
	expect(parcels.size).toBe(0);
});
