import { beginReport } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('danger and a first report do not wait for the part of the app that signs', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const { page } = noor;
	// Neither the phone’s cache nor the network hands the WASM out: what hangs is asked for and never comes.
	await page.addInitScript(() => {
		for (const compile of ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming'] as const) {
			Object.defineProperty(WebAssembly, compile, { value: () => new Promise(() => undefined) });
		}
	});
	await page.reload();
	await page.getByRole('link', { name: 'Danger now', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'Danger now' })).toBeVisible();
	await expect(page.getByRole('link', { name: /110/ }).first()).toHaveAttribute('href', 'tel:110');

	await page.evaluate(() => (location.hash = '#/'));
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	const account = page.getByRole('textbox', { name: 'In their words' });
	await account.pressSequentially('He would not leave.');
	await expect(page.getByText(/^Saved on this phone \d\d:\d\d$/)).toBeVisible();
	await page.reload();
	await expect(account).toHaveValue('He would not leave.');
});
