import type { Page } from '@playwright/test';
import { keys, press, reach } from '../harness/hand.ts';
import { addEntry, beginReport, choose, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { readable } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';

test.setTimeout(240_000);

/** What somebody writes down who does not hear of the other. */
async function says(page: Page, place: string, wish: string): Promise<void> {
	await addEntry(page, 'Where', async (sheet) => choose(sheet, 'Rooms', place));
	await page.getByRole('button', { name: 'Add entry' }).click();
	await page.getByRole('dialog').getByRole('radio', { name: 'Police', exact: true }).click();
	const asked = page.getByRole('dialog', { name: 'Do they want police?' });
	await asked.getByRole('button', { name: wish }).click();
	await expect(asked).toBeHidden();
}

/** Two responders said different things about one case, which is open at the chair's laptop. */
async function twoAnswers(world: World): Promise<Phone> {
	const alma = await joined(world, 'alma', { screen: 'laptop', hand: keys });
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	await noor.nextCaseIs('Amber Kite');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: 'He would not let me pass.' });
	await readBackAndSave(noor.page);
	await alma.page.getByRole('main').getByRole('link', { name: /^Amber Kite/ }).click();
	await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
	await alma.page.getByRole('button', { name: 'Give access' }).click();
	const give = alma.page.getByRole('dialog', { name: 'Give access to Amber Kite' });
	await give.getByRole('radio', { name: /Jonas Brandt/ }).check();
	await give.getByRole('radio', { name: /can read and write/ }).check();
	await give.getByRole('button', { name: 'Give access' }).click();
	await expect(give).toBeHidden();
	for (const { page } of [noor, jonas]) {
		await openCase(page, 'Amber Kite');
		await expect(standing(page)).toContainText(/Sent/);
	}
	for (const phone of [noor, jonas]) await phone.offline();
	await says(noor.page, 'Terrace', 'They do not want it');
	await says(jonas.page, 'Foyer', 'Undecided');
	for (const phone of [noor, jonas]) await phone.online();
	return alma;
}

test('a lead settles by keys alone what two phones said differently, and each time is led on to what else is open', async ({ world }) => {
	const alma = await twoAnswers(world);
	const { page } = alma;
	const where = page.getByRole('region', { name: /: 2 versions/ });
	const police = page.getByRole('region', { name: 'Police: ask again' });
	await expect(where).toBeVisible();
	await expect(police).toBeVisible();

	await test.step('left for now, one is still at it', async () => {
		await reach(where.getByRole('radio').first());
		await page.keyboard.press('Space');
		await press(where.getByRole('button', { name: 'Leave it for now' }));
		await expect(where.getByRole('heading')).toBeFocused();
		await expect(where.getByText('Nothing was written. It stays open.')).toBeVisible();
	});

	await test.step('settled, it is gone, and the next of what needs a lead is heard', async () => {
		await reach(where.getByRole('radio').first());
		await page.keyboard.press('Space');
		await press(where.getByRole('button', { name: 'Settle it' }));
		await expect(where).toBeHidden();
		await expect(police.getByRole('heading')).toBeFocused();
		await readable(page, 'console with one of two differences settled');
	});

	await test.step('after the last the case itself is heard', async () => {
		await reach(police.getByRole('radio').first());
		await page.keyboard.press('Space');
		await press(police.getByRole('button', { name: 'Write it down' }));
		await expect(police).toBeHidden();
		await expect(page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeFocused();
	});
});
