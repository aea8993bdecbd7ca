/** What the pretend server keeps of pictures, and how its line breaks. */
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BlobBeginSchema, BlobChunkSchema, BlobHasSchema, BlobPartSchema, BlobReadSchema } from '../../src/generated/wire/v1/blob_pb.ts';
import { ProblemSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { concat, hex, sameBytes, sha256 } from '../../src/replica/bytes.ts';
import type { Hall } from './hall.ts';

interface Held {
	hashes: Uint8Array[];
	pieces: Map<number, Uint8Array>;
}

export class Attic {
	readonly held = new Map<string, Held>();
	/** Every call, in order: `begin`, or the number of a piece. */
	readonly said: (string | number)[] = [];
	/** What is answered instead, if anything; `line` breaks it. */
	instead: (said: string | number) => string | undefined = () => undefined;

	constructor(private readonly hall: Hall) {
		hall.answers['/v1/blobs/begin'] = async (body) => {
			const { document, sha256: whole, chunkHashes } = fromBinary(BlobBeginSchema, body);
			return this.answer('begin', () => {
				const key = hex(document) + hex(whole);
				if (!this.held.has(key)) this.held.set(key, { hashes: chunkHashes, pieces: new Map() });
				return this.has(key);
			});
		};
		hall.answers['/v1/blobs/chunk'] = async (body) => {
			const { document, sha256: whole, number, bytes } = fromBinary(BlobChunkSchema, body);
			return this.answer(number, async () => {
				const key = hex(document) + hex(whole);
				const held = this.held.get(key);
				if (!held || !sameBytes(held.hashes[number] ?? new Uint8Array(), await sha256(bytes))) return this.problem('invalid');
				held.pieces.set(number, bytes);
				return this.has(key);
			});
		};
		hall.answers['/v1/blobs/read'] = async (body) => {
			const { document, sha256: whole, number } = fromBinary(BlobReadSchema, body);
			return this.answer('read', () => {
				const held = this.held.get(hex(document) + hex(whole));
				const bytes = held?.pieces.get(number);
				if (!held || !bytes) return this.problem('not_found');
				const size = [...held.pieces.values()].reduce((sum, piece) => sum + piece.length, 0);
				return reply(BlobPartSchema, { size, chunks: held.hashes.length, bytes: new Uint8Array(bytes) });
			});
		};
	}

	/** The bytes of what came whole, of one case. */
	whole(document: string, named: string): Uint8Array | undefined {
		const held = this.held.get(document + named);
		return held && held.pieces.size === held.hashes.length ? concat(...[...held.pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece)) : undefined;
	}

	private async answer(said: string | number, act: () => Response | Promise<Response>): Promise<Response> {
		this.said.push(said);
		const instead = this.instead(said);
		if (instead === 'line') throw new TypeError('the line broke');
		return instead === undefined ? act() : this.problem(instead);
	}

	private has(key: string): Response {
		const held = this.held.get(key)!;
		return reply(BlobHasSchema, { have: [...held.pieces.keys()].sort((a, b) => a - b), complete: held.pieces.size === held.hashes.length });
	}

	private problem(code: string): Response {
		return reply(ProblemSchema, { code, say: code }, 400);
	}
}

function reply<D extends DescMessage>(schema: D, message: MessageInitShape<D>, status = 200): Response {
	return new Response(toBinary(schema, create(schema, message)).slice(), { status, headers: { 'content-type': 'application/x-protobuf' } });
}
