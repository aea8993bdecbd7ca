import { beginReport, card, home, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test.setTimeout(180_000);

test('a new case calls out on every open console; who does not answer is named to the next one, and to whoever waits', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');

	await world.becomes('10:42');
	await noor.nextCaseIs('Amber Kite');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: 'He kept following me.', where: 'Foyer' });
	await readBackAndSave(noor.page);

	await test.step('both leads hear of it at once, by its code name and nothing else', async () => {
		for (const lead of [alma, tom]) {
			const alert = lead.page.getByRole('alert').filter({ hasText: 'New case Amber Kite' });
			await expect(alert).toBeVisible();
			await expect(alert).toContainText('Reported 10:42. No lead has said yet that they know of it.');
			await expect(alert).not.toContainText('following');
			await expect(alert).not.toContainText('Foyer');
		}
	});

	await test.step('it stays on every page of the console', async () => {
		await alma.page.getByRole('navigation').getByRole('link', { name: /^Team/ }).click();
		await expect(alma.page.getByRole('heading', { level: 1, name: 'Team and phones' })).toBeVisible();
		await expect(alma.page.getByRole('link', { name: 'Open it: Amber Kite' })).toBeVisible();
	});

	await test.step('while Noor notes whom she told, nobody else takes their place', async () => {
		const sheet = noor.page.getByRole('dialog', { name: 'How did you tell them?' });
		await world.becomes('10:56');
		await noor.page.getByRole('button', { name: 'I told them' }).click();
		await expect(sheet.getByRole('radio', { name: 'Alma Reyes' })).toBeChecked();
		await world.becomes('10:57');
		await expect(noor.page.getByText('No lead knows of it after 15 minutes')).toBeVisible();
		await expect(sheet.getByRole('radio', { name: 'Alma Reyes' })).toBeChecked();
		await sheet.getByRole('button', { name: 'Close' }).click();
		await world.becomes('10:58');
	});

	await test.step('after fifteen minutes Tom reads who is silent, and Noor’s phone calls Tom', async () => {
		await expect(tom.page.getByRole('alert').filter({ hasText: 'Amber Kite: Alma Reyes has not answered for 15 minutes' })).toBeVisible();
		await expect(tom.page.getByRole('link', { name: 'Call Alma' })).toHaveAttribute('href', /^tel:\+49171/);
		await stop(tom.page, 'console-alarm-late');
		await expect(alma.page.getByRole('alert').filter({ hasText: 'Amber Kite has waited for you for more than 15 minutes' })).toBeVisible();
		await home(noor.page);
		await card(noor.page, 'Amber Kite').getByRole('link', { name: 'No answer for long: tell Tom now' }).click();
		await expect(noor.page.getByText('No lead knows of it after 15 minutes')).toBeVisible();
		await expect(noor.page.getByRole('link', { name: 'Call Tom Lindqvist' })).toHaveAttribute('href', /^tel:\+49171/);
		await expect(noor.page.getByRole('link', { name: 'No answer? Call Alma' })).toBeVisible();
		await stop(noor.page, 'phone-tell-late');
	});

	await test.step('“I know of it” is an answer: it ends the call on both consoles, and Noor sees it', async () => {
		await alma.page.getByRole('button', { name: 'I know of it: Amber Kite' }).click();
		await alma.page.getByRole('dialog', { name: 'How did you hear of it?' }).getByRole('button', { name: 'In person' }).click();
		for (const lead of [alma, tom]) await expect(lead.page.getByRole('alert')).toHaveCount(0);
		await openCase(noor.page, 'Amber Kite');
		await expect(standing(noor.page)).toContainText(/The chair knows since 1[01]:[05]\d, told in person\./);
		await expect(noor.page.getByRole('link', { name: /tell Tom now/ })).toHaveCount(0);
	});

	await test.step('the sound is off until somebody turns it on, and stays as it was left', async () => {
		await alma.page.getByRole('button', { name: 'Sound for new cases: off' }).click();
		await expect(alma.page.getByRole('button', { name: 'Sound for new cases: on' })).toBeVisible();
		await alma.page.reload();
		await expect(alma.page.getByRole('button', { name: 'Sound for new cases: on' })).toBeVisible();
	});
});
