import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withoutCustomSections } from './sections.ts';

const AUTOMERGE = readFileSync('node_modules/@automerge/automerge/dist/automerge.wasm');

test('Automerge without its custom sections is smaller, compiles, and takes and gives the same', async () => {
	const lean = withoutCustomSections(AUTOMERGE);
	expect(AUTOMERGE.length - lean.length).toBeGreaterThan(100_000);
	const [before, after] = await Promise.all([WebAssembly.compile(new Uint8Array(AUTOMERGE)), WebAssembly.compile(lean)]);
	expect(WebAssembly.Module.customSections(before, 'name')).toHaveLength(1);
	expect(WebAssembly.Module.customSections(after, 'name')).toEqual([]);
	expect(WebAssembly.Module.imports(after)).toEqual(WebAssembly.Module.imports(before));
	expect(WebAssembly.Module.exports(after)).toEqual(WebAssembly.Module.exports(before));
});

test.each([
	['a page', new TextEncoder().encode('<!doctype html>')],
	['a section that is cut off', new Uint8Array(AUTOMERGE.subarray(0, 1_000))],
	['a length without an end', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0x80)]
])('%s is refused', (_name, bytes) => {
	expect(() => withoutCustomSections(bytes)).toThrow(RangeError);
});
