/** axe-core over the screen as it stands: what would stop somebody who hears it, enlarges it or uses no mouse. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, expect } from '@playwright/test';
import { taken } from './shots.ts';
import type { Stop } from './stops.ts';

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

/** The folder for pictures, when they are what is wanted. */
const pictures = process.env.SCREENSHOTS;

/** Looks at what is on the screen: by day and by night, heard, enlarged, with a thumb, and without anything that moves. */
export async function stop(page: Page, name: Stop, language: 'en' | 'de' = 'en'): Promise<void> {
	if (pictures !== undefined) {
		await taken(page, join(pictures, `${name}-${language}`), name.startsWith('console'));
		return;
	}
	const screen = language === 'en' ? name : `${name}, in German`;
	// What the dock lies over while one scrolls is nobody's fault.
	await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
	for (const colorScheme of language === 'en' ? (['dark', 'light'] as const) : (['light'] as const)) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await readable(page, `${screen}, ${colorScheme}`);
	}
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	expect.soft(wide, `${screen} does not scroll sideways`).toBeLessThanOrEqual(0);
	await still(page, screen);
	if (name.startsWith('phone') && page.viewportSize()?.width === 390) await thumbs(page, screen);
	await zoomed(page, screen);
	await page.evaluate(() => window.scrollTo(0, 0));
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
		const edge = scope.getBoundingClientRect().left + scope.clientLeft + scope.clientWidth;
		const wide = scope.scrollWidth > scope.clientWidth ? [...scope.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > edge) : [];
		return { sideways: wide.map((one) => one.outerHTML.slice(0, 160)), stuck: stuck.filter((one) => one.getBoundingClientRect().height > 100).map((one) => one.outerHTML.slice(0, 120)) };
	});
	expect.soft(found.sideways, `${screen} at 400 %: no scrolling sideways`).toEqual([]);
	expect.soft(found.stuck, `${screen} at 400 %: nothing stays in the way`).toEqual([]);
	if (before) await page.setViewportSize(before);
}
