/** Help on the spot: somebody is fetched, somebody goes along, and a list is given away. */
import { addEntry, answerStep, beginReport, choose, home, line, openCase, readBackAndSave, step, writeDown } from '../harness/hands.ts';
import { startOf } from '../harness/phone.ts';
import { onServer } from '../harness/records.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test.setTimeout(240_000);

test('the team is asked to fetch somebody and reads nothing of the case; an escort stays open until it is done', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const mei = await joined(world, 'mei');
	const { page } = noor;

	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await answerStep(page, 'Offer a private place to sit', 'Room 0.3');
	await answerStep(page, 'Ask for a friend or trusted person', 'Fetch', 'Ben, Foyer, blue jacket');

	await test.step('what everybody reads is shown before it is sent', async () => {
		const card = step(page, 'Ask for a friend or trusted person');
		if (!(await card.getByRole('button', { name: 'Ask the team' }).isVisible())) await card.getByRole('button', { name: /Ask for a friend/ }).first().click();
		await card.getByRole('button', { name: 'Ask the team' }).click();
		const ask = page.getByRole('dialog', { name: 'Ask the team' });
		await expect(ask).toContainText('Everybody in the team reads exactly this');
		await expect(ask.getByRole('textbox', { name: 'Where to' })).toHaveValue('Room 0.3');
		await stop(page, 'phone-sheet-ask-team');
		await ask.getByRole('textbox', { name: 'Whom to look for' }).fill('blue jacket');
		await ask.getByRole('textbox', { name: 'Where they are now' }).fill('Foyer');
		await ask.getByRole('button', { name: 'Ask everybody' }).click();
		await expect(ask).toBeHidden();
	});

	await test.step('Mei reads it, says that she goes, and Noor sees it', async () => {
		await home(mei.page);
		const asked = mei.page.getByRole('region', { name: 'The team is asked' });
		await expect(asked).toContainText('Fetch: blue jacket, Foyer → Room 0.3');
		await expect(mei.page.getByText('Amber Kite')).toHaveCount(0);
		await stop(mei.page, 'phone-home-asked');
		await asked.getByRole('button', { name: /^I go/ }).click();
		await expect(asked).toContainText(/You go, since \d\d:\d\d/);
		await home(page);
		await expect(page.getByRole('region', { name: 'The team is asked' })).toContainText('Mei Tanaka goes');
		await asked.getByRole('button', { name: /done$/ }).click();
		for (const one of [mei.page, page]) await expect(one.getByRole('region', { name: 'The team is asked' })).toHaveCount(0);
	});

	await page.getByRole('button', { name: 'Carry on writing' }).or(page.getByRole('link', { name: 'Carry on writing' })).first().click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He kept following me.');
	await readBackAndSave(page);
	await openCase(page, 'Amber Kite');

	await test.step('an escort says who, from where, to where and until when, and is open until somebody ends it', async () => {
		await addEntry(page, 'Escort', async (sheet) => {
			await sheet.getByRole('textbox', { name: 'Who goes along' }).fill('Mei');
			await sheet.getByRole('textbox', { name: 'From', exact: true }).fill('Room 0.3');
			await sheet.getByRole('textbox', { name: 'To', exact: true }).fill('hotel');
			await sheet.getByRole('textbox', { name: /^When/ }).fill('18:00');
			await sheet.getByRole('textbox', { name: 'Until when' }).fill('19:00');
		});
		const open = page.getByRole('region', { name: 'Help that goes on' });
		await expect(open).toContainText('Escort: Room 0.3 to hotel, Mei, 18:00–19:00');
		await stop(page, 'phone-case-help');
		await open.getByRole('button', { name: /^Escort.*done$/ }).click();
		await expect(open.getByText('Escort: Room 0.3')).toHaveCount(0);
		await expect(line(page, /Escort: Room 0\.3 to hotel, Mei, 18:00–19:00, done \d\d:\d\d, you/)).toBeVisible();
	});

	await test.step('security outside danger, and what keeps somebody safe', async () => {
		await addEntry(page, 'Security', async (sheet) => {
			await sheet.getByRole('textbox', { name: 'Who came, or whom you reached' }).fill('guard at the door');
			await sheet.getByRole('textbox', { name: 'What they did' }).fill('walks past every half hour');
		});
		await addEntry(page, 'Staying safe', async (sheet) => {
			await sheet.getByRole('textbox', { name: 'What keeps them safe until the event is over' }).fill('sits with the volunteers');
		});
		await expect(line(page, 'What keeps them safe: sits with the volunteers')).toBeVisible();
		await expect(page.getByRole('region', { name: 'Help that goes on' })).toContainText('Venue security: walks past every half hour, guard at the door');
	});

	await test.step('nothing that everybody receives says a word of the case', () => {
		const shared = [...onServer(world.server)].filter(([, document]) => 'escorts' in document.content);
		expect(shared).toHaveLength(1);
		const text = JSON.stringify(shared.map(([, document]) => document.content));
		const start = startOf('Amber Kite').map((byte) => byte.toString(16).padStart(2, '0')).join('');
		for (const secret of ['following', 'Ben', 'Amber', start]) expect(text).not.toContain(secret);
		expect(text).toContain('blue jacket');
	});
});

