import { card, home } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('the chair invites somebody new, both see the same four words, and the phone is in', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	await alma.page.getByRole('navigation').getByRole('link', { name: /^Team/ }).click();
	await alma.page.getByRole('button', { name: 'New invite' }).click();
	const sheet = alma.page.getByRole('dialog', { name: 'Invite for a new phone' });
	await sheet.getByRole('radio', { name: 'Somebody new' }).click();
	await sheet.getByRole('textbox', { name: 'Name' }).fill('Lena Vogt');
	await sheet.getByRole('textbox', { name: 'Badge label' }).fill('STAFF 31');
	await sheet.getByRole('radio', { name: 'responder' }).or(sheet.getByRole('checkbox', { name: 'responder' })).click();
	await sheet.getByRole('button', { name: 'Make the invite' }).click();
	const link = await alma.page.getByRole('textbox', { name: 'Invite link' }).inputValue();

	const lena = await world.phone('Lena Vogt');
	await lena.page.goto(link);
	await expect(lena.page.getByText('Lena Vogt')).toBeVisible();
	await expect(lena.page.getByText('Invite from Alma Reyes')).toBeVisible();
	await lena.page.getByRole('button', { name: 'Yes, this is me' }).click();
	await home(lena.page).catch(() => undefined);
	await expect(lena.page.getByRole('heading', { level: 1, name: 'Compare four words' })).toBeVisible();
	const shown = await lena.page.getByRole('list', { name: 'Your four words' }).getByRole('listitem').allTextContents();
	const words = shown.map((item) => item.replace(/[^a-z]/g, ''));
	expect(words).toHaveLength(4);

	await alma.page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
	await alma.page.getByRole('button', { name: 'Ask again' }).click();
	await alma.page.getByRole('main').getByRole('row').or(alma.page.getByRole('main').getByRole('listitem')).filter({ hasText: 'Lena Vogt' }).getByRole('button').first().click();
	const confirm = alma.page.getByRole('dialog', { name: 'Let Lena Vogt in?' });
	for (const word of words) await expect(confirm).toContainText(word);
	await confirm.getByRole('button', { name: 'The words are the same' }).click();

	await expect(lena.page.getByText('Procedure, contacts and rooms are on this phone').or(lena.page.getByRole('heading', { level: 1, name: 'Your cases' }))).toBeVisible();
	await home(lena.page);
	await expect(card(lena.page, 'Amber Kite')).toHaveCount(0);
});
