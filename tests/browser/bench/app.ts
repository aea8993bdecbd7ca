/** What the app costs a phone: bytes of the first load, and the time until it opens without a server. */
import { beginReport, home, readBackAndSave, writeDown } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { enterPin } from '../harness/lock.ts';
import { installed, joined } from '../harness/team.ts';
import { settled, throwViewsAway } from '../harness/views.ts';
import { expect, test } from '../harness/world.ts';

const FIRST_LOAD = 950_000;
const OPEN = 1_500;
/** From the last digit of the PIN to the first screen: a guess has to cost something. */
const UNLOCK = 4_000;
const RUNS = 5;
const CASES = 20;
/** How much slower than this machine the page computes. Chromium slows only the page's own thread by it. */
const SLOWER = 4;

/** Milliseconds since the page was asked for. */
interface Opened {
	lock?: number;
	/** The last digit of the PIN. */
	entered?: number;
	heading?: number;
	wasm?: number;
	cases?: number;
}

test('first load of the app, over the wire', async ({ world }) => {
	const phone = await world.phone('nobody yet', { ownClock: true });
	// Of the page and of the service worker, which fetches for later what the page did not need.
	const loads: Promise<{ wasm: boolean; bytes: number }>[] = [];
	phone.context.on('requestfinished', (request) => {
		loads.push(
			Promise.all([request.response(), request.sizes()]).then(([response, sizes]) => ({
				wasm: request.url().endsWith('.wasm'),
				// As `Network.loadingFinished` counts them: packed as sent, headers too, nothing for what came out of a cache.
				bytes: response?.fromServiceWorker() === true ? 0 : sizes.responseHeadersSize + sizes.responseBodySize
			}))
		);
	});
	await phone.page.goto(world.server.url);
	await installed(phone);
	await phone.page.waitForLoadState('networkidle');
	const sent = (await Promise.all(loads)).filter(({ bytes }) => bytes > 0);
	const sum = (of: typeof sent): number => of.reduce((all, { bytes }) => all + bytes, 0);
	const all = sum(sent);
	const wasm = sum(sent.filter((load) => load.wasm));
	row('first load, in Chromium, headers too', `${String(all)} bytes`, `<= ${String(FIRST_LOAD)}`, all <= FIRST_LOAD);
	row('  of this Automerge’s WASM', `${String(wasm)} bytes`);
	row('  requests', String(sent.length));
	expect(wasm, 'the WASM came, so this is the app').toBeGreaterThan(100_000);
	expect(all, 'bytes of the first load').toBeLessThanOrEqual(FIRST_LOAD);
});

test('the app opens without a server', async ({ world }) => {
	// The real time everywhere: a clock that a test holds would also hold what is measured.
	world.server.setClock(Date.now());
	const noor = await joined(world, 'noor', { ownClock: true, byHand: true });
	await world.server.stop();
	await opens(noor, world.server.url, 0);

	for (let taken = 0; taken < CASES; taken += 1) {
		await beginReport(noor.page);
		await writeDown(noor.page, { words: `They followed us from room ${String(taken + 1)} to the lifts and would not stop.` });
		await readBackAndSave(noor.page);
		await home(noor.page);
	}
	await settled(noor.page);
	await opens(noor, world.server.url, CASES);
	await opens(noor, world.server.url, CASES, true);
});

/** Starts the browser anew each time, so that nothing of the app is in its memory. */
async function opens(phone: Phone, url: string, cases: number, withoutViews = false): Promise<void> {
	const runs: Opened[] = [];
	for (let run = 0; run < RUNS; run += 1) {
		await phone.switchOff();
		await phone.switchOn();
		await phone.context.addInitScript(watch, cases);
		await (await phone.cdp()).send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
		await phone.page.goto(url);
		const noted = async (): Promise<Opened> => phone.page.evaluate(() => (globalThis as unknown as { opened: Opened }).opened);
		await expect.poll(async () => Object.keys(await noted())).toEqual(['lock']);
		if (withoutViews) await throwViewsAway(phone.page);
		await enterPin(phone.page);
		await expect.poll(async () => Object.keys(await noted()).sort()).toEqual(['cases', 'entered', 'heading', 'lock', 'wasm']);
		runs.push(await noted());
	}
	const what = `offline, ${String(cases)} cases${withoutViews ? ' without views' : ''}, ${String(SLOWER)}x slower:`;
	const after = (at: number | undefined, from: number | undefined): number => (at ?? NaN) - (from ?? NaN);
	times(`${what} lock screen`, runs.map((run) => run.lock), OPEN);
	times('  from the PIN: home heading', runs.map((run) => after(run.heading, run.entered)), UNLOCK);
	times('  from the PIN: WASM ready', runs.map((run) => after(run.wasm, run.entered)));
	if (cases > 0) times('  from the PIN: all cases shown', runs.map((run) => after(run.cases, run.entered)));
}

/** In the page, before the app: notes when each thing is there. */
function watch(cases: number): void {
	const opened: Opened = {};
	Object.assign(globalThis, { opened });
	for (const name of ['instantiate', 'instantiateStreaming'] as const) {
		const real = WebAssembly[name] as (...given: unknown[]) => Promise<unknown>;
		const timed = async (...given: unknown[]): Promise<unknown> => {
			const made = await real.apply(WebAssembly, given);
			opened.wasm ??= performance.now();
			return made;
		};
		Object.defineProperty(WebAssembly, name, { value: timed });
	}
	addEventListener('keydown', (event) => {
		if (/^\d$/.test(event.key)) opened.entered = performance.now();
	}, { capture: true });
	const look = (): void => {
		if ([...document.querySelectorAll('h1')].some((h1) => h1.textContent.trim() === 'Enter your PIN')) opened.lock ??= performance.now();
		const heading = [...document.querySelectorAll('h1')].some((h1) => h1.textContent.trim() === 'Your cases');
		if (heading && document.querySelector('a[href="#/new"]')) opened.heading ??= performance.now();
		if (heading && document.querySelectorAll('article').length >= cases) opened.cases ??= performance.now();
		// Frame by frame: what counts is what can be seen.
		if (opened.heading === undefined || opened.cases === undefined) requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
}

function times(name: string, measured: (number | undefined)[], limit?: number): void {
	const sorted = measured.map((time) => Math.round(time ?? NaN)).sort((a, b) => a - b);
	const [min, median, max] = [sorted.at(0), sorted.at(RUNS >> 1), sorted.at(-1)];
	const figures = `${String(min)} / ${String(median)} / ${String(max)} ms`;
	if (limit === undefined) row(name, figures);
	else row(name, figures, `<= ${String(limit)}`, (max ?? Infinity) <= limit);
}

function row(name: string, figure: string, limit = '', ok?: boolean): void {
	const verdict = ok === undefined ? '' : ok ? 'ok' : 'OVER';
	console.log(`${name.padEnd(48)} ${figure.padStart(22)} ${limit.padStart(10)}  ${verdict}`.trimEnd());
}
