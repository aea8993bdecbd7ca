/** The bytes of pictures and papers: cut, sealed and kept on this device, and read from here or from the server. */
import { BlobPartSchema, BlobReadSchema } from '../generated/wire/v1/blob_pb.ts';
import { chunks, MOST_BYTES } from '../incident/picture.ts';
import { type Id, type Millis, Refused } from './api.ts';
import { type Bytes, concat, hex, sha256, unhex } from './bytes.ts';
import { call } from './calls.ts';
import type { Picture } from './kept.ts';
import { type Ledger, pictureKey, pieceKey } from './ledger.ts';
import { PIECES, type Write } from './storage.ts';
import type { World } from './world.ts';

/** A piece on a bad line may take its time. */
export const PIECE_PATIENCE: Millis = 90_000;

/** Words come first: a picture is not kept where it would take the room that they need. */
const FOR_WORDS = 32 * 1024 * 1024;

export async function hasRoom(world: World, bytes: Bytes): Promise<boolean> {
	return (await world.room()) >= bytes.length + FOR_WORDS;
}

/** What is to be written so that all of it is kept, or nothing. */
export async function cut(document: Id, bytes: Bytes, mime: string, keptAt: Millis): Promise<{ picture: Picture; writes: Write[] }> {
	if (bytes.length === 0 || bytes.length > MOST_BYTES) throw new RangeError('a picture has 1 byte to 10 MiB');
	const pieces = chunks(bytes);
	const hashes = await Promise.all(pieces.map((piece) => sha256(piece)));
	const picture: Picture = { document, sha256: hex(await sha256(bytes)), mime, size: bytes.length, hashes, keptAt };
	return {
		picture,
		writes: [...pieces.map((value, number): Write => ({ into: PIECES, key: pieceKey(picture, number), value })), { into: 'pictures', key: pictureKey(picture), value: picture }]
	};
}

/** From this device where it has them all, else from the server. They are those that were named, or it rejects. */
export async function read(world: World, ledger: Ledger, token: () => Promise<string>, document: Id, named: string): Promise<Bytes> {
	const held = ledger.pictures.get(pictureKey({ document, sha256: named }));
	const own = held && (await here(ledger, held));
	if (own && hex(await sha256(own)) === named) return own;
	const part = async (number: number) => {
		const message = { document: unhex(document), sha256: unhex(named), number };
		return call(world, '/v1/blobs/read', { schema: BlobReadSchema, message }, BlobPartSchema, await token(), { patience: PIECE_PATIENCE });
	};
	const first = await part(0);
	if (first.size > MOST_BYTES || first.chunks > Math.ceil(MOST_BYTES / 1024)) throw notTheSame();
	const parts = [first.bytes];
	for (let number = 1; number < first.chunks; number += 1) parts.push((await part(number)).bytes);
	const bytes = concat(...parts);
	if (hex(await sha256(bytes)) !== named) throw notTheSame();
	return bytes;
}

async function here(ledger: Ledger, picture: Picture): Promise<Bytes | undefined> {
	try {
		return concat(...(await Promise.all(picture.hashes.map((_, number) => ledger.piece(pieceKey(picture, number))))));
	} catch {
		return undefined; // what is not here any more, the server may have
	}
}

function notTheSame(): Refused {
	return new Refused('not_the_same', 'These are not the bytes that were named.');
}
