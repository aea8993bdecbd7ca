import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { EnvelopeSchema, Leaving, Reason } from '../../src/generated/wire/v1/frame_pb.ts';
import { unhex } from '../../src/replica/bytes.ts';
import type { Look } from '../../src/replica/kept.ts';
import { type Action, Line, type Waiting } from '../../src/replica/line.ts';
import { frame, welcome } from './hall.ts';

const NOW = 1_700_000_000_000;
const CASE = 'ca5e'.repeat(8);

/** A line whose disk, chance and network are the test's. */
class Wire {
	waiting: Waiting[] = [];
	looks: Look[] = [];
	sealed = 0;
	pictures = 0;
	chance = 0.5;
	now = NOW;
	readonly line = new Line(
		{
			waiting: () => this.waiting,
			mark: () => ({ epoch: new Uint8Array(), cursor: new Uint8Array([9]) }),
			packHash: () => new Uint8Array(),
			sealed: () => this.sealed,
			pictures: () => this.pictures,
			looks: () => this.looks
		},
		() => this.chance
	);

	write(count: number, bytes = 100): string[] {
		const ids = Array.from({ length: count }, (_, at) => String(this.waiting.length + at).padStart(32, '0'));
		this.waiting.push(...ids.map((id) => ({ id, envelope: create(EnvelopeSchema, { body: new Uint8Array(bytes), signature: new Uint8Array(64) }) })));
		return ids;
	}

	/** Up to the greeting of the server, by socket. */
	greet(): Action[] {
		this.line.tick(this.now);
		this.line.signedIn('t', this.now);
		this.line.opened(this.now);
		this.line.frame(welcome(this.now), this.now);
		this.line.push(this.now);
		return this.line.poll();
	}

	/** Sockets do not open here: the third try goes by post. */
	byPost(): Action[] {
		for (let tries = 0; tries < 2; tries++) {
			this.line.tick(this.now);
			this.line.signedIn('t', this.now);
			this.line.closed(this.now);
			this.now = this.line.next() ?? this.now;
		}
		this.line.tick(this.now);
		this.line.poll();
		this.line.signedIn('t', this.now);
		return this.line.poll();
	}

	refuse(ids: readonly string[], reason: Reason, pushId = 1): void {
		this.line.frame(frame({ case: 'refused', value: { pushId, refusals: ids.map((id) => ({ changeId: unhex(id), reason })) } } as never), this.now);
	}

	leave(reason: Leaving, retryAfterSeconds = 0): Action[] {
		this.line.frame(frame({ case: 'farewell', value: { reason, retryAfterSeconds } } as never), this.now);
		return this.line.poll();
	}
}

const pushed = (actions: readonly Action[]): number[] =>
	actions.flatMap((action) => {
		const frames = action.do === 'send' ? [action.frame] : action.do === 'post' ? action.frames : [];
		return frames.flatMap(({ kind }) => (kind.case === 'push' ? [kind.value.envelopes.length] : []));
	});
const done = (actions: readonly Action[]): string[] => actions.map((action) => action.do);
const notes = (actions: readonly Action[]): unknown[] => actions.flatMap((action) => (action.do === 'write_down' ? [action.note] : []));
const said = (actions: readonly Action[]): (string | undefined)[] => actions.flatMap((action) => (action.do === 'send' ? [action.frame.kind.case] : []));

