import { beginReport, readBackAndSave, writeDown } from '../harness/hands.ts';
import { enterPin, lockScreen } from '../harness/lock.ts';
import { readable, stop } from '../harness/reader.ts';
import { keepsNothing, refuses } from '../harness/storage.ts';
import { invited, joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

const REFUSED = 'Not saved: this phone refuses to store';

test('where a browser keeps nothing, that is what is said, and nobody is told to join anew', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	const { allowed } = await keepsNothing(page);
	await page.reload();
	await expect(page.getByRole('heading', { level: 1, name: 'This browser keeps nothing' })).toBeFocused();
	await expect(page.getByRole('main')).not.toContainText('not in a team');
	await stop(page, 'phone-keeps-nothing');
	await page.getByRole('button', { name: 'Deutsch' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Dieser Browser bewahrt nichts auf' })).toBeVisible();
	await stop(page, 'phone-keeps-nothing', 'de');
	await page.getByRole('button', { name: 'English' }).click();
	await page.getByRole('link', { name: 'Danger now', exact: true }).click();
	await expect(page.getByRole('link', { name: /112/ }).first()).toHaveAttribute('href', 'tel:112');

	await allowed();
	await expect(lockScreen(page)).toBeVisible();
	await enterPin(page);
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
});

test('an invite that is opened where nothing is kept is not spent by it', async ({ world }) => {
	const link = invited(world, 'noor');
	const { page } = await world.phone('Noor Haddad');
	const { allowed } = await keepsNothing(page);
	await page.goto(link);
	await expect(page.getByRole('heading', { level: 1, name: 'This browser keeps nothing' })).toBeVisible();
	await allowed();
	await page.goto(link.replace('#', '?allowed#'));
	await expect(page.getByRole('button', { name: 'Yes, this is me' })).toBeVisible();
});

test('a lock that cannot note its next try says so, opens nothing, and keeps nobody from help', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await page.getByRole('button', { name: 'Lock', exact: true }).click();
	await expect(lockScreen(page)).toBeVisible();
	const takes = await refuses(page);
	await enterPin(page);
	await expect(page.getByRole('alert')).toHaveText(REFUSED);
	await expect(lockScreen(page)).toBeVisible();
	await readable(page, 'lock on a phone that refuses to store');
	await page.getByRole('link', { name: 'Contacts' }).click();
	await expect(page.getByRole('link', { name: 'Call Alma Reyes' })).toBeVisible();
	await page.getByRole('link', { name: 'Back' }).click();

	await takes();
	await enterPin(page);
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
	await expect(page.getByText(REFUSED)).toHaveCount(0);
});

test('a laptop that refuses what a lead does says so on every page of the console until it keeps it again', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await noor.nextCaseIs('Amber Kite');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: 'He would not let me pass.' });
	await readBackAndSave(noor.page);
	const { page } = alma;
	const main = page.getByRole('main');
	const pages = page.getByRole('navigation', { name: 'Console' });
	const alarm = main.getByRole('alert').filter({ hasText: REFUSED });
	await main.getByRole('link', { name: /^Amber Kite/ }).click();
	const takes = await refuses(page);
	await main.getByRole('link', { name: 'Open case' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
	await expect(alarm.first()).toBeVisible();
	await readable(page, 'console on a laptop that refuses to store');
	await pages.getByRole('link', { name: /^Team/ }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Team and phones' })).toBeVisible();
	await expect(alarm.first()).toBeVisible();

	await takes();
	await pages.getByRole('link', { name: /^Inbox/ }).click();
	await main.getByRole('link', { name: 'Open case' }).click();
	await expect(main.getByText('Opened by Alma Reyes')).toBeVisible();
	await expect(alarm).toHaveCount(0);
});
