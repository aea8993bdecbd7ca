import { readable } from '../harness/reader.ts';
import { tour } from '../harness/tour.ts';
import { expect, test } from '../harness/world.ts';

test.setTimeout(300_000);

test('every screen can be heard, enlarged and used without a mouse, in light and in dark', async ({ world }) => {
	const screens = new Set<string>();
	await tour(world, async (screen, page) => {
		screens.add(screen);
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			await readable(page, `${screen}, ${colorScheme}`);
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			expect.soft(wide, `${screen} does not scroll sideways`).toBeLessThanOrEqual(0);
		}
		await page.emulateMedia({ colorScheme: 'light' });
	});
	expect(screens.size).toBeGreaterThanOrEqual(15);
});
