import { choose } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { declined, dialog, finds, step } from '../journeys/decided.ts';
import { firstArrives, firstReport } from '../journeys/told.ts';

test('two leads who write down what was decided about one appeal, apart, are both shown, and write down together what holds', async ({ world }) => {
	test.setTimeout(240_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	const appeal = (lead: Phone) => lead.page.getByRole('main').getByRole('region', { name: 'Appeal' });
	const answers = async (lead: Phone, button: string, text: string, means: string) => {
		await appeal(lead).getByRole('button', { name: button }).click();
		const sheet = await dialog(lead.page, 'What was decided about the appeal');
		await sheet.getByRole('textbox', { name: 'What was decided' }).fill(text);
		await choose(sheet, 'What it means', means);
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
	};
	for (const lead of [alma, tom]) {
		await lead.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		await expect(lead.page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
	}
	await declined(alma, 'he did not want to talk to us');
	await step(alma, /^Finding/);
	await finds(alma, 'Decide', 'The report stands', 'two accounts agree');
	await alma.page.getByRole('main').getByRole('button', { name: 'An appeal has arrived' }).click();
	const arrived = await dialog(alma.page, 'An appeal has arrived');
	await arrived.getByRole('textbox', { name: 'What it says' }).fill('Nobody heard me.');
	await arrived.getByRole('button', { name: 'Write it down' }).click();
	await expect(arrived).toBeHidden();

	await step(tom, /^Finding/);
	await expect(appeal(tom)).toContainText('Nobody heard me.');
	await tom.offline();
	await answers(tom, 'Note what was decided', 'They were heard twice', 'The appeal is not right');
	await answers(alma, 'Note what was decided', 'They were not heard', 'The appeal is right');
	await expect(appeal(alma)).not.toContainText('Two answers that differ');
	await tom.online();

	for (const lead of [alma, tom]) {
		await expect(appeal(lead)).toContainText('Two answers that differ');
		await expect(appeal(lead)).toContainText('They were heard twice');
		await expect(appeal(lead)).toContainText('They were not heard');
		await expect(lead.page.getByRole('main')).toContainText('Stands while appealed');
	}
	await stop(alma.page, 'console-two-answers');
	await answers(alma, 'Note what holds', 'We asked the board: they were not heard', 'The appeal is right');
	for (const lead of [alma, tom]) {
		await expect(appeal(lead)).toContainText('We asked the board: they were not heard');
		await expect(appeal(lead)).not.toContainText('Two answers that differ');
		await expect(lead.page.getByRole('main')).not.toContainText('Stands while appealed');
	}
});
