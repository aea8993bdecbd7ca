/** What the server is asked to end, ends by its clock. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endTerm } from '../../src/incident/ending.ts';
import { Desk } from '../../src/routes/console/desk.svelte.ts';
import { alma, at } from './journeys.ts';

test('a console whose clock is five minutes slow knows what time it is for the server', () => {
	const replica = alma('12:41');
	replica.change({ clockOffset: 5 * 60_000 });
	expect(new Desk(replica).serverNow).toBe(at('12:46'));
});

test('no page asks for an end by the clock of its device', () => {
	const folder = 'src/routes/console';
	const asks = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const).filter(([name, text]) => name === 'GrantSheet.svelte' || /lead\.(grant|term)\(/.test(text));
	expect(asks.length).toBeGreaterThan(3);
	expect(asks.filter(([, text]) => /\bnow\(\)|desk\.now \+|Math\.max\(desk/.test(text)).map(([name]) => name)).toEqual([]);
});

test('the time of somebody ends now, also of somebody who was only to come', () => {
	expect(endTerm({}, at('12:00'))).toEqual({ from: 0, until: at('12:00') });
	expect(endTerm({ from: at('09:00') }, at('12:00'))).toEqual({ from: at('09:00'), until: at('12:00') });
	expect(endTerm({ from: at('16:00') }, at('12:00'))).toEqual({ from: 0, until: at('12:00') });
});
