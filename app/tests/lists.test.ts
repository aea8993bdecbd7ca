import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
/** What people write, and the event's pack: two of a list may say the same. */
const SAID = /^(?:\w+\.)?(?:name|number|label|text|title|reach|line|item|mark|question)$/;
/** Made so that no two are the same. */
const ONCE = new Set(['console/Ledger.svelte (line.number)', 'console/SanctionSheet.svelte (param.name)']);

/** A list of which two have one key is shown by Svelte as an error in place of the whole screen: of two marks in one minute, or of two numbers that are both 112. */
test('no list is told apart by what stands in it', () => {
	const keys = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.svelte'))
		.flatMap((file) => [...readFileSync(join(SRC, file), 'utf8').matchAll(/\{#each .*? as .*?\(([^()]+)\)\}/g)].map(([, key = '']) => ({ where: `${file.replace(/^routes\//, '')} (${key})`, key })));
	expect(keys.length).toBeGreaterThan(150);
	expect(keys.filter(({ where, key }) => SAID.test(key) && !ONCE.has(where)).map(({ where }) => where)).toEqual([]);
});
