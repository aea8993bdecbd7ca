import { readable, still, thumbs, zoomed } from '../harness/reader.ts';
import { tour } from '../harness/tour.ts';
import { expect, test } from '../harness/world.ts';

test.setTimeout(600_000);

test('every screen can be heard, enlarged to four times, used with a thumb and without anything that moves, in light and in dark', async ({ world }) => {
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
		await still(page, screen);
		if (screen.startsWith('phone')) await thumbs(page, screen);
		await zoomed(page, screen);
	});
	expect(screens.size).toBeGreaterThanOrEqual(40);
});
