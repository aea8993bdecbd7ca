/** One walk past every screen, as the first journey meets them. */
import { type Page, expect } from '@playwright/test';
import { DANA, firstArrives, secondReport } from '../journeys/told.ts';
import { answerStep, beginReport, home, noteTold, openCase, readBackAndSave, writeDown } from './hands.ts';
import { choosePin, enterPin, lockScreen, unlocksItself } from './lock.ts';
import { invited, joined } from './team.ts';
import type { World } from './world.ts';

/** `main`: one of the ten screens that stand for the whole. */
export type Visit = (screen: string, page: Page, main: boolean) => Promise<void>;

/** Opens what lies behind a button, shows it, and closes it again. */
async function sheet(page: Page, visit: Visit, screen: string, button: string | RegExp): Promise<void> {
	await page.getByRole('button', { name: button }).filter({ visible: true }).first().click();
	const dialog = page.getByRole('dialog');
	await expect(dialog).toBeVisible();
	await visit(screen, page, false);
	await dialog.getByRole('button', { name: 'Close' }).click();
	await expect(dialog).toBeHidden();
}

export async function tour(world: World, visit: Visit): Promise<void> {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await world.phone('Noor Haddad');
	const { page } = noor;
	await page.goto(world.server.url);
	await expect(page.getByRole('heading', { level: 1, name: 'This phone is not in a team yet' })).toBeVisible();
	await visit('phone-no-team', page, false);
	await page.goto(invited(world, 'noor'));
	await expect(page.getByRole('button', { name: 'Yes, this is me' })).toBeVisible();
	await visit('phone-invite', page, true);
	await page.getByRole('button', { name: 'Yes, this is me' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Choose a PIN with 6 digits' })).toBeVisible();
	await visit('phone-choose-pin', page, true);
	await choosePin(page);
	await expect(page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await visit('phone-ready', page, false);
	await home(page);
	await visit('phone-home-empty', page, false);

	await page.getByRole('link', { name: 'Danger now', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Danger now' })).toBeVisible();
	await visit('phone-danger-now', page, true);
	await home(page);
	await page.getByRole('link', { name: 'New report' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Is anyone in danger right now?' })).toBeVisible();
	await visit('phone-danger-check', page, false);
	await home(page);

	await noor.offline();
	await world.becomes('10:42');
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await answerStep(page, 'Offer a private place to sit', 'Room 0.3');
	await visit('phone-support', page, true);
	await writeDown(page, DANA);
	await visit('phone-write', page, true);
	for (const [row, name] of [
		[/^When/, 'time'],
		[/^Where/, 'where'],
		[/^Who the report is about/, 'badge'],
		[/^Asked to stop/, 'stop'],
		[/^Still going on/, 'ongoing'],
		[/^Other people there/, 'others'],
		[/^Who told you/, 'reporter'],
		[/^About staff or the chair/, 'staff']
	] as const)
		await sheet(page, visit, `phone-sheet-${name}`, row);
	await page.getByRole('link', { name: 'Read it back' }).click();
	await expect(page.getByRole('button', { name: '“That’s right”' })).toBeVisible();
	await visit('phone-read-back', page, true);
	await page.goBack();
	await readBackAndSave(page);
	await visit('phone-tell-chair', page, true);
	await noteTold(page, 'By phone', 'Alma Reyes');
	await home(page);
	await visit('phone-home', page, true);
	await openCase(page, 'Amber Kite');
	await visit('phone-case', page, true);
	await sheet(page, visit, 'phone-sheet-entry', 'Add entry');
	await sheet(page, visit, 'phone-sheet-strike', /^Strike/);
	await sheet(page, visit, 'phone-sheet-steps', /^First response/);
	for (const [hash, heading] of [
		['contacts', 'Contacts'],
		['list', 'Emergency contacts'],
		['policy', 'Policy and procedure'],
		['said', 'What is said'],
		['drill', 'Practise once'],
		['end', 'End shift']
	] as const) {
		await page.evaluate((hash) => (location.hash = `#/${hash}`), hash);
		await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
		await visit(`phone-${hash}`, page, false);
	}

	await home(page);
	await page.removeLocatorHandler(lockScreen(page));
	await page.getByRole('button', { name: 'Lock', exact: true }).click();
	await expect(lockScreen(page)).toBeVisible();
	await visit('phone-locked', page, false);
	await sheet(page, visit, 'phone-sheet-forgot', 'Forgot');
	await enterPin(page);
	await unlocksItself(page);
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
	await firstArrives(world, noor);
	await openCase(page, 'Amber Kite');
	await sheet(page, visit, 'phone-sheet-step-back', 'I should not be involved');
	await secondReport(world, await joined(world, 'jonas'));
	const main = alma.page.getByRole('main');
	await expect(main.getByRole('link', { name: /^Quiet Delta/ })).toBeVisible();
	await visit('console-inbox', alma.page, true);
	await main.getByRole('link', { name: /^Amber Kite/ }).click();
	await main.getByRole('link', { name: 'Open case' }).click();
	await expect(main).toContainText(DANA.words);
	await visit('console-case', alma.page, true);
	for (const [name, button] of [
		['entry', 'Add entry'],
		['name', 'Open the name'],
		['link', 'Link a case'],
		['access', 'Give access'],
		['keep-away', 'Keep somebody away'],
		['step-back', 'I should not be involved'],
		['erase', 'Erase this case']
	] as const)
		await sheet(alma.page, visit, `console-sheet-${name}`, button);
	for (const [cell, heading, screen] of [
		[/^Meeting/, 'No meeting yet', 'console-meeting'],
		[/^Finding/, 'Does the report stand?', 'console-decision']
	] as const) {
		await main.getByRole('link', { name: cell }).click();
		await expect(main.getByRole('heading', { name: heading })).toBeVisible();
		await visit(screen, alma.page, false);
	}
	await alma.page.getByRole('navigation').getByRole('link', { name: /^Team/ }).click();
	await expect(main).toContainText('Jonas Brandt');
	await visit('console-team', alma.page, false);
	await sheet(alma.page, visit, 'console-sheet-term', /^Time on the team/);
	await main.getByRole('button', { name: 'New invite' }).filter({ visible: true }).first().click();
	await expect(main.getByText('Invite for a new phone')).toBeVisible();
	await visit('console-invite', alma.page, false);
	for (const [name, heading] of [
		['late', 'Late notes'],
		['ledger', 'Access ledger']
	] as const) {
		await alma.page.evaluate((name) => (location.hash = `#/console/${name}`), name);
		await expect(main.getByRole('heading', { level: 1, name: heading })).toBeVisible();
		await visit(`console-${name}`, alma.page, false);
	}
	const wide = alma.page.viewportSize();
	await alma.page.setViewportSize({ width: 390, height: 844 });
	await sheet(alma.page, visit, 'console-sheet-more', 'More pages');
	if (wide) await alma.page.setViewportSize(wide);
	for (const [name, screen] of [
		['Announcements', 'console-announcements'],
		['Readiness', 'console-readiness'],
		['After the event', 'console-after']
	] as const) {
		await alma.page.getByRole('navigation').getByRole('link', { name }).click();
		await expect(alma.page.getByRole('heading', { level: 1, name })).toBeVisible();
		await visit(screen, alma.page, false);
	}
}
