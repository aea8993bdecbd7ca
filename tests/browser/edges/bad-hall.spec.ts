import { addEntry, beginReport, card, home, line, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { WifiBox } from '../harness/proxy.ts';
import { invited, joined } from '../harness/team.ts';
import { choosePin } from '../harness/lock.ts';
import { expect, test } from '../harness/world.ts';

test('a captive portal that answers everything with its own page harms nothing, and is not taken for the server', async ({ world }) => {
	const box = await WifiBox.before(world.server);
	const noor = await joined(world, 'noor', {}, 0, box.url);
	box.captive = true;
	await noor.page.reload();
	await beginReport(noor.page);
	await writeDown(noor.page, { words: 'They took pictures of us and laughed.' });
	await readBackAndSave(noor.page);
	await home(noor.page);
	await expect.poll(() => box.caught, { message: 'the portal was asked' }).toBeGreaterThan(0);
	await expect(standing(noor.page.getByRole('article'))).toContainText('Not sent. Only on this phone.');
	await noor.page.reload();
	await expect(noor.page.getByRole('article')).toBeVisible();

	box.captive = false;
	await expect(standing(noor.page.getByRole('article'))).toContainText(/Sent \d\d:\d\d\./, { timeout: 60_000 });
	await box.remove();
});

test('two tabs on one phone write to one case, and neither loses a word', async ({ world }) => {
	const noor = await joined(world, 'noor');
	await noor.offline();
	await noor.nextCaseIs('Silver Otter');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: 'He came back three times.' });
	await readBackAndSave(noor.page);
	await openCase(noor.page, 'Silver Otter');
	const other = await noor.context.newPage();
	await other.goto(world.server.url);
	await openCase(other, 'Silver Otter');
	await addEntry(noor.page, 'Note', async (sheet) => sheet.getByRole('textbox', { name: 'What happened' }).fill('from the first tab'));
	await addEntry(other, 'Note', async (sheet) => sheet.getByRole('textbox', { name: 'What happened' }).fill('from the second tab'));
	await addEntry(noor.page, 'Note', async (sheet) => sheet.getByRole('textbox', { name: 'What happened' }).fill('and the first again'));

	for (const page of [noor.page, other]) {
		for (const text of ['from the first tab', 'from the second tab', 'and the first again']) await expect(line(page, text)).toHaveCount(1);
	}
	await noor.online();
	for (const page of [noor.page, other]) await expect(standing(page)).toContainText(/Sent \d\d:\d\d\./);
	await noor.page.reload();
	for (const text of ['from the first tab', 'from the second tab', 'and the first again']) await expect(line(noor.page, text)).toHaveCount(1);
});

test('a phone without room says so loudly, keeps the text on the screen, and loses nothing that it had called saved', async ({ world }) => {
	const noor = await joined(world, 'noor');
	await noor.offline();
	await beginReport(noor.page);
	await noor.page.getByRole('link', { name: 'Write it down' }).click();
	const account = noor.page.getByRole('textbox', { name: 'In their words' });
	await account.fill('saved before the phone was full. ');
	await expect(noor.page.getByText(/^Saved on this phone/)).toBeVisible();

	const cdp = await noor.cdp();
	await cdp.send('Storage.overrideQuotaForOrigin', { origin: world.server.url, quotaSize: 1 });
	const alarm = noor.page.getByRole('alert');
	// Chromium looks at the room that is left at most every half minute; meanwhile it lets writes through.
	await expect(async () => {
		await account.pressSequentially('more ');
		await expect(alarm).toContainText('Not saved: this phone is full', { timeout: 1_000 });
	}).toPass({ timeout: 60_000 });
	await account.pressSequentially('and when it was full');
	await expect(alarm).toContainText('Not saved: this phone is full');
	const typed = await account.inputValue();
	expect(typed).toMatch(/^saved before the phone was full\. (more )+and when it was full$/);

	await cdp.send('Storage.overrideQuotaForOrigin', { origin: world.server.url });
	// The last keystroke may be saved by itself before anybody taps.
	await Promise.any([alarm.getByRole('button', { name: 'Try again' }).click(), expect(alarm).toBeHidden()]);
	await expect(alarm).toBeHidden();
	await noor.page.reload();
	await expect(account).toHaveValue(typed);
});

test('a phone whose clock is off by years sends, and everybody is told that its clock is off', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const years = 3 * 365 * 86_400_000;
	const noor = await joined(world, 'noor', {}, years);
	await noor.nextCaseIs('Silver Otter');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: 'He would not leave the stand.' });
	await readBackAndSave(noor.page);
	await home(noor.page);
	await expect(noor.page.getByText(/^This phone’s clock is off by about/)).toBeVisible();
	await expect(standing(card(noor.page, 'Silver Otter'))).toContainText(/Sent/);
	await expect(alma.page.getByRole('main').getByRole('region', { name: /^(On time|Overdue)$/ }).getByRole('listitem').first()).toContainText('Silver Otter');
});

test('an invite opens one phone once', async ({ world }) => {
	const link = invited(world, 'noor');
	const first = await world.phone('Noor Haddad');
	await first.page.goto(link);
	await first.page.getByRole('button', { name: 'Yes, this is me' }).click();
	await choosePin(first.page);
	await expect(first.page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	expect(first.page.url()).not.toContain('#i=');

	const second = await world.phone('somebody else');
	await second.page.goto(link);
	await expect(second.page.getByRole('alert')).toContainText('This link does not work');
	await expect(second.page.getByRole('button', { name: 'Yes, this is me' })).toHaveCount(0);
});
