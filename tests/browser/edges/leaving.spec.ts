import { beginReport, home, readBackAndSave, writeDown } from '../harness/hands.ts';
import { enterPin, lockScreen } from '../harness/lock.ts';
import { placeOf } from '../harness/opened.ts';
import { readable } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('a phone that is revoked hands in what only it had, empties itself, and its browser throws the rest away', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop', byHand: true });
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await noor.offline();
	await beginReport(page);
	await writeDown(page, { words: 'nobody else has this yet' });
	await readBackAndSave(page);
	await home(page);
	expect(await placeOf(noor)).toMatchObject({ databases: 1, files: 1, workers: 1 });

	await alma.page.getByRole('navigation').getByRole('link', { name: /^Team/ }).click();
	await alma.page.getByRole('button', { name: /^Revoke N/ }).click();
	await alma.page.getByRole('region', { name: /^Revoke N/ }).getByRole('button', { name: /^Revoke/ }).click();
	await expect(alma.page.getByRole('main')).toContainText('Access ended');
	await noor.online();
	await expect(page.getByRole('heading', { level: 1, name: 'This phone no longer has access' })).toBeVisible();
	// One word stays, which says why nothing is here.
	await expect.poll(() => placeOf(noor)).toEqual({ databases: 1, files: 0, caches: 0, workers: 0 });
	await page.reload();
	await expect(page.getByRole('heading', { level: 1, name: 'This phone no longer has access' })).toBeVisible();
	await alma.page.getByRole('navigation').getByRole('link', { name: /^Late notes/ }).click();
	await expect(alma.page.getByRole('main')).toContainText('had lost its access before this arrived');
});

for (const screen of ['laptop', 'phone'] as const) {
	test(`the console is locked and hidden by one button each, on a ${screen}`, async ({ world }) => {
		const alma = await joined(world, 'alma', { screen, byHand: true });
		const { page } = alma;
		const inbox = page.getByRole('heading', { level: 1, name: 'Inbox' });
		if (screen === 'phone') await page.getByRole('button', { name: 'More' }).click();
		await readable(page, `console with its lock, ${screen}`);
		await page.getByRole('button', { name: 'Lock', exact: true }).click();
		await expect(lockScreen(page)).toBeVisible();
		expect(await page.content()).not.toContain('Alma Reyes');
		await enterPin(page);
		await expect(inbox).toBeVisible();

		await page.getByRole('button', { name: 'Hide the screen' }).click();
		await expect(page.getByRole('heading', { level: 1, name: '29 September' })).toBeVisible();
		const back = page.getByRole('button', { name: 'Hold to go back' });
		await back.hover();
		await page.mouse.down();
		await alma.context.clock.fastForward(700);
		await page.mouse.up();
		await expect(lockScreen(page)).toBeVisible();
	});
}
