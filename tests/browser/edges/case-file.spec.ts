import { readFileSync } from 'node:fs';
import { stop } from '../harness/reader.ts';
import { expect, test } from '../harness/world.ts';
import { DANA, firstOnTheConsole } from '../journeys/told.ts';

test.setTimeout(240_000);

interface Copy {
	case: { codeName: string; leftOut: string[]; accounts: { words: string[] }[] };
	evidence: { changes: { id: string; staff: string }[] };
}

test('a copy of a case is noted before it is taken, names what it leaves out, and needs a connection', async ({ world }) => {
	const { alma } = await firstOnTheConsole(world);
	const main = alma.page.getByRole('main');
	await main.getByRole('link', { name: 'Open case' }).click();
	await expect(main).toContainText(DANA.words);
	await main.getByRole('button', { name: 'Case file' }).click();
	const sheet = alma.page.getByRole('dialog', { name: 'Case file' });
	await sheet.getByRole('checkbox', { name: /^Names, badges/ }).uncheck();
	await stop(alma.page, 'console-case-file');

	await test.step('as a file: the words as they were told, no badge, and the changes that it is of', async () => {
		const [download] = await Promise.all([alma.page.waitForEvent('download'), sheet.getByRole('button', { name: 'Save it as a file' }).click()]);
		expect(download.suggestedFilename()).toBe('amber-kite.json');
		const text = readFileSync(await download.path(), 'utf8');
		const copy = JSON.parse(text) as Copy;
		expect(copy.case.leftOut).toEqual(['names']);
		expect(copy.case.accounts[0]?.words).toEqual([DANA.words]);
		// Not the badge: among its hashes these digits stand by chance.
		expect(text).not.toMatch(/(?<![0-9a-f])0417(?![0-9a-f])/);
		expect(text).not.toContain('Okafor');
		expect(copy.evidence.changes.length).toBeGreaterThan(3);
		expect(copy.evidence.changes[0]?.id).toMatch(/^[0-9a-f]{64}$/);
	});

	await test.step('the ledger has it', async () => {
		await alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: /^Access ledger/ }).click();
		await alma.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'Amber Kite' });
		await expect(alma.page.getByRole('row').filter({ hasText: 'Took a copy of the case out' })).toContainText('Alma Reyes');
	});

	await test.step('without a connection nothing is taken', async () => {
		await alma.page.goBack();
		await alma.offline();
		await main.getByRole('button', { name: 'Case file' }).click();
		await expect(sheet.getByRole('button', { name: 'Print it' })).toBeDisabled();
		await expect(sheet).toContainText('This needs a connection.');
	});
});
