/** What a lead types as a reason is written down whole, or not at all. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reasonFits } from '../../src/incident/limits.ts';

test('a reason has 300 letters at most, and a smiley is one of them', () => {
	expect(reasonFits('a'.repeat(300))).toBe(true);
	expect(reasonFits('🙂'.repeat(300))).toBe(true);
	expect(reasonFits('a'.repeat(301))).toBe(false);
});

test('nothing that somebody typed is cut without a word', () => {
	const folder = 'src/routes/console';
	const cut = readdirSync(folder).filter((name) => /typed=\{[^}]*\.slice\(|reason\.slice\(/.test(readFileSync(join(folder, name), 'utf8')));
	expect(cut).toEqual([]);
});
