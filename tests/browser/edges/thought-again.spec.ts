import { stop } from '../harness/reader.ts';
import { expect, test } from '../harness/world.ts';
import { declined, finds, step, warns } from '../journeys/decided.ts';
import { firstOnTheConsole } from '../journeys/told.ts';

test('what rested on a finding stays until somebody lifts it, and meanwhile nobody is told of it', async ({ world }) => {
	test.setTimeout(240_000);
	const { alma } = await firstOnTheConsole(world);
	const main = alma.page.getByRole('main');
	const row = main.getByRole('row').filter({ hasText: 'Warning to stop' });
	const tell = main.getByRole('button', { name: 'Note that they were told' });
	await main.getByRole('link', { name: 'Open case' }).click();
	await declined(alma, 'he did not want to talk to us');
	await step(alma, /^Finding/);
	await finds(alma, 'Decide', 'The report stands', 'two accounts agree');
	await warns(alma);
	await expect(row).toContainText('no end');

	await test.step('found anew that it does not stand, the warning asks to be lifted', async () => {
		await finds(alma, 'Decide anew', 'The report does not stand', 'it was somebody else');
		await expect(main.getByRole('heading', { name: 'The report does not stand' })).toBeVisible();
		await expect(row).toContainText('the report does not stand any more: lift it');
		await stop(alma.page, 'console-sanction-lost');
	});

	await test.step('and so does the page on which the case is closed', async () => {
		await step(alma, /^Close/);
		await expect(main.getByRole('region', { name: 'Close this case' })).toContainText('1 sanction has not been lifted though the report does not stand any more');
		await alma.page.goBack();
	});

	await test.step('lifted, it stays to be read, and only what was found is told', async () => {
		await row.getByRole('button', { name: /^Lift/ }).click();
		await row.getByRole('button', { name: 'Yes, it ends now' }).click();
		await expect(row).toContainText(/lifted 11:0\d/);
		await expect(row).not.toContainText('lift it');
		await tell.click();
		const sheet = alma.page.getByRole('dialog', { name: 'The reported person was told' });
		await expect(sheet).toContainText('The report does not stand');
		await expect(sheet).not.toContainText('Warning to stop');
	});
});
