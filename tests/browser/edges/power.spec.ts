import { beginReport, card, home, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

const WORDS = 'She stood in the doorway and would not let me pass until I answered. ';

test('a phone that dies in the middle of a word has kept the words before it, and opens without a network', async ({ world }) => {
	const noor = await joined(world, 'noor');
	await noor.offline();
	await world.server.kill();
	await beginReport(noor.page);
	await noor.page.getByRole('link', { name: 'Write it down' }).click();
	const account = noor.page.getByRole('textbox', { name: 'In their words' });
	await account.pressSequentially(WORDS);
	await expect(noor.page.getByText(/^Saved on this phone \d\d:\d\d$/)).toBeVisible();
	await account.pressSequentially('And then he sai', { delay: 5 });
	await noor.kill();

	await noor.switchOn();
	await noor.page.goto(world.server.url);
	await expect(noor.page.getByText(/^Everything you typed until \d\d:\d\d is back\.$/)).toBeVisible();
	await noor.page.getByRole('link', { name: 'Carry on writing' }).first().click();
	const restored = noor.page.getByRole('textbox', { name: 'In their words' });
	await expect(restored).toHaveValue(new RegExp(`^${WORDS}`));
	expect(`${WORDS}And then he sai`.startsWith(await restored.inputValue())).toBe(true);
});

test('what was saved before the power went is sent afterwards, once', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await noor.offline();
	await noor.nextCaseIs('Silver Otter');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: WORDS, where: 'Terrace' });
	await readBackAndSave(noor.page);
	await noor.kill();

	await noor.switchOn();
	await noor.page.goto(world.server.url);
	await home(noor.page);
	await expect(standing(card(noor.page, 'Silver Otter'))).toContainText('Not sent. Only on this phone.');
	await noor.online();
	await expect(standing(card(noor.page, 'Silver Otter'))).toContainText(/Sent \d\d:\d\d\./);
	await expect(alma.page.getByRole('main').getByRole('region', { name: /^(On time|Overdue)$/ }).getByRole('listitem')).toHaveCount(1);
});

test('a server that loses its power keeps what it promised and takes the rest when it is back', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await noor.nextCaseIs('Silver Otter');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: WORDS });
	await readBackAndSave(noor.page);
	await openCase(noor.page, 'Silver Otter');
	await expect(standing(noor.page)).toContainText(/Sent \d\d:\d\d\./);

	await world.server.kill();
	await noor.page.getByRole('button', { name: 'Add entry' }).click();
	const sheet = noor.page.getByRole('dialog', { name: 'Add an entry' });
	await sheet.getByRole('textbox', { name: 'What happened' }).fill('walked her to the foyer');
	await sheet.getByRole('button', { name: 'Add it' }).click();
	await expect(standing(noor.page)).toContainText('1 entry not sent.');

	await world.server.start();
	await expect(standing(noor.page)).toContainText(/Sent \d\d:\d\d\./, { timeout: 60_000 });
	await alma.page.reload();
	await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
	await expect(alma.page.getByRole('main')).toContainText(WORDS.trim());
	await expect(alma.page.getByRole('main')).toContainText('walked her to the foyer');
});
