import type { Page } from '@playwright/test';
import { type Hand, keys, mouse, thumb } from '../harness/hand.ts';
import { card, home, openCase, standing } from '../harness/hands.ts';
import { startOf } from '../harness/phone.ts';
import { named, onServer, values } from '../harness/records.ts';
import { joined } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';
import { DANA, firstReport } from './told.ts';

// Every phone is unlocked again whenever the day goes on.
test.setTimeout(420_000);

test('J1: a report taken without a network reaches the chair word for word, and nobody else', async ({ world }) => first(world, mouse));

test('J1 by touch alone: one thumb takes the whole report, and everything it needs lies within its reach', async ({ world }) => {
	const hand = thumb();
	await first(world, hand);
	for (const what of ['New report', 'Write it down', 'Read it back', 'Save report', 'Note it']) {
		const tap = hand.taps.find((tap) => tap.what.startsWith(what));
		expect(tap?.at, `${what} lies in the lower half`).toBeGreaterThan(0.5);
	}
	expect(hand.taps.length).toBeGreaterThan(50);
});

test('J1 by keys alone: the whole report is taken, and each step shows where one is', async ({ world }) => first(world, keys));

/** Everything that the phone asks while a first report is taken, and everything that can be done on the way. */
const ASKED: readonly string[] = [
	'Ask for a friend or trusted person',
	'Ask how you can help',
	'Asked to stop',
	'Badge number',
	'Best way and time',
	'Could not read it back',
	'Did they stop?',
	'How did you tell them?',
	'How sure',
	'How sure is the number',
	'How to reach them',
	'I said this',
	'In their words',
	'May we contact them?',
	'Name',
	'Name, if you know it',
	'Role, for example attendee or speaker',
	'Rooms',
	'Somewhere else',
	'Their answer, in their words',
	'Their words for it',
	'Then say this',
	'What I saw myself',
	'What they are worried about, in their words',
	'What they look like',
	'What they want to say about themselves',
	'When did it happen?',
	'When were they asked to stop?',
	'Who asked',
	'Who is telling you?',
	'Who may know the name',
	'Who writes it?',
	'Who, where, what they look like',
	'Whom did you tell?'
];

/** What a person can fill in or choose at this moment, by the names that a screen reader says. */
async function asks(page: Page, found: Set<string>): Promise<void> {
	const fields = await page.evaluate(() => {
		const scope = document.querySelector('dialog[open]') ?? document.body;
		const name = (one: Element): string => {
			const by = one.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)?.textContent ?? '') ?? [];
			const label = one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement ? [...(one.labels ?? [])].map((each) => each.textContent) : [];
			const named = one.getAttribute('aria-label') ?? [...by, ...label].join(' ');
			return (named === '' ? one.textContent : named).trim().replace(/\s+/g, ' ').replace(/ ?\d\d:\d\d.*$/, '');
		};
		return [...scope.querySelectorAll('input, textarea, select, [contenteditable], [role="radiogroup"], [role="group"], [role="textbox"], [role="checkbox"]')].filter((one) => one.checkVisibility()).map(name);
	});
	for (const field of fields) found.add(field);
}

