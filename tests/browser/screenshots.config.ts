/** Pictures of every stop, English and German, light and dark, instead of measures: `npm run screenshots`. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { root } from './harness/machine.ts';

process.env.SCREENSHOTS ??= join(root, 'target/screenshots');
mkdirSync(process.env.SCREENSHOTS, { recursive: true });

const here = import.meta.dirname;
/** Whatever stops anywhere to look. */
const stopping = ['edges', 'journeys'].flatMap((folder) => readdirSync(join(here, folder)).map((file) => `${folder}/${file}`)).filter((file) => file.endsWith('.spec.ts') && /harness\/(tour|reader)\.ts|SCREENSHOTS/.test(readFileSync(join(here, file), 'utf8')));

export default defineConfig({
	testDir: '.',
	testMatch: stopping,
	outputDir: '../../target/browser/results',
	workers: 1,
	retries: 0,
	timeout: 900_000,
	expect: { timeout: 15_000 },
	reporter: [['list']]
});