describe('sending', () => {
	test('waits for the answer to one push before the next, and fills a frame no further than it may be', () => {
		const wire = new Wire();
		wire.write(5, 100_000);
		expect(pushed(wire.greet())).toEqual([2]);
		wire.line.push(wire.now);
		expect(pushed(wire.line.poll())).toEqual([]);
		const kept = wire.waiting.splice(0, 2).map(({ id }) => unhex(id));
		wire.line.frame(frame({ case: 'kept', value: { pushId: 1, changeIds: kept, receivedAt: 5n } }), wire.now);
		wire.line.push(wire.now);
		expect(pushed(wire.line.poll())).toEqual([2]);
	});

	test('a frame that was too big is sent again in halves, and a change that is too big alone is not accepted', () => {
		const wire = new Wire();
		wire.write(4);
		expect(pushed(wire.greet())).toEqual([4]);
		for (const size of [2, 1]) {
			expect(notes(wire.leave(Leaving.TOO_BIG))).toEqual([]);
			wire.now = wire.line.next() ?? 0;
			expect(pushed(wire.greet())).toEqual([size]);
		}
		expect(notes(wire.leave(Leaving.TOO_BIG))).toEqual([{ note: 'refused', refusals: [{ id: wire.waiting[0]?.id, reason: Reason.TOO_BIG }] }]);
	});

	test('what nobody may receive stays, with all that belongs to it, and is offered again later or when somebody looks', () => {
		const wire = new Wire();
		const [birth, more, name, other] = wire.write(4);
		wire.waiting.slice(0, 3).forEach((waiting) => (waiting.root = CASE));
		wire.greet();
		wire.line.frame(
			frame({
				case: 'refused',
				value: {
					pushId: 1,
					refusals: [
						{ changeId: unhex(birth!), reason: Reason.HELD },
						{ changeId: unhex(more!), reason: Reason.DEPENDENCIES },
						{ changeId: unhex(name!), reason: Reason.NOT_ALLOWED },
						{ changeId: unhex(other!), reason: Reason.NOT_ALLOWED }
					]
				}
			} as never),
			wire.now
		);
		expect(notes(wire.line.poll())).toEqual([
			{ note: 'held', ids: [birth, more, name] },
			{ note: 'refused', refusals: [{ id: other, reason: Reason.NOT_ALLOWED }] }
		]);
		wire.waiting.pop();
		const [later] = wire.write(1);
		wire.waiting.find(({ id }) => id === later)!.root = CASE;
		wire.line.push(wire.now);
		expect(pushed(wire.line.poll())).toEqual([]);
		for (const passed of [60_000, 300_000, 599_999]) {
			wire.line.frame(frame({ case: 'pong', value: {} }), wire.now + passed);
			wire.line.tick(wire.now + passed);
			expect(pushed(wire.line.poll())).toEqual([]);
		}
		wire.line.tick(wire.now + 600_000);
		expect(pushed(wire.line.poll())).toEqual([4]);
		wire.refuse([birth!, more!, name!, later!], Reason.HELD, 2);
		wire.line.poll();
		wire.line.wake(wire.now);
		wire.line.push(wire.now);
		expect(pushed(wire.line.poll())).toEqual([4]);
	});

	test.each([Reason.QUOTA, Reason.NOT_SAVED])('a change that was too much for now (%i) waits a minute and holds nothing else up', (reason) => {
		const wire = new Wire();
		const [slow] = wire.write(1);
		wire.greet();
		wire.refuse([slow!], reason);
		expect(notes(wire.line.poll())).toEqual([]);
		wire.write(1);
		wire.line.push(wire.now);
		expect(pushed(wire.line.poll())).toEqual([1]);
		wire.line.frame(frame({ case: 'kept', value: { pushId: 2, changeIds: [unhex(wire.waiting.pop()!.id)], receivedAt: 5n } }), wire.now);
		wire.line.poll();
		for (const later of [20_000, 40_000, 59_999]) {
			wire.line.frame(frame({ case: 'pong', value: {} }), wire.now + later);
			wire.line.tick(wire.now + later);
			expect(pushed(wire.line.poll())).toEqual([]);
		}
		wire.line.tick(wire.now + 60_000);
		expect(pushed(wire.line.poll())).toEqual([1]);
	});

	test('what was refused in one push is written down in one go', () => {
		const wire = new Wire();
		const ids = wire.write(3);
		wire.greet();
		wire.refuse(ids, Reason.NOT_ALLOWED);
		expect(notes(wire.line.poll())).toEqual([{ note: 'refused', refusals: ids.map((id) => ({ id, reason: Reason.NOT_ALLOWED })) }]);
	});

	test('what is written anew five times in a row without being kept goes to the tray', () => {
		const wire = new Wire();
		const ids = wire.write(1);
		wire.greet();
		const seen: unknown[] = [];
		for (let times = 0; times < 6; times++) {
			wire.refuse(ids, Reason.DEPENDENCIES);
			seen.push(...notes(wire.line.poll()).map((note) => (note as { note: string }).note));
		}
		expect(seen).toEqual(['rewrite', 'rewrite', 'rewrite', 'rewrite', 'rewrite', 'refused']);
	});
});

