/** Nothing that a person can meet is left out when the browser tests look at every screen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOT_SHOWN, STOPS } from '../../tests/browser/harness/stops.ts';

const routes = join(import.meta.dirname, '../src/routes');
const browser = join(import.meta.dirname, '../../tests/browser');
const parts = readdirSync(routes, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.svelte'))
	.map((file) => file.replace(/\.svelte$/, '').replaceAll('\\', '/'));
const shown = new Set<string>(Object.values(STOPS).flat());

test('every screen, sheet and part of one is seen at a stop, or is left out for a reason', () => {
	expect(parts.filter((part) => !shown.has(part) && !(part in NOT_SHOWN))).toEqual([]);
	expect(parts.length).toBeGreaterThan(100);
});

test('no stop shows what is not there, and nothing is left out that is shown', () => {
	expect([...shown, ...Object.keys(NOT_SHOWN)].filter((part) => !parts.includes(part))).toEqual([]);
	expect(Object.keys(NOT_SHOWN).filter((part) => shown.has(part))).toEqual([]);
});

test('somebody stops at every stop', () => {
	const code = ['harness/tour.ts', ...['edges', 'journeys'].flatMap((folder) => readdirSync(join(browser, folder)).map((file) => `${folder}/${file}`))].map((file) => readFileSync(join(browser, file), 'utf8')).join('\n');
	expect(Object.keys(STOPS).filter((stop) => !code.includes(`'${stop}'`))).toEqual([]);
});