test('where the report is about staff, the team is asked for nothing', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await beginReport(page);
	await test.step('to look up a number on the way is no answer to whom it is about', async () => {
		await page.getByRole('link', { name: 'Write it down' }).click();
		await page.getByRole('textbox', { name: 'In their words' }).fill('Rui blocked');
		await page.getByRole('link', { name: 'What the code of conduct asks of attendees' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Policy and procedure' })).toBeVisible();
		await page.getByRole('link', { name: 'Back', exact: true }).click();
		await page.getByRole('link', { name: 'Contacts' }).click();
		await page.getByRole('link', { name: 'Back', exact: true }).click();
		await page.getByRole('button', { name: /^About staff or the chair/ }).click();
		const about = page.getByRole('dialog', { name: 'Is it about staff or the chair?' });
		await choose(about, 'Who it is about', 'A staff member');
		await about.getByRole('group', { name: 'Who must not see it' }).getByRole('checkbox', { name: 'Rui Costa' }).click();
		await about.getByRole('button', { name: 'Use this', exact: true }).click();
	});
	await page.getByRole('link', { name: 'Back', exact: true }).click();
	await answerStep(page, 'Ask for a friend or trusted person', 'Fetch', 'Lea’s sister, Foyer');
	const card = step(page, 'Ask for a friend or trusted person');
	if (!(await card.getByRole('button', { name: 'Ask the team' }).isVisible())) await card.getByRole('button', { name: /Ask for a friend/ }).first().click();
	await card.getByRole('button', { name: 'Ask the team' }).click();
	const ask = page.getByRole('dialog', { name: 'Ask the team' });
	await expect(ask).toContainText('Not everybody in the team may know of this.');
	await expect(ask.getByRole('textbox')).toHaveCount(0);
	await expect(ask.getByRole('button', { name: 'Ask everybody' })).toHaveCount(0);
});

test('the list to give away can be scanned and printed, and neither holds a trace of the case', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const { page } = noor;
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await writeDown(page, { words: 'He kept following me.', where: 'Foyer' });
	await page.evaluate(() => (location.hash = '#/list'));
	await expect(page.getByRole('img', { name: 'QR code of this list' })).toBeVisible();
	await expect(page.getByText('We value your attendance at All Systems Go! (test).')).toBeVisible();
	expect(new URL(page.url()).hash).toBe('#/list');
	await page.emulateMedia({ media: 'print' });
	const main = page.locator('body');
	await expect(page.getByText('Alma Reyes')).toBeVisible();
	await expect(page.getByText('Let them scan it')).toBeHidden();
	await expect(page.getByRole('button', { name: 'Print it' })).toBeHidden();
	for (const secret of ['following', 'Amber Kite', 'Foyer', 'Test Association board', 'Noor']) await expect(main).not.toContainText(secret);
	await page.emulateMedia({ media: 'screen' });
});
