/** What attendees are asked for is one tap away, and they hear how it goes on. */
import { answerStep, beginReport, home, readBackAndSave } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

const POLICY = 'What the code of conduct asks of attendees';

test('what attendees are asked for is one tap away while a report is written, and nothing typed is lost by it', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await beginReport(page);
	await page.getByRole('link', { name: POLICY }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Policy and procedure' })).toBeVisible();
	await expect(page.getByRole('article')).toContainText('gather as much information as available but do not interview people');
	await page.getByRole('link', { name: 'Back' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Look after the person' })).toBeVisible();

	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He kept following me.');
	await page.getByRole('link', { name: POLICY }).click();
	await page.getByRole('searchbox').fill('identifying');
	await expect(page.getByRole('status').filter({ hasText: /place/ })).toBeVisible();
	await page.getByRole('link', { name: 'Back' }).click();
	await expect(page.getByRole('textbox', { name: 'In their words' })).toHaveValue('He kept following me.');
});

test('whoever told it is thanked, asked not to question others, and both hear how it goes on', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He kept following me.');
	await page.getByRole('link', { name: 'Read it back' }).click();
	await expect(page.getByText('Thank you for telling me. I have written down what you said. We value your attendance.')).toBeVisible();
	await expect(page.getByText(/It protects you as much as others/)).toBeVisible();
	await page.getByRole('link', { name: 'Back' }).click();
	await readBackAndSave(page);
	await expect(page.getByText(/Somebody will come back to you today\. Please do not question other people about it/)).toBeVisible();
	await expect(page.getByText(/The chair meets with those who decide, within 60 minutes if possible/)).toBeVisible();
});

test('a private place that was offered stands as that until the answer comes, and stays beside it', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await beginReport(page);
	const place = page.getByRole('listitem').filter({ hasText: 'Offer a private place to sit' });
	await answerStep(page, 'Offer a private place to sit', 'Offered, no answer yet');
	await expect(place).toContainText('Offered, no answer yet · 10:00');
	await expect(place.getByRole('button', { expanded: false })).toHaveAccessibleName('Offer a private place to sit: answer');
	await expect(page.getByRole('listitem').filter({ hasText: 'friend or trusted person' }).getByRole('button', { expanded: true })).toBeVisible();
	await place.getByRole('button', { name: 'Offer a private place to sit' }).first().click();
	await expect(place.getByRole('radio', { name: 'Offered, no answer yet' })).toBeChecked();
	await stop(page, 'phone-support-offered');
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill('He kept following me.');
	await page.getByRole('link', { name: 'Back', exact: true }).click();
	await world.becomes('10:03');
	await answerStep(page, 'Offer a private place to sit', 'Room 0.3');
	await expect(place).toContainText('Accepted, Room 0.3 · 10:03');
	await page.getByRole('link', { name: 'Write it down' }).click();
	await readBackAndSave(page);
	await home(page);
	await page.getByRole('main').getByRole('article').getByRole('link').first().click();
	const happened = page.getByRole('main').getByRole('listitem');
	await expect(happened.filter({ hasText: 'offered, no answer yet' })).toContainText('10:00');
	await expect(happened.filter({ hasText: 'Room 0.3' })).toContainText('10:03');
});

test('the list to give away says which five things help, and asks nobody to look for witnesses', async ({ world }) => {
	const { page } = await joined(world, 'noor');
	await page.evaluate(() => (location.hash = '#/list'));
	const own = page.getByRole('region', { name: 'If you would rather write it down' });
	await expect(own.getByRole('listitem')).toHaveCount(5);
	await expect(own).toContainText('Please do not question other people about it');
});
