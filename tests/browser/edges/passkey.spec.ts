import type { Page } from '@playwright/test';
import { foundIn } from '../harness/disk.ts';
import { choosePin, enterPin, lockScreen, PIN } from '../harness/lock.ts';
import { listens, named, type OwnLock, ownLock } from '../harness/own-lock.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { installed, invited } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';

const WRONG = '302817';
const SEALED = 'wombat-taken-in-while-locked';

const offer = (page: Page) => page.getByRole('heading', { level: 1, name: 'Open with this phone’s lock?' });
const opener = (page: Page) => page.getByRole('button', { name: 'Open with this phone’s lock' });
const cases = (page: Page) => page.getByRole('heading', { level: 1, name: 'Your cases' });
const yes = (page: Page) => page.getByRole('button', { name: 'Use this phone’s lock' });

/** Noor's phone, up to the screen after the PIN was chosen. */
async function chosen(world: World, givesKeys: boolean | 'no lock' = true): Promise<{ noor: Phone; own: OwnLock | undefined }> {
	const noor = await world.phone('Noor Haddad', { byHand: true });
	const own = givesKeys === 'no lock' ? undefined : await ownLock(noor, givesKeys);
	await noor.page.goto(invited(world, 'noor', named(world)));
	await noor.page.getByRole('button', { name: 'Yes, this is me' }).click();
	await choosePin(noor.page);
	return { noor, own };
}

async function atHome(phone: Phone): Promise<void> {
	await expect(phone.page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await installed(phone);
	await phone.page.getByRole('link', { name: /^(Start|Later)$/ }).click();
	await expect(cases(phone.page)).toBeVisible();
}

async function shut(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Lock', exact: true }).click();
	await expect(lockScreen(page)).toBeVisible();
}

test('the phone’s own lock opens it without a network, beside the PIN, and its key lies in no file', async ({ world }) => {
	const { noor, own } = await chosen(world);
	const { page } = noor;
	const heard = await listens(page);
	await expect(offer(page)).toBeVisible();
	await stop(page, 'phone-own-lock');
	await yes(page).click();
	await expect(page.getByText('Opens with this phone’s lock')).toBeVisible();
	expect(await own?.count()).toBe(1);
	await atHome(noor);
	await noor.offline();
	await shut(page);
	await stop(page, 'phone-locked-own');

	await test.step('a report is taken in without opening anything', async () => {
		await page.getByRole('link', { name: 'New report' }).click();
		await page.getByRole('button', { name: /^No, everyone is safe/ }).click();
		await page.getByRole('link', { name: 'Write it down' }).click();
		await page.getByRole('textbox', { name: 'In their words' }).fill(SEALED);
		await expect(page.getByText(/^Saved on this phone/)).toBeVisible();
		await page.evaluate(() => (location.hash = '#/'));
		await expect(page.getByText('1 only on this phone')).toBeVisible();
		expect(await page.content()).not.toContain(SEALED);
	});

	await opener(page).click();
	await expect(cases(page)).toBeVisible();
	await page.getByRole('link', { name: /^Go on|Carry on|Continue/ }).first().click();
	await expect(page.getByRole('textbox', { name: 'In their words' })).toHaveValue(SEALED);
	const [made, ...again] = await heard();
	expect(made).toMatch(/^[0-9a-f]{64}$/);
	expect(again).toEqual([made]);
	await page.evaluate(() => (location.hash = '#/'));
	await shut(page);

	await test.step('after a restart of the app as well, and the PIN still opens', async () => {
		await page.reload();
		await opener(page).click();
		await expect(cases(page)).toBeVisible();
		await shut(page);
		await enterPin(page);
		await expect(cases(page)).toBeVisible();
	});
	await shut(page);
	await noor.switchOff();
	expect(foundIn(noor.folder, { key: Buffer.from(made ?? '', 'hex'), 'key as text': made ?? '', report: SEALED })).toEqual([]);
});

test('a finger that does not fit opens nothing and costs no guess; the PIN is the way back', async ({ world }) => {
	const { noor, own } = await chosen(world);
	const { page } = noor;
	await own?.strangers();
	await yes(page).click();
	await expect(page.getByRole('alert')).toHaveText('That was not done. Try again, or leave it.');
	await own?.remove();
	const second = await ownLock(noor);
	await yes(page).click();
	await atHome(noor);
	await shut(page);
	await second.strangers();
	for (let time = 0; time < 3; time += 1) {
		await opener(page).click();
		await expect(page.getByRole('alert')).toHaveText('That did not open it. Try again.');
	}
	await expect(page.getByRole('button', { name: '1', exact: true })).toBeEnabled();
	await enterPin(page, WRONG);
	await expect(page.getByRole('alert')).toContainText('That PIN does not fit. Try again.');
	await noor.context.clock.fastForward(2_000);
	await enterPin(page);
	await expect(cases(page)).toBeVisible();
});

test('a lock that gives no key is said to give none, and is not offered again', async ({ world }) => {
	const { noor, own } = await chosen(world, false);
	const { page } = noor;
	await yes(page).click();
	await expect(page.getByRole('alert')).toContainText('This phone’s lock cannot do that');
	await expect(page.getByRole('alert')).toContainText('your PIN opens it');
	await page.getByRole('button', { name: 'Go on' }).click();
	await expect(page.getByText('PIN set')).toBeVisible();
	await expect(page.getByText('this phone’s lock')).toHaveCount(0);
	await atHome(noor);
	expect(await own?.count()).toBe(0);
	await shut(page);
	await page.reload();
	await expect(lockScreen(page)).toBeVisible();
	await expect(opener(page)).toHaveCount(0);
	await enterPin(page);
	await page.getByRole('link', { name: 'Is this phone ready?' }).click();
	await expect(page.getByText('PIN set')).toBeVisible();
	await expect(page.getByText('this phone’s lock')).toHaveCount(0);
});

test('where the platform has no lock nothing is offered', async ({ world }) => {
	const { noor } = await chosen(world, 'no lock');
	await expect(noor.page.getByText('PIN set')).toBeVisible();
	await expect(noor.page.getByText('this phone’s lock')).toHaveCount(0);
});

test('later it takes the PIN first: a wrong one locks the phone and asks nobody', async ({ world }) => {
	const { noor, own } = await chosen(world);
	const { page } = noor;
	await page.getByRole('button', { name: 'Not now' }).click();
	await atHome(noor);
	const ready = async (): Promise<void> => {
		await page.getByRole('link', { name: 'Is this phone ready?' }).click();
		await page.getByRole('button', { name: /^Open with this phone’s lock/ }).click();
	};
	await ready();
	await stop(page, 'phone-own-lock-pin');
	await page.getByLabel('Your PIN').fill(WRONG);
	await yes(page).click();
	await expect(lockScreen(page)).toBeVisible();
	expect(await own?.count()).toBe(0);
	await noor.context.clock.fastForward(2_000);
	await enterPin(page);
	await page.evaluate(() => (location.hash = '#/'));
	await ready();
	await page.getByLabel('Your PIN').fill(PIN);
	await yes(page).click();
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(page.getByText('Opens with this phone’s lock')).toBeVisible();

	await test.step('and it can be let go', async () => {
		await page.getByRole('button', { name: 'Stop opening with this phone’s lock' }).click();
		await expect(page.getByText('Opens with this phone’s lock')).toHaveCount(0);
		await page.evaluate(() => (location.hash = '#/'));
		await shut(page);
		await expect(opener(page)).toHaveCount(0);
	});
});
