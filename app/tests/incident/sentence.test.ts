import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { passageOf } from '../../src/incident/sentence.ts';
import { blocks } from '../../src/routes/phone/markdown.ts';

const policy = blocks(readFileSync(new URL('../../../events/all-systems-go-policy.md', import.meta.url), 'utf8')).map((block) => block.text);
const passage = (...lines: string[]) => policy[passageOf(lines, policy) ?? -1];

describe('the sentence of the policy that a step quotes', () => {
	test('is found by the words that stand in both', () => {
		expect(passage('Offer a private place to sit', 'Would you like to sit in a private place?')).toMatch(/^Offer .* a private place to sit$/);
		expect(passage('Ask for a friend or trusted person', 'Is there a friend or trusted person who you would like to be with you?')).toContain('friend or trusted person');
		expect(passage('What is being done', 'Are we doing anything about it?')).toBe('Are we doing anything about it?');
	});

	test('is found by a short line only when all of it stands there', () => {
		expect(passage('How can I help?')).toContain('how can I help');
		expect(passage('Ask how can we')).toBeUndefined();
	});

	test('is none where the step says it in words of its own, or in another language', () => {
		expect(passage('Does the report stand?')).toBeUndefined();
		expect(passage('Bieten Sie einen ruhigen Platz an')).toBeUndefined();
		expect(passageOf(['Offer a private place to sit'], [])).toBeUndefined();
		expect(passageOf(['', ''], ['', 'some words'])).toBeUndefined();
	});
});
