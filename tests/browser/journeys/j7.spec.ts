import { addEntry, choose, home } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';
import { firstArrives, firstReport } from './told.ts';

const FIRST = 'Yesterday a badge 0417 attendee bothered Dana near the second talk in the Foyer; the person has been warned.';
const OFFICIAL = 'There was an incident at the conference yesterday. It was against our code of conduct and we have taken official action. We are sorry it happened. If you want to talk to us, come to any person with a STAFF badge.';

/** What is said to others, on a phone. */
async function whatIsSaid(phone: Phone): Promise<void> {
	await home(phone.page);
	await phone.page.getByRole('link', { name: 'Announcements, what you may say' }).click();
	await expect(phone.page.getByRole('heading', { level: 1, name: 'What is said' })).toBeVisible();
}

test('J7: an announcement with a name in it is not approved; the one without is, and those who know are told', async ({ world }) => {
	test.setTimeout(300_000);
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const tom = await joined(world, 'tom');
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	await noor.page.getByRole('link', { name: /^Amber Kite/ }).click();
	await addEntry(noor.page, 'Who else knows', async (sheet) => sheet.getByRole('textbox', { name: 'Who else knows about it?' }).fill('People at the coffee bar, about 10:20'));
	await expect(noor.page.getByRole('main')).toContainText('Also knows about it: People at the coffee bar, about 10:20');
	// The next morning.
	await world.becomes('33:10');
	const main = alma.page.getByRole('main');

	await test.step('Jonas has no way to announce anything, and is told who does', async () => {
		await whatIsSaid(jonas);
		const page = jonas.page.getByRole('main');
		await expect(page).toContainText('Only the chair or a delegate announces.');
		await expect(jonas.page.getByRole('link', { name: 'Call Alma Reyes' })).toHaveAttribute('href', 'tel:+491713920011');
		await expect(page.getByRole('textbox')).toHaveCount(0);
		await expect(page.getByRole('button', { name: 'It was read out' })).toHaveCount(0);
		await stop(jonas.page, 'phone-said');
	});

	await test.step('Alma’s first draft is blocked, and says by what', async () => {
		await main.getByRole('link', { name: /^Amber Kite/ }).click();
		await main.getByRole('link', { name: 'Open case' }).click();
		await main.getByRole('link', { name: 'Announcement', exact: true }).click();
		await expect(alma.page.getByRole('heading', { level: 1, name: 'Announcement' })).toBeVisible();
		await alma.page.getByRole('textbox', { name: 'Your draft' }).fill(FIRST);
		await choose(alma.page, 'Where it goes', 'In the plenary, from the stage');
		const found = alma.page.getByRole('region', { name: '4 personal details' });
		await expect(found.locator('mark')).toHaveText(['0417', 'Dana', 'second talk', 'Foyer']);
		await expect(found).toContainText('A badge number in this case');
		await expect(found).toContainText('Only one incident happened there');
		await expect(found.getByRole('button', { name: '“Dana” is not personal' })).toHaveCount(0);
		await expect(alma.page.getByRole('button', { name: 'Approve' })).toBeDisabled();
		await expect(main).toContainText('Not ready: take the personal details out first.');
		await stop(alma.page, 'console-announcement');
	});

	await test.step('the suggested text has none, and Alma approves it', async () => {
		const suggested = alma.page.getByRole('region', { name: 'Suggested text' });
		await expect(suggested).toContainText(OFFICIAL);
		await suggested.getByRole('button', { name: 'Use this' }).click();
		await expect(alma.page.getByRole('region', { name: 'No personal detail found' })).toBeVisible();
		await alma.page.getByRole('button', { name: 'Approve' }).click();
		await expect(alma.page.getByRole('region', { name: 'Approved' })).toContainText(OFFICIAL);
		await expect(alma.page.getByRole('region', { name: 'Approved' })).toContainText('Not read out yet');
		await stop(alma.page, 'console-announcement-approved');
	});

	await test.step('she takes it back before it is read out, it is a draft again, and she approves it once more', async () => {
		const approved = alma.page.getByRole('region', { name: 'Approved' });
		await approved.getByRole('button', { name: 'Take it back' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Take this announcement back?' });
		await expect(sheet).toContainText(OFFICIAL);
		await stop(alma.page, 'console-announcement-back');
		await sheet.getByRole('button', { name: 'Take it back' }).click();
		await expect(sheet).toBeHidden();
		await expect(approved).toHaveCount(0);
		await expect(alma.page.getByRole('textbox', { name: 'Your draft' })).toHaveValue(OFFICIAL);
		await alma.page.getByRole('button', { name: 'Approve' }).click();
		await expect(approved).toContainText('Not read out yet');
	});

	await test.step('Tom is asked to read it from 09:30 to 10:00', async () => {
		await alma.page.getByRole('button', { name: 'Delegate' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Who may announce for a while?' });
		await sheet.getByRole('radio', { name: /Tom Lindqvist/ }).check();
		await sheet.getByLabel('From').fill('2026-09-30T09:30');
		await sheet.getByLabel('Until').fill('2026-09-30T10:00');
		await stop(alma.page, 'console-delegate');
		await sheet.getByRole('button', { name: 'Delegate' }).click();
		await expect(sheet).toBeHidden();
		await expect(alma.page.getByRole('region', { name: 'Who may announce' })).toContainText('09:30 to 10:00');
	});

	await test.step('until those who know are told, the case says so', async () => {
		await alma.page.getByRole('link', { name: 'Back to Amber Kite' }).click();
		await main.getByRole('link', { name: 'Who knows, and closing' }).click();
		await main.getByRole('button', { name: 'Somebody knows about it' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'Who else knows about it?' });
		await sheet.getByRole('textbox', { name: 'Who', exact: true }).fill('Ben Amara');
		await sheet.getByRole('textbox', { name: 'How they know' }).fill('witness');
		await stop(alma.page, 'console-sheet-aware');
		await sheet.getByRole('button', { name: 'Write it down' }).click();
		await expect(sheet).toBeHidden();
		await expect(alma.page.getByRole('region', { name: 'Close this case' })).toContainText('2 people or groups are still not told');
		await stop(alma.page, 'console-close');
	});

	await test.step('staff get a card of what they may say', async () => {
		const card = alma.page.getByRole('region', { name: 'What staff may say' });
		await card.getByRole('button', { name: 'Write the card' }).click();
		const sheet = alma.page.getByRole('dialog', { name: 'What may staff say about Amber Kite?' });
		await sheet.getByRole('textbox', { name: 'The words' }).fill('It was about badge 0417.');
		await expect(sheet).toContainText('Take this out first: 0417');
		await stop(alma.page, 'console-sheet-say');
		await expect(sheet.getByRole('button', { name: 'Give it to staff' })).toBeDisabled();
		await sheet.getByRole('textbox', { name: 'The words' }).fill('It was against our code of conduct and we have taken official action. We are sorry it happened.');
		await sheet.getByRole('button', { name: 'Give it to staff' }).click();
		await expect(sheet).toBeHidden();
		await expect(card).toContainText('Still upset? They can write to alma@example.org and tom@example.org.');
	});

	await test.step('Tom reads it out in the plenary at 09:34', async () => {
		await world.becomes('33:34');
		await whatIsSaid(tom);
		await tom.page.getByRole('button', { name: 'It was read out' }).click();
		const sheet = tom.page.getByRole('dialog', { name: 'Where was it read out or posted?' });
		await expect(sheet.getByRole('radio', { name: 'In the plenary, from the stage' })).toHaveAttribute('aria-checked', 'true');
		await stop(tom.page, 'phone-sheet-made');
		await sheet.getByRole('button', { name: 'Note it' }).click();
		await expect(sheet).toBeHidden();
		await whatIsSaid(jonas);
		const page = jonas.page.getByRole('main');
		await expect(page).toContainText('In the plenary, from the stage, 09:34, by Tom Lindqvist');
		await expect(page).toContainText('“It was against our code of conduct and we have taken official action. We are sorry it happened.”');
		await expect(page).toContainText('About Amber Kite');
		for (const known of ['0417', 'Dana', 'Foyer', 'coffee', 'Ben Amara']) await expect(page).not.toContainText(known);
		await stop(jonas.page, 'phone-said-announced');
	});

	await test.step('the coffee bar heard it from the stage, and Ben in person at 09:50', async () => {
		const circle = alma.page.getByRole('region', { name: 'Aware circle' });
		await circle.getByRole('button', { name: /^People at the coffee bar/ }).click();
		const bar = alma.page.getByRole('dialog', { name: /^How were they told\? People at the coffee bar/ });
		await choose(bar, 'How', 'announcement');
		await bar.getByRole('button', { name: 'Note it' }).click();
		await expect(bar).toBeHidden();
		await expect(circle).toContainText('1 of 2 told');
		await world.becomes('33:50');
		await circle.getByRole('button', { name: 'Ben Amara: told' }).click();
		const ben = alma.page.getByRole('dialog', { name: 'How were they told? Ben Amara' });
		await choose(ben, 'How', 'in person');
		await ben.getByRole('radio', { name: /What happened was against our code of conduct, and/ }).check();
		await stop(alma.page, 'console-told');
		await ben.getByRole('button', { name: 'Note it' }).click();
		await expect(ben).toBeHidden();
		await expect(circle).toContainText('2 of 2 told');
		await expect(circle).toContainText('09:50, Alma Reyes, in person. “What happened was against our code of conduct, and we have taken official action.”');
		await expect(circle).toContainText(/09:34, Alma Reyes, announcement/);
	});

	await test.step('now nobody is left to be told; what else is open wants a reason', async () => {
		const closing = alma.page.getByRole('region', { name: 'Close this case' });
		await expect(closing).toContainText('Everyone noted as knowing of it was told');
		await expect(closing).not.toContainText('still not told');
		await closing.getByRole('textbox', { name: 'Closing note' }).fill('Announced and told.');
		await closing.getByRole('button', { name: 'Close case' }).click();
		await expect(main).toContainText('Something is open. Say why it may stay so, or see to it first.');
		await closing.getByRole('textbox', { name: 'Why it is closed although something is open' }).fill('The person left before anybody could speak with them.');
		await closing.getByRole('button', { name: 'Close case' }).click();
		await expect(closing).toContainText('Closed by Alma Reyes, 09:5');
		await noor.page.evaluate(() => (location.hash = '#/'));
		await noor.page.getByRole('link', { name: /^Amber Kite/ }).click();
		await expect(noor.page.getByRole('main')).toContainText('Closed by the chair');
		await expect(noor.page.getByRole('main')).not.toContainText('Announced and told.');
	});

	await test.step('09:55, something comes after that: the case asks to be read and closed once more', async () => {
		await world.becomes('33:55');
		await addEntry(noor.page, 'Feedback', async (sheet) => sheet.getByRole('textbox', { name: 'From whom' }).fill('Ben Amara'));
		const back = alma.page.getByRole('region', { name: 'Feedback' });
		await expect(back).toContainText('Ben Amara, 09:55');
		await expect(back, 'who wrote down no words quotes none').not.toContainText('“');
		const closing = alma.page.getByRole('region', { name: 'Close this case' });
		await expect(closing).toContainText('Something came after it was closed. Read it, then open the case again, or close it once more.');
		await expect(closing).toContainText('Closed by Alma Reyes, 09:5');
		await stop(alma.page, 'console-close-came');
	});
});
