import { home } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { dialog } from '../journeys/decided.ts';
import { firstArrives, firstReport } from '../journeys/told.ts';

test('who is ready is seen before, and after the event access ends, phones are empty and small numbers are not said', async ({ world }) => {
	test.setTimeout(240_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const main = alma.page.getByRole('main');
	const page = (name: RegExp) => alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();

	await test.step('Noor’s phone says by itself what it can do, before she has read anything', async () => {
		await page(/^Readiness/);
		const row = main.getByRole('row').filter({ hasText: 'Noor Haddad' });
		for (const known of [/Procedure: done 10:0\d/, /Clock: done 10:0\d/, 'Policy read: still open']) await expect(row).toContainText(known);
	});

	await test.step('Noor has read the policy, and her own page says what is still open', async () => {
		await noor.page.evaluate(() => (location.hash = '#/policy'));
		await noor.page.getByRole('button', { name: 'I have read it and understood it' }).click();
		await expect(noor.page.getByRole('main')).toContainText(/You have read this version, 10:0\d\./);
		await noor.page.evaluate(() => (location.hash = '#/ready'));
		const own = noor.page.getByRole('main');
		await expect(own).toContainText('Policy read');
		await expect(own).toContainText('You were not briefed yet');
		await expect(own).toContainText('Badge: STAFF 11');
		await stop(noor.page, 'phone-ready');
	});

	await test.step('Alma sees it, and notes the meeting and the badge', async () => {
		await page(/^Readiness/);
		const row = main.getByRole('row').filter({ hasText: 'Noor Haddad' });
		await expect(row).toContainText(/Policy read: done 10:0\d/);
		await expect(row).toContainText(/Procedure: done 10:0\d/);
		await expect(row).toContainText('Home screen: still open');
		await main.getByRole('checkbox', { name: 'Noor Haddad' }).check();
		await main.getByRole('button', { name: 'They are here' }).click();
		await expect(row).toContainText(/Meeting: done 10:0\d/);
		await row.getByRole('button', { name: 'Noor Haddad has a STAFF badge' }).click();
		await expect(row).toContainText(/Badge: done 10:0\d/);
		await row.getByRole('button', { name: /^Badge: done/ }).click();
		const mistake = await dialog(alma.page, 'Noor Haddad has a STAFF badge');
		await expect(mistake).toContainText(/Noted by Alma Reyes, 10:0\d\./);
		await stop(alma.page, 'console-sheet-take-back');
		await mistake.getByRole('button', { name: 'Take it back' }).click();
		await expect(mistake).toBeHidden();
		await row.getByRole('button', { name: 'Noor Haddad has a STAFF badge' }).click();
		await expect(row).toContainText(/Badge: done 10:0\d/);
		await row.getByRole('button', { name: 'Noor Haddad did the drill' }).click();
		await row.getByRole('button', { name: /^Drill: done/ }).click();
		const drilled = await dialog(alma.page, 'Noor Haddad did the drill');
		await drilled.getByRole('button', { name: 'Take it back' }).click();
		await expect(drilled).toBeHidden();
		await expect(row.getByRole('button', { name: 'Note: Noor Haddad did the drill' })).toBeVisible();
		await expect(main.getByRole('region', { name: 'The event' })).toContainText('The roster has gaps');
		await expect(noor.page.getByRole('main')).toContainText('You were briefed');
	});

	await home(noor.page);
	await firstReport(world, noor);
	await firstArrives(world, noor);

	await test.step('the public text says no number below three, and names nobody', async () => {
		await page(/^After the event/);
		const text = main.getByRole('article');
		await expect(text).toContainText('Our team received at least one report during the event.');
		await expect(text).not.toContainText(/police/i);
		for (const known of ['Dana', '0417', 'Foyer', 'Amber Kite']) await expect(text).not.toContainText(known);
		await expect(main).toContainText('No name, badge, room or talk');
		await main.getByRole('textbox', { name: 'What went well, what we change' }).fill('Dana needed a quieter room.');
		await expect(main.getByRole('button', { name: 'Write it down' })).toBeDisabled();
		await main.getByRole('textbox', { name: 'What went well, what we change' }).fill('A second quiet room.');
		await main.getByRole('button', { name: 'Write it down' }).click();
		await expect(main.getByRole('region', { name: 'What we learned' })).toContainText('A second quiet room.');
		await stop(alma.page, 'console-after');
	});

	await test.step('the team’s access ends in one step, and Noor’s phone is counted when it is empty', async () => {
		const phones = main.getByRole('region', { name: 'Phones' });
		await expect(phones).toContainText('0 of 1 are empty');
		await main.getByRole('button', { name: 'End everybody’s time now' }).click();
		await main.getByRole('button', { name: 'End it now' }).click();
		await expect(main).toContainText('Only leads are on the team.');
		await expect(noor.page.getByText('Amber Kite')).toHaveCount(0);
		await expect(async () => {
			await page(/^Team/);
			await page(/^After the event/);
			await expect(phones).toContainText('1 of 1 are empty', { timeout: 2_000 });
		}).toPass({ timeout: 40_000 });
	});
});
