import { addEntry, choose, home, openCase } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { firstOnTheConsole } from '../journeys/told.ts';

const TASK = 'Stay near the stage until 15:00 and call me if you are needed.';

test('Mei, who may not read the case, is told in code what to do; it goes once somebody is kept away', async ({ world }) => {
	test.setTimeout(240_000);
	const { alma, noor } = await firstOnTheConsole(world);
	const mei = await joined(world, 'mei');
	const main = alma.page.getByRole('main');
	const path = alma.page.getByRole('list', { name: 'Path of this case' });
	const sheet = alma.page.getByRole('dialog');
	const yours = mei.page.getByRole('region', { name: 'Yours to do' });
	const row = main.getByRole('row').filter({ hasText: 'Watch 0417 at the talks' });

	async function add(what: string): Promise<void> {
		await main.getByRole('button', { name: 'Add action' }).click();
		await choose(sheet, 'What kind', 'Something else to do');
		await sheet.getByRole('textbox', { name: 'What is to be done' }).fill(what);
		await choose(sheet, 'Who does it', 'Mei Tanaka');
		await sheet.getByLabel('By when').fill('2026-09-29T15:00');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
	}

	await test.step('who knows of it is told by whoever took the report, and that is noted', async () => {
		await openCase(noor.page, 'Amber Kite');
		await addEntry(noor.page, 'Who else knows', async (sheet) => sheet.getByRole('textbox', { name: 'Who else knows about it?' }).fill('The coffee bar'));
		const open = noor.page.getByRole('region', { name: 'Who knows about it' });
		await expect(open).toContainText('The coffee bar');
		await open.getByRole('button', { name: 'The coffee bar: told' }).click();
		const telling = noor.page.getByRole('dialog', { name: 'How were they told? The coffee bar' });
		await telling.getByRole('button', { name: 'Note it' }).click();
		await expect(telling.getByRole('alert')).toHaveText('Say how they were told.');
		await stop(noor.page, 'phone-case-aware');
		await choose(telling, 'How', 'in person');
		await telling.getByRole('button', { name: 'Note it' }).click();
		await expect(open).toHaveCount(0);
		await expect(noor.page.getByRole('main')).toContainText(/Also knows about it: The coffee bar, told 11:0\d/);
	});

	await test.step('Mei has something to do, and nothing of the case is on her phone', async () => {
		await main.getByRole('link', { name: 'Open case' }).click();
		await path.getByRole('link', { name: /^Meeting/ }).click();
		await add('Watch 0417 at the talks');
		await expect(row).toContainText('Mei may not read Amber Kite');
		await home(mei.page);
		await expect(yours).toHaveCount(0);
	});

	await test.step('what would show who it is about, or which case, is not sent', async () => {
		await row.getByRole('button', { name: 'Tell Mei in code' }).click();
		const text = sheet.getByRole('textbox', { name: 'What they have to do' });
		for (const [typed, found] of [['Watch badge 0417.', '0417'], ['It is about Amber Kite.', 'Amber Kite']] as const) {
			await text.fill(typed);
			await expect(sheet).toContainText(`Take this out first: ${found}`);
			await expect(sheet.getByRole('button', { name: 'Show it on Mei’s phone' })).toBeDisabled();
		}
		await text.fill(TASK);
		await stop(alma.page, 'console-coded');
		await sheet.getByRole('button', { name: 'Show it on Mei’s phone' }).click();
		await expect(sheet).toBeHidden();
		await expect(row).toContainText('on Mei’s phone, in code');
	});

	await test.step('she sees it, nobody else does, and what she says about it comes back', async () => {
		await expect(yours).toContainText(TASK);
		await expect(yours).toContainText('by 15:00');
		await expect(mei.page.getByText('Amber Kite')).toHaveCount(0);
		await stop(mei.page, 'phone-home-coded');
		await home(noor.page);
		await expect(noor.page.getByText(TASK)).toHaveCount(0);
		await mei.page.getByRole('button', { name: `It is done: ${TASK}` }).click();
		await expect(yours).toHaveCount(0);
		await expect(row).toContainText(/Mei says that it is done, /);
	});

	await test.step('once somebody is kept away, what is still shown goes by itself, and nothing new is sent', async () => {
		await add('Watch 0417 at the door');
		const door = main.getByRole('row').filter({ hasText: 'Watch 0417 at the door' });
		await door.getByRole('button', { name: 'Tell Mei in code' }).click();
		await sheet.getByRole('textbox', { name: 'What they have to do' }).fill('Stay at the door.');
		await sheet.getByRole('button', { name: 'Show it on Mei’s phone' }).click();
		await expect(yours).toContainText('Stay at the door.');
		await path.getByRole('link', { name: /^Reports/ }).click();
		await main.getByRole('button', { name: 'Keep somebody away' }).click();
		await sheet.getByRole('radio', { name: /Rui Costa/ }).check();
		await sheet.getByRole('button', { name: 'Keep them away' }).click();
		await expect(sheet).toBeHidden();
		await expect(yours).toHaveCount(0);
		await path.getByRole('link', { name: /^Meeting/ }).click();
		await expect(door).toContainText('The case is kept from somebody: tell them by voice.');
		await expect(door.getByRole('button', { name: 'Tell Mei in code' })).toHaveCount(0);
	});
});
