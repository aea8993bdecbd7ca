import { home } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { choosePin } from '../harness/lock.ts';
import { stop } from '../harness/reader.ts';
import { expect, test } from '../harness/world.ts';

test('the chair invites somebody new, both see the same four words, and the phone is in', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	await alma.page.getByRole('navigation').getByRole('link', { name: /^Team/ }).click();
	await alma.page.getByRole('button', { name: 'New invite' }).click();
	const invite = alma.page.getByRole('region', { name: 'Invite for a new phone' });
	await invite.getByRole('textbox', { name: 'Name' }).fill('Lena Vogt');
	await invite.getByRole('textbox', { name: 'Badge label' }).fill('STAFF 31');
	await invite.getByRole('button', { name: 'Make the invite' }).click();
	const link = await invite.getByRole('textbox', { name: 'Link' }).inputValue();

	const lena = await world.phone('Lena Vogt');
	await lena.page.goto(link);
	await expect(lena.page.getByText('Lena Vogt')).toBeVisible();
	await expect(lena.page.getByText('Invite from Alma Reyes')).toBeVisible();
	await lena.page.getByRole('button', { name: 'Yes, this is me' }).click();
	await choosePin(lena.page);
	await expect(lena.page.getByRole('heading', { level: 1, name: 'Compare four words' })).toBeVisible();
	const shown = await lena.page.getByRole('list', { name: 'Your four words' }).getByRole('listitem').allTextContents();
	const words = shown.map((item) => item.replace(/[^a-z]/g, ''));
	expect(words).toHaveLength(4);

	await invite.getByRole('button', { name: 'Done' }).click();
	const confirm = alma.page.getByRole('region', { name: 'Let Lena Vogt in?' });
	await expect(confirm.getByRole('listitem')).toHaveText(words);
	await confirm.getByRole('button', { name: 'The words are the same' }).click();

	await expect(lena.page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await home(lena.page);
	await expect(lena.page.getByText('No cases. Take a report with New report.')).toBeVisible();
	await expect(alma.page.getByRole('row', { name: /Lena Vogt/ })).toContainText('STAFF 31');
	await expect(confirm).toHaveCount(0);
});

test('whoever invites a lead does not let them in: another lead compares the words', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	for (const lead of [alma, tom]) await lead.page.getByRole('navigation').getByRole('link', { name: /^Team/ }).click();
	await alma.page.getByRole('button', { name: 'New invite' }).click();
	const invite = alma.page.getByRole('region', { name: 'Invite for a new phone' });
	await invite.getByRole('textbox', { name: 'Name' }).fill('Kim Osei');
	await invite.getByRole('checkbox', { name: 'responder' }).uncheck();
	await invite.getByRole('checkbox', { name: 'alternate chair' }).check();
	await invite.getByRole('button', { name: 'Make the invite' }).click();
	const link = await invite.getByRole('textbox', { name: 'Link' }).inputValue();
	await invite.getByRole('button', { name: 'Done' }).click();

	const kim = await world.phone('Kim Osei');
	await kim.page.goto(link);
	await kim.page.getByRole('button', { name: 'Yes, this is me' }).click();
	await choosePin(kim.page);
	await expect(kim.page.getByText('Alma Reyes or another lead sees the same four words.')).toBeVisible();

	const hers = alma.page.getByRole('region', { name: 'Let Kim Osei in?' });
	await expect(hers.getByText('You made this invite, so another lead compares the four words on K1, on this page. Ask Tom Lindqvist.')).toBeVisible();
	await expect(hers.getByRole('listitem')).toHaveCount(0);
	await expect(hers.getByRole('button')).toHaveText(['Revoke K1']);
	await expect(alma.page.getByRole('row', { name: /Kim Osei/ })).toContainText('Waits for another lead');
	await stop(alma.page, 'console-another-lead');

	const his = tom.page.getByRole('region', { name: 'Let Kim Osei in?' });
	await expect(his.getByRole('listitem')).toHaveCount(4);
	await his.getByRole('button', { name: 'The words are the same' }).click();
	await expect(kim.page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await expect(hers).toHaveCount(0);
});
