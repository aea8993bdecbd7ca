import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../src');
/** Nothing is typed into these. */
const NOT_TYPED = /type="(radio|checkbox|range|date|time|datetime-local|file)"|\breadonly\b/;

/** Every field in the sources, each up to the end of its tag. */
function fields(): { where: string; tag: string }[] {
	return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.svelte'))
		.flatMap((file) => {
			const text = readFileSync(join(SRC, file), 'utf8');
			return [...text.matchAll(/<(?:input|textarea)\b|contenteditable/g)].map((found) => ({ where: file, tag: text.slice(found.index, endOf(text, found.index)) }));
		});
}

/** A `>` within braces is part of an expression. */
function endOf(text: string, from: number): number {
	let depth = 0;
	for (let at = from; at < text.length; at += 1) {
		if (text[at] === '{') depth += 1;
		else if (text[at] === '}') depth -= 1;
		else if (text[at] === '>' && depth === 0) return at + 1;
	}
	return text.length;
}

test('no field hands what is typed to the browser’s memory, its correction or a spelling service', () => {
	const typed = fields().filter(({ tag }) => !NOT_TYPED.test(tag));
	expect(typed.length).toBeGreaterThan(20);
	for (const { where, tag } of typed) {
		for (const off of ['autocomplete="off"', 'autocorrect="off"', 'spellcheck="false"']) expect(tag, where).toContain(off);
	}
});
