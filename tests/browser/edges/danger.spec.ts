import { beginReport, choose, home, line, noteWish, openCase, readBackAndSave, writeDown } from '../harness/hands.ts';
import { startOf } from '../harness/phone.ts';
import { named, onServer, values } from '../harness/records.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('what is done in danger is noted in the case that was open, and in no new report', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const { page } = noor;
	const main = page.getByRole('main');
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await writeDown(page, { words: 'He is waiting outside.', where: 'Foyer' });
	await readBackAndSave(page);
	await openCase(page, 'Amber Kite');

	await test.step('from the case, danger leads to the same numbers, and back to it', async () => {
		await page.getByRole('link', { name: 'Danger now', exact: true }).click();
		await expect(page.getByRole('heading', { name: 'Danger now' })).toBeVisible();
		await main.getByRole('checkbox', { name: 'Called security' }).click();
		await main.getByRole('checkbox', { name: 'Told the chair' }).click();
		await expect(main.getByRole('checkbox', { name: /^Told the chair \d\d:\d\d$/ })).toHaveAttribute('aria-checked', 'true');
		await main.getByRole('checkbox', { name: /^Told the chair/ }).click();
		await expect(main.getByRole('checkbox', { name: 'Told the chair', exact: true })).toHaveAttribute('aria-checked', 'false');
		await main.getByRole('link', { name: 'Back to Amber Kite' }).click();
		await expect(line(page, 'Danger: yes')).toBeVisible();
		await expect(line(page, 'Security called')).toBeVisible();
		await expect(line(page, 'Chair told')).toContainText('Struck entry');
	});

	await test.step('that it is over is one more answer, and the first one stays', async () => {
		await page.getByRole('link', { name: 'Danger now', exact: true }).click();
		await main.getByRole('button', { name: 'Nobody is in danger any more' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
		await expect(line(page, 'Danger: no')).toHaveCount(2);
		await expect(line(page, 'Danger: yes')).toBeVisible();
	});

	await test.step('a call that the person asked for is noted with its time', async () => {
		// The question is asked for the first time, and then there is a wish to act on.
		await page.getByRole('button', { name: 'Add entry' }).click();
		await page.getByRole('dialog').getByRole('radio', { name: 'Police', exact: true }).click();
		await page.getByRole('dialog', { name: 'Do they want police?' }).getByRole('button', { name: 'They ask for it' }).click();
		// This machine has no telephone: the browser would look for one, and takes no click meanwhile.
		await page.evaluate(() => document.addEventListener('click', (event) => event.preventDefault(), { capture: true, once: true }));
		await main.getByRole('link', { name: 'Call police' }).click();
		await expect(main.getByText(/^Noted: police called \d\d:\d\d\.$/)).toBeVisible();
		await expect(line(page, 'Police called')).toBeVisible();
		await main.getByRole('button', { name: 'I did not call' }).click();
		await expect(line(page, 'Police called')).toContainText('Struck entry');
		await noteWish(page, 'They do not want it');
		await expect(main.getByRole('button', { name: 'Call police' })).toBeDisabled();
	});

	await test.step('a call for somebody else says who asked, and one against their wish says why', async () => {
		await page.getByRole('link', { name: 'Danger now', exact: true }).click();
		await expect(main.getByText('They did not want the police.')).toHaveCount(0);
		await main.getByRole('checkbox', { name: 'Called police', exact: true }).click();
		await main.getByRole('textbox', { name: 'Why was it called?' }).fill('he came back with a bottle');
		await main.getByRole('checkbox', { name: 'Called police for somebody' }).click();
		await main.getByRole('textbox', { name: 'Who asked you to call?' }).fill('the barista');
		await main.getByRole('textbox', { name: 'Who called, if it was not you?' }).fill('Jonas');
		await stop(page, 'phone-danger-in-case');
		await main.getByRole('button', { name: 'Note it' }).click();
		await expect(main.getByText('Noted in the case.')).toBeVisible();
		await main.getByRole('link', { name: 'Back to Amber Kite' }).click();
		await expect(line(page, 'The call: asked for by the barista, made by Jonas')).toBeVisible();
		await expect(line(page, 'Why the police were called against their wish: he came back with a bottle')).toBeVisible();
	});

	await test.step('there is one case and nothing half written, here and on the server', async () => {
		await home(page);
		await expect(page.getByRole('article')).toHaveCount(1);
		await expect(page.getByText('Carry on writing')).toHaveCount(0);
		await expect.poll(() => values(named(onServer(world.server), startOf('Amber Kite')), 'entries', 'kind')).toContain('police_called');
	});
});

test('in danger it is asked at once whether it is about the chair: nobody who is named is offered to be called, and nothing goes to them', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	await joined(world, 'tom');
	const noor = await joined(world, 'noor');
	const { page } = noor;
	const main = page.getByRole('main');
	await noor.nextCaseIs('Amber Kite');
	await page.getByRole('link', { name: 'New report' }).click();
	await page.getByRole('button', { name: /^Yes/ }).click();
	await expect(page.getByRole('heading', { name: 'Danger now' })).toBeVisible();
	await expect(page.getByRole('link', { name: /^Call Alma/ })).toBeVisible();

	await main.getByRole('button', { name: /^About staff or the chair/ }).click();
	const sheet = page.getByRole('dialog', { name: 'Is it about staff or the chair?' });
	await choose(sheet, 'Who it is about', 'The chair');
	await expect(sheet.getByText('It goes to Tom Lindqvist only.')).toBeVisible();
	await sheet.getByRole('button', { name: 'Use this', exact: true }).click();
	await expect(main.getByRole('button', { name: /^About staff or the chair/ })).toContainText('The chair');
	await expect(page.getByRole('link', { name: /^Call Alma/ })).toHaveCount(0);
	await expect(page.getByRole('link', { name: /^Call Tom/ })).toBeVisible();

	await main.getByRole('checkbox', { name: 'Called security' }).click();
	await main.getByRole('link', { name: 'Look after the person' }).click();
	await writeDown(page, { words: 'It was the chair.' });
	await readBackAndSave(page);
	await openCase(page, 'Amber Kite');
	await expect(main).toContainText('As far as this phone knows, you and Tom Lindqvist can read this.');
	await expect.poll(() => [...onServer(world.server).values()].some((document) => values(document, 'entries', 'kind').includes('security_called'))).toBe(true);
	await expect(alma.page.getByRole('main')).not.toContainText('Amber Kite');
	await expect(alma.page.getByRole('main')).toContainText('Nothing waits for you.');
});

test('the contacts are one tap away from every screen, and lead back to it', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await beginReport(page);
	for (const [next, heading] of [['Write it down', 'Write it down'], ['Read it back', 'Read it out, slowly']] as const) {
		await page.getByRole('link', { name: next, exact: true }).click();
		await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
		await page.getByRole('link', { name: 'Contacts' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Contacts' })).toBeVisible();
		await expect(page.getByRole('link', { name: 'Call Alma Reyes' })).toHaveAttribute('href', /^tel:/);
		await page.getByRole('link', { name: 'Back', exact: true }).click();
		await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
	}
});

test('the contacts say when the police are called', async ({ world }) => {
	const noor = await joined(world, 'noor');
	await noor.page.evaluate(() => (location.hash = '#/contacts'));
	await expect(noor.page.getByText('Police: only in danger, or if the person asks for it now.')).toBeVisible();
});
