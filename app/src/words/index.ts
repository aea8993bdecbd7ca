/**
 * Every sentence that the app says. One folder per language, one file per
 * area; all languages have the same keys, because they share one type.
 */
import { en } from './en/index.ts';

export type Words = typeof en;

export const words: Words = en;
