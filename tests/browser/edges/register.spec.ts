import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { stop } from '../harness/reader.ts';
import { expect, test } from '../harness/world.ts';
import { firstOnTheConsole } from '../journeys/told.ts';

interface Kept {
	kind: string;
	bans: { case: string; what: string; who: object[]; review: number }[];
}

test('a ban goes to the leads of the next event as a file, noted first, and is read there', async ({ world }) => {
	test.setTimeout(240_000);
	const { alma } = await firstOnTheConsole(world);
	const main = alma.page.getByRole('main');
	const pages = alma.page.getByRole('navigation', { name: 'Console' });
	const path = alma.page.getByRole('list', { name: 'Path of this case' });
	const sheet = alma.page.getByRole('dialog');
	const part = main.getByRole('region', { name: 'What stands beyond this event' });

	await test.step('nothing stands there before anything was decided', async () => {
		await pages.getByRole('link', { name: /^After the event/ }).click();
		await expect(part).toContainText('Nothing was decided that goes beyond this event.');
		await expect(part.getByRole('button', { name: 'Save it as a file' })).toHaveCount(0);
	});

	await test.step('they left without their side, the report stands, and they are not admitted again', async () => {
		await pages.getByRole('link', { name: /^Inbox/ }).click();
		await main.getByRole('link', { name: 'Open case' }).click();
		await path.getByRole('link', { name: /^Their side/ }).click();
		await main.getByRole('button', { name: 'They left' }).click();
		await sheet.getByRole('textbox').fill('gone before noon');
		await sheet.getByRole('button', { name: 'Go on without it' }).click();
		await path.getByRole('link', { name: /^Finding/ }).click();
		await main.getByRole('button', { name: 'Decide', exact: true }).click();
		await sheet.getByRole('radio', { name: 'The report stands' }).check();
		await sheet.getByRole('textbox', { name: 'Why' }).fill('two accounts agree');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await main.getByRole('button', { name: /^No admission to future events/ }).first().click();
		await sheet.getByRole('radio', { name: 'No end' }).click();
		await sheet.getByLabel('When to look at it again').fill('2027-09-01T10:00');
		await sheet.getByRole('button', { name: 'Decide it' }).click();
		await expect(sheet).toBeHidden();
	});

	let file = '';
	await test.step('it is read out of the case, and noted before it leaves', async () => {
		await pages.getByRole('link', { name: /^After the event/ }).click();
		await expect(part).toContainText('No admission to future events');
		await expect(part).toContainText('badge 0417 here');
		await expect(part).toContainText('Without an end. Look at it again on 1 September 2027.');
		await expect(part).toContainText('They were not told yet.');
		await stop(alma.page, 'console-register');
		const [download] = await Promise.all([alma.page.waitForEvent('download'), part.getByRole('button', { name: 'Save it as a file' }).click()]);
		file = readFileSync(await download.path(), 'utf8');
		const kept = JSON.parse(file) as Kept;
		expect(kept.bans).toMatchObject([{ case: 'Amber Kite', what: 'No admission to future events', who: [{ badge: '0417' }], review: Date.parse('2027-09-01T10:00:00+02:00') }]);
		for (const told of ['Dana', 'Okafor', 'following', 'gone before noon', 'two accounts agree']) expect(file).not.toContain(told);
		await pages.getByRole('link', { name: /^Access ledger/ }).click();
		await alma.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'Amber Kite' });
		await expect(alma.page.getByRole('row').filter({ hasText: 'Took a copy of the case out' }).filter({ hasText: /without .*names/ })).toContainText('Alma Reyes');
	});

	await test.step('at another event it is shown, says what is due, and is gone with the page', async () => {
		await pages.getByRole('link', { name: /^After the event/ }).click();
		const later = file.replace(String(Date.parse('2027-09-01T10:00:00+02:00')), String(world.now() - 1));
		await shows(alma.page, part, { name: 'a.json', text: later });
		await expect(part).toContainText('It is time to look at it again.');
		await stop(alma.page, 'console-register-given');
		await shows(alma.page, part, { name: 'b.json', text: '{"kind":"safehall case file"}' });
		await expect(part.getByRole('alert')).toHaveText('This is no file of that kind, or it is damaged.');
		await expect(part).not.toContainText('It is time to look at it again.');
	});
});

async function shows(page: Page, part: Locator, file: { name: string; text: string }): Promise<void> {
	const choosing = page.waitForEvent('filechooser');
	await part.getByRole('button', { name: 'Show a file' }).click();
	await (await choosing).setFiles({ name: file.name, mimeType: 'application/json', buffer: Buffer.from(file.text) });
}
