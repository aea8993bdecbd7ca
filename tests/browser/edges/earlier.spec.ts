import { beginReport } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test.use({ opensAt: '19:55' });

test('what happened this morning, or yesterday morning, is found by one button and one drag', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('button', { name: /^When/ }).click();
	const sheet = page.getByRole('dialog', { name: 'When did it happen?' });
	const shown = sheet.getByRole('status');
	const bar = sheet.getByRole('slider');

	await sheet.getByRole('button', { name: 'Earlier today' }).click();
	await bar.fill('-120');
	await expect(shown).toHaveText('09:55–10:10');

	await sheet.getByRole('button', { name: 'Yesterday' }).click();
	await bar.fill('-162');
	await expect(shown).toHaveText(/^28 September 10:30–/);
	await sheet.getByRole('button', { name: 'Use this time' }).click();
	await expect(page.getByRole('button', { name: /^When/ })).toContainText('28 September 10:30');
});
