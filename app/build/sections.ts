const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const CUSTOM = 0;

/** A WASM module of version 1 without its custom sections, which mean nothing to the one that runs it. */
export function withoutCustomSections(module: Uint8Array): Uint8Array<ArrayBuffer> {
	if (!HEADER.every((byte, at) => module[at] === byte)) throw new RangeError('not a WASM module of version 1');
	const kept: Uint8Array[] = [module.subarray(0, HEADER.length)];
	for (let at = HEADER.length; at < module.length; ) {
		const { value: size, end: start } = unsigned(module, at + 1);
		const end = start + size;
		if (end > module.length) throw new RangeError('a section that ends after the module');
		if (module[at] !== CUSTOM) kept.push(module.subarray(at, end));
		at = end;
	}
	return new Uint8Array(Buffer.concat(kept));
}

/** LEB128, at most 32 bits. */
function unsigned(bytes: Uint8Array, from: number): { value: number; end: number } {
	let value = 0;
	for (let read = 0; read < 5; read++) {
		const byte = bytes[from + read];
		if (byte === undefined) break;
		value += (byte & 0x7f) * 2 ** (7 * read);
		if ((byte & 0x80) === 0) return { value, end: from + read + 1 };
	}
	throw new RangeError('a length that does not end');
}
