import { beginReport, home, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { readable } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test.use({ opensAt: '15:00' });

const LEA = 'He blocked the door of Room 0.3 and said I should wear that dress for him again.';

/** Lea tells Noor, who is online. */
async function leaTells(noor: Phone, codeName: string, staff: { kind: string; away?: string[] }): Promise<void> {
	await noor.nextCaseIs(codeName);
	await beginReport(noor.page);
	await writeDown(noor.page, { words: LEA, relation: 'It happened to them', where: 'Hall 2', reporter: { name: 'Lea Winter' }, staff });
	await readBackAndSave(noor.page);
}

async function seesNothing(phone: Phone, codeName: string): Promise<void> {
	await expect(phone.page.getByText(codeName)).toHaveCount(0);
	await phone.page.reload();
	await expect(phone.page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(phone.page.getByText(codeName)).toHaveCount(0);
}

/** One page of a lead's console, by the name of its link. */
async function page(lead: Phone, name: RegExp): Promise<void> {
	await lead.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();
}

async function readableInBoth(phone: Phone, screen: string): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		await phone.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await readable(phone.page, `${screen}, ${colorScheme}`);
	}
	await phone.page.emulateMedia({ colorScheme: 'light' });
}

test('J5: what is about Rui never reaches Rui, and his role and access end in one step', async ({ world }) => {
	test.setTimeout(240_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const rui = await joined(world, 'rui');
	await world.becomes('15:20');

	await leaTells(noor, 'Still Moss', { kind: 'A staff member', away: ['Rui Costa'] });
	await openCase(noor.page, 'Still Moss');
	await expect(standing(noor.page)).toContainText(/Sent 15:2\d\./);

	await test.step('Alma and Tom receive it, and see that it is about somebody on staff', async () => {
		for (const lead of [alma, tom]) await expect(lead.page.getByRole('main').getByText('Still Moss').first()).toBeVisible();
		await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		const away = alma.page.getByRole('region', { name: 'Kept away' });
		await expect(away).toContainText('It is about somebody on staff.');
		await expect(away).toContainText('Rui Costa, named in the report');
		await readableInBoth(alma, 'console-case-restricted');
	});

	await test.step('Rui’s phone gets nothing', async () => {
		await home(rui.page);
		await expect(rui.page.getByText('No cases. Take a report with New report.')).toBeVisible();
		await seesNothing(rui, 'Still Moss');
	});

	await test.step('Noor keeps her own text and writes no more into it', async () => {
		await openCase(noor.page, 'Still Moss');
		await expect(noor.page.getByRole('main')).toContainText(LEA);
		await expect(noor.page.getByRole('main')).toContainText('You can read what you wrote');
		await expect(noor.page.getByRole('button', { name: 'Add entry' })).toHaveCount(0);
		await readableInBoth(noor, 'phone-case-own');
	});

	await test.step('Alma’s list of the team marks him “see chair”', async () => {
		await page(alma, /^Team/);
		const row = alma.page.getByRole('row').filter({ hasText: 'Rui Costa' });
		await expect(row).toContainText('see chair');
		await expect(alma.page.getByRole('row').filter({ hasText: 'Jonas Brandt' })).not.toContainText('see chair');
		await home(rui.page);
		await expect(rui.page.getByText('see chair')).toHaveCount(0);
	});

	await test.step('his role and the access of his phone end in the same step', async () => {
		await alma.page.getByRole('button', { name: 'Time on the team: Rui Costa' }).click();
		await readableInBoth(alma, 'console-time-on-the-team');
		await alma.page.getByRole('dialog').getByRole('button', { name: 'End Rui’s role and access' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'End Rui’s role and access now?' });
		await expect(sheet).toContainText('Rui is no longer on the team. R1 can read nothing new');
		await readableInBoth(alma, 'console-end-role');
		await sheet.getByRole('button', { name: 'End role and access now' }).click();
		await expect(sheet).toBeHidden();
		const row = alma.page.getByRole('row').filter({ hasText: 'Rui Costa' });
		await expect(row).toContainText('off the team since');
		await expect(row).toContainText('Access ended');
		await rui.page.reload();
		await expect(rui.page.getByText('No cases. Take a report with New report.')).toHaveCount(0);
	});

	await test.step('what his phone held is told, and that it may still hand in what he wrote', async () => {
		await alma.page.getByRole('button', { name: 'What R1 held' }).click();
		const held = alma.page.getByRole('region', { name: 'What R1 held' });
		await expect(held).toContainText('The server gave it no case.');
		await readableInBoth(alma, 'console-what-it-held');
	});

	await test.step('the ledger has all of it', async () => {
		await page(alma, /^Access ledger/);
		await expect(alma.page.getByRole('row').filter({ hasText: 'Revoked phone' })).toContainText('R1');
		await expect(alma.page.getByRole('row').filter({ hasText: 'Set the time on the team of' })).toContainText('Rui Costa');
		await readableInBoth(alma, 'console-ledger');
		await alma.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'Still Moss' });
		await expect(alma.page.getByRole('row').filter({ hasText: 'Keeps away' })).toContainText('Rui Costa');
		await expect(alma.page.getByRole('row').filter({ hasText: 'Got the case' }).filter({ hasText: 'Tom Lindqvist' })).toBeVisible();
		await expect(alma.page.getByRole('row').filter({ hasText: 'Got the case' }).filter({ hasText: 'Rui Costa' })).toHaveCount(0);
	});
});