/** The whole of it, with Noor's hand. */
async function first(world: World, hand: Hand): Promise<void> {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const asked = new Set<string>();
	const looking: Hand = { ...hand, press: async (goal) => (await asks(goal.page(), asked), hand.press(goal)) };
	const noor = await joined(world, 'noor', { hand: looking });
	const jonas = await joined(world, 'jonas');

	await firstReport(world, noor);

	await test.step('nothing asked her what should happen to badge 0417, nor whether she wants to go on', () => {
		expect([...asked].sort()).toEqual(ASKED);
	});

	await home(noor.page);
	await expect(standing(card(noor.page, 'Amber Kite'))).toContainText('Not sent. Only on this phone.');
	await expect(standing(card(noor.page, 'Amber Kite'))).toContainText('The chair knows since 10:51, told by phone.');
	await expect(alma.page.getByText('Amber Kite')).toHaveCount(0);

	await world.becomes('11:05');
	await noor.online();

	await test.step('Noor sees that it is sent, and that the chair knows', async () => {
		await expect(standing(card(noor.page, 'Amber Kite'))).toContainText('Sent 11:05.');
		await expect(standing(card(noor.page, 'Amber Kite'))).toContainText('The chair knows since 10:51');
	});

	await test.step('her console says at once that there is a new case', async () => {
		await expect(alma.page.getByText('New case Amber Kite')).toBeVisible();
		await expect(alma.page.getByText('Reported 10:42. A lead was told 10:51.')).toBeVisible();
	});

	await test.step('Alma sees it on top of her inbox, in time, without a name or a word of the account', async () => {
		const row = alma.page.getByRole('main').getByRole('region', { name: /^(On time|Overdue)$/ }).getByRole('listitem').first();
		await expect(row).toContainText('Amber Kite');
		await expect(row).toContainText('Foyer, not complied, reported by affected person');
		await expect(row).toContainText('Reported 10:42, 23 minutes ago.');
		await expect(alma.page.getByRole('heading', { name: 'Overdue' })).toHaveCount(0);
		for (const secret of ['Dana', '0417', 'following me', 'hoodie']) await expect(alma.page.getByRole('main')).not.toContainText(secret);
	});

	await test.step('Alma reads the account and opens the name once, with a reason', async () => {
		await alma.page.getByRole('link', { name: 'Open case' }).click();
		const main = alma.page.getByRole('main');
		await expect(main).toContainText(DANA.words);
		await expect(main).toContainText('9 minutes after the report, target 10');
		await expect(main).not.toContainText('Dana Okafor');
		await world.becomes('11:06');
		await main.getByRole('button', { name: 'Open the name' }).first().click();
		const sheet = alma.page.getByRole('dialog');
		await sheet.getByRole('textbox', { name: 'Why do you need it?' }).fill('to offer an escort');
		await sheet.getByRole('button', { name: 'Open the name' }).click();
		await expect(main).toContainText('Dana Okafor');
		await expect(main).toContainText('he saw my badge');
		await expect(main).toContainText('Name opened 11:06');
	});

	await test.step('the ledger says who opened the name, when and why', async () => {
		await alma.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: /^Access ledger/ }).click();
		await alma.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'Amber Kite' });
		const opened = alma.page.getByRole('row').filter({ hasText: 'Opened the reporter’s name' });
		await expect(opened).toHaveCount(1);
		for (const part of ['11:06', 'Alma Reyes', 'Amber Kite', 'to offer an escort']) await expect(opened).toContainText(part);
	});

	await test.step('Jonas sees nothing', async () => {
		await home(jonas.page);
		await expect(jonas.page.getByText('No cases. Take a report with New report.')).toBeVisible();
		await expect(jonas.page.getByText('Amber Kite')).toHaveCount(0);
	});

	await test.step('the way to the police leads through danger', async () => {
		await openCase(noor.page, 'Amber Kite');
		await expect(noor.page.getByRole('main')).toContainText('The person does not want police');
		await expect(noor.page.getByRole('main').getByRole('link', { name: /^Call police/ })).toHaveCount(0);
		await expect(noor.page.getByRole('main').getByRole('button', { name: 'Call police' })).toBeDisabled();
		await expect(noor.page.getByRole('link', { name: 'Danger now', exact: true })).toBeVisible();
	});

	await test.step('the exported document holds the same words in any Automerge library', () => {
		const documents = onServer(world.server);
		const kite = named(documents, startOf('Amber Kite'));
		expect(values(kite, 'accounts', 'text')).toContain(DANA.words);
		expect(values(kite, 'answers', 'value')).toContain('foyer');
		const said = JSON.stringify(kite.content);
		for (const given of ['Room 0.3', 'Ben, Foyer, blue jacket', 'just don’t want to meet him again', 'does_not_want', 'affected', 'transcribed', 'after the second talk', '0417', 'tall, grey hoodie', 'likely']) expect(said).toContain(given);
		expect(JSON.stringify(kite.content)).not.toContain('Dana Okafor');
		const withName = [...documents.values()].filter((document) => JSON.stringify(document.content).includes('Dana Okafor'));
		expect(withName).toHaveLength(1);
	});

	await test.step('nothing that was typed is in the server’s log', () => {
		for (const typed of ['Dana', '0417', 'shy', 'hoodie', 'blue jacket', 'my badge', 'escort']) expect(world.server.said).not.toContain(typed);
	});
}
