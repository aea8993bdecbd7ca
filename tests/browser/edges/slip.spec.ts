import type { Page } from '@playwright/test';
import { beginReport, home, openCase, readBackAndSave, standing } from '../harness/hands.ts';
import { type Phone, startOf } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { named, onServer, values } from '../harness/records.ts';
import { joined } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';
import { declined, dialog, finds, step } from '../journeys/decided.ts';

test.setTimeout(240_000);

/** Carries on with the report, says what the person looks like, and leaves it: then it is part of the case. */
async function looksLike(world: World, page: Page, look: string): Promise<void> {
	await page.getByRole('link', { name: /^(Carry on writing|Write it down)$/ }).first().click();
	await page.getByRole('button', { name: /^Who the report is about/ }).click();
	const sheet = page.getByRole('dialog', { name: 'Who is the report about?' });
	await sheet.getByRole('textbox', { name: 'What they look like' }).fill(look);
	await sheet.getByRole('button', { name: 'Use this', exact: true }).click();
	await expect(sheet).toBeHidden();
	await home(page);
	await expect(() => expect(values(named(onServer(world.server), startOf('Amber Kite')), 'parties', 'description')).toContain(look)).toPass({ timeout: 30_000 });
}

/** Two tabs of one phone know the same person by different things. */
async function twoLooks(world: World, noor: Phone): Promise<void> {
	const { page } = noor;
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await looksLike(world, page, 'grey hoodie');
	const other = await noor.context.newPage();
	await other.goto(world.server.url);
	await home(other);
	await looksLike(world, other, 'grey hoodie, tall');
	await looksLike(world, page, 'red cap, small');
	await page.getByRole('link', { name: 'Carry on writing' }).first().click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He would not let me pass.');
	await readBackAndSave(page);
	await openCase(page, 'Amber Kite');
	await expect(standing(page)).toContainText(/Sent/);
}

test('a slip that could stop somebody else is not printed before a lead has settled how to know the person', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await twoLooks(world, noor);
	const { page } = alma;
	const main = page.getByRole('main');
	await main.getByRole('link', { name: /^Amber Kite/ }).click();
	await main.getByRole('link', { name: 'Open case' }).click();
	await declined(alma, 'he did not want to talk to us');
	await step(alma, /^Finding/);
	await finds(alma, 'Decide', 'The report stands', 'two accounts agree');
	await main.getByRole('button', { name: /^No further talks/ }).click();
	const sheet = await dialog(page, 'No further talks');
	await sheet.getByRole('radio', { name: 'No end' }).click();
	await sheet.getByRole('button', { name: 'Decide it' }).click();
	await expect(sheet).toBeHidden();

	const slip = main.getByRole('region', { name: 'For those who carry it out' });
	await expect(slip).toContainText('Two versions differ on how to know this person.');
	await expect(slip.getByRole('button', { name: 'Print the slip' })).toBeDisabled();
	await stop(page, 'console-slip-unsettled');

	await slip.getByRole('link', { name: 'To the two versions' }).click();
	const person = main.getByRole('region', { name: /: 2 versions/ });
	await person.getByRole('radio', { name: /red cap/ }).check();
	await person.getByRole('button', { name: 'Settle it' }).click();
	await expect(person).toBeHidden();
	await step(alma, /^Finding/);
	await expect(slip).toContainText('red cap, small');
	await expect(slip).not.toContainText('grey hoodie');
	await expect(slip.getByRole('button', { name: 'Print the slip' })).toBeEnabled();
});
