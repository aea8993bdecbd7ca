import { line, openCase } from '../harness/hands.ts';
import { onServer } from '../harness/records.ts';
import { expect, test } from '../harness/world.ts';
import { countsAre } from './decided.ts';
import { BEN, bothArrive, DANA } from './told.ts';

// Every phone is unlocked again whenever the day goes on.
test.setTimeout(300_000);

test('J2: two reports of one incident stay two texts, are suggested with their reasons, and the chair links them', async ({ world }) => {
	const { alma, jonas } = await bothArrive(world);

	const inbox = alma.page.getByRole('main');
	/** More than the name of the case, which stands beside what is suggested, too. */
	const row = inbox.getByRole('link', { name: /^Amber Kite\s+\S/ });
	await expect(inbox).toContainText('Quiet Delta');
	await expect(inbox).toContainText('Amber Kite');
	const before = onServer(world.server);

	await test.step('the server suggests that they are one incident, and says why', async () => {
		await row.click();
		const shown = alma.page.getByRole('region', { name: /Amber Kite/ });
		await expect(shown).toContainText('Same incident as in Quiet Delta?');
		await expect(shown).toContainText('85 points');
		for (const reason of ['Badge number looks alike', 'At the same time, within half an hour', 'Same place', 'The same person appears in both, under a sealed name']) await expect(shown).toContainText(reason);
		await expect(shown).toContainText('Nothing is linked until you say so');
	});

	await test.step('Alma links the two cases as one incident', async () => {
		await row.click();
		await inbox.getByRole('link', { name: 'Open case' }).click();
		await world.becomes('11:33');
		await inbox.getByRole('button', { name: 'Link a case' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Link Amber Kite with' });
		await sheet.getByRole('radio', { name: /Quiet Delta.*Foyer/ }).click();
		await sheet.getByRole('radio', { name: /Same incident/ }).click();
		await sheet.getByRole('textbox', { name: 'Why' }).fill('badge 0417 and 417: only a zero differs; same time, same place');
		await sheet.getByRole('button', { name: 'Link them' }).click();
		await expect(inbox).toContainText('Linked 11:33');
	});

	await test.step('the timeline shows both accounts, word for word, each with who told it to whom', async () => {
		await expect(inbox).toContainText(DANA.words);
		await expect(inbox).toContainText(BEN.words);
		await expect(inbox).toContainText('Told by the affected person to Noor');
		await expect(inbox).toContainText('Told by a witness to Jonas');
	});

	await test.step('the inbox counts one incident', async () => {
		await alma.page.evaluate(() => (location.hash = '#/console'));
		const rows = inbox.getByRole('region', { name: /^(On time|Overdue)$/ }).getByRole('listitem');
		await expect(rows).toHaveCount(1);
		await expect(rows).toContainText('Quiet Delta is part of Amber Kite');
	});

	await test.step('and so do the numbers for the public', async () => {
		await alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'After the event' }).click();
		await countsAre(alma, { Reports: 2, Cases: 1 });
		await alma.page.evaluate(() => (location.hash = '#/console'));
	});

	await test.step('Jonas is told what his case is part of, and still cannot read Noor’s account', async () => {
		await openCase(jonas.page, 'Quiet Delta');
		await expect(jonas.page.getByRole('main')).toContainText(/part of Amber Kite/i);
		await expect(jonas.page.getByRole('main')).toContainText(BEN.words);
		await expect(jonas.page.getByText(DANA.words)).toHaveCount(0);
	});

	await test.step('the accounts in both documents are as they were', () => {
		const after = onServer(world.server);
		for (const [id, document] of before) expect(after.get(id)?.content.accounts).toEqual(document.content.accounts);
	});

	await test.step('unlinked, both stand alone again', async () => {
		await row.click();
		await inbox.getByRole('link', { name: 'Open case' }).click();
		await inbox.getByRole('button', { name: /^Unlink/ }).click();
		await alma.page.evaluate(() => (location.hash = '#/console'));
		await expect(inbox.getByRole('region', { name: /^(On time|Overdue)$/ }).getByRole('listitem')).toHaveCount(2);
		await openCase(jonas.page, 'Quiet Delta');
		await expect(line(jonas.page, 'A case of its own again')).toBeVisible();
	});
});
