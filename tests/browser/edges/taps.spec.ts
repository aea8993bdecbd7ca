import type { Locator, Page } from '@playwright/test';
import { choose, home, kept } from '../harness/hands.ts';
import { lockScreen, unlocked } from '../harness/lock.ts';
import { heldBack } from '../harness/storage.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { dialog, step } from '../journeys/decided.ts';
import { firstOnTheConsole } from '../journeys/told.ts';

/** The page anew, behind the lock. */
async function relocked(page: Page): Promise<void> {
	await kept(page);
	await page.reload();
	await expect(lockScreen(page).or(page.getByRole('main').getByRole('heading', { level: 1 }))).toBeVisible();
	await unlocked(page);
}

const WHAT = 'Bring the badge list to the chair';

test('a laptop without room has all of an action or nothing, and the next try writes it once', async ({ world }) => {
	test.setTimeout(240_000);
	const { alma, noor } = await firstOnTheConsole(world);
	await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
	const main = await step(alma, /^Meeting/);
	const row = main.getByRole('row').filter({ hasText: WHAT });
	const left = main.getByRole('region', { name: 'Typed, but not written down' });
	let sheet: Locator;

	await test.step('what is typed is no leftover while its sheet is open', async () => {
		await main.getByRole('button', { name: 'Add action' }).click();
		sheet = await dialog(alma.page, 'Add action');
		await choose(sheet, 'What kind', 'Something else to do');
		await sheet.getByRole('textbox', { name: 'What is to be done' }).fill(WHAT);
		await choose(sheet, 'Who does it', 'Noor Haddad');
		await expect(left).toHaveCount(0);
		await sheet.getByRole('button', { name: 'Close' }).click();
		await expect(left).toContainText(WHAT);
		await main.getByRole('button', { name: 'Add action' }).click();
		sheet = await dialog(alma.page, 'Add action');
		await expect(left).toHaveCount(0);
	});

	await test.step('there is room for the plan, and none for what Noor is to see', async () => {
		await alma.page.evaluate(() => {
			const put = IDBObjectStore.prototype.put;
			let words = 0;
			IDBObjectStore.prototype.put = function (...record) {
				if (this.name === 'intents' && (words += 1) > 1) throw new DOMException('no room', 'QuotaExceededError');
				return put.apply(this, record);
			};
		});
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet.getByRole('alert')).toContainText('Not saved: this phone is full');
		await expect(row).toHaveCount(0);
	});

	await test.step('after a restart neither is there, and what was typed is', async () => {
		await alma.page.reload();
		await expect(main.getByRole('button', { name: 'Add action' })).toBeVisible();
		await expect(left).toContainText(WHAT);
		await expect(row).toHaveCount(0);
		await main.getByRole('button', { name: 'Add action' }).click();
		sheet = await dialog(alma.page, 'Add action');
		await expect(sheet.getByRole('radio', { name: 'Noor Haddad' })).toHaveAttribute('aria-checked', 'true');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await expect(row).toHaveCount(1);
		await expect(row).toContainText('on Noor’s phone');
		await expect(left).toHaveCount(0);
		await home(noor.page);
		await expect(noor.page.getByRole('region', { name: 'Yours to do' }).getByText(WHAT)).toHaveCount(1);
	});
});

