import { expect } from '@playwright/test';
import { beginReport, home } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { test } from '../harness/world.ts';

test.setTimeout(180_000);

test('the whole policy stands on the phone without a network, as it was written, and is found by a word', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const { page } = noor;
	await noor.offline();
	await home(page);
	await page.getByRole('link', { name: 'Policy and procedure' }).click();
	const main = page.getByRole('main');
	for (const sentence of [
		'We do not tolerate harassment of conference participants in any form.',
		'Be careful in the words that you choose.',
		'try to make amends and move forward',
		'they will not be tolerated',
		'staff requests that they be your first resource'
	]) await expect(main).toContainText(sentence);
	// Where it comes from, and that it is free.
	await expect(main).toContainText('https://all-systems-go.io, CC0-1.0');
	await expect(main).toContainText('the Ada Initiative’s guide');

	const search = page.getByRole('searchbox', { name: 'Search the text' });
	await search.fill('make amends');
	await expect(page.getByRole('status').filter({ hasText: '1 place' })).toBeVisible();
	await expect(main).toContainText('make amends and move forward');
	await expect(main).not.toContainText('they will not be tolerated');
	await search.fill('not in the policy');
	await expect(page.getByText('No match in the policy.')).toBeVisible();
	await search.fill('');
	// The procedure stands beside it, step by step.
	await page.getByRole('radio', { name: 'Steps' }).click();
	await expect(main).toContainText('IR1');
	await expect(main).toContainText('RP5');
});

test('from a step to where the policy says so, and back, loses nothing', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	const main = page.getByRole('main');
	await beginReport(page);
	await page.getByRole('button', { name: 'Ask how you can help' }).first().click();
	await page.getByRole('textbox').fill('She wants to sit down.');

	await test.step('one tap leads to the passage that the step quotes, and the focus is there', async () => {
		await page.getByRole('link', { name: 'Where the policy says so: Ask how you can help' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Policy and procedure' })).toBeVisible();
		await expect(page.locator(':focus')).toContainText('how can I help');
		await expect(main).toContainText('The procedure was made from: ChefConf Code of Conduct');
		await stop(page, 'phone-policy-step');
	});

	await test.step('the arrow leads back, and the words are still there', async () => {
		await page.getByRole('link', { name: 'Back' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Look after the person' })).toBeVisible();
		await expect(main).toContainText('She wants to sit down.');
	});

	await test.step('a step in words of its own opens among the steps', async () => {
		await page.evaluate(() => (location.hash = '#/policy/RP4'));
		await expect(page.locator(':focus')).toContainText('RP4');
		await expect(page.getByRole('radio', { name: 'Steps' })).toHaveAttribute('aria-checked', 'true');
	});
});
