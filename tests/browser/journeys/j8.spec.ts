import type { Locator, Page } from '@playwright/test';
import { beginReport, readBackAndSave, type Told, writeDown } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { onServer } from '../harness/records.ts';
import { joined } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';
import { countsAre, warnsAndTells } from './decided.ts';
import { firstArrives, firstReport } from './told.ts';

// Every phone is unlocked again whenever the day goes on.
test.setTimeout(600_000);

const STILL_MOSS: Told = {
	words: 'He came to our table and would not stop commenting on my body.',
	relation: 'It happened to them',
	who: { badge: '0417 ' },
	when: { kind: 'At', range: '17:50' },
	where: 'Terrace'
};
const RED_TAMARIND: Told = {
	words: 'He stood in the door and said things about my skirt.',
	relation: 'It happened to them',
	who: { badge: 'O417', look: 'tall, grey hoodie, keynote lanyard' },
	where: 'Hall 2'
};

async function takes(phone: Phone, codeName: string, told: Told): Promise<void> {
	await phone.page.evaluate(() => (location.hash = '#/'));
	await phone.nextCaseIs(codeName);
	await beginReport(phone.page);
	await writeDown(phone.page, told);
	await readBackAndSave(phone.page);
}

/** The row of a case in the inbox: more than its name, which links elsewhere have, too. */
function row(page: Page, codeName: string): Locator {
	return page.getByRole('main').getByRole('link', { name: new RegExp(`^${codeName}\\s+\\S`) });
}

/** The preview of a case in the inbox. */
async function preview(page: Page, codeName: string): Promise<Locator> {
	await page.evaluate(() => (location.hash = '#/console'));
	await row(page, codeName).click();
	const shown = page.getByRole('region', { name: new RegExp(codeName) });
	await expect(shown.getByRole('heading', { level: 2, name: codeName })).toBeVisible();
	return shown;
}

/** Their side was left out with a reason, the report stands, and a warning was told at 13:45. */
async function warned(world: World, alma: Phone): Promise<void> {
	const main = alma.page.getByRole('main');
	await row(alma.page, 'Amber Kite').click();
	await main.getByRole('link', { name: 'Open case' }).click();
	await world.becomes('13:30');
	await warnsAndTells(world, alma);
	await expect(main.getByRole('row').filter({ hasText: 'Warning to stop' })).toContainText('13:45');
}

