import type { Locator, Page } from '@playwright/test';
import { beginReport, line } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

/** As an impatient thumb does it: twice at the same place, whatever has come there meanwhile. */
async function twice(page: Page, goal: Locator): Promise<void> {
	await goal.scrollIntoViewIfNeeded();
	await goal.click({ trial: true });
	const place = await goal.boundingBox();
	if (place === null) throw new Error('it is not shown');
	const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
	await page.touchscreen.tap(x, y);
	// As many frames as lie between the two taps of a thumb.
	await page.evaluate(async () => {
		for (let frame = 0; frame < 7; frame += 1) await new Promise(requestAnimationFrame);
	});
	await page.touchscreen.tap(x, y);
}

test('who taps twice does one thing, and nothing that came to the same place', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	const heading = (name: string) => page.getByRole('heading', { level: 1, name });
	const foot = page.getByRole('contentinfo');
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He stood in the door');

	await twice(page, foot.getByRole('link', { name: 'Read it back' }));
	await expect(heading('Read it out, slowly')).toBeVisible();
	await expect(foot.getByRole('button', { name: 'Save report' }), 'nothing is saved that was not read back').toBeVisible();
	await page.getByRole('button', { name: '“That’s right”' }).click();

	await twice(page, foot.getByRole('button', { name: 'Save report' }));
	await expect(page.getByText('Saved on this phone. The case is called')).toBeVisible();
	await expect(page.getByRole('dialog'), 'nobody was told yet').toBeHidden();

	await foot.getByRole('button', { name: 'I told them' }).click();
	await twice(page, page.getByRole('dialog').getByRole('button', { name: 'Note it' }));
	await expect(line(page, 'Chair told')).toHaveCount(1);
	await expect(page.getByRole('dialog')).toBeHidden();

	await foot.getByRole('button', { name: 'Add entry' }).click();
	await page.getByRole('dialog').getByRole('textbox').fill('He is at the bar now');
	await twice(page, page.getByRole('dialog').getByRole('button', { name: 'Add it' }));
	await expect(line(page, 'He is at the bar now')).toHaveCount(1);
	await expect(page.getByRole('dialog')).toBeHidden();
});
