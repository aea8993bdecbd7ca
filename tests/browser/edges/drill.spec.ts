import { beginReport, noteTold, readBackAndSave, writeDown } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('a lead starts a drill; Noor practises on the real screens, nothing of it leaves her phone, and the board shows that she did', async ({ world }) => {
	test.setTimeout(180_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const { page } = noor;
	const main = alma.page.getByRole('main');
	const row = main.getByRole('row').filter({ hasText: 'Noor Haddad' });
	const band = page.getByRole('region', { name: 'Drill' });
	const console = (name: RegExp) => alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();

	await test.step('Alma starts it, and Noor is asked', async () => {
		await console(/^Readiness/);
		await expect(row.getByRole('button', { name: 'Noor Haddad did the drill' })).toBeVisible();
		const card = main.getByRole('region', { name: 'Drill' });
		await card.getByRole('button', { name: 'Start a drill' }).click();
		await expect(card).toContainText(/Alma Reyes started it|You started it/);
		await expect(card.getByRole('status')).toContainText(/^0 of \d+ did it since$/);
		await expect(page.getByRole('region', { name: 'A drill has started' })).toContainText(/Alma Reyes asks everybody to practise once\. Since 10:0\d\./);
		await stop(page, 'phone-home-drill');
		await stop(alma.page, 'console-drill');
	});

	await test.step('the page before it says what happens', async () => {
		await page.getByRole('link', { name: 'Practise now' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Practise once' })).toBeVisible();
		await expect(page.getByRole('main')).toContainText('If something real happens meanwhile, stop the drill');
		await stop(page, 'phone-drill');
	});

	await test.step('on each screen stands that it is a drill, and no number is anybody’s', async () => {
		await page.getByRole('button', { name: 'Begin the drill' }).click();
		await expect(band).toContainText('Nothing here is real. If it gets real, stop.');
		await stop(page, 'phone-drill-check');
		await page.getByRole('link', { name: 'Danger now', exact: true }).click();
		await expect(page.getByRole('heading', { name: 'Danger now' })).toBeVisible();
		await expect(band).toBeVisible();
		const calls = await page.locator('a[href^="tel:"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
		expect(calls.length).toBeGreaterThan(0);
		for (const call of calls) expect(call).toMatch(/^tel:\+493023125\d{3}$/);
		await page.evaluate(() => (location.hash = '#/list'));
		await page.emulateMedia({ media: 'print' });
		const across = await page.evaluate(() => {
			const { content, position } = getComputedStyle(document.documentElement, '::before');
			return { content, position };
		});
		expect(across).toEqual({ content: '"DRILL"', position: 'fixed' });
		await page.emulateMedia({ media: 'screen' });
		await page.evaluate(() => (location.hash = '#/'));
		await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
		await beginReport(page);
	});

	await test.step('she takes the report, and tells the chair, who is nobody', async () => {
		await writeDown(page, { words: 'Somebody kept standing very close to me at the coffee bar.' });
		await readBackAndSave(page);
		await expect(page.getByText(/^Drill [A-Z][a-z]+ \d\d$/)).toBeVisible();
		await stop(page, 'phone-drill-tell');
		await noteTold(page, 'By phone', 'Practice-chair');
		await expect(band).toContainText('That was the whole way. It is noted that you practised.');
	});

	await test.step('the board has it, and no case, number or alert has', async () => {
		await expect(row).toContainText(/Drill: done 10:0\d/);
		await expect(main.getByRole('region', { name: 'Drill' }).getByRole('status')).toContainText(/^1 of \d+ did it since$/);
		await console(/^Inbox/);
		await expect(main.getByRole('link', { name: /Drill/ })).toHaveCount(0);
		await expect(alma.page.getByText(/New case/)).toHaveCount(0);
		await console(/^After the event/);
		await expect(main.getByRole('article')).toHaveText(/^\s*Code of conduct at [^.]+$/);
	});

	await test.step('it is gone with one tap, and the real phone holds nothing of it', async () => {
		await band.getByRole('button', { name: 'Finish' }).click();
		await expect(page.getByText('Drill done')).toBeVisible();
		await expect(band).toHaveCount(0);
		await page.evaluate(() => (location.hash = '#/'));
		await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
		await expect(page.getByRole('article')).toHaveCount(0);
		await expect(page.getByRole('region', { name: 'A drill has started' })).toHaveCount(0);
	});

	await test.step('a lock in the middle ends it', async () => {
		await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
		await page.evaluate(() => (location.hash = '#/drill'));
		await page.getByRole('button', { name: 'Begin the drill' }).click();
		await expect(band).toBeVisible();
		await expect(page.getByRole('heading', { level: 1, name: 'Is anyone in danger right now?' })).toBeVisible();
		await page.evaluate(() => (location.hash = '#/'));
		await page.getByRole('button', { name: 'Lock', exact: true }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
		await expect(band).toHaveCount(0);
	});
});
