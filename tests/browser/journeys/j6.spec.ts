import type { Locator, Page } from '@playwright/test';
import { card, choose, home, kept } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { countsAre, dialog, finds, keepsApart, step, warns } from './decided.ts';
import { firstArrives, firstReport } from './told.ts';

// Every phone is unlocked again whenever the day goes on.
test.setTimeout(600_000);

const STATEMENT = 'I only wanted to talk about her talk. I did not hear a no.';
const SUMMARY = 'Repeated following and comments after being asked to stop';

/** What would be printed now. */
async function printed(page: Page, press: () => Promise<void>): Promise<string> {
	await page.evaluate(() => {
		window.print = () => Object.assign(window, { paper: document.querySelector('body > .paper')?.textContent ?? 'nothing' });
	});
	await press();
	await expect.poll(async () => page.evaluate(() => (window as { paper?: string }).paper)).toBeTruthy();
	const paper = await page.evaluate(() => (window as { paper?: string }).paper ?? '');
	await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
	return paper;
}

/** What would be said in public now, with the numbers beside it; then back to where one was. */
async function inPublic(lead: Phone, look: (article: Locator) => Promise<void>): Promise<void> {
	const before = await lead.page.evaluate(() => location.hash);
	await lead.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'After the event' }).click();
	await look(lead.page.getByRole('main').getByRole('article'));
	await lead.page.evaluate((hash) => (location.hash = hash), before);
	await expect(lead.page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
}

const IS_OPEN = 'At least one appeal is not decided yet: until then, what was decided stands.';
const WAS_DECIDED = 'At least one outcome was looked at again after an appeal: this text tells what stands now.';
const STANDS = 'In at least one case we found that the report stands.';

