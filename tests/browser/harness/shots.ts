/** Pictures of what a person sees, on their screen and, where it goes on below, whole. */
import type { Page } from '@playwright/test';

const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1280, height: 800 };
/** As long as a picture may be. */
const LONGEST = 4_000;

/** A lead works on either; a responder has a phone. */
export async function taken(page: Page, path: string, lead: boolean): Promise<void> {
	const before = page.viewportSize();
	for (const size of lead ? [LAPTOP, PHONE] : [PHONE]) {
		await page.setViewportSize(size);
		const whole = await page.evaluate(() => {
			const sheet = document.querySelector('dialog[open]');
			const cut = [...(sheet ?? document.body).querySelectorAll('*'), ...(sheet ? [sheet] : [])].map((one) => (['auto', 'scroll'].includes(getComputedStyle(one).overflowY) ? one.scrollHeight - one.clientHeight : 0));
			return innerHeight + Math.max(sheet ? 0 : document.documentElement.scrollHeight - innerHeight, ...cut, 0);
		});
		for (const colorScheme of ['dark', 'light'] as const) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			await page.screenshot({ path: `${path}-${String(size.width)}-${colorScheme}.png`, animations: 'disabled' });
		}
		if (whole > size.height) {
			// A sheet takes most of the height, not all of it.
			await page.setViewportSize({ width: size.width, height: Math.min(Math.ceil(whole * 1.12), LONGEST) });
			await page.screenshot({ path: `${path}-${String(size.width)}-whole.png`, animations: 'disabled' });
		}
	}
	if (before) await page.setViewportSize(before);
}
