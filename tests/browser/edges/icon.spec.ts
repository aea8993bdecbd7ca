/** The app's icon says how much only this phone has, also while it is locked. */
import type { Page } from '@playwright/test';
import { beginReport, home, readBackAndSave, writeDown } from '../harness/hands.ts';
import { enterPin, lockScreen } from '../harness/lock.ts';
import { installed, joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

/** A home screen that has room for a number. What it shows outlives the page, as on a phone. */
async function homeScreen(page: Page): Promise<() => number | null> {
	let shows: number | null = null;
	await page.exposeFunction('shows', (count: number | null) => (shows = count));
	await page.addInitScript(() => {
		const { shows } = window as unknown as { shows: (count: number | null) => Promise<void> };
		Object.assign(navigator, { setAppBadge: async (count: number) => shows(count), clearAppBadge: async () => shows(null) });
	});
	return () => shows;
}

test('what is only on a phone is counted on its icon, behind the lock as well, until it is sent', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	await installed(noor);
	const { page } = noor;
	const shows = await homeScreen(page);
	await page.reload();
	await expect(lockScreen(page)).toBeVisible();
	await enterPin(page);
	await expect(lockScreen(page)).toBeHidden();
	await noor.offline();
	await beginReport(page);
	await writeDown(page, { words: 'He would not let me pass.' });
	await readBackAndSave(page);
	await home(page);
	await expect.poll(shows).toBe(1);

	await page.reload();
	await expect(page.getByText('1 only on this phone')).toBeVisible();
	expect(shows()).toBe(1);
	await enterPin(page);
	await noor.online();
	await expect.poll(shows).toBe(null);
});
