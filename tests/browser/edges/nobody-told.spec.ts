import type { Locator } from '@playwright/test';
import { beginReport, choose, readBackAndSave } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test.setTimeout(240_000);

/** A report by somebody who gives no name, or gives one to come back to. */
async function takes(phone: Phone, codeName: string, name: string | null): Promise<void> {
	const { page } = phone;
	await phone.nextCaseIs(codeName);
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He would not let me pass.');
	await page.getByRole('button', { name: /^Who told you/ }).click();
	const sheet = page.getByRole('dialog', { name: 'Who told you?' });
	await choose(sheet, 'What they want to say about themselves', name === null ? 'No name' : 'Gives a name');
	if (name !== null) await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
	await sheet.getByRole('button', { name: name === null ? 'Use this' : 'Seal it' }).click();
	await expect(sheet).toBeHidden();
	await readBackAndSave(page);
}

test('that nobody can be told follows from the case: it is said, not ticked, and ends when somebody can', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	const { page } = alma;
	const main = page.getByRole('main');
	const closing = main.getByRole('region', { name: 'Close this case' });
	const derived = closing.getByRole('listitem').filter({ hasText: 'Nobody can be told: no name was given' });
	const open = closing.getByText('The reporter has not heard what came of it');
	const toCase = async (codeName: string): Promise<Locator> => {
		await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: /^Inbox/ }).click();
		await main.getByRole('link', { name: new RegExp(`^${codeName}\\s+\\S`) }).click();
		await main.getByRole('link', { name: 'Open case' }).click();
		await expect(page.getByRole('heading', { level: 1, name: codeName })).toBeVisible();
		return main;
	};

	await test.step('no name was given: nobody is to be told, and no reason is asked for that', async () => {
		await takes(noor, 'Amber Kite', null);
		await (await toCase('Amber Kite')).getByRole('link', { name: 'Who knows, and closing' }).click();
		await expect(derived).toContainText('This follows from the case. Nobody ticked it.');
		await expect(closing.getByText('Reporter told')).toHaveCount(0);
		await expect(open).toHaveCount(0);
		await expect(closing.getByRole('button', { name: 'The reporter cannot be reached.' })).toHaveCount(0);
		await stop(page, 'console-close-nobody');
	});

	await test.step('somebody with a name tells the same: there is somebody to come back to', async () => {
		await takes(jonas, 'Quiet Delta', 'Ben Amara');
		await (await toCase('Amber Kite')).getByRole('button', { name: 'Link a case' }).click();
		const sheet = page.getByRole('dialog', { name: 'Link Amber Kite with' });
		await sheet.getByRole('radio', { name: /Quiet Delta/ }).click();
		await sheet.getByRole('radio', { name: /Same incident/ }).click();
		await sheet.getByRole('button', { name: 'Link them' }).click();
		await expect(sheet).toBeHidden();
		await main.getByRole('link', { name: 'Who knows, and closing' }).click();
		await expect(open).toBeVisible();
		await expect(derived).toHaveCount(0);
		await closing.getByRole('button', { name: 'The reporter cannot be reached.' }).click();
		await expect(closing.getByRole('textbox', { name: 'Why it is closed although something is open' })).toHaveValue('The reporter cannot be reached.');
	});
});