describe('a line that is quiet', () => {
	test('pings as often as the server asks, and hangs up when nothing comes back', () => {
		const wire = new Wire();
		wire.greet();
		wire.line.tick(wire.now + 10_000);
		expect(said(wire.line.poll())).toEqual(['ping']);
		wire.line.frame(frame({ case: 'pong', value: {} }), wire.now + 10_100);
		wire.line.tick(wire.now + 20_000);
		expect(said(wire.line.poll())).toEqual(['ping']);
		wire.line.tick(wire.now + 30_000);
		expect(done(wire.line.poll())).not.toContain('hang_up');
		wire.line.tick(wire.now + 35_100);
		expect(done(wire.line.poll())).toContain('hang_up');
		expect(wire.line.stage).toBe('resting');
	});

	test('answers a ping', () => {
		const wire = new Wire();
		wire.greet();
		wire.line.frame(frame({ case: 'ping', value: {} }), wire.now);
		expect(said(wire.line.poll())).toEqual(['pong']);
	});

	test('is tried at once when somebody comes back to the app, and given five seconds', () => {
		const wire = new Wire();
		wire.greet();
		wire.line.wake(wire.now);
		expect(said(wire.line.poll())).toEqual(['ping']);
		wire.line.tick(wire.now + 5_000);
		expect(done(wire.line.poll())).toContain('hang_up');
	});

	test('a server that does not greet counts as none, and after two such sockets a post is tried', () => {
		const wire = new Wire();
		expect(done(wire.byPost())).toEqual(['post']);
	});

	test('a frame that no server says ends the talk', () => {
		const wire = new Wire();
		wire.greet();
		wire.line.frame(frame({ case: 'goodbye', value: {} }), wire.now);
		expect(done(wire.line.poll())).toEqual(['hang_up']);
	});
});

describe('trying again', () => {
	test.each([0, 0.25, 0.999])('waits some part of a time that doubles up to a minute (chance %d)', (chance) => {
		const wire = new Wire();
		wire.chance = chance;
		for (let tries = 0; tries < 14; tries++) {
			wire.line.tick(wire.now);
			wire.line.notSignedIn(wire.now);
			const wait = (wire.line.retryAt ?? Number.NaN) - wire.now;
			expect(wait).toBe(Math.floor(chance * Math.min(60_000, 1_000 * 2 ** tries)));
			wire.now += wait;
		}
	});

	test('never comes before the server asked for, and spreads over as long again', () => {
		for (const chance of [0, 0.5, 0.999]) {
			const wire = new Wire();
			wire.chance = chance;
			wire.greet();
			wire.leave(Leaving.TOO_FAST, 30);
			const wait = (wire.line.retryAt ?? 0) - wire.now;
			expect(wait).toBeCloseTo(30_000 * (1 + chance), -1);
		}
	});

	test('one that went through starts again with short waits', () => {
		const wire = new Wire();
		for (let tries = 0; tries < 8; tries++) {
			wire.line.tick(wire.now);
			wire.line.notSignedIn(wire.now);
			wire.now = wire.line.next() ?? 0;
		}
		wire.greet();
		wire.line.closed(wire.now);
		expect((wire.line.retryAt ?? 0) - wire.now).toBeLessThanOrEqual(1_000);
	});
});

describe('a farewell', () => {
	test('to a device that was put out ends the talk for good', () => {
		const wire = new Wire();
		wire.greet();
		expect(done(wire.leave(Leaving.REVOKED))).toEqual(['hang_up', 'lost_access']);
		wire.line.wake(wire.now);
		wire.line.tick(wire.now + 1e9);
		expect(done(wire.line.poll())).toEqual([]);
	});

	test('to an app that is too old asks for a newer one and goes on trying', () => {
		const wire = new Wire();
		wire.greet();
		expect(done(wire.leave(Leaving.TOO_OLD))).toContain('renew_app');
		expect(wire.line.retryAt).not.toBeNull();
	});

	test('that asks to sign in is answered with a token that is new', () => {
		const wire = new Wire();
		wire.greet();
		wire.leave(Leaving.SIGN_IN);
		wire.line.tick(wire.line.next() ?? 0);
		expect(wire.line.poll()).toEqual([{ do: 'sign_in', fresh: true }]);
	});

	test('for any other reason takes nothing from what waits', () => {
		const wire = new Wire();
		wire.write(2);
		wire.greet();
		expect(notes(wire.leave(Leaving.UNKNOWN_FRAME))).toEqual([]);
		wire.now = wire.line.next() ?? 0;
		expect(pushed(wire.greet())).toEqual([2]);
	});
});

