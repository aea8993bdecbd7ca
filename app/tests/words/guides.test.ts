import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { de } from '../../src/words/de/index.ts';
import { en } from '../../src/words/en/index.ts';
import { APP } from './program.ts';

const GUIDES = ['responder', 'chair', 'organiser'].flatMap((guide) => [
	[guide, 'en', `${guide}.md`],
	[guide, 'de', `${guide}.de.md`]
]);
const read = (file: string) => readFileSync(join(APP, '../docs/guides', file), 'utf8');
const leaves = (words: unknown): string[] => (typeof words === 'string' ? [words] : typeof words === 'object' && words !== null ? Object.values(words).flatMap(leaves) : []);
const SAID = { en: new Set(leaves(en)), de: new Set(leaves(de)) };
/** What the app puts together with a name before it. */
const WITH_A_NAME = new Set([en.sync.chairKnows.text(en.sync.lead.chair), de.sync.chairKnows.text(de.sync.lead.chair)]);

describe.each(GUIDES)('the guide for the %s in %s', (guide, language, file) => {
	const text = read(file);
	it('is one printed page', () => {
		expect(text.split(/\s+/).length).toBeLessThanOrEqual(550);
	});
	it('names what is on the screen as it is on the screen', () => {
		const named = [...text.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name]) => name!.replaceAll(/\s+/g, ' ')).filter((name) => name !== 'bold' && name !== 'fett');
		expect(named.length).toBeGreaterThan(5);
		expect(named.filter((name) => !SAID[language === 'de' ? 'de' : 'en'].has(name) && !WITH_A_NAME.has(name))).toEqual([]);
	});
	it('has the same parts in both languages', () => {
		const heads = (name: string) => [...read(name).matchAll(/^#+ /gm)].map(([head]) => head);
		expect(heads(`${guide}.de.md`)).toEqual(heads(`${guide}.md`));
	});
});
