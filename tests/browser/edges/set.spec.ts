/** Reports that are not like the others. Each is as welcome as the rest, and none is lost. */
import type { Locator, Page } from '@playwright/test';
import { beginReport, choose, line, noteTold, openCase, readBackAndSave, standing } from '../harness/hands.ts';
import { enterPin, lockScreen } from '../harness/lock.ts';
import { startOf } from '../harness/phone.ts';
import { named, onServer, values, type Document } from '../harness/records.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';

test.setTimeout(240_000);

/** Begins a report under a name and opens the page to write it. */
async function writing(page: Page, codeName: string, phone: { nextCaseIs: (name: string) => Promise<void> }): Promise<void> {
	await page.evaluate(() => (location.hash = '#/'));
	await phone.nextCaseIs(codeName);
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
}

async function sheet(page: Page, row: RegExp, title: string): Promise<Locator> {
	await page.getByRole('button', { name: row }).click();
	return page.getByRole('dialog', { name: title });
}

/** The case as it stands on the server, once all of it is there. */
async function arrived(world: World, page: Page, codeName: string): Promise<Document> {
	await expect(standing(page)).toContainText(/Sent \d\d:\d\d\./);
	return named(onServer(world.server), startOf(codeName));
}

test('the reporter writes it herself on a phone that shows her nothing else, and hands it back locked', async ({ world }) => {
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await writing(page, 'Silver Otter', noor);
	await page.getByRole('textbox', { name: 'In their words' }).fill('They said');
	await choose(page, 'Who writes it?', 'They write it');
	await page.getByRole('button', { name: 'Hand them the phone' }).click();
	const own = page.getByRole('textbox', { name: 'What happened' });
	await expect(page.getByRole('heading', { level: 1, name: 'In your own words' })).toBeVisible();

	await test.step('wherever she goes, there is her text and help in danger', async () => {
		for (const hash of ['#/', '#/contacts', '#/console', '#/policy', '#/drill', '#/case/' + '0'.repeat(32)]) {
			await page.evaluate((hash) => (location.hash = hash), hash);
			await expect(own).toBeVisible();
			await expect(page.getByRole('link', { name: 'Back', exact: true })).toHaveCount(0);
		}
		await page.getByRole('link', { name: 'Danger now', exact: true }).click();
		await expect(page.getByRole('link', { name: /110/ }).first()).toHaveAttribute('href', 'tel:110');
		await expect(page.getByText('Afterwards: what did you do?')).toHaveCount(0);
		await page.getByRole('link', { name: 'Back', exact: true }).click();
		await expect(own).toBeVisible();
	});

	await test.step('what she writes is kept, and the PIN stands before everything else', async () => {
		await own.fill('She kept touching my hair, although I said no.');
		await page.getByRole('button', { name: 'Give the phone back' }).click();
		await expect(lockScreen(page)).toBeVisible();
		expect(await page.content()).not.toContain('touching my hair');
		await enterPin(page);
		await expect(page.getByRole('textbox', { name: 'In their words' })).toHaveValue('She kept touching my hair, although I said no.');
	});

	await readBackAndSave(page);
	await openCase(page, 'Silver Otter');
	const otter = await arrived(world, page, 'Silver Otter');
	expect(values(otter, 'answers', 'value')).toContain('written_by_reporter');
	expect(values(otter, 'accounts', 'text')).toEqual(expect.arrayContaining(['They said', 'She kept touching my hair, although I said no.']));
});

