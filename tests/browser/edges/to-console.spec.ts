import { home } from '../harness/hands.ts';
import { choosePin } from '../harness/lock.ts';
import type { Phone } from '../harness/phone.ts';
import { readable } from '../harness/reader.ts';
import { installed, invited, type Person } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';

/** At a laptop, up to the page that says what is left to do. */
async function joinsAtLaptop(world: World, person: Person, name: string): Promise<Phone> {
	const laptop = await world.phone(name, { screen: 'laptop' });
	const { page } = laptop;
	await page.goto(invited(world, person));
	await page.getByRole('button', { name: 'Yes, this is me' }).click();
	await choosePin(page);
	await expect(page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await installed(laptop);
	return laptop;
}

test('a lead who joins at a laptop goes on to the console, and has the pages of a phone beside it', async ({ world }) => {
	const { page } = await joinsAtLaptop(world, 'alma', 'Alma Reyes');
	const inbox = page.getByRole('heading', { level: 1, name: 'Inbox' });
	const onward = page.getByRole('link', { name: /^(Start|Later)$/ });
	await expect(onward).toHaveAttribute('href', '#/console');
	await readable(page, 'joined at a laptop, as a lead');
	await onward.click();
	await expect(inbox).toBeFocused();

	await test.step('the way back leads there, too', async () => {
		await page.goBack();
		await expect(page.getByRole('heading', { level: 1, name: /^(Almost ready|Ready), Alma$/ })).toBeVisible();
		await page.getByRole('link', { name: 'Back', exact: true }).click();
		await expect(inbox).toBeFocused();
	});

	await test.step('opened anew, the console is what is there, and the phone is one tap away', async () => {
		await page.goto(world.server.url);
		await expect(inbox).toBeVisible();
		await home(page);
		await page.getByRole('link', { name: 'The chair’s console' }).click();
		await expect(inbox).toBeFocused();
	});
});

test('whoever leads nothing goes on to their cases, at a laptop as well', async ({ world }) => {
	const { page } = await joinsAtLaptop(world, 'noor', 'Noor Haddad');
	const onward = page.getByRole('link', { name: /^(Start|Later)$/ });
	await expect(onward).toHaveAttribute('href', '#/');
	await readable(page, 'joined at a laptop, as a responder');
	await onward.click();
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeFocused();
	await expect(page.getByRole('link', { name: 'The chair’s console' })).toHaveCount(0);
});
