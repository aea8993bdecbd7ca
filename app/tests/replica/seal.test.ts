import { getPublicKeyAsync, signAsync } from '@noble/ed25519';
import { create } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Checkpoint, CheckpointSchema, type Frame } from '../../src/generated/wire/v1/frame_pb.ts';
import { type Bytes, concat, hex, sha256, unhex, utf8 } from '../../src/replica/bytes.ts';
import { type Seal, wrongWith } from '../../src/replica/signet.ts';
import { automerge, CASE, enrol, EVENT, frame, Hall, note, phone, until, welcome } from './hall.ts';

beforeAll(automerge);

const SECRET = new Uint8Array(32).fill(7);

/** A server's seals: `life` tells apart two pasts. */
class Seals {
	readonly covers: Bytes[] = [];
	readonly heads: Bytes[] = [new Uint8Array(32)];

	static async of(...lives: string[]): Promise<Seals> {
		const seals = new Seals();
		for (const life of lives) {
			const number = new Uint8Array([0, 0, 0, 0, 0, 0, 0, seals.covers.length + 1]);
			const cover = await sha256(utf8(life), number);
			seals.covers.push(cover);
			seals.heads.push(await sha256(utf8('safehall/seal/v1\0'), number, seals.heads.at(-1)!, cover));
		}
		return seals;
	}

	async checkpoint(size: number, event = EVENT): Promise<Checkpoint> {
		const head = this.heads[size]!;
		const said = concat(utf8('safehall/checkpoint/v1\0'), unhex(event), new Uint8Array([0, 0, 0, 0, 0, 0, 0, size]), head);
		return create(CheckpointSchema, { size: BigInt(size), head, signature: await signAsync(said, SECRET) });
	}

	kept(size: number): Seal {
		return { size, head: this.heads[size]!, at: 1 };
	}

	async welcome(now: number, size: number, kept: number): Promise<Frame> {
		const greeting = welcome(now);
		if (greeting.kind.case === 'welcome') {
			greeting.kind.value.checkpoint = await this.checkpoint(size);
			greeting.kind.value.covers = this.covers.slice(kept, size);
		}
		return greeting;
	}
}

async function server(): Promise<{ event: string; key: string }> {
	return { event: EVENT, key: hex(await getPublicKeyAsync(SECRET)) };
}

describe('a seal', () => {
	test('that goes on from the one that is kept is taken in, whatever happened in between', async () => {
		const seals = await Seals.of('a', 'b', 'c', 'd');
		for (const from of [1, 2, 4]) {
			expect(await wrongWith(seals.kept(from), await seals.checkpoint(4), seals.covers.slice(from), await server())).toBeUndefined();
		}
		expect(await wrongWith(undefined, await seals.checkpoint(4), [], await server())).toBeUndefined();
	});

	test('that is older, or from another past, is told from a good one', async () => {
		const seals = await Seals.of('a', 'b', 'c', 'd');
		const other = await Seals.of('a', 'x', 'y', 'z');
		expect(await wrongWith(seals.kept(3), await seals.checkpoint(2), [], await server())).toBe('back');
		expect(await wrongWith(seals.kept(3), await other.checkpoint(3), [], await server())).toBe('forked');
		expect(await wrongWith(seals.kept(3), await other.checkpoint(4), other.covers.slice(3), await server())).toBe('forked');
		// Covers that are left out or put in lead nowhere.
		expect(await wrongWith(seals.kept(2), await seals.checkpoint(4), seals.covers.slice(3), await server())).toBe('forked');
		expect(await wrongWith(seals.kept(2), await seals.checkpoint(4), seals.covers, await server())).toBe('forked');
	});

	test('that the server did not sign, or signed for another event, is none', async () => {
		const seals = await Seals.of('a', 'b');
		const good = await seals.checkpoint(2);
		const stranger = { event: EVENT, key: hex(await getPublicKeyAsync(new Uint8Array(32).fill(8))) };
		expect(await wrongWith(undefined, good, [], stranger)).toBe('unsigned');
		expect(await wrongWith(undefined, await seals.checkpoint(2, 'ab'.repeat(16)), [], await server())).toBe('unsigned');
		expect(await wrongWith(undefined, { ...good, size: 1n }, [], await server())).toBe('unsigned');
		expect(await wrongWith(undefined, { ...good, signature: new Uint8Array(3) }, [], await server())).toBe('unsigned');
	});
});

describe("a lead's device", () => {
	test('names the seal that it keeps, and shows a server that went back, until a lead accepts it', async () => {
		const { key } = await server();
		const seals = await Seals.of('a', 'b', 'c');
		const hall = new Hall();
		await enrol(hall, key);
		hall.network = true;
		let shown = 3;
		const hellos: number[] = [];
		hall.answer = async (said) => {
			if (said.kind.case !== 'hello') return [];
			hellos.push(Number(said.kind.value.sealed));
			return [await seals.welcome(hall.now, shown, hellos.at(-1) ?? 0)];
		};
		const first = phone(hall);
		await until(first, () => first.state.connection.state === 'online');
		expect(first.state.ledgerAlarm).toBeNull();

		// Somebody sets the server back. Reports go through all the same.
		shown = 2;
		const back = Object.assign(new Hall(), { db: hall.db, network: true, now: hall.now + 60_000 });
		back.answer = hall.answer;
		const again = phone(back);
		await until(again, () => again.state.ledgerAlarm !== null);
		expect(again.state.ledgerAlarm).toEqual({ since: back.now, because: 'back', keptAt: hall.now });
		expect(hellos).toEqual([0, 3]);
		await again.write(note('01'.repeat(16)));
		while (!back.said.some((said) => said.kind.case === 'push')) await new Promise(setImmediate);

		await again.lead.acceptLedger();
		expect(again.state.ledgerAlarm).toBeNull();
		const third = Object.assign(new Hall(), { db: hall.db, network: true });
		third.answer = hall.answer;
		const after = phone(third);
		await until(after, () => after.state.connection.state !== 'offline');
		expect(hellos).toEqual([0, 3, 0]);
		expect(after.state.ledgerAlarm).toBeNull();
	});

	test('tells the server what is gone from it, once that is on disk, and again until it was heard', async () => {
		const hall = new Hall();
		await enrol(hall);
		hall.network = true;
		const gone = (): string[] => hall.said.flatMap((said) => (said.kind.case === 'dropped' ? said.kind.value.documents.map(hex) : []));
		hall.answer = (said) =>
			Promise.resolve(said.kind.case === 'hello' ? [welcome(hall.now), frame({ case: 'forget', value: { document: unhex(CASE) } })] : []);
		phone(hall);
		while (gone().length === 0) await new Promise(setImmediate);
		expect(gone()).toEqual([CASE]);

		// Nobody answered: it is told again by the next start.
		const later = Object.assign(new Hall(), { db: hall.db, network: true, now: hall.now + 60_000 });
		later.answer = (said) => Promise.resolve(said.kind.case === 'hello' ? [welcome(later.now)] : []);
		phone(later);
		while (!later.said.some((said) => said.kind.case === 'dropped')) await new Promise(setImmediate);
	});
});
