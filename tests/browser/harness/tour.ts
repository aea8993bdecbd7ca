/** One walk past the screens, as the first report meets them, in English and in German. What needs a longer story is seen in the journeys. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, expect } from '@playwright/test';
import { en } from '../../../app/src/words/en/index.ts';
import { DANA, firstArrives, firstReport, secondReport } from '../journeys/told.ts';
import { answerStep, beginReport, choose, home, noteTold, openCase, readBackAndSave, writeDown } from './hands.ts';
import { choosePin, enterPin, lockScreen, unlocksItself } from './lock.ts';
import type { Phone } from './phone.ts';
import { stop } from './reader.ts';
import type { Stop } from './stops.ts';
import { invited, joined } from './team.ts';
import type { World } from './world.ts';

/** What a responder sees on their phone. */
export async function ofPhone(world: World): Promise<void> {
	const noor = await world.phone('Noor Haddad');
	await joins(world, noor);
	await takesReport(world, noor);
	await looksAround(noor);
	await hides(noor);
	await firstArrives(world, noor);
	await openCase(noor.page, 'Amber Kite');
	await sheet(noor.page, 'phone-step-back', 'I should not be involved');
	await aDayWithoutServer(world, noor);
}

/** What a lead sees on a laptop. */
export async function ofConsole(world: World): Promise<void> {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	await show(alma.page, 'console-inbox-empty');
	const noor = await joined(world, 'noor');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	await secondReport(world, await joined(world, 'jonas'));
	await oneCase(alma);
	await wholeEvent(alma);
	await olderLedger(world, alma);
}

