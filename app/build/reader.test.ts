import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { READER } from '../src/replica/views.ts';
import { nameOf, sourcesOf } from './reader.ts';

const APP = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(APP, file));
/** Everything as it is, but one file. */
const but = (changed: string, text: string) => (file: string) => (file === changed ? Buffer.from(text) : read(file));
const text = (file: string) => read(file).toString();

/** Every file of the app that runs. */
function all(folder = 'src'): string[] {
	return readdirSync(join(APP, folder), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? all(`${folder}/${one.name}`) : /\.(?:ts|svelte)$/.test(one.name) && !one.name.endsWith('.test.ts') ? [`${folder}/${one.name}`] : []));
}

describe('the name of what makes views', () => {
	const sources = sourcesOf();

	test('is the one that this app has', () => {
		expect(READER).toBe(nameOf());
		expect(READER).toMatch(/^[0-9a-f]{32}$/);
	});

	test('follows every file that decides what a view holds', () => {
		for (const file of ['document', 'shelf', 'readings', 'views', 'packing', 'kept', 'automerge', 'envelope', 'write'].map((name) => `src/replica/${name}.ts`)) expect(sources).toContain(file);
		for (const file of ['src/incident/raw.ts', 'src/generated/wire/v1/frame_pb.ts', '../proto/document/case.v1.automerge', 'package-lock.json', 'vite.config.ts']) expect(sources).toContain(file);
		for (const file of sources) expect(nameOf(but(file, `${text(file)}\n`)), file).not.toBe(READER);
	});

	test('follows no screen, no word and no rule that reads a view anew each time', () => {
		expect(sources.filter((file) => /src\/(?:routes|words|ui)\/|\.svelte$/.test(file))).toEqual([]);
		const asked: string[] = [];
		nameOf((file) => (asked.push(file), read(file)));
		expect([...new Set(asked)].sort()).toEqual(sources.filter((file) => asked.includes(file)));
		expect(asked).not.toContain('src/incident/case.ts');
	});

	test('whoever opens a document, or says what a change made, is among them', () => {
		const makes = /\b(?:readRaw|viewOf|elementsOf|decodeChange|applyChanges)\b/;
		/** They ask whoever made it, or hold what was read. */
		const asks = ['src/replica/ledger.ts', 'src/replica/records.ts', 'src/replica/drill.ts'];
		const makers = all().filter((file) => makes.test(text(file)) && !asks.includes(file));
		expect(makers.filter((file) => !sources.includes(file))).toEqual([]);
		for (const file of asks) expect(text(file)).not.toMatch(/import [^;]*\b(?:readRaw|viewOf|A)\b[^;]* from/);
	});

	test('is another one for another reading of the same document', () => {
		const file = 'src/replica/document.ts';
		const otherwise = text(file).replace('raw.unread += 1', 'raw.unread += 2');
		expect(otherwise).not.toBe(text(file));
		expect(nameOf(but(file, otherwise))).not.toBe(READER);
	});

	test('follows what is imported from now on, and stops a build that loads what nobody can follow', () => {
		const file = 'src/replica/document.ts';
		const more = but(file, `import { day } from '../words/format.ts';\n${text(file)}`);
		expect(sourcesOf(more)).toContain('src/words/format.ts');
		expect(sourcesOf(but(file, `import type { Millis } from './api.ts';\nimport { type Id } from './api.ts';\n${text(file)}`))).toEqual(sources);
		for (const wrong of ["import words from './words.json';", 'const later = import(name);', "import.meta.glob('./*.ts');"]) expect(() => sourcesOf(but(file, `${wrong}\n${text(file)}`)), wrong).toThrow(file);
	});
});