test('J6: their side is heard before anything is found, and what was decided stands while it is appealed', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const mei = await joined(world, 'mei');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	for (const lead of [alma, tom]) {
		await lead.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		await expect(lead.page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
	}

	await test.step('11:35, the meeting: four questions, and who does what by when', async () => {
		await world.becomes('11:35');
		const main = await step(alma, /^Meeting/);
		await main.getByRole('button', { name: 'Write down the meeting' }).click();
		await main.getByRole('textbox', { name: '1. What happened?' }).fill(SUMMARY);
		await main.getByRole('button', { name: 'Write it down' }).click();
		await expect(main.getByRole('alert')).toHaveText('Something is missing: whether we do anything about it.');
		await choose(main, '2. Are we doing anything about it?', 'Yes');
		await expect(main.getByRole('alert')).toBeHidden(); // it was about what is changed now
		await main.getByRole('group', { name: 'Who was there' }).getByRole('checkbox', { name: 'Tom Lindqvist' }).click();
		await stop(alma.page, 'console-meeting-form');
		await kept(alma.page);
		await alma.page.reload(); // what was typed is still there
		await expect(main.getByRole('textbox', { name: '1. What happened?' })).toHaveValue(SUMMARY);
		await main.getByRole('button', { name: 'Write it down' }).click();
		await expect(main.getByRole('heading', { name: 'Meeting, 11:35' })).toBeVisible();
		await expect(main).toContainText('Alma Reyes, Tom Lindqvist');
		await expect(alma.page.getByRole('link', { name: /^Meeting/ })).toContainText('11:35, 53 min');

		await main.getByRole('button', { name: 'Add action' }).click();
		let sheet = await dialog(alma.page, 'Add action');
		await sheet.getByRole('textbox', { name: 'What is to be done' }).fill('Speak with badge 0417');
		await sheet.getByRole('button', { name: 'Close' }).click(); // by accident, and loaded anew: what was typed is still there
		await expect(sheet).toBeHidden();
		await alma.page.reload();
		await main.getByRole('button', { name: 'Add action' }).click();
		sheet = await dialog(alma.page, 'Add action');
		await expect(sheet.getByRole('textbox', { name: 'What is to be done' })).toHaveValue('Speak with badge 0417');
		await choose(sheet, 'Who does it', 'Noor Haddad');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet.getByRole('alert')).toHaveText('Something is missing: who goes along: nobody speaks with them alone, why neither the chair nor the event manager speaks with them.');
		await choose(sheet, 'Who does it', 'Tom Lindqvist');
		await expect(sheet.getByRole('alert')).toBeHidden();
		await choose(sheet, 'Who goes along', 'Noor Haddad');
		await sheet.getByLabel('By when').fill('2026-09-29T13:30');
		await stop(alma.page, 'console-action');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await main.getByRole('button', { name: 'Add action' }).click();
		sheet = await dialog(alma.page, 'Add action');
		await expect(sheet.getByRole('textbox', { name: 'What is to be done' })).toHaveValue(''); // what was written down does not wait
		await choose(sheet, 'What kind', 'Protect for the time being');
		await sheet.getByRole('textbox', { name: 'What is to be done' }).fill('Keep 0417 off the Terrace');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await expect(main.getByRole('row').filter({ hasText: 'Keep 0417 off the Terrace' })).toContainText('Nobody yet');
	});

	await test.step('what somebody has to do is on their phone, and on nobody else’s', async () => {
		await home(noor.page);
		const yours = noor.page.getByRole('region', { name: 'Yours to do' });
		await expect(yours).toContainText('Speak with badge 0417');
		await expect(yours).toContainText('by 13:30');
		await stop(noor.page, 'phone-home-task');
		await home(mei.page);
		await expect(mei.page.getByText('Speak with badge 0417')).toHaveCount(0);
	});

	await test.step('the talking sheet names nobody who told us, and another lead reads it first', async () => {
		const main = alma.page.getByRole('main');
		await main.getByRole('button', { name: 'Make the sheet' }).click();
		const words = main.getByRole('textbox', { name: 'What will be said' });
		await expect(words).toHaveValue(/^This morning we were told: Repeated following/);
		await words.fill('At 10:30 Dana was followed.');
		await expect(main).toContainText('“Dana” may point at somebody who told us');
		await expect(main).toContainText('“10:30” is too exact');
		await words.fill(`This morning we were told: ${SUMMARY}. Our code does not allow this.\n\nWhat is your side? We write it down in your words.`);
		await expect(main).toContainText('No name or badge of the reporter or witnesses');
		await main.getByRole('button', { name: 'Keep these words' }).click();
		await expect(main.getByRole('button', { name: 'Print' })).toBeDisabled();
		await expect(main.getByRole('button', { name: 'I have read it' })).toHaveCount(0);
		await stop(alma.page, 'console-meeting');

		const his = await step(tom, /^Meeting/);
		await his.getByRole('button', { name: 'I have read it: it points at nobody' }).click();
		await expect(main).toContainText('Second check: Tom Lindqvist');
		const paper = await printed(alma.page, () => main.getByRole('button', { name: 'Print' }).click());
		expect(paper).toContain('This morning we were told');
		for (const told of ['Dana', 'Okafor', 'Ben', '0233', '10:', 'second talk']) expect(paper).not.toContain(told);
	});

	await test.step('13:20, nothing can be found: their side has not been heard, and leaving it out wants a reason', async () => {
		await world.becomes('13:20');
		const main = await step(alma, /^Finding/);
		await expect(main).toContainText('Not yet: their side has not been heard.');
		await expect(main.getByRole('button', { name: 'Decide', exact: true })).toHaveCount(0);
		await stop(alma.page, 'console-decision-gate');
		await step(alma, /^Their side/);
		await main.getByRole('button', { name: 'They declined' }).click();
		const sheet = await dialog(alma.page, 'Go on without their side?');
		await sheet.getByRole('button', { name: 'Go on without it' }).click();
		await expect(sheet.getByRole('alert')).toHaveText('Write down why first.');
		await sheet.getByRole('textbox', { name: 'Why' }).fill('He says that he will not speak.');
		await sheet.getByRole('button', { name: 'Close' }).click();
		await expect(sheet).toBeHidden();
		const left = main.getByRole('region', { name: 'Typed, but not written down' });
		await expect(left).toContainText('He says that he will not speak.');
		await stop(alma.page, 'console-leftover');
		await main.getByRole('button', { name: 'They declined' }).click();
		await expect(sheet.getByRole('textbox', { name: 'Why' })).toHaveValue('He says that he will not speak.');
		await sheet.getByRole('button', { name: 'Delete what I typed' }).click();
		await sheet.getByRole('button', { name: 'Yes, delete it' }).click();
		await expect(sheet).toBeHidden();
		await expect(left).toHaveCount(0);
		await main.getByRole('button', { name: 'They declined' }).click();
		await expect(sheet.getByRole('textbox', { name: 'Why' })).toHaveValue('');
		await sheet.getByRole('button', { name: 'Close' }).click();
	});

	await test.step('13:25, Tom and Noor hear his side, word for word', async () => {
		await world.becomes('13:25');
		const main = tom.page.getByRole('main');
		await main.getByRole('button', { name: 'Record their side' }).click();
		await main.getByRole('textbox', { name: 'In their words' }).fill(STATEMENT);
		await main.getByRole('button', { name: 'Write it down' }).click();
		await expect(main.getByRole('alert')).toHaveText('Something is missing: who heard it: two people.');
		await main.getByRole('group', { name: 'Who heard it' }).getByRole('checkbox', { name: 'Noor Haddad' }).click();
		await stop(tom.page, 'console-statement');
		await main.getByRole('button', { name: 'Write it down' }).click();
		await expect(main).toContainText(`“${STATEMENT}”`);
		await expect(main).toContainText('13:25 · heard by Tom, Noor · word for word');
		await home(noor.page);
		await noor.page.getByRole('button', { name: 'It is done: Speak with badge 0417' }).click();
		await expect(noor.page.getByRole('region', { name: 'Yours to do' })).toHaveCount(0);
		await expect(main.getByRole('row').filter({ hasText: 'Speak with badge 0417' })).toContainText('done 13:2');
		await expect(noor.page.getByText(STATEMENT)).toHaveCount(0);
	});

	await test.step('13:38, two leads decide without knowing of each other: both are shown, and they decide together', async () => {
		await world.becomes('13:38');
		await tom.offline();
		await step(tom, /^Finding/);
		await finds(tom, 'Decide', 'We cannot tell', 'one word against another');
		await step(alma, /^Finding/);
		await finds(alma, 'Decide', 'The report stands', 'two accounts agree');
		await tom.online();
		const main = alma.page.getByRole('main');
		await expect(main).toContainText('Two findings that differ');
		await expect(main).toContainText('We cannot tell');
		await stop(alma.page, 'console-two-findings');
		await world.becomes('13:40');
		await finds(alma, 'Decide together', 'The report stands', 'we talked: two accounts agree');
		await expect(main.getByRole('heading', { name: 'The report stands' })).toBeVisible();
		await expect(main).toContainText('Alma Reyes, 13:40');
	});

	await test.step('what follows: a warning, and no contact until the event ends', async () => {
		await warns(alma);
		await keepsApart(alma);
		await home(mei.page);
		const keep = mei.page.getByRole('region', { name: 'Keep in mind' });
		await expect(keep).toContainText('Amber Kite: keep two people apart, ask the chair.');
		await expect(keep).toContainText('Until 30 September 19:00');
		await expect(card(mei.page, 'Amber Kite')).toHaveCount(0);
		await stop(mei.page, 'phone-home-pairs');
	});

	await test.step('13:45 and 14:05, both are told', async () => {
		await world.becomes('13:45');
		const main = tom.page.getByRole('main');
		await main.getByRole('button', { name: 'Note that they were told' }).click();
		let sheet = await dialog(tom.page, 'The reported person was told');
		await expect(sheet).toContainText('Warning to stop');
		await expect(sheet).toContainText('They can appeal to Test Association board');
		await expect(sheet).toContainText('within 30 days');
		await choose(sheet, 'How', 'in person');
		await stop(tom.page, 'console-tell');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await expect(main.getByRole('row').filter({ hasText: 'Warning to stop' })).toContainText('13:45');
		await world.becomes('14:05');
		await main.getByRole('button', { name: 'Note what the reporter was told' }).click();
		sheet = await dialog(tom.page, 'The reporter was told');
		for (const sentence of ['We have looked into what you reported.', 'What happened was against our code of conduct.', /^Measures have been taken/]) await sheet.getByRole('checkbox', { name: sentence }).check();
		await choose(sheet, 'How', 'in person');
		await stop(tom.page, 'console-sheet-follow-up');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await expect(main.getByRole('link', { name: /^Told/ })).toContainText('14:05');
		await stop(tom.page, 'console-decision');
	});

	await test.step('20 November, an appeal: late, taken with a reason, and everything stands meanwhile', async () => {
		await world.becomes('2026-11-20T10:00:00+01:00');
		await inPublic(alma, async (article) => {
			await expect(article).toContainText(STANDS);
			await expect(article).not.toContainText('appeal is not decided');
			await expect(article).not.toContainText('after an appeal');
			await countsAre(alma, { Reports: 1, Cases: 1, 'The report stands': 1, 'Appeals not decided yet': 0 });
		});
		const main = alma.page.getByRole('main');
		await main.getByRole('button', { name: 'An appeal has arrived' }).click();
		const sheet = await dialog(alma.page, 'An appeal has arrived');
		await sheet.getByRole('textbox', { name: 'What it says' }).fill('Nobody heard me.');
		await stop(alma.page, 'console-sheet-appeal');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		const appeal = main.getByRole('region', { name: 'Appeal' });
		await expect(appeal).toContainText('52 days after the outcome');
		await expect(appeal).toContainText('The time of 30 days ended on 29 October.');
		await expect(main).toContainText('Stands while appealed');
		await expect(main.getByRole('button', { name: 'Decide anew' })).toHaveCount(0);
		await appeal.getByRole('button', { name: 'Accept, send to the board' }).click();
		await expect(appeal.getByRole('alert')).toHaveText('Write down why first.');
		await appeal.getByRole('textbox', { name: 'Reason, on the record' }).fill('the letter came back once');
		await kept(alma.page);
		await alma.page.reload();
		await expect(appeal.getByRole('textbox', { name: 'Reason, on the record' })).toHaveValue('the letter came back once');
		await stop(alma.page, 'console-appeal-late');
		await appeal.getByRole('button', { name: 'Accept, send to the board' }).click();
		await expect(appeal).toContainText('Accepted although late: the letter came back once');
		await expect(main.getByRole('heading', { name: 'The report stands' })).toBeVisible();
		await expect(main).toContainText('Stands while appealed');
		await stop(alma.page, 'console-appeal');
		await inPublic(alma, async (article) => {
			await expect(article).toContainText(IS_OPEN);
			await expect(article).toContainText(STANDS);
			await countsAre(alma, { Reports: 1, Cases: 1, 'The report stands': 1, 'Appeals not decided yet': 1 });
		});
	});

	await test.step('4 December, the board decides: both words stay', async () => {
		await world.becomes('2026-12-04T18:00:00+01:00');
		const main = alma.page.getByRole('main');
		await main.getByRole('button', { name: 'Note what was decided' }).click();
		const sheet = await dialog(alma.page, 'What was decided about the appeal');
		await sheet.getByRole('textbox', { name: 'What was decided' }).fill('Partly upheld: the warning stays');
		await choose(sheet, 'What it means', 'Partly right');
		await stop(alma.page, 'console-sheet-appeal-decided');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		const appeal = main.getByRole('region', { name: 'Appeal' });
		await expect(appeal).toContainText('Partly upheld: the warning stays');
		await expect(appeal).toContainText('Accepted although late');
		await expect(main.getByRole('heading', { name: 'The report stands' })).toBeVisible();
		await expect(main).not.toContainText('Stands while appealed');
		await expect(main.getByRole('row').filter({ hasText: 'Warning to stop' })).toContainText('no end');
		await inPublic(alma, async (article) => {
			await expect(article).toContainText(WAS_DECIDED);
			await expect(article).not.toContainText(IS_OPEN);
			await expect(article).toContainText(STANDS);
			await countsAre(alma, { Reports: 1, Cases: 1, 'The report stands': 1, 'Appeals not decided yet': 0 });
		});
	});
});
