import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './harness/machine.ts';
import { tour } from './harness/tour.ts';
import { test } from './harness/world.ts';

const folder = process.env.SCREENSHOTS ?? join(root, 'target/screenshots');

test('pictures of every screen', async ({ world }) => {
	mkdirSync(folder, { recursive: true });
	await tour(world, async (screen, page) => {
		const before = page.viewportSize();
		for (const size of [
			{ width: 390, height: 844 },
			{ width: 1280, height: 800 }
		]) {
			await page.setViewportSize(size);
			for (const colorScheme of ['light', 'dark'] as const) {
				await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
				await page.screenshot({ path: join(folder, `${screen}-${String(size.width)}-${colorScheme}.png`), animations: 'disabled' });
			}
		}
		await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
		if (before) await page.setViewportSize(before);
	});
});
