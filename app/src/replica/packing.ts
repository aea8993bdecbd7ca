/** A record as bytes and back: JSON, with its byte arrays behind it as they are. */
import { type Bytes, concat, utf8 } from './bytes.ts';

/** Where a byte array stood. No field of a record is called so. */
const BYTES = '\0bytes';

export function pack(record: unknown): Bytes {
	const arrays: Uint8Array[] = [];
	const json = utf8(JSON.stringify(record, (_name, value: unknown) => (value instanceof Uint8Array ? { [BYTES]: arrays.push(value) - 1 } : value)));
	const head = new Uint32Array([json.length, arrays.length, ...arrays.map((array) => array.length)]);
	return concat(new Uint8Array(head.buffer), json, ...arrays);
}

/** Throws when these are not the bytes of a record. */
export function unpack(bytes: Bytes): unknown {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const size = view.getUint32(0, true);
	const count = view.getUint32(4, true);
	let at = 8 + 4 * count;
	const json = bytes.subarray(at, at + size);
	at += size;
	const arrays: Bytes[] = [];
	for (let index = 0; index < count; index += 1) {
		const length = view.getUint32(8 + 4 * index, true);
		arrays.push(bytes.slice(at, at + length));
		at += length;
	}
	if (at !== bytes.length) throw new RangeError('the bytes of no record');
	const text = new TextDecoder('utf-8', { fatal: true }).decode(json);
	if (count === 0) return JSON.parse(text);
	return JSON.parse(text, (_name, value: unknown) => {
		if (typeof value !== 'object' || value === null || !(BYTES in value)) return value;
		return arrays[value[BYTES] as number];
	});
}
