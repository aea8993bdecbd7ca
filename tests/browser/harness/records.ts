/** The documents themselves, read by the official Automerge library, which knows nothing of Safehall. */
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Automerge from '@automerge/automerge';
import { root } from './machine.ts';
import { recordsOf } from './opened.ts';
import type { Phone } from './phone.ts';
import type { Server } from './server.ts';

type Content = { [map: string]: { [id: string]: unknown } };

export interface Document {
	/** Sorted, so that two copies with the same history are equal. */
	heads: string[];
	content: Content;
}

/** Every document on the server, by its id, out of the files that any Automerge program opens. */
export function onServer(server: Server): Map<string, Document> {
	const folder = mkdtempSync(join(tmpdir(), 'safehall-export-'));
	server.command('export', '--automerge', folder);
	const found = new Map<string, Document>();
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.automerge'))) {
		const id = /([0-9a-f]{32})/.exec(name)?.[1];
		if (id === undefined) throw new Error(`${name} does not name its document`);
		found.set(id, read(Automerge.load<Content>(readFileSync(join(folder, name)))));
	}
	return found;
}

/** Every document of one kind on a phone, made anew from the signed changes in its storage. */
export async function onPhone(phone: Phone, kind: string): Promise<Map<string, Document>> {
	const kept = await recordsOf<{ document: string; kind: string; body: Uint8Array }>(phone, 'envelopes');
	const birth = readFileSync(join(root, `proto/document/${kind}.v1.automerge`));
	const found = new Map<string, Document>();
	for (const id of new Set(kept.filter((change) => change.kind === kind).map((change) => change.document))) {
		const changes = kept.filter((change) => change.document === id).map((change) => changeIn(change.body));
		found.set(id, read(Automerge.applyChanges(Automerge.load<Content>(birth), changes)[0]));
	}
	return found;
}

/** The one document whose case has a name that begins with these bytes. */
export function named(documents: Map<string, Document>, start: number[]): Document {
	const prefix = start.map((byte) => byte.toString(16).padStart(2, '0')).join('');
	const found = [...documents].find(([id]) => id.startsWith(prefix))?.[1];
	if (found === undefined) throw new Error('this case is not here');
	return found;
}

/** One field of every element of a collection, in no order. */
export function values(document: Document, map: string, field: string): unknown[] {
	return Object.values(document.content[map] ?? {}).map((element) => (element as { [field: string]: unknown })[field]);
}

function read(document: Automerge.Doc<Content>): Document {
	return { heads: Automerge.getHeads(document).toSorted(), content: plain(Automerge.toJS(document)) as Content };
}

/** Scalar strings come as objects of the library; their text is what counts. */
function plain(value: unknown): unknown {
	if (Automerge.isImmutableString(value)) return value.val;
	if (typeof value !== 'object' || value === null || value instanceof Date) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** The Automerge change in an encoded `ChangeBody`: its field 5. */
function changeIn(body: Uint8Array): Uint8Array<ArrayBuffer> {
	let at = 0;
	const varint = (): number => {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = body[at++];
			if (byte === undefined) throw new Error('the body ends too early');
			value += (byte & 127) * 2 ** shift;
			if (byte < 128) return value;
		}
	};
	while (at < body.length) {
		const tag = varint();
		if ((tag & 7) === 0) varint();
		else {
			const length = varint();
			if (tag >> 3 === 5) return Uint8Array.from(body.subarray(at, at + length));
			at += length;
		}
	}
	throw new Error('the body holds no change');
}
