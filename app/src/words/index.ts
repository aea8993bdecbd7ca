/**
 * Every sentence that the app says. One folder per language, one file per
 * area; all languages have the same keys, because they share one type.
 *
 * `words` changes when another language is spoken. So nothing outside of a
 * function or a component may keep a part of it.
 */
import { first } from './en/first.ts';
import type { en } from './en/index.ts';

export type Words = typeof en;
export type Language = 'en' | 'de';

/** What each language calls itself: whoever looks for it may read no other. */
export const LANGUAGES: { readonly [language in Language]: string } = { en: 'English', de: 'Deutsch' };

/** What only the console or what shows pictures says is laid into it before those show anything. A test finds a phone's screen that says it. */
const english = { ...first } as Words;

export function learn(more: Partial<Words>): void {
	Object.assign(english, more);
}

// A phone that speaks English loads nothing else.
const load: { readonly [language in Language]: () => Promise<Words> } = {
	en: () => Promise.resolve(english),
	de: async () => (await import('./de/index.ts')).de
};

export let words: Words = english;

/** From now on the app says everything in this language. Rejects, and goes on as before, when its words cannot be loaded. */
export async function speak(language: Language): Promise<void> {
	words = await load[language]();
}

/** The language to begin with: the one chosen on this device, else the first one that its owner reads and we speak. */
export function languageOf(chosen: string | null, read: readonly string[]): Language {
	const known = (tag: string): Language | undefined => (Object.keys(LANGUAGES) as Language[]).find((language) => tag === language || tag.startsWith(`${language}-`));
	for (const tag of chosen === null ? read : [chosen, ...read]) {
		const language = known(tag.toLowerCase());
		if (language) return language;
	}
	return 'en';
}
