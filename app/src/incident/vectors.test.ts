import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeName, fourWords } from './codename.ts';

const VECTORS = new URL('../../../proto/vectors/', import.meta.url);

function cases<T>(file: string): (T & { name: string })[] {
	return (JSON.parse(readFileSync(new URL(file, VECTORS), 'utf8')) as { cases: (T & { name: string })[] }).cases;
}

describe('a code name follows from the id', () => {
	test.each(cases<{ document: string; code_name: string }>('code_name.json'))('$name', ({ document, code_name }) => {
		expect(codeName(document)).toBe(code_name);
	});
});

describe('four words follow from the digest', () => {
	test.each(cases<{ digest_prefix: string; words: string[] }>('words.json'))('$name', ({ digest_prefix, words }) => {
		expect(fourWords(digest_prefix)).toEqual(words);
	});
});

test('every file of vectors is run', () => {
	const run = ['code_name.json', 'words.json'];
	const there = readdirSync(VECTORS).filter((name) => name.endsWith('.json'));
	expect(there.filter((name) => !run.includes(name))).toEqual([]);
});
