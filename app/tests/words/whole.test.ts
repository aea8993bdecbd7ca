import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { de } from '../../src/words/de/index.ts';
import { en } from '../../src/words/en/index.ts';
import { languageOf } from '../../src/words/index.ts';
import { JARGON, SAME } from './lists.ts';
import { APP, program } from './program.ts';
import { everythingSaid } from './said.ts';
import { kept, tooEarly, unused } from './used.ts';

const app = program();
const said = { en: everythingSaid(en, app), de: everythingSaid(de, app) };
const german = new Map(said.de.map((one) => [one.path, one]));
const plain = (path: string) => path.replace(' (one)', '');

describe('the words of the app', { timeout: 300_000 }, () => {
	it('are all said somewhere', () => {
		expect(unused(app)).toEqual([]);
	});

	it('are kept by nothing that outlives a change of the language', () => {
		expect(kept(app)).toEqual([]);
	});

	it('are there when a screen says them: a phone loads none that only the console has', () => {
		expect(tooEarly(app)).toEqual([]);
	});

	it('say in German everything that they say in English, with nothing left out', () => {
		expect(said.en.length).toBeGreaterThan(1000);
		expect(said.de.map(({ path }) => path).sort()).toEqual(said.en.map(({ path }) => path).sort());
		const differing = said.en.filter((one) => {
			const other = german.get(one.path);
			return one.takes !== other?.takes || (one.text === '') !== (other.text === '') || String(one.names.toSorted()) !== String(other.names.toSorted());
		});
		expect(differing.map((one) => [one.path, one.text, german.get(one.path)?.text])).toEqual([]);
	});

	it('are German in German', () => {
		const differ = new Set(said.en.filter((one) => one.text !== german.get(one.path)?.text).map(({ path }) => plain(path)));
		const same = said.en.filter((one) => !differ.has(plain(one.path)) && /\p{L}/u.test(one.own)).map(({ path }) => plain(path));
		expect([...new Set(same)].sort()).toEqual([...SAME].sort());
	});

	it.each(['en', 'de'] as const)('have no jargon in %s', (language) => {
		const none = new RegExp(`(?<![\\p{L}\\p{N}])(?:${JARGON[language].join('|').replaceAll('\\w', '[\\p{L}\\p{N}]')})(?![\\p{L}\\p{N}])`, 'u');
		const small = new RegExp(none.source, 'iu');
		// German tells a noun from other words by its capital.
		const found = said[language].filter(({ text }) => (language === 'en' ? small : none).test(text));
		expect(found.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
	});

	it('alone know the marks around what somebody said, which differ from language to language', () => {
		const files = readdirSync(join(APP, 'src/routes'), { recursive: true, encoding: 'utf8' }).filter((file) => /\.(svelte|ts)$/.test(file));
		const own = files.filter((file) => /[“”„«»](?=[{$])|[}][“”„«»]/u.test(readFileSync(join(APP, 'src/routes', file), 'utf8')));
		expect(own).toEqual([]);
	});
	it('know every reason that the server gives', () => {
		const source = readFileSync(join(APP, '../crates/server/src/http/problem.rs'), 'utf8');
		const codes = [...source.matchAll(/Self::new\(\s*StatusCode::\w+,\s*"(\w+)"/g)].map(([, code]) => code!);
		expect(codes.length).toBeGreaterThan(15);
		// A person never causes these: the app speaks to the server as agreed.
		const agreed = ['no_query', 'wrong_media', 'wrong_method', 'not_begun', 'wrong_chunk', 'wrong_whole'];
		// These come of a picture, and are said in `pictures`, beside it.
		const ofPictures = ['not_here_yet', 'case_full', 'sends_too_much', 'no_room'];
		// This comes of what is carried for somebody else, and is said beside it.
		const ofParcels = ['cannot_open'];
		expect(codes.filter((code) => ![...agreed, ...ofPictures, ...ofParcels].includes(code) && !Object.hasOwn(en.problems, code))).toEqual([]);
	});
});

describe('the language of a device', () => {
	it('is the one that was chosen, else the first that its owner reads, else English', () => {
		expect(languageOf('en', ['de-DE', 'en'])).toBe('en');
		expect(languageOf(null, ['de-AT', 'en'])).toBe('de');
		expect(languageOf(null, ['fr-FR', 'de', 'en-GB'])).toBe('de');
		expect(languageOf(null, ['fr-FR', 'den-CA'])).toBe('en');
		expect(languageOf('xx', [])).toBe('en');
	});
});
