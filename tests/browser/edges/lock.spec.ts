import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { foundIn } from '../harness/disk.ts';
import { addEntry, answerStep, beginReport, card, home, kept, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { enterPin, lockScreen, PIN } from '../harness/lock.ts';
import { secretsOf } from '../harness/opened.ts';
import { readable } from '../harness/reader.ts';
import { unread } from '../harness/storage.ts';
import { installed, joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

const WRONG = '302817';

/** Words that stand nowhere else, one for every field that takes typing. */
const CANARIES = {
	account: 'quokka-in-the-account',
	look: 'ocelot-in-the-look',
	words: 'tapir-in-their-words-for-the-time',
	asked: 'gibbon-who-asked',
	witness: 'narwhal-the-witness',
	name: 'Pangolin Reporter-Name',
	safety: 'axolotl-they-worry-about',
	friend: 'okapi-the-friend',
	help: 'numbat-how-to-help',
	note: 'kinkajou-in-a-note',
	typing: 'fossa-still-being-typed',
	sealed: 'wombat-taken-in-while-locked'
};

async function shutBy(page: Page, button: 'Lock' | 'Hide the screen'): Promise<void> {
	await page.getByRole('button', { name: button, exact: true }).click();
}

test('what was typed stands nowhere in the phone’s files while it is locked, and no key does', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const { page } = noor;
	await noor.offline();
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await answerStep(page, 'Ask for a friend or trusted person', 'Fetch', CANARIES.friend);
	await answerStep(page, 'Ask how you can help', 'Done', CANARIES.help);
	await writeDown(page, {
		words: CANARIES.account,
		who: { badge: '0417', sure: 'Likely', look: CANARIES.look },
		when: { kind: 'Around', range: '09:30–09:45', words: CANARIES.words },
		stop: { by: CANARIES.asked, at: '09:40', complied: 'They did not stop' },
		others: [{ kind: 'Saw it', who: CANARIES.witness }],
		reporter: { name: CANARIES.name, share: 'Only the chair', safety: CANARIES.safety }
	});
	await readBackAndSave(page);
	await openCase(page, 'Amber Kite');
	await addEntry(page, 'Note', async (sheet) => sheet.getByRole('textbox', { name: 'What happened' }).fill(CANARIES.note));
	await noor.online();
	await expect(standing(page)).toContainText(/Sent \d\d:\d\d\./);
	await home(page);
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill(CANARIES.typing);
	await expect(page.getByText(/^Saved on this phone/)).toBeVisible();
	const secrets = await secretsOf(noor);
	expect(Object.keys(secrets).sort()).toEqual(['the agreement key', 'the local key', 'the signing key', 'the stretched PIN']);
	await home(page);
	await shutBy(page, 'Lock');
	await page.getByRole('link', { name: 'New report' }).click();
	await page.getByRole('button', { name: /^No, everyone is safe/ }).click();
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill(CANARIES.sealed);
	await expect(page.getByText(/^Saved on this phone/)).toBeVisible();
	await noor.switchOff();

	expect(foundIn(noor.folder, { ...CANARIES, ...secrets })).toEqual([]);
	// The search itself: what stands in clear on purpose is found, and so is a word that is put there.
	expect(foundIn(noor.folder, { address: 'Teststrasse 1' }).join()).toMatch(/address in .*IndexedDB/);
	writeFileSync(join(noor.folder, 'canary'), `x${CANARIES.note}x`);
	expect(foundIn(noor.folder, CANARIES)).toEqual(['note in canary']);
});

test('whoever begins a report while the PIN is still being checked goes on with every letter once it is open', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await installed(noor);
	await page.reload();
	await expect(lockScreen(page)).toBeVisible();
	const release = await unread(page, 'intake');
	await enterPin(page);
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	const words = page.getByRole('textbox', { name: 'In their words' });
	await words.fill('He would not let me');
	await expect(page.getByRole('button', { name: 'Hide the screen' })).toBeHidden();
	await release();

	await expect(page.getByRole('button', { name: 'Hide the screen' })).toBeVisible();
	await expect(words).toBeFocused();
	await words.press('End');
	await words.pressSequentially(' pass.');
	await expect(words).toHaveValue('He would not let me pass.');
	await kept(page);
	await page.reload();
	await expect(lockScreen(page)).toBeVisible();
	await enterPin(page);
	await expect(words).toHaveValue('He would not let me pass.');
});