test('whom a case is kept from and why it is erased wait over a lock, and are gone with the case', async ({ world }) => {
	test.setTimeout(240_000);
	const { alma } = await firstOnTheConsole(world);
	const { page } = alma;
	const main = page.getByRole('main');
	await main.getByRole('link', { name: 'Open case' }).click();
	const keep = main.getByRole('button', { name: 'Keep somebody away' });
	const erase = main.getByRole('button', { name: 'Erase this case' });

	await test.step('both are typed, and the laptop locks over the second', async () => {
		await keep.click();
		let sheet = await dialog(page, 'Keep somebody away from Amber Kite');
		await sheet.getByRole('radio', { name: /^Tom Lindqvist/ }).check();
		await sheet.getByRole('button', { name: 'Close' }).click();
		await erase.click();
		sheet = await dialog(page, 'Erase Amber Kite?');
		await sheet.getByRole('textbox', { name: 'Why' }).fill('It was a drill.');
		await sheet.getByRole('textbox', { name: /^Type the name/ }).fill('Amber Kite');
		await expect(sheet).toContainText('What you enter is kept on this device');
		await relocked(page);
	});

	await test.step('after the lock they stand there, but for the name that keeps a hand from slipping', async () => {
		await keep.click();
		let sheet = await dialog(page, 'Keep somebody away from Amber Kite');
		await expect(sheet.getByRole('radio', { checked: true })).toHaveCount(1);
		await expect(sheet.getByRole('radio', { name: /^Tom Lindqvist/ })).toBeChecked();
		await sheet.getByRole('button', { name: 'Close' }).click();
		await erase.click();
		sheet = await dialog(page, 'Erase Amber Kite?');
		await expect(sheet.getByRole('textbox', { name: 'Why' })).toHaveValue('It was a drill.');
		await sheet.getByRole('button', { name: 'Erase it for good' }).click();
		await expect(sheet.getByRole('alert')).toHaveText('The name does not match yet.');
		await sheet.getByRole('textbox', { name: /^Type the name/ }).fill('amber kite');
		await sheet.getByRole('button', { name: 'Erase it for good' }).click();
	});

	await test.step('what became of it is read before the inbox, in which it is not any more', async () => {
		const sheet = await dialog(page, 'Amber Kite is erased');
		await expect(sheet.getByRole('status')).toContainText('can no longer be read by anybody');
		await sheet.getByRole('button', { name: 'To the inbox' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible();
		await expect(main.getByText('Amber Kite')).toHaveCount(0);
	});
});

test('what a lead chose for the event is there again after the lock, and the link of an invite is nowhere', async ({ world }) => {
	test.setTimeout(180_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const { page } = alma;
	const main = page.getByRole('main');
	const go = async (name: string) => page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();

	await test.step('a shift', async () => {
		await go('Readiness');
		await main.getByRole('button', { name: 'Add a shift' }).click();
		let sheet = await dialog(page, 'Who is on duty when?');
		await sheet.getByRole('radio', { name: /Mei Tanaka/ }).check();
		await sheet.getByRole('textbox', { name: 'Where' }).fill('Foyer');
		await relocked(page);
		await main.getByRole('button', { name: 'Add a shift' }).click();
		sheet = await dialog(page, 'Who is on duty when?');
		await expect(sheet.getByRole('radio', { name: /Mei Tanaka/ })).toBeChecked();
		await expect(sheet.getByRole('textbox', { name: 'Where' })).toHaveValue('Foyer');
		await sheet.getByRole('button', { name: 'Add it' }).click();
		await expect(sheet).toBeHidden();
		await main.getByRole('button', { name: 'Add a shift' }).click();
		sheet = await dialog(page, 'Who is on duty when?');
		await expect(sheet.getByRole('radio', { checked: true })).toHaveCount(0);
		await sheet.getByRole('button', { name: 'Close' }).click();
	});

	await test.step('a lesson, on a disk that takes its time', async () => {
		await go('After the event');
		const lesson = main.getByRole('region', { name: 'What we learned' }).getByRole('textbox');
		await lesson.fill('More chairs.');
		const says = main.getByText('What you enter is kept on this device');
		await expect(says).toHaveAttribute('aria-busy', 'false');
		const release = await heldBack(page);
		await lesson.fill('More chairs at the entrance.');
		await expect(says).toHaveAttribute('aria-busy', 'true');
		await release();
		await relocked(page);
		await expect(lesson).toHaveValue('More chairs at the entrance.');
	});

	await test.step('whom an invite is for, and never its link', async () => {
		await go('Team');
		await main.getByRole('button', { name: 'New invite' }).click();
		const invite = main.getByRole('region', { name: 'Invite for a new phone' });
		await invite.getByRole('textbox', { name: 'Name' }).fill('Kim Berger');
		await invite.getByRole('checkbox', { name: 'announcer' }).click();
		await relocked(page);
		await main.getByRole('button', { name: 'New invite' }).click();
		await expect(invite.getByRole('textbox', { name: 'Name' })).toHaveValue('Kim Berger');
		await expect(invite.getByRole('checkbox', { name: 'announcer' })).toBeChecked();
		await invite.getByRole('button', { name: 'Make the invite' }).click();
		await expect(invite.getByRole('textbox', { name: 'Link' })).toHaveValue(/#i=[0-9a-f]{32}/);
		await relocked(page);
		await main.getByRole('button', { name: 'New invite' }).click();
		await expect(invite.getByRole('textbox', { name: 'Name' })).toHaveValue('');
		await expect(invite.getByRole('textbox', { name: 'Link' })).toHaveCount(0);
	});
});
