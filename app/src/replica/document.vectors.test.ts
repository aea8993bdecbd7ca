/** The documents of `proto/vectors/documents`, each held to the JSON beside it. `crates/xtask` does the same in Rust. */
import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { deriveCase } from '../incident/derive.ts';
import { A, loadAutomerge } from './automerge.ts';
import { readRaw } from './document.ts';

const VECTORS = new URL('../../../proto/vectors/documents/', import.meta.url);

beforeAll(async () => {
	await loadAutomerge(readFileSync('node_modules/@automerge/automerge/dist/automerge.wasm'));
});

for (const file of readdirSync(VECTORS).filter((name) => name.endsWith('.automerge'))) {
	test(`${file} reads as the JSON beside it`, () => {
		const doc = A.load<Record<string, unknown>>(new Uint8Array(readFileSync(new URL(file, VECTORS))));
		const json: unknown = JSON.parse(readFileSync(new URL(file.replace('.automerge', '.json'), VECTORS), 'utf8'));
		expect(deriveCase(readRaw(doc))).toEqual(json);
	});
}
