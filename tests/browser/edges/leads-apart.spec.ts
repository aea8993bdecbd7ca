import { choose } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { declined, dialog, step } from '../journeys/decided.ts';
import { firstArrives, firstReport } from '../journeys/told.ts';

test('two leads who decide apart whether anything is done, what a reporter’s stop means, and whether something is passed on, are both asked', async ({ world }) => {
	test.setTimeout(300_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const leads = [alma, tom];
	const main = (lead: Phone) => lead.page.getByRole('main');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	for (const lead of leads) {
		await main(lead).getByRole('link', { name: 'Open case' }).click();
		await expect(lead.page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
	}

	await test.step('yes, writes one about the meeting, and no the other', async () => {
		const writes = async (lead: Phone, button: string, happened: string, doing: string, why = '') => {
			await main(lead).getByRole('button', { name: button }).click();
			await main(lead).getByRole('textbox', { name: /What happened\?/ }).fill(happened);
			await choose(main(lead), '2. Are we doing anything about it?', doing);
			if (why !== '') await main(lead).getByRole('textbox', { name: 'Why' }).fill(why);
			await main(lead).getByRole('button', { name: 'Write it down' }).click();
			await expect(main(lead).getByRole('textbox', { name: /What happened\?/ })).toHaveCount(0);
		};
		for (const lead of leads) await step(lead, /^Meeting/);
		await tom.offline();
		await writes(tom, 'Write down the meeting', 'Somebody was followed, off the grounds.', 'No', 'it is not ours');
		await writes(alma, 'Write down the meeting', 'Somebody was followed to the lift.', 'Yes');
		await expect(main(alma)).not.toContainText('Two leads differ');
		await tom.online();

		for (const lead of leads) {
			const card = main(lead).getByRole('region', { name: 'Two leads differ on whether to do anything' });
			for (const words of ['Somebody was followed, off the grounds.', 'it is not ours', 'Somebody was followed to the lift.']) await expect(card).toContainText(words);
			await expect(lead.page.getByRole('list', { name: 'Path of this case' })).toContainText('2 versions');
		}
		await stop(alma.page, 'console-two-meetings');
		await alma.page.evaluate(() => (location.hash = '#/console'));
		await expect(main(alma)).toContainText('Two leads differ on whether to do anything: decide together');
		await main(alma).getByRole('link', { name: 'Open case' }).click();
		await step(alma, /^Meeting/);
		await main(alma).getByRole('button', { name: 'Write it down together' }).click();
		await expect(main(alma).getByRole('textbox', { name: /What happened\?/ })).toHaveValue(/off the grounds\.\s+Somebody was followed to the lift\./);
		await choose(main(alma), '2. Are we doing anything about it?', 'Yes');
		await main(alma).getByRole('button', { name: 'Write it down' }).click();
		for (const lead of leads) {
			await expect(main(lead)).not.toContainText('Two leads differ');
			await main(lead).getByText('What was written before').click();
			await expect(main(lead)).toContainText('it is not ours');
		}
	});

	await test.step('they want to hear it, notes one about what was offered, and the other that they do not', async () => {
		await declined(alma, 'he did not want to talk to us');
		await step(alma, /^Finding/);
		await main(alma).getByRole('button', { name: 'They asked us to pass something on' }).click();
		const sheet = await dialog(alma.page, 'They asked us to pass something on');
		await sheet.getByRole('textbox', { name: 'In their words' }).fill('Tell her I am sorry.');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await step(tom, /^Finding/);
		const card = (lead: Phone) => main(lead).getByRole('region', { name: 'To be passed on' });
		await expect(card(tom)).toContainText('Tell her I am sorry.');
		await tom.offline();
		await card(tom).getByRole('button', { name: 'They do not want to hear it' }).click();
		await card(alma).getByRole('button', { name: 'They want to hear it' }).click();
		await expect(card(alma).getByRole('button', { name: 'It was passed on' })).toBeVisible();
		await tom.online();

		for (const lead of leads) {
			await expect(card(lead)).toContainText('Two people heard different answers');
			await expect(card(lead).getByRole('button', { name: 'It was passed on' })).toHaveCount(0);
		}
		await stop(alma.page, 'console-two-heard');
		await card(alma).getByRole('button', { name: 'They do not want to hear it' }).click();
		for (const lead of leads) {
			await expect(card(lead)).not.toContainText('Two people heard different answers');
			await expect(card(lead)).toContainText('It stays here.');
		}
	});

	await test.step('to stop acting, chooses one when the reporter says stop, and the other to go on', async () => {
		const { page } = noor;
		await page.getByRole('link', { name: /Amber Kite/ }).first().click();
		await page.getByRole('button', { name: 'Add entry' }).click();
		const sheet = page.getByRole('dialog', { name: 'Add an entry' });
		await sheet.getByRole('button', { name: 'Something else' }).click();
		await choose(sheet, 'What kind', 'They said they do not want to go on');
		await sheet.getByRole('textbox').fill('Please stop.');
		await choose(sheet, 'Who brought it up?', 'They did, by themselves');
		await sheet.getByRole('button', { name: 'Add it' }).click();
		const card = (lead: Phone) => main(lead).getByRole('region', { name: 'The reporter does not want it to go on' });
		const chooses = async (lead: Phone, what: RegExp, why: string) => {
			await card(lead).getByRole('radio', { name: what }).check();
			await card(lead).getByRole('textbox', { name: 'Why' }).fill(why);
			await card(lead).getByRole('button', { name: 'Write it down' }).click();
			await expect(card(lead)).toContainText(why);
		};
		for (const lead of leads) {
			await step(lead, /^Reports/);
			await expect(card(lead)).toContainText('Please stop.');
		}
		await tom.offline();
		await chooses(tom, /^Go on, for the safety of others/, 'he followed somebody else, too');
		await chooses(alma, /^Stop acting/, 'she asked for quiet');
		await tom.online();

		for (const lead of leads) {
			for (const words of ['Two leads chose differently', 'he followed somebody else, too', 'she asked for quiet']) await expect(card(lead)).toContainText(words);
			await expect(card(lead).getByRole('radio')).toHaveCount(2);
		}
		await stop(alma.page, 'console-two-choices');
		await alma.page.evaluate(() => (location.hash = '#/console'));
		await expect(main(alma)).toContainText('The reporter does not want it to go on: decide what it means');
		await main(alma).getByRole('link', { name: 'Open case' }).click();
		await chooses(alma, /^Go on, for the safety of others/, 'we talked: others are at risk');
		for (const lead of leads) {
			await expect(card(lead)).not.toContainText('Two leads chose differently');
			await card(lead).getByText('What was chosen before').click();
			await expect(card(lead)).toContainText('she asked for quiet');
		}
	});
});
