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
