import { type Locator } from '@playwright/test';
import { de } from '../../../app/src/words/de/index.ts';
import { PIN } from '../harness/lock.ts';
import { invited, joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('Danger now stays at its place, is covered by nothing, and is there on a phone on its side', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const jonas = await world.phone('Jonas Brandt', { locale: 'de-DE' });
	const { page } = jonas;
	await page.goto(invited(world, 'jonas'));
	await page.getByRole('button', { name: de.enrol.me }).click();
	await expect(page.getByRole('heading', { level: 1, name: de.lock.choose.title })).toBeVisible();
	await page.keyboard.type(PIN);
	await expect(page.getByRole('heading', { level: 1, name: de.lock.choose.again })).toBeVisible();
	await page.keyboard.type(PIN);
	await page.getByRole('link', { name: de.common.later }).click();

	const foot = page.getByRole('contentinfo');
	const danger = foot.getByRole('link', { name: de.common.danger });
	const next = foot.getByRole('link', { name: de.home.fresh });
	await expect(next, 'home is there, and the page before it is gone').toBeVisible();
	expect((await box(danger)).y, 'beside each other, also where the words are longer').toBe((await box(next)).y);
	expect((await box(danger)).x).toBeLessThan((await box(next)).x);

	await noor.page.getByRole('link', { name: 'End my shift' }).click();
	await noor.page.getByRole('radio', { name: 'Jonas Brandt' }).click();
	await noor.page.getByRole('button', { name: 'I hand over' }).click();
	await page.getByRole('button', { name: de.ready.phone.take }).click();
	const said = page.getByText(de.ready.phone.taken('Noor Haddad'));
	await expect(said).toBeVisible();
	const bar = await box(page.locator('.toast').filter({ has: said }));
	expect(bar.y + bar.height, 'what is said in passing ends above the foot').toBeLessThanOrEqual((await box(foot)).y);

	await page.setViewportSize({ width: 844, height: 390 });
	await expect(danger).toBeInViewport({ ratio: 1 });
	expect((await box(foot)).height, 'on its side the foot is low').toBeLessThan(70);
});

async function box(of: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
	const found = await of.boundingBox();
	if (found === null) throw new Error('it is not shown');
	return found;
}
