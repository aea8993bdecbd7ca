import type { Locator } from '@playwright/test';
import { choose, home, openCase } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { step, warnsAndTells } from './decided.ts';
import { firstArrives, firstReport } from './told.ts';

// Every phone is unlocked again whenever the day goes on.
test.setTimeout(420_000);

const DANA = 'I do not want this to continue, please stop.';

async function opens(lead: Phone): Promise<void> {
	await lead.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
	await expect(lead.page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
}

/** On the page of the decision: what was found and what follows, as both were told at 13:45. */
async function stands(main: Locator): Promise<void> {
	await expect(main.getByRole('heading', { name: 'The report stands' })).toBeVisible();
	const warning = main.getByRole('row').filter({ hasText: 'Warning to stop' });
	await expect(warning).toContainText('no end');
	await expect(warning).toContainText('13:45');
	const told = main.getByRole('region', { name: 'Told' });
	for (const what of ['The report stands', 'Warning to stop']) await expect(told.getByRole('listitem').filter({ hasText: what })).toContainText('13:45');
}

test('J9: a reporter says stop by herself; nothing is lost, nobody contacts her, and a lead decides what it means', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	await opens(alma);
	await opens(tom);
	const main = alma.page.getByRole('main');

	await test.step('what was planned before: Noor tells the reporter, and Tom has opened the name', async () => {
		await alma.page.getByRole('link', { name: /^Meeting/ }).click();
		await main.getByRole('button', { name: 'Add action' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Add action' });
		await choose(sheet, 'What kind', 'Tell the reporter');
		await sheet.getByRole('textbox', { name: 'What is to be done' }).fill('Say what came of it');
		await choose(sheet, 'Who does it', 'Noor Haddad');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await home(noor.page);
		await expect(noor.page.getByRole('region', { name: 'Yours to do' })).toContainText('Say what came of it');

		const people = tom.page.getByRole('region', { name: 'People' });
		await people.getByRole('button', { name: 'Open the name' }).click();
		const name = tom.page.getByRole('dialog', { name: 'Open the reporter’s name' });
		await name.getByRole('textbox', { name: 'Why do you need it?' }).fill('to find her for the talk');
		await name.getByRole('button', { name: 'Open the name' }).click();
		await expect(people).toContainText('Dana Okafor');
	});

	await test.step('13:45, the reported person is told what was found and what follows', async () => {
		await warnsAndTells(world, alma);
		await stands(main);
	});

	await test.step('nothing on the phone offers to end it', async () => {
		await openCase(noor.page, 'Amber Kite');
		await expect(noor.page.getByRole('button', { name: /withdraw|do not want to go on|drop|end the case/i })).toHaveCount(0);
		await expect(main.getByRole('region', { name: 'The reporter does not want it to go on' })).toHaveCount(0);
	});

	await test.step('18:05, Noor writes down her words, and who brought it up', async () => {
		await world.becomes('18:05');
		const { page } = noor;
		await openCase(page, 'Amber Kite');
		await page.getByRole('button', { name: 'Add entry' }).click();
		const sheet = page.getByRole('dialog', { name: 'Add an entry' });
		await sheet.getByRole('button', { name: 'Something else' }).click();
		await choose(sheet, 'What kind', 'They said they do not want to go on');
		await sheet.getByRole('textbox').fill(DANA);
		await expect(sheet.getByRole('button', { name: 'Add it' })).toBeDisabled();
		await choose(sheet, 'Who brought it up?', 'They did, by themselves');
		await sheet.getByRole('button', { name: 'Add it' }).click();
		await expect(sheet).toBeHidden();
		await expect(page.getByRole('main')).toContainText(DANA);
	});

	await test.step('Alma sees it first, word for word, and what each choice means', async () => {
		await alma.page.evaluate(() => (location.hash = '#/console'));
		await expect(main).toContainText('The reporter does not want it to go on: decide what it means');
		await expect(main).not.toContainText(DANA);
		await opens(alma);
		const card = main.getByRole('region', { name: 'The reporter does not want it to go on' });
		await expect(card).toContainText(DANA);
		await expect(card).toContainText('Nobody suggested it');
		await expect(card.getByRole('checkbox', { name: /Stop getting in touch/ })).toBeChecked();
		await expect(card).toContainText('What was planned to tell them is cancelled.');
		await stop(alma.page, 'console-withdrawn');
	});

	await test.step('her name is closed again to everybody but Alma', async () => {
		const people = tom.page.getByRole('region', { name: 'People' });
		await expect(people).toContainText('their name opens for the chair only');
		await expect(people).not.toContainText('Dana Okafor');
		await expect(tom.page.getByRole('button', { name: 'Open the name' })).toHaveCount(0);
		await expect(main.getByRole('region', { name: 'People' }).getByRole('button', { name: 'Open the name' })).toBeVisible();
	});

	await test.step('to stop acting wants its reason; what was decided and told is as it was', async () => {
		const card = main.getByRole('region', { name: 'The reporter does not want it to go on' });
		await card.getByRole('radio', { name: /^Stop acting/ }).check();
		await expect(card).toContainText('What was already told to anybody stays as it is.');
		await card.getByRole('button', { name: 'Write it down' }).click();
		await expect(card.getByRole('alert')).toHaveText('Write down why first.');
		await expect(card).not.toContainText(/Alma Reyes, 18:/);
		await card.getByRole('textbox', { name: 'Why' }).fill('nobody else is at risk, and she asked for quiet');
		await card.getByRole('button', { name: 'Write it down' }).click();
		await expect(card.getByRole('radio')).toHaveCount(0);
		await expect(card).toContainText('Stop acting');
		await expect(card).toContainText(/Alma Reyes, 18:0\d/);
		await expect(card).toContainText('nobody else is at risk, and she asked for quiet');
		await step(alma, /^Finding/);
		await stands(main);
		await step(alma, /^Reports/);
	});

	await test.step('a lead thinks again: going on for the safety of others wants its reason, too; she is left alone all the same', async () => {
		const card = main.getByRole('region', { name: 'The reporter does not want it to go on' });
		await card.getByRole('button', { name: 'Decide anew' }).click();
		await card.getByRole('radio', { name: /Go on, for the safety of others/ }).check();
		await card.getByRole('button', { name: 'Write it down' }).click();
		await expect(card.getByRole('alert')).toHaveText('Write down why first.');
		await card.getByRole('textbox', { name: 'Why' }).fill('he followed somebody else, too');
		await card.getByRole('button', { name: 'Write it down' }).click();
		await expect(card).toContainText(/Alma Reyes, 18:0\d/);
		await expect(card).toContainText('he followed somebody else, too');
		await home(noor.page);
		await expect(noor.page.getByText('Say what came of it')).toHaveCount(0);
		await alma.page.getByRole('link', { name: /^Meeting/ }).click();
		await expect(main).not.toContainText('Say what came of it');
		await alma.page.getByRole('link', { name: /^Told/ }).click();
		await expect(main.getByRole('region', { name: 'Told' })).toContainText('They asked to be left alone: nobody gets in touch.');
		await expect(main.getByRole('button', { name: 'Note what the reporter was told' })).toHaveCount(0);
	});

	await test.step('nothing of what was told has gone', async () => {
		await stands(main);
		await alma.page.getByRole('link', { name: /^Reports/ }).click();
		await expect(main).toContainText('He kept following me');
		await expect(main).toContainText(DANA);
	});
});
