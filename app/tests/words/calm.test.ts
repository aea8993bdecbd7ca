import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP } from './program.ts';

const files = readdirSync(join(APP, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => /\.(svelte|css)$/.test(file));
const text = (file: string) => readFileSync(join(APP, 'src', file), 'utf8');

/** Rules of a style that use red, and what they are for. */
function redRules(file: string): string[] {
	return [...text(file).matchAll(/([^{}]+)\{([^{}]*)\}/g)].filter(([, , body]) => /var\(--red\b/.test(body!)).map(([, selector]) => selector!.trim().split('\n').at(-1)!.trim());
}

describe('the calm of the screens', () => {
	it('keeps red for danger', () => {
		const red = files.flatMap((file) => redRules(file).map((selector) => `${file}: ${selector}`));
		expect(red.length).toBeGreaterThan(3);
		// The button to “Danger now” and the calls on it, the answer “yes” to the question about danger, and the way there for who uses keys.
		expect(red.filter((rule) => !/danger|\.call\b|\.red\b|yes|skip/i.test(rule))).toEqual([]);
	});

	it('knows no other red', () => {
		const mixed = files.filter((file) => file !== 'ui/tokens.css' && /#(?:[b-f][0-9a-f][0-4][0-9a-f][0-4][0-9a-f]\b)|(?<![-\w])(?:red|crimson|firebrick|tomato)(?=\s*[;,)])|rgb\(/i.test(text(file)));
		expect(mixed).toEqual([]);
	});
});