test('J8: three reports on one badge number are suggested with their reasons, and nothing is linked by itself', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	await warned(world, alma);

	await test.step('17:50, the same badge again: a new report after a warning', async () => {
		await world.becomes('18:00');
		await takes(jonas, 'Still Moss', STILL_MOSS);
		await expect(alma.page.getByRole('main')).toBeVisible();
		await alma.page.evaluate(() => (location.hash = '#/console'));
		await expect(row(alma.page, 'Still Moss')).toContainText('New report after a warning.', { timeout: 30_000 });
		const shown = await preview(alma.page, 'Still Moss');
		await expect(shown).toContainText('The code says that further reports bring sanctions. The warning was told 13:45, in Amber Kite.');
		await expect(shown.getByRole('heading', { name: 'Same person as in Amber Kite?' })).toBeVisible();
		await expect(shown).toContainText('50 points');
		const why = shown.getByRole('list', { name: 'Why Amber Kite' }).getByRole('listitem');
		await expect(why).toHaveText([/^\+50\s*Same badge number on the reported person$/]);
		await stop(alma.page, 'console-suggestion');
	});

	await test.step('both cases stay apart when she says that it is the same person', async () => {
		const before = onServer(world.server);
		const shown = alma.page.getByRole('region', { name: /Still Moss/ });
		await shown.getByRole('button', { name: 'Same person' }).click();
		await expect(shown.getByRole('heading', { name: /Amber Kite/ })).toHaveCount(0);
		await expect(shown).toContainText('New report after a warning'); // it still is one
		await alma.page.getByRole('link', { name: 'Open case' }).click();
		const links = alma.page.getByRole('region', { name: 'Links' });
		await expect(links).toContainText('Same reported person');
		await expect(links).toContainText('Suggested with 50 points');
		const after = onServer(world.server);
		for (const [id, document] of before) expect(after.get(id)?.content.accounts).toEqual(document.content.accounts);
		await alma.page.evaluate(() => (location.hash = '#/console'));
		for (const codeName of ['Amber Kite', 'Still Moss']) await expect(row(alma.page, codeName)).toHaveCount(1);
	});

	await test.step('30 September, a letter for a digit: worth a look, and no more', async () => {
		await world.becomes('2026-09-30T11:15:00+02:00');
		await takes(jonas, 'Red Tamarind', RED_TAMARIND);
		const shown = await preview(alma.page, 'Red Tamarind');
		await expect(shown.getByRole('heading', { name: 'Worth a look: Amber Kite' })).toBeVisible({ timeout: 30_000 });
		await expect(shown).toContainText('45 points');
		const why = shown.getByRole('list', { name: 'Why Amber Kite' }).getByRole('listitem');
		await expect(why).toHaveText([/^\+35\s*Badge number looks alike/, /^\+10\s*Described in the same words, at least three$/]);
		// A look-alike is no reason to say that somebody was warned before.
		await expect(shown).not.toContainText('New report after a warning');
	});

	await test.step('what was decided about the same person is in front of whoever decides again', async () => {
		await preview(alma.page, 'Still Moss');
		await alma.page.getByRole('link', { name: 'Open case' }).click();
		await alma.page.getByRole('list', { name: 'Path of this case' }).getByRole('link', { name: /^Finding/ }).click();
		const before = alma.page.getByRole('region', { name: 'Before this decision' });
		await expect(before).toContainText('Warning to stop; further reports bring sanctions');
		await stop(alma.page, 'console-before-decision');
		await before.getByRole('button', { name: 'Say who this is' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Is it the same person as in another case?' });
		await sheet.getByRole('radio', { name: /^Amber Kite/ }).check();
		await stop(alma.page, 'console-sheet-person');
		await sheet.getByRole('button', { name: 'It is the same person' }).click();
		await expect(before).toContainText(/Among leads: [A-Z][a-z]+ [A-Z][a-z]+/);
	});

	await test.step('Red Tamarind is said to be the same person, too: three reports, three cases, one person', async () => {
		await (await preview(alma.page, 'Red Tamarind')).getByRole('button', { name: 'Same person' }).first().click();
		await alma.page.getByRole('link', { name: 'Open case' }).click();
		await alma.page.getByRole('list', { name: 'Path of this case' }).getByRole('link', { name: /^Finding/ }).click();
		const before = alma.page.getByRole('region', { name: 'Before this decision' });
		await before.getByRole('button', { name: 'Say who this is' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Is it the same person as in another case?' });
		await sheet.getByRole('radio', { name: /^Amber Kite/ }).check();
		await sheet.getByRole('button', { name: 'It is the same person' }).click();
		await expect(sheet).toBeHidden();
		await alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'After the event' }).click();
		const main = alma.page.getByRole('main');
		await expect(main.getByRole('article')).toContainText('Our team received 3 reports during the event. We handled them as 3 cases.');
		await countsAre(alma, { Reports: 3, Cases: 3, People: 1 });
	});

	await test.step('no responder sees any of it', async () => {
		for (const phone of [noor, jonas]) {
			await phone.page.evaluate(() => (location.hash = '#/'));
			await expect(phone.page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
			const refused = await phone.page.evaluate(async () => (await fetch('/v1/suggestions')).status);
			expect(refused).toBe(401);
			for (const word of [/same person/i, /after a warning/i, /points/]) await expect(phone.page.getByText(word)).toHaveCount(0);
		}
		await expect(jonas.page.getByText('Amber Kite')).toHaveCount(0);
	});
});