async function joins(world: World, { page }: Phone): Promise<void> {
	await page.goto(world.server.url);
	await expect(page.getByRole('heading', { level: 1, name: 'This phone is not in a team yet' })).toBeVisible();
	await show(page, 'phone-no-team');
	await page.goto(invited(world, 'noor'));
	await expect(page.getByRole('button', { name: 'Yes, this is me' })).toBeVisible();
	await stop(page, 'phone-invite');
	await page.getByRole('button', { name: 'Yes, this is me' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Choose a PIN with 6 digits' })).toBeVisible();
	await stop(page, 'phone-choose-pin');
	await page.getByRole('button', { name: en.lock.choose.passphrase }).click();
	await expect(page.getByRole('textbox')).toBeVisible();
	await stop(page, 'phone-passphrase');
	await page.getByRole('button', { name: en.lock.choose.pin }).click();
	await choosePin(page);
	await expect(page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await show(page, 'phone-joined');
	await home(page);
	await show(page, 'phone-home-empty');
	await page.getByRole('link', { name: 'Danger now', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Danger now' })).toBeVisible();
	await show(page, 'phone-danger-now');
	await home(page);
	await page.getByRole('link', { name: 'New report' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Is anyone in danger right now?' })).toBeVisible();
	await show(page, 'phone-danger-check');
	await home(page);
}

async function takesReport(world: World, noor: Phone): Promise<void> {
	const { page } = noor;
	await noor.offline();
	await world.becomes('10:42');
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await answerStep(page, 'Offer a private place to sit', 'Room 0.3');
	await show(page, 'phone-support');
	await writeDown(page, DANA);
	// Once the page is left the time of the report stands, so this row is looked at first.
	await page.getByRole('button', { name: new RegExp(`^${en.telling.rows.toldRow}`) }).click();
	await expect(page.getByRole('dialog')).toBeVisible();
	await stop(page, 'phone-sheet-told-at');
	await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
	await show(page, 'phone-write');
	for (const [row, name] of [
		[/^When/, 'phone-sheet-time'],
		[/^Where/, 'phone-sheet-where'],
		[/^Who the report is about/, 'phone-sheet-badge'],
		[/^What was going on around it/, 'phone-sheet-around'],
		[/^Asked to stop/, 'phone-sheet-stop'],
		[/^Still going on/, 'phone-sheet-ongoing'],
		[/^Is a child or teenager involved/, 'phone-sheet-child'],
		[/^How it reached you/, 'phone-sheet-channel'],
		[/^In which language/, 'phone-sheet-language'],
		[/^Other people there/, 'phone-sheet-others'],
		[/^Who told you/, 'phone-sheet-reporter'],
		[/^About staff or the chair/, 'phone-sheet-staff'],
		['They had to go', 'phone-sheet-left']
	] as const)
		await sheet(page, name, row);
	const writing = await page.evaluate(() => location.hash);
	await page.getByRole('link', { name: 'Danger now', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Danger now' })).toBeVisible();
	await show(page, 'phone-danger-in-report');
	await page.evaluate((hash) => (location.hash = hash), writing);
	await choose(page, 'Who writes it?', 'They write it');
	await page.getByRole('button', { name: 'Hand them the phone' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'In your own words' })).toBeVisible();
	await stop(page, 'phone-handed');
	await page.getByRole('button', { name: 'Give the phone back' }).click();
	await page.getByRole('link', { name: 'Read it back' }).click();
	await expect(page.getByRole('button', { name: '“That’s right”' })).toBeVisible();
	await show(page, 'phone-read-back');
	await page.evaluate((hash) => (location.hash = hash), writing);
	await readBackAndSave(page);
	await show(page, 'phone-tell-chair');
	await sheet(page, 'phone-sheet-told', 'I told them');
	await noteTold(page, 'By phone', 'Alma Reyes');
	await home(page);
	await show(page, 'phone-home');
	await openCase(page, 'Amber Kite');
	await show(page, 'phone-case');
	await sheet(page, 'phone-sheet-entry', 'Add entry');
	await sheet(page, 'phone-sheet-strike', /^Strike/);
	await sheet(page, 'phone-sheet-steps', /^First response/);
}

async function looksAround({ page }: Phone): Promise<void> {
	for (const [hash, heading, name] of [
		['contacts', 'Contacts', 'phone-contacts'],
		['list', 'Emergency contacts', 'phone-list'],
		['policy', 'Policy and procedure', 'phone-policy'],
		['said', 'What is said', 'phone-said'],
		['drill', 'Practise once', 'phone-drill'],
		['end', 'End shift', 'phone-end-shift']
	] as const) {
		await page.evaluate((hash) => (location.hash = `#/${hash}`), hash);
		await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
		await show(page, name);
	}
}

async function hides(noor: Phone): Promise<void> {
	const { page } = noor;
	await home(page);
	await page.removeLocatorHandler(lockScreen(page));
	await page.getByRole('button', { name: 'Hide the screen' }).click();
	await expect(page.getByRole('heading', { level: 1, name: '29 September' })).toBeVisible();
	await stop(page, 'phone-hidden');
	await page.getByRole('button', { name: 'Hold to go back' }).hover();
	await page.mouse.down();
	await noor.context.clock.fastForward(700);
	await page.mouse.up();
	await expect(lockScreen(page)).toBeVisible();
	await show(page, 'phone-locked');
	await sheet(page, 'phone-sheet-forgot', 'Forgot');
	await enterPin(page);
	await unlocksItself(page);
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
}

async function oneCase({ page }: Phone): Promise<void> {
	const main = page.getByRole('main');
	await expect(main.getByRole('link', { name: /^Quiet Delta/ })).toBeVisible();
	await show(page, 'console-inbox');
	await main.getByRole('link', { name: /^Amber Kite\s+\S/ }).click();
	await main.getByRole('link', { name: 'Open case' }).click();
	await expect(main).toContainText(DANA.words);
	await show(page, 'console-case');
	for (const [name, button] of [
		['console-sheet-entry', 'Add entry'],
		['console-sheet-name', 'Open the name'],
		['console-sheet-triage', en.decision.triage.edit],
		['console-sheet-link', 'Link a case'],
		['console-give-access', 'Give access'],
		['console-sheet-keep-away', 'Keep somebody away'],
		['console-sheet-step-back', 'I should not be involved'],
		['console-case-file', 'Case file'],
		['console-sheet-erase', 'Erase this case']
	] as const)
		await sheet(page, name, button);
	await main.getByRole('link', { name: /^Meeting/ }).click();
	await expect(main.getByRole('heading', { name: 'No meeting yet' })).toBeVisible();
	await show(page, 'console-meeting-none');
	await sheet(page, 'console-action', 'Add action');
	await main.getByRole('link', { name: /^Finding/ }).click();
	await expect(main.getByRole('heading', { name: 'Does the report stand?' })).toBeVisible();
	await show(page, 'console-decision-gate');
	await sheet(page, 'console-sheet-offered', en.decision.offered.add);
	await main.getByRole('link', { name: /^Their side/ }).click();
	await sheet(page, 'console-sheet-attempt', en.decision.side.attempt);
	await sheet(page, 'console-sheet-waive', en.decision.side.waive.declined);
	await main.getByRole('link', { name: /^Reports/ }).click();
	await main.getByRole('link', { name: 'Who knows, and closing' }).click();
	await expect(main.getByRole('region', { name: 'Close this case' })).toBeVisible();
	await show(page, 'console-close');
	await page.goBack();
	await expect(main).toContainText(DANA.words);
	await main.getByRole('link', { name: 'Announcement', exact: true }).click();
	await page.getByRole('textbox', { name: 'Your draft' }).fill('Yesterday somebody with badge 0417 followed Dana in the Foyer.');
	await expect(main.locator('mark').first()).toBeVisible();
	await show(page, 'console-announcement');
}

async function wholeEvent({ page }: Phone): Promise<void> {
	const main = page.getByRole('main');
	const pages = page.getByRole('navigation', { name: en.console.landmark });
	await pages.getByRole('link', { name: /^Team/ }).click();
	await expect(main).toContainText('Jonas Brandt');
	await show(page, 'console-team');
	await sheet(page, 'console-time-on-the-team', /^Time on the team/);
	await main.getByRole('button', { name: 'New invite' }).filter({ visible: true }).first().click();
	await expect(main.getByText('Invite for a new phone')).toBeVisible();
	await stop(page, 'console-invite');
	await main.getByLabel(en.console.team.name, { exact: true }).fill('Kim Aro');
	await main.getByRole('button', { name: en.console.team.makeInvite }).click();
	await expect(main.getByRole('img', { name: en.console.team.qr })).toBeVisible();
	await stop(page, 'console-invite-made');
	for (const [link, heading, name] of [
		[/^Late notes/, 'Late notes', 'console-late-empty'],
		[/^Announcements/, 'Announcements', 'console-announcements'],
		[/^Readiness/, 'Readiness', 'console-readiness'],
		[/^After the event/, 'After the event', 'console-after'],
		[/^Access ledger/, 'Access ledger', 'console-ledger']
	] as const) {
		await pages.getByRole('link', { name: link }).click();
		await expect(main.getByRole('heading', { level: 1, name: heading })).toBeVisible();
		await show(page, name);
		if (name !== 'console-readiness') continue;
		await sheet(page, 'console-sheet-briefed', en.ready.board.mark.briefing('Noor Haddad'));
		await sheet(page, 'console-sheet-shift', 'Add a shift');
	}
	const wide = page.viewportSize();
	await page.setViewportSize({ width: 390, height: 844 });
	await page.getByRole('button', { name: 'More pages' }).click();
	await stop(page, 'console-sheet-more');
	await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
	if (wide) await page.setViewportSize(wide);
}

/** Nobody can say any more whether this phone may show what it holds. */
async function aDayWithoutServer(world: World, noor: Phone): Promise<void> {
	await noor.offline();
	await home(noor.page);
	await world.becomes('2026-09-30T12:30:00+02:00');
	await expect(noor.page.getByRole('heading', { level: 1, name: en.lock.over.title })).toBeVisible();
	await stop(noor.page, 'phone-lease-over');
}

/** The server was put back to an older state, and the ledger is shorter than this lead has seen it. */
async function olderLedger(world: World, { page }: Phone): Promise<void> {
	const data = join(world.server.folder, 'data');
	const older = mkdtempSync(join(tmpdir(), 'safehall-older-'));
	await world.server.stop();
	cpSync(data, older, { recursive: true });
	await world.server.start();
	const pages = page.getByRole('navigation', { name: en.console.landmark });
	const sizes = async (): Promise<void> => {
		await pages.getByRole('link', { name: /^Inbox/ }).click();
		await pages.getByRole('link', { name: /^Access ledger/ }).click();
		await expect(page.getByRole('row').nth(1)).toBeVisible();
	};
	await expect(page.getByText(/up to date/)).toBeVisible();
	for (let looks = 0; looks < 3; looks += 1) await sizes();
	await world.server.stop();
	rmSync(data, { recursive: true });
	cpSync(older, data, { recursive: true });
	rmSync(older, { recursive: true });
	await world.server.start();
	await page.reload();
	await expect(page.getByRole('alert').filter({ hasText: en.rights.alarm.title })).toBeVisible();
	await stop(page, 'console-ledger-back');
}

/** A page, in both languages. */
async function show(page: Page, name: Stop): Promise<void> {
	await stop(page, name);
	await speak(page, 'Deutsch');
	await stop(page, name, 'de');
	await speak(page, 'English');
}

/** What lies over a page, in both languages: opened, looked at, closed again. */
async function sheet(page: Page, name: Stop, button: string | RegExp): Promise<void> {
	const opener = page.getByRole('button', { name: button, exact: typeof button === 'string' }).filter({ visible: true }).first();
	await expect(opener).toBeVisible();
	// The words change with the language, the place of the button does not.
	const place = await opener.evaluate((one) => [...document.querySelectorAll('button')].indexOf(one as HTMLButtonElement));
	const dialog = page.getByRole('dialog');
	await opener.click();
	await expect(dialog).toBeVisible();
	await stop(page, name);
	await dialog.getByRole('button', { name: 'Close' }).click();
	await expect(dialog).toBeHidden();
	await speak(page, 'Deutsch');
	await page.locator('button').nth(place).click();
	await expect(dialog).toBeVisible();
	await stop(page, name, 'de');
	await page.keyboard.press('Escape');
	await expect(dialog).toBeHidden();
	await speak(page, 'English');
}

/** From the page itself where it has the button, else by way of the first screen. */
async function speak(page: Page, language: 'Deutsch' | 'English'): Promise<void> {
	const button = page.getByRole('button', { name: language, exact: true }).filter({ visible: true });
	const hash = await page.evaluate(() => location.hash);
	const away = (await button.count()) === 0;
	if (away) await page.evaluate(() => (location.hash = '#/'));
	await button.first().click();
	await expect.poll(async () => page.evaluate(() => document.documentElement.lang)).toBe(language === 'Deutsch' ? 'de' : 'en');
	if (away) await page.evaluate((hash) => (location.hash = hash), hash);
	await page.evaluate(async () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
	await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
}