describe('by post', () => {
	test('goes on at once while there is more to come, and rests when there is not', () => {
		const wire = new Wire();
		wire.byPost();
		wire.line.frame(welcome(wire.now), wire.now);
		wire.line.frame(frame({ case: 'batch', value: { envelopes: [], receivedAt: [], cursor: new Uint8Array([1]), more: true } } as never), wire.now);
		expect(notes(wire.line.poll())).toHaveLength(2);
		wire.line.posted(true, wire.now);
		expect(done(wire.line.poll())).toEqual(['post']);
		wire.line.posted(false, wire.now);
		expect(wire.line.idle).toBe(true);
		expect(wire.line.retryAt).toBe(wire.now + 15_000);
	});

	test('an answer that leaves a change out is no promise: the next round has it again', () => {
		const wire = new Wire();
		wire.write(1);
		expect(pushed(wire.byPost())).toEqual([1]);
		wire.line.frame(welcome(wire.now), wire.now);
		wire.line.posted(false, wire.now);
		wire.line.poll();
		wire.now = wire.line.next() ?? 0;
		wire.line.tick(wire.now);
		wire.line.signedIn('t', wire.now);
		wire.line.opened(wire.now);
		wire.line.frame(welcome(wire.now), wire.now);
		wire.line.push(wire.now);
		expect(pushed(wire.line.poll())).toEqual([1]);
	});

	test('looks at cases go along once, and are done with when the post went through', () => {
		const wire = new Wire();
		wire.looks = [{ order: 'a', document: '01'.repeat(16), at: 5 }];
		const [post] = wire.byPost();
		expect(post?.do === 'post' && post.frames.map(({ kind }) => kind.case)).toEqual(['hello', 'opened']);
		wire.line.frame(welcome(wire.now), wire.now);
		wire.line.poll();
		wire.line.posted(true, wire.now);
		const after = wire.line.poll();
		expect(notes(after)).toEqual([{ note: 'looked', orders: ['a'] }]);
		expect(after.flatMap((action) => (action.do === 'post' ? action.frames.map(({ kind }) => kind.case) : []))).toEqual(['hello']);
	});

	test('what is gone from here is told like a look, and the hello names the seal that is kept', () => {
		const wire = new Wire();
		wire.looks = [{ order: 'a', document: '01'.repeat(16), at: 5, gone: true }];
		wire.sealed = 7;
		const [post] = wire.byPost();
		const frames = post?.do === 'post' ? post.frames.map(({ kind }) => kind) : [];
		expect(frames).toMatchObject([{ case: 'hello', value: { sealed: 7n } }, { case: 'dropped', value: { documents: [unhex('01'.repeat(16))] } }]);
	});
});

describe('what comes', () => {
	test('is written down in the order in which it came', () => {
		const wire = new Wire();
		wire.greet();
		const cursor = (at: number): Uint8Array => new Uint8Array([at]);
		wire.line.frame(frame({ case: 'batch', value: { envelopes: [], receivedAt: [], cursor: cursor(1), more: true } } as never), wire.now);
		wire.line.frame(frame({ case: 'forget', value: { document: unhex('0f'.repeat(16)) } }), wire.now);
		wire.line.frame(frame({ case: 'batch', value: { envelopes: [], receivedAt: [], cursor: cursor(2), more: false } } as never), wire.now);
		expect(notes(wire.line.poll())).toEqual([
			{ note: 'took', envelopes: [], receivedAt: [], cursor: cursor(1) },
			{ note: 'forget', document: '0f'.repeat(16) },
			{ note: 'took', envelopes: [], receivedAt: [], cursor: cursor(2) }
		]);
	});

	test('after a disk that refused, nothing counts: the line starts over', () => {
		const wire = new Wire();
		wire.greet();
		wire.line.notWrittenDown(wire.now);
		expect(done(wire.line.poll())).toEqual(['hang_up']);
		wire.line.frame(frame({ case: 'batch', value: { envelopes: [], receivedAt: [], cursor: new Uint8Array([1]), more: false } } as never), wire.now);
		expect(notes(wire.line.poll())).toEqual([]);
	});
});
