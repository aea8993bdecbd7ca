/** axe-core over the screen as it stands: what would stop somebody who hears it, enlarges it or uses no mouse. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { type Page, expect } from '@playwright/test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
	id: string;
	help: string;
	nodes: { html: string; any: { message: string }[] }[];
}

export async function readable(page: Page, screen: string): Promise<void> {
	// Transitions would be measured half-way.
	await page.evaluate(async () => Promise.all(document.getAnimations().map(async (animation) => animation.finished.catch(() => undefined))));
	await page.evaluate(axe);
	const found = await page.evaluate(async () => {
		const { axe } = globalThis as unknown as { axe: { run: (on: Document, options: object) => Promise<{ violations: Found[]; passes: unknown[] }> } };
		const ran = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return { faults: ran.violations.map((fault) => ({ id: fault.id, help: fault.help, where: fault.nodes.map((node) => node.html) })), passes: ran.passes.length };
	});
	expect.soft(found.faults, screen).toEqual([]);
	expect(found.passes, `${screen}: the rules ran`).toBeGreaterThan(5);
}

/** By day and by night. */
export async function readableInBoth(page: Page, screen: string): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await readable(page, `${screen}, ${colorScheme}`);
	}
	await page.emulateMedia({ colorScheme: 'light' });
}

/** Whoever asked for less movement sees none. */
export async function still(page: Page, screen: string): Promise<void> {
	const moving = await page.evaluate(() => {
		const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
		const running = document.getAnimations().map((animation) => (animation.effect instanceof KeyframeEffect ? (animation.effect.target?.className.toString() ?? '') : ''));
		const able = [...document.querySelectorAll('*')].filter((element) => {
			const { animationName, transitionProperty, transitionDuration } = getComputedStyle(element);
			return animationName !== 'none' || (transitionProperty !== 'none' && !/^0s(, 0s)*$/.test(transitionDuration));
		});
		return { reduced, running, able: able.map((element) => element.outerHTML.slice(0, 120)) };
	});
	expect.soft(moving, `${screen}: nothing moves`).toEqual({ reduced: true, running: [], able: [] });
}

const THUMB = 48;

/** What is tapped is as large as a thumb, and what the screen is for lies where a thumb reaches it: in the lower part. */
export async function thumbs(page: Page, screen: string): Promise<void> {
	expect(page.viewportSize(), screen).toEqual({ width: 390, height: 844 });
	const found = await page.evaluate((thumb) => {
		const scope = document.querySelector('dialog[open]') ?? document.body;
		const shown = [...scope.querySelectorAll<HTMLElement>('button, a[href], input, textarea, select')].filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.closest('.sr') === null);
		// A way in the middle of a sentence is as high as its line.
		const small = shown.filter((one) => {
			const { width, height } = (one.closest('label') ?? one).getBoundingClientRect();
			return getComputedStyle(one).display !== 'inline' && (height < thumb - 0.5 || width < thumb - 0.5);
		});
		const main = [...scope.querySelectorAll<HTMLElement>('.dock a, .dock button, footer a, footer button')].filter((one) => one.checkVisibility());
		const high = main.filter((one) => one.getBoundingClientRect().top < innerHeight * 0.6);
		const name = (one: Element) => one.outerHTML.slice(0, 160);
		return { small: small.map(name), high: high.map(name), shown: shown.length };
	}, THUMB);
	expect.soft(found.small, `${screen}: as large as a thumb`).toEqual([]);
	expect.soft(found.high, `${screen}: within reach of the thumb`).toEqual([]);
	expect(found.shown, `${screen}: something can be tapped`).toBeGreaterThan(0);
}

/** A window of 1280 by 1024 at 400 %: nothing scrolls sideways, and what stays in place leaves room for the rest. */
export async function zoomed(page: Page, screen: string): Promise<void> {
	const before = page.viewportSize();
	await page.setViewportSize({ width: 320, height: 256 });
	const found = await page.evaluate(() => {
		const scope = document.querySelector('dialog[open]') ?? document.documentElement;
		const stuck = [...document.querySelectorAll<HTMLElement>('*')].filter((one) => ['sticky', 'fixed'].includes(getComputedStyle(one).position) && one.checkVisibility() && !(one instanceof HTMLDialogElement) && one.closest('.sr, .sprite, [aria-hidden="true"]') === null);
		return { sideways: scope.scrollWidth - scope.clientWidth, stuck: stuck.filter((one) => one.getBoundingClientRect().height > 100).map((one) => one.outerHTML.slice(0, 120)) };
	});
	expect.soft(found.sideways, `${screen} at 400 %: no scrolling sideways`).toBeLessThanOrEqual(0);
	expect.soft(found.stuck, `${screen} at 400 %: nothing stays in the way`).toEqual([]);
	if (before) await page.setViewportSize(before);
}
