/** What an inbox of many cases costs a lead's laptop: script time from the tap on “Inbox” until every row is there. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { chromium as browser } from '@playwright/test';
import { chromium as executablePath, root } from '../harness/machine.ts';
import { expect, test } from '../harness/world.ts';

const CASES = 500;
const OPEN = 300;
const RUNS = 5;
const TYPES: { readonly [ending: string]: string } = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

test(`an inbox of ${String(CASES)} cases opens`, async () => {
	// The console as it ships, over a replica in memory: what is measured is what the inbox itself needs.
	const built = join(root, 'target/browser/look');
	execFileSync('npx', ['vite', 'build', '--config', 'look.config.ts', '--outDir', built, '--emptyOutDir', '--logLevel', 'error'], { cwd: join(root, 'app'), stdio: 'inherit' });
	const running = await browser.launch({ executablePath, chromiumSandbox: false, args: ['--disable-dev-shm-usage'] });
	try {
		const page = await running.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
		await page.route('http://look/**', async (route) => {
			const path = new URL(route.request().url()).pathname;
			await route.fulfill({ body: readFileSync(join(built, path)), contentType: TYPES[extname(path)] ?? 'application/octet-stream' });
		});
		const cdp = await page.context().newCDPSession(page);
		await cdp.send('Performance.enable');
		const spent = async (): Promise<{ script: number; drawn: number }> => {
			const { metrics } = await cdp.send('Performance.getMetrics');
			const of = (name: string): number => (metrics.find((metric) => metric.name === name)?.value ?? NaN) * 1000;
			return { script: of('ScriptDuration'), drawn: of('LayoutDuration') + of('RecalcStyleDuration') };
		};
		const script: number[] = [];
		const drawn: number[] = [];
		for (let run = 0; run < RUNS; run += 1) {
			await page.goto(`http://look/tests/console/look.html?cases=${String(CASES)}#/console/team`);
			await expect(page.getByRole('heading', { level: 1, name: 'Team and phones' })).toBeVisible();
			const before = await spent();
			await page.evaluate(() => {
				location.hash = '#/console';
				// Two frames later the rows are drawn.
				return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
			});
			const after = await spent();
			expect(await page.getByRole('main').locator('a.case').count()).toBe(CASES);
			script.push(after.script - before.script);
			drawn.push(after.drawn - before.drawn);
		}
		row(`inbox of ${String(CASES)} cases: script`, script, OPEN);
		row('  style and layout', drawn);
		// A machine that does something else meanwhile is no slower inbox: what half of the runs take counts.
		expect(middle(script), 'script time').toBeLessThan(OPEN);
	} finally {
		await running.close();
	}
});

function middle(measured: readonly number[]): number {
	return measured.toSorted((a, b) => a - b)[measured.length >> 1] ?? Infinity;
}

function row(name: string, measured: readonly number[], limit?: number): void {
	const sorted = measured.map(Math.round).sort((a, b) => a - b);
	const verdict = limit === undefined ? '' : `${`<= ${String(limit)}`.padStart(10)}  ${middle(measured) <= limit ? 'ok' : 'OVER'}`;
	console.log(`${name.padEnd(48)} ${`${String(sorted[0])} / ${String(sorted[RUNS >> 1])} / ${String(sorted.at(-1))} ms`.padStart(22)} ${verdict}`.trimEnd());
}
