/**
 * What 500 cases cost whoever unlocks a laptop: script time from the last digit of the PIN until every row is there. They were made by
 * the replica that ships, on another device, and came by way of the server.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { CDPSession } from '@playwright/test';
import { enterPin, lockScreen, PIN } from '../harness/lock.ts';
import { root } from '../harness/machine.ts';
import type { Phone } from '../harness/phone.ts';
import { joined } from '../harness/team.ts';
import { settled, throwViewsAway } from '../harness/views.ts';
import { expect, test } from '../harness/world.ts';

const CASES = 500;
const OPEN = 300;
const RUNS = 5;
const TYPES: { readonly [ending: string]: string } = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

test(`a console with ${String(CASES)} cases is unlocked`, async ({ world }) => {
	test.setTimeout(1_800_000);
	// The phones have their own clocks, since one that a test holds would also hold what is measured. So they are wrong by far, as some
	// phones are: the event is on at the server only.
	await world.server.stop();
	world.server.settings = { SAFEHALL_DEVICE_CHANGES_PER_HOUR: '100000' };
	await world.server.start();
	const alma = await joined(world, 'alma', { screen: 'laptop', ownClock: true, byHand: true });
	await alma.switchOff();
	const noor = await joined(world, 'noor', { ownClock: true, byHand: true });
	await takesMany(noor, world.server.url);
	await noor.switchOff();
	await alma.switchOn();
	await alma.page.goto(`${world.server.url}/#/console`);
	await expect(lockScreen(alma.page)).toBeVisible();
	await enterPin(alma.page);
	await expect(alma.page.getByRole('main').locator('a.case')).toHaveCount(CASES, { timeout: 600_000 });

	const figures: { [name: string]: number[] } = {};
	for (const slower of [1, 4]) {
		const now = await runs(alma, world.server.url, slower, RUNS, false);
		const before = await runs(alma, world.server.url, slower, slower === 1 ? 3 : 1, true);
		const ratio = middle(before.map(({ script }) => script)) / middle(now.map(({ script }) => script));
		row(`unlock with ${String(CASES)} cases, ${String(slower)}x slower: script`, now.map(({ script }) => script), slower === 1 ? OPEN : undefined);
		row('  style and layout', now.map(({ drawn }) => drawn));
		row('  from the PIN until all rows are there', now.map(({ time }) => time));
		row('  without views: script', before.map(({ script }) => script));
		row('  without views: until all rows are there', before.map(({ time }) => time));
		console.log(`${'  views need less script by'.padEnd(48)} ${`${ratio.toFixed(1)} times`.padStart(22)}`);
		figures[String(slower)] = now.map(({ script }) => script);
	}
	// A machine that does something else meanwhile is no slower phone: what half of the runs take counts.
	expect(middle(figures['1'] ?? []), 'script time').toBeLessThan(OPEN);
});

/** The same device, with a page that takes reports in place of the app. */
async function takesMany({ page, context }: Phone, url: string): Promise<void> {
	const built = join(root, 'target/browser/make');
	execFileSync('npx', ['vite', 'build', '--config', 'make.config.ts', '--outDir', built, '--emptyOutDir', '--logLevel', 'error'], { cwd: join(root, 'app'), stdio: 'inherit' });
	await page.evaluate(async () => {
		for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
	});
	await context.route(`${url}/make/**`, async (route) => {
		const path = new URL(route.request().url()).pathname.replace('/make/', '');
		await route.fulfill({ body: readFileSync(join(built, path)), contentType: TYPES[extname(path)] ?? 'application/octet-stream' });
	});
	await page.goto(`${url}/make/tests/bench/make.html`);
	await page.waitForFunction(() => 'replica' in globalThis && (globalThis as unknown as Making).replica.state.lock.state === 'locked');
	await page.evaluate(async (text) => (globalThis as unknown as Making).replica.lock.open({ kind: 'pin', text }), PIN);
	await page.waitForFunction(() => (globalThis as unknown as Making).replica.state.ready);
	await page.evaluate(async (count) => (globalThis as unknown as Making).take(count), CASES);
	expect(await page.evaluate(() => (globalThis as unknown as Making).replica.state.cases.length)).toBe(CASES);
	await page.waitForFunction(() => (globalThis as unknown as Making).unsent() === 0, null, { timeout: 900_000, polling: 1_000 });
}

interface Making {
	replica: { state: { lock: { state: string }; ready: boolean; cases: readonly unknown[] }; lock: { open(secret: { kind: 'pin'; text: string }): Promise<string> } };
	take(count: number): Promise<void>;
	unsent(): number;
}

interface Unlocked {
	script: number;
	drawn: number;
	time: number;
}

async function runs({ page, context }: Phone, url: string, slower: number, count: number, withoutViews: boolean): Promise<Unlocked[]> {
	const all: Unlocked[] = [];
	const cdp = await context.newCDPSession(page);
	await cdp.send('Performance.enable');
	for (let run = 0; run < count; run += 1) {
		await settled(page);
		await page.goto('about:blank');
		await page.goto(`${url}/#/console`);
		await expect(lockScreen(page)).toBeVisible();
		if (withoutViews) await throwViewsAway(page);
		await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower });
		await enterPin(page, PIN.slice(0, -1));
		await page.evaluate(watch, CASES);
		const before = await spent(cdp);
		await page.keyboard.press(PIN.slice(-1));
		await page.waitForFunction(() => (globalThis as unknown as { there?: number }).there !== undefined, null, { polling: 250, timeout: 300_000 });
		const after = await spent(cdp);
		const time = await page.evaluate(() => (globalThis as unknown as { there: number }).there);
		await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
		all.push({ script: after.script - before.script, drawn: after.drawn - before.drawn, time });
	}
	return all;
}

/** In the page: notes when every row was drawn, from the last digit on. */
function watch(cases: number): void {
	let entered = 0;
	addEventListener('keydown', () => (entered = performance.now()), { capture: true, once: true });
	const look = (): void => {
		if (document.querySelectorAll('main a.case').length < cases) requestAnimationFrame(look);
		else requestAnimationFrame(() => Object.assign(globalThis, { there: performance.now() - entered }));
	};
	requestAnimationFrame(look);
}

async function spent(cdp: CDPSession): Promise<{ script: number; drawn: number }> {
	const { metrics } = await cdp.send('Performance.getMetrics');
	const of = (name: string): number => (metrics.find((metric) => metric.name === name)?.value ?? NaN) * 1000;
	return { script: of('ScriptDuration'), drawn: of('LayoutDuration') + of('RecalcStyleDuration') };
}

function middle(measured: readonly number[]): number {
	return measured.toSorted((a, b) => a - b)[measured.length >> 1] ?? Infinity;
}

function row(name: string, measured: readonly number[], limit?: number): void {
	const sorted = measured.map(Math.round).sort((a, b) => a - b);
	const verdict = limit === undefined ? '' : `${`<= ${String(limit)}`.padStart(10)}  ${middle(measured) <= limit ? 'ok' : 'OVER'}`;
	console.log(`${name.padEnd(48)} ${`${String(sorted[0])} / ${String(sorted[sorted.length >> 1])} / ${String(sorted.at(-1))} ms`.padStart(22)} ${verdict}`.trimEnd());
}
