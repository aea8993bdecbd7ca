import { beginReport, readBackAndSave, step, writeDown } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('the arrow leads to where somebody was, and what they had open there is open', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	const back = page.getByRole('link', { name: 'Back', exact: true });
	const danger = page.getByRole('contentinfo').getByRole('link', { name: 'Danger now' });
	const heading = (name: string) => page.getByRole('heading', { level: 1, name });

	// Danger that is really there: back to the question, and no further report begins.
	await page.getByRole('link', { name: 'New report' }).click();
	await page.getByRole('button', { name: /^Yes/ }).click();
	await expect(heading('Danger now')).toBeVisible();
	await back.click();
	await page.getByRole('button', { name: /^No, everyone is safe/ }).click();
	await expect(heading('Look after the person')).toBeVisible();

	const list = step(page, 'Give them the emergency contacts').getByRole('button', { name: /^Give them the emergency contacts/ });
	await list.click();
	await page.getByRole('link', { name: 'Show the list' }).click();
	await expect(heading('Emergency contacts')).toBeVisible();
	await back.click();
	await expect(list).toHaveAttribute('aria-expanded', 'true');
	await expect(list).toBeFocused();

	// A thumb that slips onto Danger now costs one tap.
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He stood in the door');
	await danger.click();
	await expect(heading('Danger now')).toBeVisible();
	await back.click();
	await expect(heading('Write it down')).toBeVisible();
	await expect(page.getByRole('textbox', { name: 'In their words' })).toHaveValue('He stood in the door');
	// Whoever tells it asks who reads it.
	await expect(page.getByRole('main')).toContainText('It goes to Alma Reyes and Tom Lindqvist, and to nobody else');

	await page.goto(`${world.server.url}/#/`);
	await expect(page.getByRole('article'), 'one report was begun').toHaveCount(1);
});

test('who told the chair in danger already reads when, and no time by which to call', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await beginReport(page);
	await page.getByRole('contentinfo').getByRole('link', { name: 'Danger now' }).click();
	await page.getByRole('checkbox', { name: 'Told the chair' }).click();
	await page.getByRole('button', { name: 'Nobody is in danger any more' }).click();
	await writeDown(page, { words: 'He stood in the door' });
	await readBackAndSave(page);
	const known = page.locator('section').filter({ has: page.getByRole('heading', { name: 'The chair knows.' }) });
	await expect(known).toContainText('10:00, by phone');
	await expect(known).not.toContainText('Aim');
});
