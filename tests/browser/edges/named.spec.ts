import { card, home, openCase } from '../harness/hands.ts';
import { expect, test } from '../harness/world.ts';
import { bothArrive } from '../journeys/told.ts';

test.setTimeout(300_000);

test('whoever is kept away from a case that another one names is kept from both, or the lead knows that he is not', async ({ world }) => {
	const { alma, jonas } = await bothArrive(world);
	const main = alma.page.getByRole('main');
	const away = main.getByRole('region', { name: 'Kept away' });

	await test.step('Quiet Delta, which Jonas took, is found to be part of Amber Kite, and his phone says so', async () => {
		await main.getByRole('link', { name: /^Amber Kite/ }).click();
		await main.getByRole('link', { name: 'Open case' }).click();
		await world.becomes('11:33');
		await main.getByRole('button', { name: 'Link a case' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Link Amber Kite with' });
		await sheet.getByRole('radio', { name: /Quiet Delta/ }).click();
		await sheet.getByRole('radio', { name: /Same incident/ }).click();
		await sheet.getByRole('button', { name: 'Link them' }).click();
		await expect(main).toContainText('Linked 11:33');
		await openCase(jonas.page, 'Quiet Delta');
		await expect(jonas.page.getByRole('main')).toContainText(/part of Amber Kite/i);
	});

	await test.step('kept away from Amber Kite only, he goes on reading that it is there, and both pages say so', async () => {
		await away.getByRole('button', { name: 'Keep somebody away' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Keep somebody away from Amber Kite' });
		await sheet.getByRole('radio', { name: /^Noor/ }).click();
		await expect(sheet.getByText('where this case is named')).toHaveCount(0);
		await sheet.getByRole('radio', { name: /^Jonas/ }).click();
		await expect(sheet.getByRole('group', { name: 'Jonas also gets Quiet Delta, where this case is named.' })).toBeVisible();
		await sheet.getByRole('button', { name: 'Keep them away' }).click();
		await expect(sheet.getByRole('alert')).toHaveText('Choose from what they are kept away.');
		await sheet.getByRole('radio', { name: /^Only from Amber Kite/ }).click();
		await sheet.getByRole('button', { name: 'Keep them away' }).click();
		await expect(away).toContainText('Jonas Brandt may not know of this case, and gets Quiet Delta, where it is named.');
		await main.getByRole('region', { name: 'Links' }).getByRole('link', { name: 'Quiet Delta' }).click();
		await expect(away).toContainText('Jonas Brandt may not know of Amber Kite, and reads here that it is there.');
	});

	await test.step('kept away from both, he has neither', async () => {
		await away.getByRole('button', { name: 'Keep Jonas away from Quiet Delta' }).click();
		await alma.page.getByRole('dialog').getByRole('button', { name: 'Keep them away' }).click();
		await expect(away).toContainText('Jonas Brandt, kept away by Alma');
		await expect(away).not.toContainText('reads here that it is there');
		await home(jonas.page);
		await expect(card(jonas.page, 'Quiet Delta')).toHaveCount(0);
	});

	await test.step('what names a case is given to nobody who may not know of that one', async () => {
		await main.getByRole('link', { name: 'Go to Amber Kite' }).click();
		await away.getByRole('button', { name: 'Keep somebody away' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Keep somebody away from Amber Kite' });
		await sheet.getByRole('radio', { name: /^Mei/ }).click();
		await sheet.getByRole('button', { name: 'Keep them away' }).click();
		await main.getByRole('region', { name: 'Links' }).getByRole('link', { name: 'Quiet Delta' }).click();
		await main.getByRole('button', { name: 'Give access' }).click();
		const give = alma.page.getByRole('dialog', { name: 'Give access to Quiet Delta' });
		await give.getByRole('radio', { name: /^Mei/ }).click();
		await give.getByRole('button', { name: 'Give access' }).click();
		await expect(give.getByRole('alert')).toContainText('This case names Amber Kite, and Mei may not know of that.');
	});
});