test('nothing of a case is left in the page after locking, and what was sealed meanwhile is sent after unlocking', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await noor.nextCaseIs('Silver Otter');
	await beginReport(page);
	await writeDown(page, { words: CANARIES.account });
	await readBackAndSave(page);
	await openCase(page, 'Silver Otter');
	await expect(standing(page)).toContainText(/Sent \d\d:\d\d\./);
	await home(page);
	await shutBy(page, 'Lock');
	await expect(lockScreen(page)).toBeVisible();
	const html = await page.content();
	for (const word of [CANARIES.account, 'Silver Otter', 'Noor Haddad']) expect(html).not.toContain(word);
	await expect(page).toHaveTitle('Safehall');
	await expect(page.getByText(/only on this phone/)).toHaveCount(0);

	await test.step('a report is two taps away, without the PIN', async () => {
		await page.getByRole('link', { name: 'New report' }).click();
		await page.getByRole('button', { name: /^No, everyone is safe/ }).click();
		await page.getByRole('link', { name: 'Write it down' }).click();
		await page.getByRole('textbox', { name: 'In their words' }).fill(CANARIES.sealed);
		await page.getByRole('link', { name: 'Read it back' }).click();
		await page.getByRole('button', { name: '“That’s right”' }).click();
		await page.getByRole('button', { name: 'Save report' }).click();
		await expect(lockScreen(page)).toBeVisible();
		await expect(page.getByText('1 only on this phone')).toBeVisible();
		expect(await page.content()).not.toContain(CANARIES.sealed);
	});

	await test.step('danger and contacts need no PIN either', async () => {
		await page.getByRole('link', { name: 'Danger now', exact: true }).click();
		await expect(page.getByRole('link', { name: /110/ }).first()).toHaveAttribute('href', 'tel:110');
		await expect(page.getByText('Teststrasse 1, 10115 Berlin')).toBeVisible();
		await page.getByRole('link', { name: 'Back' }).click();
		await page.getByRole('link', { name: 'Contacts' }).click();
		await expect(page.getByRole('link', { name: 'Call Alma Reyes' })).toBeVisible();
		await page.getByRole('link', { name: 'Back' }).click();
	});

	await page.reload();
	await expect(page.getByText('1 only on this phone')).toBeVisible();
	await enterPin(page);
	await expect(page.getByRole('article')).toHaveCount(2);
	const sealed = page.getByRole('article').filter({ hasNot: page.getByRole('heading', { name: 'Silver Otter' }) });
	await expect(standing(sealed)).toContainText(/Sent \d\d:\d\d\./);
	await sealed.getByRole('link').first().click();
	await expect(page.getByRole('main')).toContainText(CANARIES.sealed);
});

test('wrong PINs cost longer and longer waits, a restart does not shorten them, and the right one opens', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await shutBy(page, 'Lock');
	const says = page.getByRole('alert');
	for (const [wait, left] of [['1 second', 1], ['5 seconds', 5], ['30 seconds', 30]] as const) {
		await enterPin(page, WRONG);
		await expect(says).toContainText('That PIN does not fit. Try again.');
		// The first wait is as short as this test is slow.
		if (left > 1) await expect(page.getByRole('button', { name: '1', exact: true })).toBeDisabled();
		if (left === 30) await page.reload();
		if (left > 1) await expect(says).toContainText(new RegExp(`Next try in ${String(wait).replace(/\d+/, '\\d+')}`));
		await noor.context.clock.fastForward(left * 1_000 + 1_000);
		await expect(page.getByRole('button', { name: '1', exact: true })).toBeEnabled();
	}
	await enterPin(page);
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
});

