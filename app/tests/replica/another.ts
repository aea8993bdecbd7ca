/** What somebody else’s device wrote, and how the server brings it. */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BirthSchema, ChangeBodySchema, type Frame, Kind } from '../../src/generated/wire/v1/frame_pb.ts';
import type { Id, Intention, Millis } from '../../src/replica/api.ts';
import { A, birthOf } from '../../src/replica/automerge.ts';
import { unhex, utf8 } from '../../src/replica/bytes.ts';
import { writeChange } from '../../src/replica/write.ts';
import { EVENT, frame } from './hall.ts';

export const OTHER: Id = 'dd'.repeat(16);

/** `birth`: none for what builds on a document that is there. Two changes of one device have one `actor` each. */
export function byAnother(intention: Intention, birth: MessageInitShape<typeof BirthSchema> | null = {}, actor = '07'): Uint8Array<ArrayBuffer> {
	const { change } = writeChange(A.load(birthOf('case'), { actor: actor.repeat(16) }), { order: '', at: 5, intention }, OTHER, OTHER);
	return toBinary(ChangeBodySchema, create(ChangeBodySchema, { event: unhex(EVENT), document: unhex(intention.document), kind: Kind.CASE, device: unhex(OTHER), change, ...(birth && { birth: create(BirthSchema, birth) }) }));
}

export function batch(bodies: Uint8Array[], cursor: string, receivedAt: Millis = 7): Frame {
	const envelopes = bodies.map((body) => ({ body, signature: new Uint8Array(64) }));
	return frame({ case: 'batch', value: { envelopes, receivedAt: bodies.map(() => BigInt(receivedAt)), cursor: utf8(cursor), more: false } } as never);
}
