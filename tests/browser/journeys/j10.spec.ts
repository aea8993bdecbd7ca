import { carries, savedFile } from '../harness/carried.ts';
import { addEntry, beginReport, card, home, line, noteTold, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { declined, finds, keepsApart, step, warns } from './decided.ts';
import { bothArrive } from './told.ts';

const LEA = 'He came back to my table and did it again, so I left.';

test('J10: a shift ends when nothing is left on the phone, and whoever goes on gets the open cases by their code names', async ({ world }) => {
	test.setTimeout(360_000);
	const { alma, noor } = await bothArrive(world);
	await world.becomes('14:00');
	const mei = await joined(world, 'mei');
	const main = alma.page.getByRole('main');
	const page = (name: RegExp) => alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();

	await test.step('Noor is given Jonas’ case, and Alma knows of all of them', async () => {
		for (const name of ['Amber Kite', 'Quiet Delta']) {
			await page(/^Inbox/);
			await main.getByRole('link', { name: new RegExp(`^${name} `) }).click();
			await main.getByRole('link', { name: 'Open case' }).click();
			await expect(alma.page.getByRole('heading', { level: 1, name })).toBeVisible();
		}
		const access = alma.page.getByRole('region', { name: 'Who can see this' });
		await access.getByRole('button', { name: 'Give access' }).click();
		const give = alma.page.getByRole('dialog', { name: 'Give access to Quiet Delta' });
		await give.getByRole('radio', { name: /Noor Haddad/ }).check();
		await give.getByRole('button', { name: 'Give access' }).click();
		await expect(give).toBeHidden();
	});

	await test.step('in Amber Kite two people are kept apart', async () => {
		await page(/^Inbox/);
		await main.getByRole('link', { name: /^Amber Kite / }).click();
		await main.getByRole('link', { name: 'Open case' }).click();
		await expect(alma.page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
		await declined(alma, 'he did not want to talk to us');
		await step(alma, /^Finding/);
		await finds(alma, 'Decide', 'The report stands', 'two accounts agree');
		await warns(alma);
		await keepsApart(alma);
	});

	await test.step('Alma writes the roster, and sees when nobody is there', async () => {
		await page(/^Readiness/);
		for (const [name, from, until] of [
			['Noor Haddad', '2026-09-29T09:00', '2026-09-29T18:30'],
			['Mei Tanaka', '2026-09-29T18:45', '2026-09-29T22:00']
		] as const) {
			await main.getByRole('button', { name: 'Add a shift' }).click();
			const sheet = alma.page.getByRole('dialog', { name: 'Who is on duty when?' });
			await sheet.getByRole('radio', { name: new RegExp(name) }).check();
			await sheet.getByLabel('From').fill(from);
			await sheet.getByLabel('Until').fill(until);
			await sheet.getByRole('button', { name: 'Add it' }).click();
			await expect(sheet).toBeHidden();
		}
		const roster = alma.page.getByRole('region', { name: 'Roster' });
		await expect(roster).toContainText('on duty now');
		await expect(roster).toContainText('18:30 to 18:45');
		await stop(alma.page, 'console-readiness');
	});

	await test.step('an escort was asked for, and is no longer wanted', async () => {
		// The network goes soon: what Noor hands over then has come by now.
		await home(noor.page);
		await expect(standing(card(noor.page, 'Quiet Delta'))).toContainText('The chair knows');
		await expect(noor.page.getByRole('region', { name: 'Keep in mind' })).toContainText('Amber Kite');
		await openCase(noor.page, 'Amber Kite');
		await addEntry(noor.page, 'Escort', async (sheet) => {
			await sheet.getByRole('textbox', { name: 'From' }).fill('Room 0.3');
			await sheet.getByRole('textbox', { name: 'To', exact: true }).fill('hotel');
		});
		await line(noor.page, 'Room 0.3 to hotel').getByRole('button', { name: /^Strike/ }).click();
		await noor.page.getByRole('dialog').getByRole('button', { name: 'Strike it' }).click();
		await expect(line(noor.page, 'Room 0.3 to hotel')).toContainText('Struck entry');
		await expect(standing(noor.page)).toContainText(/Sent \d\d:\d\d\./);
	});

	await test.step('Noor’s last report of the day has not been sent: the shift does not end', async () => {
		await world.becomes('17:50');
		await noor.offline();
		await home(noor.page);
		await noor.nextCaseIs('Still Moss');
		await beginReport(noor.page);
		await writeDown(noor.page, { words: LEA, relation: 'It happened to them', where: 'Terrace' });
		await readBackAndSave(noor.page);
		await noteTold(noor.page, 'By phone', 'Alma Reyes');
		await world.becomes('18:15');
		await home(noor.page);
		await noor.page.getByRole('link', { name: 'End my shift' }).first().click();
		const sheet = noor.page.getByRole('main');
		await expect(sheet).toContainText('1 case is only on this phone');
		await expect(noor.page.getByRole('button', { name: 'I hand over' })).toBeDisabled();
		const row = (name: string) => sheet.getByRole('listitem').filter({ has: noor.page.getByText(name, { exact: true }) });
		await expect(row('Amber Kite')).toContainText('Chair knows');
		await expect(row('Quiet Delta')).toContainText('Chair knows');
		await expect(row('Still Moss')).toContainText('Unsent');
		await expect(row('Still Moss')).toContainText('Taken 17:50, Terrace');
		await expect(sheet.getByRole('listitem').filter({ hasText: 'Escort, Room 0.3 to hotel' })).toContainText('No longer wanted, 14:0');
		await expect(sheet.getByRole('listitem').filter({ hasText: 'keep two people apart' })).toHaveText('Amber Kite: keep two people apart, ask the chair.');
		await expect(sheet).toContainText('Chair not told yet: none');
		for (const name of ['Dana', '0417', 'hoodie', 'Ben', LEA]) await expect(sheet).not.toContainText(name);
		await stop(noor.page, 'phone-end-shift');
	});

	await test.step('without a network Noor gives it to Mei’s phone, which takes it along and cannot read it', async () => {
		await noor.page.getByRole('radio', { name: 'Mei Tanaka' }).click();
		await noor.page.getByRole('button', { name: 'Give it to Mei’s phone' }).click();
		const sheet = noor.page.getByRole('dialog', { name: 'Let Mei scan this' });
		await expect(sheet.getByText(/^Code \d+ of \d+, turning by itself$/)).toBeVisible();
		await stop(noor.page, 'phone-end-shift-give');
		const file = await savedFile(noor.page);
		await carries(mei.page, file);
		await expect(mei.page.getByRole('alert')).toContainText(/Carrying 1 sealed record for Noor.*Show this to Noor\./);
		await expect(mei.page.locator('body')).not.toContainText('Still Moss');
		await sheet.getByRole('button', { name: 'Mei’s phone carries it' }).click();
		await expect(noor.page.getByRole('main')).toContainText('Mei’s phone carries it. It stays on yours too, and sends by itself.');
		await page(/^Inbox/);
		await expect(main.getByRole('link', { name: /^Still Moss / })).toBeVisible();
		await page(/^Readiness/);
	});

	await test.step('so Noor’s shift may end: she hands over to Mei; what everybody reads says nothing of a case', async () => {
		const text = noor.page.getByRole('textbox', { name: 'Keys, radios, what to look out for' });
		await text.fill('Look out for badge 0417.');
		await noor.page.getByRole('button', { name: 'I hand over' }).click();
		await expect(noor.page.getByRole('main')).toContainText('Take this out first: 0417');
		await text.fill('The key of the quiet room is with Tom.');
		await noor.page.getByRole('button', { name: 'I hand over' }).click();
		await expect(noor.page.getByRole('main')).toContainText('Handed over to Mei Tanaka.');
		await stop(noor.page, 'phone-handed-over');
		await noor.online();
		await home(noor.page);
		await openCase(noor.page, 'Still Moss');
		await expect(noor.page.getByRole('main')).toContainText(/sent 18:1\d, via M1/);
		await home(noor.page);
	});

	await test.step('Mei takes over', async () => {
		await home(mei.page);
		const offer = mei.page.getByRole('region', { name: 'Noor Haddad hands over to you' });
		await expect(offer).toContainText('The key of the quiet room is with Tom.');
		await expect(mei.page.getByRole('region', { name: 'Keep in mind' })).toContainText('Amber Kite: keep two people apart, ask the chair.');
		await stop(mei.page, 'phone-take-over');
		await offer.getByRole('button', { name: 'I take over' }).click();
		await expect(offer).toBeHidden();
		await expect(card(mei.page, 'Amber Kite')).toHaveCount(0);
	});

	await test.step('Alma gives Mei the cases, and ends what Noor was given', async () => {
		const handed = alma.page.getByRole('region', { name: 'Handed over' });
		await expect(handed).toContainText(/Noor Haddad to Mei Tanaka, 18:1\d/);
		await expect(handed).toContainText('taken over 18:1');
		await stop(alma.page, 'console-handed-over');
		const rail = alma.page.getByRole('navigation');
		await rail.getByRole('link', { name: /^Inbox/ }).click();
		const asked = alma.page.getByRole('status').filter({ hasText: /Noor Haddad handed over to Mei Tanaka, 18:1\d/ });
		await expect(asked).toContainText('Mei cannot read Amber Kite, Quiet Delta, Still Moss yet.');
		await stop(alma.page, 'console-inbox-handed-over');
		await asked.getByRole('button', { name: 'Give Mei access to Amber Kite, Quiet Delta, Still Moss' }).click();
		await expect(asked).toBeHidden();
		await rail.getByRole('link', { name: /^Readiness/ }).click();
		await expect(handed).toContainText('Mei has all of them.');
		await handed.getByRole('button', { name: 'End Noor’s access to cases of others in 15 minutes' }).click();
		await expect(handed).toContainText(/Noor’s access to cases of others ends at 18:[34]\d\./);
		for (const name of ['Amber Kite', 'Quiet Delta', 'Still Moss']) await expect(card(mei.page, name)).toBeVisible();
		await openCase(mei.page, 'Amber Kite');
		await expect(mei.page.getByRole('main')).toContainText('Handed over: Mei Tanaka');
	});

	await test.step('a quarter of an hour later Noor has her own reports, and no others', async () => {
		await world.becomes('18:45');
		await noor.page.reload();
		await home(noor.page);
		await expect(card(noor.page, 'Quiet Delta')).toHaveCount(0);
		for (const name of ['Amber Kite', 'Still Moss']) await expect(card(noor.page, name)).toBeVisible();
	});
});