test('ten wrong PINs empty a phone that has sent everything, and spare one that has not', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const jonas = await joined(world, 'jonas', { byHand: true });
	await jonas.offline();
	await jonas.nextCaseIs('Quiet Delta');
	await beginReport(jonas.page);
	await writeDown(jonas.page, { words: 'nobody else has this' });
	await readBackAndSave(jonas.page);
	await home(jonas.page);
	for (const phone of [noor, jonas]) {
		await shutBy(phone.page, 'Lock');
		for (let guess = 1; guess <= 10; guess += 1) {
			await enterPin(phone.page, WRONG);
			if (guess < 10) await expect(phone.page.getByRole('alert')).toContainText('That PIN does not fit.');
			if (guess < 10) await phone.context.clock.fastForward(301_000);
		}
	}
	await expect(noor.page.getByRole('heading', { level: 1, name: 'This phone was emptied' })).toBeVisible();
	await noor.page.reload();
	await expect(noor.page.getByRole('heading', { level: 1, name: 'This phone was emptied' })).toBeVisible();

	await expect(jonas.page.getByRole('alert')).toContainText('Next try in 60 minutes');
	await jonas.context.clock.fastForward(3_601_000);
	await enterPin(jonas.page);
	await expect(standing(card(jonas.page, 'Quiet Delta'))).toContainText('Not sent. Only on this phone.');
});

test('a phone that nobody uses locks by itself, and what was being typed is back', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	const account = page.getByRole('textbox', { name: 'In their words' });
	await account.fill(CANARIES.typing);
	await noor.context.clock.fastForward(110_000);
	await account.press('!');
	await noor.context.clock.fastForward(110_000);
	await expect(account).toHaveValue(`${CANARIES.typing}!`);
	await noor.context.clock.fastForward(11_000);
	await expect(lockScreen(page)).toBeVisible();
	expect(await page.content()).not.toContain(CANARIES.typing);
	await enterPin(page);
	await expect(account).toHaveValue(`${CANARIES.typing}!`);

	await test.step('and so once more, with what came back', async () => {
		await noor.context.clock.fastForward(121_000);
		await expect(lockScreen(page)).toBeVisible();
		expect(await page.content()).not.toContain(CANARIES.typing);
		await enterPin(page);
		await expect(account).toHaveValue(`${CANARIES.typing}!`);
	});
});

test('a phone that is put away is covered at once and locked after half a minute', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	const look = async (visible: boolean): Promise<boolean> =>
		page.evaluate((visible) => {
			Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (visible ? 'visible' : 'hidden') });
			document.dispatchEvent(new Event('visibilitychange'));
			// In the same task: before any frame that could be drawn.
			return getComputedStyle(document.body.firstElementChild ?? document.body).opacity === '0';
		}, visible);
	expect(await look(false)).toBe(true);
	const home = await page.screenshot();
	expect(await look(true)).toBe(false);
	await page.getByRole('link', { name: 'Contacts' }).click();
	await expect(page.getByText('Alma Reyes')).toBeVisible();
	expect(await look(false)).toBe(true);
	expect((await page.screenshot()).equals(home), 'two screens look the same when they are covered').toBe(true);
	expect(await look(true)).toBe(false);
	expect((await page.screenshot()).equals(home)).toBe(false);
	await page.getByRole('link', { name: 'Back' }).click();
	await look(false);
	await noor.context.clock.fastForward(20_000);
	expect(await look(true)).toBe(false);
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
	await look(false);
	await noor.context.clock.fastForward(31_000);
	await look(true);
	await expect(lockScreen(page)).toBeVisible();
});

test('one tap hides everything behind a list of rooms; holding a button leads back to the PIN', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await beginReport(page);
	await shutBy(page, 'Hide the screen');
	await expect(page.getByRole('heading', { level: 1, name: '29 September' })).toBeVisible();
	await expect(page.getByText('Main Hall')).toBeVisible();
	expect(new URL(page.url()).hash).toBe('#/');
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		await readable(page, `hidden, ${colorScheme}`);
	}
	for (const word of ['case', 'report', 'PIN', 'danger', 'conduct']) expect((await page.locator('body').innerText()).toLowerCase()).not.toContain(word.toLowerCase());
	const back = page.getByRole('button', { name: 'Hold to go back' });
	await back.click();
	await expect(back).toBeVisible();
	await back.hover();
	await page.mouse.down();
	await noor.context.clock.fastForward(700);
	await page.mouse.up();
	await expect(lockScreen(page)).toBeVisible();
	await enterPin(page, PIN);
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
});
