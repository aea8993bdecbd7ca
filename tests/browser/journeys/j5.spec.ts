import { readFileSync } from 'node:fs';
import { beginReport, card, home, noteTold, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { type Phone, startOf } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { onServer } from '../harness/records.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { countsAre } from './decided.ts';
import { firstArrives, firstReport } from './told.ts';

test.use({ opensAt: '15:00' });

/** Of whoever the report is about; only those who read it on the team know whose it is. */
const BADGE = '0001';
const LEA = 'He blocked the door of Room 0.3 and said I should wear that dress for him again.';

/** Lea tells Noor, who is online. */
async function leaTells(noor: Phone, codeName: string, staff: { kind: string; away?: string[] }, badge?: string): Promise<void> {
	await noor.nextCaseIs(codeName);
	await beginReport(noor.page);
	await writeDown(noor.page, { words: LEA, relation: 'It happened to them', where: 'Hall 2', reporter: { name: 'Lea Winter' }, staff, ...(badge !== undefined && { who: { badge } }) });
	await readBackAndSave(noor.page);
}

async function seesNothing(phone: Phone, codeName: string): Promise<void> {
	await expect(phone.page.getByText(codeName)).toHaveCount(0);
	await phone.page.reload();
	await expect(phone.page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(phone.page.getByText(codeName)).toHaveCount(0);
}

/** One page of a lead's console, by the name of its link. */
async function page(lead: Phone, name: RegExp): Promise<void> {
	await lead.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();
}

test('J5: what is about Rui never reaches Rui, and his role and access end in one step', async ({ world }) => {
	test.setTimeout(240_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const rui = await joined(world, 'rui');
	await world.becomes('15:20');

	await leaTells(noor, 'Still Moss', { kind: 'A staff member', away: ['Rui Costa'] });
	await openCase(noor.page, 'Still Moss');
	await expect(standing(noor.page)).toContainText(/Sent 15:2\d\./);

	await test.step('Alma and Tom receive it, and see that it is about somebody on staff', async () => {
		for (const lead of [alma, tom]) await expect(lead.page.getByRole('main').getByText('Still Moss').first()).toBeVisible();
		await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		const away = alma.page.getByRole('region', { name: 'Kept away' });
		await expect(away).toContainText('It is about somebody on staff.');
		await expect(away).toContainText('Rui Costa, named in the report');
		await stop(alma.page, 'console-case-restricted');
	});

	await test.step('Rui’s phone gets nothing', async () => {
		await home(rui.page);
		await expect(rui.page.getByText('No cases. Take a report with New report.')).toBeVisible();
		await seesNothing(rui, 'Still Moss');
	});

	await test.step('Noor keeps her own text and writes no more into it', async () => {
		await openCase(noor.page, 'Still Moss');
		await expect(noor.page.getByRole('main')).toContainText(LEA);
		await expect(noor.page.getByRole('main')).toContainText('You can read what you wrote');
		await expect(noor.page.getByRole('button', { name: 'Add entry' })).toHaveCount(0);
		await stop(noor.page, 'phone-case-own');
	});

	await test.step('Alma’s list of the team marks him “see chair”', async () => {
		await page(alma, /^Team/);
		const row = alma.page.getByRole('row').filter({ hasText: 'Rui Costa' });
		await expect(row).toContainText('see chair');
		await expect(alma.page.getByRole('row').filter({ hasText: 'Jonas Brandt' })).not.toContainText('see chair');
		await home(rui.page);
		await expect(rui.page.getByText('see chair')).toHaveCount(0);
	});

	await test.step('his role and the access of his phone end in the same step', async () => {
		await alma.page.getByRole('button', { name: 'Time on the team: Rui Costa' }).click();
		await stop(alma.page, 'console-time-on-the-team');
		await alma.page.getByRole('dialog').getByRole('button', { name: 'End Rui’s role and access' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'End Rui’s role and access now?' });
		await expect(sheet).toContainText('Rui is no longer on the team. R1 can read nothing new');
		await stop(alma.page, 'console-end-role');
		await sheet.getByRole('button', { name: 'End role and access now' }).click();
		await expect(sheet).toBeHidden();
		const row = alma.page.getByRole('row').filter({ hasText: 'Rui Costa' });
		await expect(row).toContainText('off the team since');
		await expect(row).toContainText('Access ended');
		await expect(rui.page.getByRole('heading', { level: 1, name: 'This phone no longer has access' })).toBeVisible();
		await rui.page.reload();
		await expect(rui.page.getByRole('heading', { level: 1, name: 'This phone no longer has access' })).toBeVisible();
	});

	await test.step('what his phone held is told, and that it may still hand in what he wrote', async () => {
		await alma.page.getByRole('button', { name: 'What R1 held' }).click();
		const held = alma.page.getByRole('region', { name: 'What R1 held' });
		await expect(held).toContainText('The server gave it no case that is yours to see.');
		await stop(alma.page, 'console-what-it-held');
	});

	await test.step('that the server cannot be reached is said once, where what it knows would stand', async () => {
		await alma.context.route(/\/v1\/(ledger|quarantine)$/, (route) => route.abort());
		await alma.page.getByRole('region', { name: 'What R1 held' }).getByRole('button', { name: 'Close' }).click();
		const unanswered = ['ledger', 'quarantine'].map((path) => alma.page.waitForEvent('requestfailed', (request) => request.url().endsWith(`/v1/${path}`)));
		await alma.page.getByRole('button', { name: 'What R1 held' }).click();
		await Promise.all(unanswered);
		await expect(alma.page.getByRole('region', { name: 'What R1 held' })).toContainText('The server could not be reached.');
		await expect(alma.page.getByText('The server could not be reached.')).toHaveCount(1);
		await alma.context.unroute(/\/v1\/(ledger|quarantine)$/);
	});

	await test.step('the ledger has all of it', async () => {
		await page(alma, /^Access ledger/);
		await expect(alma.page.getByRole('row').filter({ hasText: 'Revoked phone' })).toContainText('R1');
		await expect(alma.page.getByRole('row').filter({ hasText: 'Set the time on the team of' })).toContainText('Rui Costa');
		await stop(alma.page, 'console-ledger');
		await alma.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'Still Moss' });
		await expect(alma.page.getByRole('row').filter({ hasText: 'Keeps away' })).toContainText('Rui Costa');
		await expect(alma.page.getByRole('row').filter({ hasText: 'Got the case' }).filter({ hasText: 'Tom Lindqvist' })).toBeVisible();
		await expect(alma.page.getByRole('row').filter({ hasText: 'Got the case' }).filter({ hasText: 'Rui Costa' })).toHaveCount(0);
	});
});

test('J5, the chair is named: Tom gets it, and nothing of Alma’s shows a trace', async ({ world }) => {
	test.setTimeout(240_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	await world.becomes('15:20');

	await leaTells(noor, 'Red Tamarind', { kind: 'The chair' }, BADGE);
	await test.step('Noor is asked to tell Tom, never the chair', async () => {
		await expect(noor.page.getByRole('heading', { level: 1, name: 'Tell Tom Lindqvist now' })).toBeVisible();
		await expect(noor.page.getByRole('main')).not.toContainText('Alma');
		await noteTold(noor.page, 'By phone', 'Tom Lindqvist');
		await openCase(noor.page, 'Red Tamarind');
		await expect(standing(noor.page)).toContainText(/Sent 15:2\d\./);
		await expect(standing(noor.page)).toContainText('The alternate chair knows since 15:2');
	});

	await test.step('Tom sees why it comes to him', async () => {
		await tom.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		await expect(tom.page.getByRole('region', { name: 'Kept away' })).toContainText('Routed to you because the chair is named.');
		await expect(tom.page.getByRole('region', { name: 'Who can see this' })).not.toContainText('Alma Reyes');
		await page(tom, /^Access ledger/);
		await tom.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'Red Tamarind' });
		await expect(tom.page.getByRole('row').filter({ hasText: 'Got the case' }).filter({ hasText: 'Tom Lindqvist' })).toBeVisible();
		const alma = tom.page.getByRole('row').filter({ hasText: 'Alma Reyes' });
		await expect(alma).toHaveCount(1);
		await expect(alma).toContainText('Keeps away');
	});

	await test.step('Alma’s inbox, team and ledger contain no trace', async () => {
		await seesNothing(alma, 'Red Tamarind');
		await expect(alma.page.getByText('Nothing waits for you.')).toBeVisible();
		await page(alma, /^Team/);
		await expect(alma.page.getByRole('row').filter({ hasText: 'Alma Reyes' })).toBeVisible();
		await expect(alma.page.getByText('see chair')).toHaveCount(0);
		await page(alma, /^After the event/);
		await expect(alma.page.getByRole('article')).toHaveText(/^\s*Code of conduct at [^.]+$/);
		await page(alma, /^Late notes/);
		await expect(alma.page.getByText('Nothing waits for your decision.')).toBeVisible();
		await page(alma, /^Access ledger/);
		await expect(alma.page.getByRole('row').filter({ hasText: 'Set up the event' })).toBeVisible();
		await expect(alma.page.getByRole('main')).not.toContainText('Red Tamarind');
		await expect(alma.page.getByRole('combobox', { name: 'What it is about' }).getByRole('option', { name: 'Red Tamarind' })).toHaveCount(0);
		for (const what of ['Received case', 'Got the case', 'Looked at case', 'Keeps away']) await expect(alma.page.getByRole('row').filter({ hasText: what })).toHaveCount(0);
	});

	const other = (lead: Phone) => lead.page.getByRole('region', { name: /Still Moss/ });
	await test.step('Jonas hears of the same badge: that both may belong together is suggested to Tom', async () => {
		await jonas.nextCaseIs('Still Moss');
		await beginReport(jonas.page);
		await writeDown(jonas.page, { words: 'Somebody stood in the door and did not let her pass.', relation: 'They saw it', where: 'Hall 2', who: { badge: BADGE } });
		await readBackAndSave(jonas.page);
		await page(tom, /^Inbox/);
		await tom.page.getByRole('main').getByRole('link', { name: /^Still Moss\s+\S/ }).click();
		await expect(other(tom).getByRole('heading', { name: /Red Tamarind/ })).toBeVisible({ timeout: 30_000 });
		await expect(other(tom)).toContainText('Same badge number on the reported person');
	});

	await test.step('to Alma nothing is suggested, though she has the other one', async () => {
		await page(alma, /^Inbox/);
		const asked = alma.page.waitForResponse((answer) => answer.url().endsWith('/v1/suggestions') && answer.ok(), { timeout: 60_000 });
		await alma.page.reload();
		await expect(alma.page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible(); // the PIN comes first
		await asked;
		await alma.page.getByRole('main').getByRole('link', { name: /^Still Moss\s+\S/ }).click();
		await expect(other(alma).getByRole('heading', { level: 2, name: 'Still Moss' })).toBeVisible();
		await expect(alma.page.getByText('Red Tamarind')).toHaveCount(0);
		await expect(alma.page.getByText('Same badge number')).toHaveCount(0);
	});

	await test.step('what she takes out of it holds nothing of what is kept from her', async () => {
		const main = alma.page.getByRole('main');
		await main.getByRole('link', { name: 'Open case' }).click();
		await main.getByRole('button', { name: 'Case file' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Case file' });
		const [download] = await Promise.all([alma.page.waitForEvent('download'), sheet.getByRole('button', { name: 'Save it as a file' }).click()]);
		const text = readFileSync(await download.path(), 'utf8');
		expect(text).toContain('did not let her pass');
		for (const kept of ['Red Tamarind', startHex('Red Tamarind'), LEA, 'Lea Winter']) expect(text).not.toContain(kept);
		await page(alma, /^After the event/);
		await expect(alma.page.getByRole('article')).toContainText('Our team received at least one report during the event.');
		await countsAre(alma, { Reports: 1, Cases: 1, People: 1 });
		await page(tom, /^After the event/);
		await countsAre(tom, { Reports: 2, Cases: 2, People: 2 });
	});
});

test('J5, nobody may receive it: it stays on the phone, which says so and whom to call', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await world.becomes('15:20');

	await leaTells(noor, 'Quiet Delta', { kind: 'The chair', away: ['Alma Reyes', 'Tom Lindqvist'] });
	await expect(noor.page.getByRole('heading', { name: 'Nobody in the team may receive this' })).toBeVisible();
	await expect(noor.page.getByRole('link', { name: 'Call Test Association board' })).toHaveAttribute('href', 'tel:+493023125200');
	await stop(noor.page, 'phone-held');
	await openCase(noor.page, 'Quiet Delta');
	await expect(standing(noor.page)).toContainText('Not sent: nobody may receive this yet. Call the other contact. It stays on this phone.');
	await expect(noor.page.getByRole('main')).toContainText(LEA);
	for (const lead of [alma, tom]) await seesNothing(lead, 'Quiet Delta');
	expect([...onServer(world.server).keys()].some((id) => id.startsWith(startHex('Quiet Delta')))).toBe(false);
	await noor.kill();

	await noor.switchOn();
	await noor.page.goto(world.server.url);
	await home(noor.page);
	await expect(card(noor.page, 'Quiet Delta')).toContainText('Waiting: nobody may receive this yet');
	await expect(card(noor.page, 'Quiet Delta').getByRole('link', { name: 'Call Test Association board' })).toBeVisible();
});

test('J5: Jonas should not be involved; nobody asks why, and the case leaves his phone', async ({ world }) => {
	test.setTimeout(240_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
	const access = alma.page.getByRole('region', { name: 'Who can see this' });
	await access.getByRole('button', { name: 'Give access' }).click();
	const give = alma.page.getByRole('dialog', { name: 'Give access to Amber Kite' });
	await give.getByRole('radio', { name: /Jonas Brandt/ }).check();
	await stop(alma.page, 'console-give-access');
	await give.getByRole('button', { name: 'Give access' }).click();
	await expect(give).toBeHidden();
	await expect(access).toContainText('Jonas Brandt, can read and write');

	await openCase(jonas.page, 'Amber Kite');
	await jonas.offline();
	await jonas.page.getByRole('button', { name: 'I should not be involved' }).click();
	const sheet = jonas.page.getByRole('dialog', { name: 'Step back from Amber Kite?' });
	await expect(sheet).toContainText('It is hidden here at once; the others hear of it when this phone is back online.');
	await expect(sheet.getByRole('textbox')).toHaveCount(0);
	await stop(jonas.page, 'phone-step-back');
	await sheet.getByRole('button', { name: 'Step back' }).click();
	await expect(jonas.page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
	await expect(jonas.page.getByRole('main')).toContainText('You are not part of this case. What this phone held about it has been removed.');
	await expect(jonas.page.getByRole('main')).not.toContainText('following me');
	await expect(jonas.page.getByRole('main')).toContainText('The others hear of it when this phone is back online.');
	await stop(jonas.page, 'phone-recused');
	await jonas.online();
	await expect(jonas.page.getByRole('main')).not.toContainText('The others hear of it when this phone is back online.');
	await home(jonas.page);
	await expect(jonas.page.getByRole('link', { name: 'Amber Kite — recused' })).toBeVisible();

	const away = alma.page.getByRole('region', { name: 'Kept away' });
	await alma.page.reload();
	await expect(away).toContainText(/Jonas Brandt, stepped back 11:0\d\. No reason is asked\./);
	await expect(access).not.toContainText('Jonas Brandt');
	await access.getByRole('button', { name: 'Who got it and who opened it' }).click();
	await expect(access.getByRole('listitem').filter({ hasText: 'Jonas Brandt' })).toContainText('gone from there 11:0');
	await access.getByRole('link', { name: 'The whole ledger of this case' }).click();
	await expect(alma.page.getByRole('row').filter({ hasText: 'Stepped back' })).toContainText('Recused. No reason is asked.');

	await test.step('somebody who is kept away for another reason', async () => {
		await page(alma, /^Inbox/);
		await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		await away.getByRole('button', { name: 'Keep somebody away' }).click();
		const keep = alma.page.getByRole('dialog', { name: 'Keep somebody away from Amber Kite' });
		await keep.getByRole('radio', { name: /Mei Tanaka/ }).check();
		await keep.getByRole('button', { name: 'Keep them away' }).click();
		await expect(away).toContainText('Mei Tanaka, kept away by Alma Reyes');
		await away.getByRole('button', { name: 'Let Mei near it again' }).click();
		const lift = alma.page.getByRole('dialog', { name: 'Let Mei near Amber Kite again?' });
		await stop(alma.page, 'console-let-near');
		await lift.getByRole('button', { name: 'Let them near again' }).click();
		await expect(lift.getByRole('alert')).toHaveText('Write down why first.');
		await lift.getByRole('textbox', { name: 'Why' }).fill('picked the wrong person');
		await lift.getByRole('button', { name: 'Let them near again' }).click();
		await expect(away).not.toContainText('Mei Tanaka, kept away');
	});
});

test.describe('before a second lead has joined', () => {
	test.use({ takesReports: false });

	test('reports stay on the phone, both faces say why, and a second lead opens the event', async ({ world }) => {
		const alma = await joined(world, 'alma', { screen: 'laptop' });
		const noor = await joined(world, 'noor');
		await world.becomes('15:20');
		await expect(alma.page.getByText('Safehall opens when a second lead has joined')).toBeVisible();
		await stop(alma.page, 'console-not-open');
		await leaTells(noor, 'Silver Otter', { kind: 'A staff member', away: ['Rui Costa'] });
		await expect(noor.page.getByRole('main')).toContainText('Safehall is not open yet: it needs a second lead.');
		await home(noor.page);
		await expect(noor.page.getByText('Safehall opens when a second lead has joined')).toBeVisible();
		await stop(noor.page, 'phone-not-open');
		await expect(alma.page.getByRole('main').getByText('Silver Otter')).toHaveCount(0);

		await joined(world, 'tom', { screen: 'laptop' });
		await noor.page.reload();
		await expect(standing(card(noor.page, 'Silver Otter'))).toContainText(/Sent 15:2\d\./);
		await expect(alma.page.getByRole('main').getByText('Silver Otter').first()).toBeVisible();
	});
});

function startHex(codeName: string): string {
	return startOf(codeName)
		.map((byte) => byte.toString(16).padStart(2, '0'))
		.join('');
}