test('an anonymous report, a child, German words with a translation, and a place next door all reach the chair', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const { page } = noor;

	await test.step('without a name nothing is sealed, and the chair reads that it stays anonymous', async () => {
		await writing(page, 'Amber Kite', noor);
		await page.getByRole('textbox', { name: 'In their words' }).fill('Er hat mich im Park nebenan beschimpft.');
		const who = await sheet(page, /^Who told you/, 'Who told you?');
		await choose(who, 'What they want to say about themselves', 'No name');
		await who.getByRole('button', { name: 'Use this' }).click();
		const where = await sheet(page, /^Where/, 'Where was it?');
		await where.getByRole('textbox', { name: 'Somewhere else' }).fill('park next door');
		await where.getByRole('button', { name: 'Use this place' }).click();
		const around = await sheet(page, /^What was going on around it/, 'What was going on around it');
		await around.getByRole('textbox').fill('lunch on the grass');
		await around.getByRole('button', { name: 'Use this' }).click();
	});

	await test.step('the words stay German, a working translation stands beside them', async () => {
		const language = await sheet(page, /^In which language/, 'In which language?');
		await choose(language, 'In which language?', 'German');
		await language.getByRole('button', { name: 'Use this' }).click();
		await page.getByRole('textbox', { name: 'Working translation, English' }).fill('He insulted me in the park next door.');
		const channel = await sheet(page, /^How it reached you/, 'How it reached you');
		await channel.getByRole('button', { name: 'Through venue staff' }).click();
	});

	await test.step('where a child is involved, the phone says what the event asks then', async () => {
		const minor = await sheet(page, /^Is a child or teenager involved/, 'Is a child or teenager involved?');
		await minor.getByRole('button', { name: 'Yes' }).click();
		await expect(page.getByText('What the event asks then')).toBeVisible();
		await stop(page, 'phone-write-child');
	});

	await readBackAndSave(page);
	await noteTold(page, 'In person', 'Alma Reyes');
	await expect(page.getByRole('heading', { level: 1, name: 'Amber Kite' })).toBeVisible();
	const kite = await arrived(world, page, 'Amber Kite');
	for (const value of ['anonymous', 'park next door', 'lunch on the grass', 'de', 'via_venue_staff']) expect(values(kite, 'answers', 'value')).toContain(value);
	expect(values(kite, 'answers', 'field')).not.toContain('reporter_identity');
	expect(values(kite, 'accounts', 'text')).toEqual(['Er hat mich im Park nebenan beschimpft.']);

	await alma.page.getByRole('link', { name: 'Open it: Amber Kite' }).click();
	const main = alma.page.getByRole('main');
	await expect(main).toContainText('Er hat mich im Park nebenan beschimpft.');
	await expect(main).toContainText('Working translation, English “He insulted me in the park next door.”');
	for (const said of ['stays anonymous', 'park next door', '“lunch on the grass”', 'A child or teenager involved', 'through venue staff', 'German']) await expect(main).toContainText(said);

	await test.step('that it was next door is found by leads and asked by no phone; nothing follows from it, and it counts as no violation', async () => {
		await alma.page.getByRole('link', { name: /^Their side/ }).click();
		await main.getByRole('button', { name: 'Not at the conference' }).click();
		const waive = alma.page.getByRole('dialog', { name: 'Go on without their side?' });
		await waive.getByRole('textbox').fill('somebody in the park, nobody of ours');
		await waive.getByRole('button', { name: 'Go on without it' }).click();
		await alma.page.getByRole('link', { name: /^Finding/ }).click();
		await main.getByRole('button', { name: 'Decide', exact: true }).click();
		const finding = alma.page.getByRole('dialog', { name: 'Does the report stand?' });
		await finding.getByRole('radio', { name: 'It is not about this conference' }).check();
		await finding.getByRole('textbox', { name: 'Why' }).fill('the park next door is not ours');
		await finding.getByRole('button', { name: 'Write it down' }).click();
		await expect(main.getByRole('heading', { name: 'It is not about this conference' })).toBeVisible();
		await expect(main.getByRole('button', { name: /^Warning to stop/ })).toHaveCount(0);
		await alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'After the event' }).click();
		const all = main.getByRole('article');
		await expect(all).toContainText('Our team received at least one report during the event.');
		await expect(all).not.toContainText('stood');
	});
});

test('a missing ramp goes to whoever runs the event, and somebody who had to leave is a case with time and place', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const { page } = noor;

	await test.step('a concern asks about nobody, and is passed on', async () => {
		await writing(page, 'Quiet Delta', noor);
		await page.getByRole('textbox', { name: 'In their words' }).fill('There is no ramp at Hall 2.');
		await choose(page, 'Who is telling you?', 'Another concern');
		for (const row of [/^Who the report is about/, /^Asked to stop/, /^Is a child/]) await expect(page.getByRole('button', { name: row })).toHaveCount(0);
		await readBackAndSave(page);
		await expect(page.getByRole('heading', { level: 1, name: 'Pass it on' })).toBeVisible();
		await stop(page, 'phone-pass-on');
		await expect(page.getByRole('link', { name: 'Call Tom Lindqvist' })).toHaveAttribute('href', /^tel:/);
		await page.getByRole('button', { name: 'I passed it on' }).click();
		const how = page.getByRole('dialog', { name: 'How did you tell them?' });
		await choose(how, 'To whom?', 'Tom Lindqvist');
		await how.getByRole('button', { name: 'Note it' }).click();
		await expect(line(page, 'Passed on to Tom Lindqvist')).toBeVisible();
		const delta = await arrived(world, page, 'Quiet Delta');
		expect(values(delta, 'answers', 'field').filter((field) => String(field).startsWith('category/'))).toEqual([]);
		expect(values(delta, 'parties', 'kind')).toEqual([]);
		await expect(alma.page.getByRole('main').getByRole('link', { name: /^Quiet Delta/ })).toContainText('Reported as a concern');
	});

	await test.step('who had to leave after twenty seconds leaves a time, a place and whom they would rather speak to', async () => {
		await page.evaluate(() => (location.hash = '#/'));
		await noor.nextCaseIs('Silver Otter');
		await beginReport(page);
		await page.getByRole('button', { name: 'They had to go' }).click();
		const gone = page.getByRole('dialog', { name: 'They had to go' });
		await choose(gone, 'Where you met them', 'Foyer');
		await choose(gone, 'They would rather speak to', 'Alma Reyes');
		await expect(gone.getByRole('link', { name: 'Call Alma Reyes' })).toHaveAttribute('href', /^tel:/);
		await gone.getByRole('button', { name: 'Keep it and tell the chair' }).click();
		await expect(page.getByText('Saved on this phone. The case is called')).toBeVisible();
		await openCase(page, 'Silver Otter');
		await expect(line(page, 'The person left before more could be said')).toBeVisible();
		await expect(line(page, 'Would rather speak to Alma Reyes')).toBeVisible();
		const otter = await arrived(world, page, 'Silver Otter');
		expect(values(otter, 'reports', 'reported_at')).toHaveLength(1);
		expect(values(otter, 'answers', 'value')).toContain('foyer');
		await expect(alma.page.getByRole('alert').filter({ hasText: 'New case Silver Otter' })).toBeVisible();
	});
});
