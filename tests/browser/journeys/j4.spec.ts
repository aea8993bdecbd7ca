import { readFileSync } from 'node:fs';
import { carries, savedFile } from '../harness/carried.ts';
import { addEntry, beginReport, card, choose, home, line, openCase, readBackAndSave, standing } from '../harness/hands.ts';
import { leftOn, placeOf } from '../harness/opened.ts';
import { type Phone, startOf } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { named, onPhone, onServer, values } from '../harness/records.ts';
import { joined } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';
import { firstArrives, firstReport } from './told.ts';

// Every phone is unlocked again whenever the day goes on.
test.setTimeout(480_000);

const SILVER = startOf('Silver Otter');
const QUIET = startOf('Quiet Delta');
/** What Ben tells Mei, and how much of it is typed when the battery is empty. */
const BEN = 'He stood behind the bar, took my wrist and did not let go until the barista came down the stairs.';
const TYPED = BEN.slice(0, Math.round(BEN.length * 0.7));
/** What only the lost phone has: an entry, one that is half typed, and half a report with a name. */
const ESCORT = 'Ben asks for an escort at 18:00';
const HALF_A_NOTE = 'the barista saw it, she is called';
const SAM = 'Somebody shouted at me in the queue and then follow';

test('J4: a phone dies and keeps every letter, gives what only it has to another phone that cannot read it, is lost, and hands in the rest', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	await world.becomes('14:00');
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const mei = await joined(world, 'mei');

	await diesWhileMeiWrites(world, mei);

	await test.step('on the charger: the text is there to the last keystroke, and that only this phone has it', async () => {
		await world.becomes('14:35');
		await mei.switchOn();
		await mei.page.goto(world.server.url);
		await expect(mei.page.getByText('1 case only on this phone')).toBeVisible();
		// Counted from when the server was last heard, at 14:00 or later.
		await expect(mei.page.getByText(/^No connection for (2[4-9]|3[0-5]) minutes\. Get it to a second place:$/)).toBeVisible();
		await expect(mei.page.getByText('Everything you typed until 14:12 is back.')).toBeVisible();
		await stop(mei.page, 'phone-restored');
		await mei.page.getByRole('link', { name: 'Carry on writing' }).click();
		await expect(mei.page.getByRole('textbox', { name: 'In their words' })).toHaveValue(TYPED);
	});

	await test.step('Mei writes the rest, still without a connection', async () => {
		await mei.page.getByRole('textbox', { name: 'In their words' }).fill(BEN);
		await choose(mei.page, 'Who is telling you?', 'It happened to them');
		await world.becomes('14:40');
		await readBackAndSave(mei.page);
		await home(mei.page);
		await expect(mei.page.getByText('1 case only on this phone')).toBeVisible();
		await expect(standing(card(mei.page, 'Silver Otter'))).toContainText('Not sent. Only on this phone. Saved 14:40.');
		await expect(alma.page.getByText('Silver Otter')).toHaveCount(0);
	});

	await test.step('14:40: Mei gives it to Noor’s phone, which takes it along and cannot read it', async () => {
		await noor.offline();
		await mei.page.getByRole('link', { name: 'Give it to another phone' }).click();
		await expect(mei.page.getByText(/^Code \d+ of \d+, turning by itself$/)).toBeVisible();
		await stop(mei.page, 'phone-give');
		const file = await savedFile(mei.page);
		await home(mei.page);
		await expect(standing(card(mei.page, 'Silver Otter'))).toContainText('Not sent. Only on this phone. Saved 14:40.');
		await carries(noor.page, file);
		await expect(noor.page.getByRole('alert')).toContainText('Carrying 1 sealed record for Mei');
		await stop(noor.page, 'phone-carry');
		await home(noor.page);
		await expect(noor.page.getByRole('status').filter({ hasText: 'Carrying 1 sealed record for Mei' })).toContainText('You cannot read it. It sends by itself.');
		await stop(noor.page, 'phone-carrying');
		for (const words of [BEN, 'Silver Otter', TYPED]) {
			expect(readFileSync(file, 'latin1')).not.toContain(words);
			await expect(noor.page.locator('body')).not.toContainText(words);
		}
		await expect(alma.page.getByText('Silver Otter')).toHaveCount(0);
	});

	await test.step('14:50: Noor has a signal, and the server has the case; Noor’s phone learns nothing of it', async () => {
		await world.becomes('14:50');
		await noor.online();
		await expect(noor.page.getByText('Carrying 1 sealed record for Mei')).toHaveCount(0);
		await expect.poll(() => values(named(onServer(world.server), SILVER), 'accounts', 'text')).toEqual([BEN]);
		await expect(inbox(alma).filter({ hasText: 'Silver Otter' })).toHaveCount(1);
		await expect(noor.page.locator('body')).not.toContainText('Silver Otter');
		expect([...(await onPhone(noor, 'case')).keys()].filter((id) => id.startsWith(hex(SILVER)))).toEqual([]);
		await expect(standing(card(mei.page, 'Silver Otter'))).toContainText('Not sent. Only on this phone. Saved 14:40.');
	});

	await test.step('15:00, Mei has a signal too: one case, nothing twice, Mei is its author, and it came by N1', async () => {
		const before = named(onServer(world.server), SILVER).heads;
		await world.becomes('15:00');
		await mei.online();
		await expect(standing(card(mei.page, 'Silver Otter'))).toContainText('Sent 14:50, carried by phone N1.');
		expect(named(onServer(world.server), SILVER).heads).toEqual(before);
		const first = named(onServer(world.server), SILVER);
		expect(values(first, 'accounts', 'text')).toEqual([BEN]);
		for (let time = 0; time < 2; time += 1) {
			await mei.offline();
			await mei.page.reload();
			await mei.online();
			await expect(standing(card(mei.page, 'Silver Otter'))).toContainText('Sent 14:50, carried by phone N1.');
		}
		expect([...onServer(world.server).keys()].filter((id) => id.startsWith(hex(SILVER)))).toHaveLength(1);
		expect(named(onServer(world.server), SILVER).heads).toEqual(first.heads);
		expect(named(await onPhone(mei, 'case'), SILVER).heads).toEqual(first.heads);
		for (const lead of [alma, tom]) await expect(inbox(lead).filter({ hasText: 'Silver Otter' })).toHaveCount(1);
		await inbox(alma).filter({ hasText: 'Silver Otter' }).getByRole('link', { name: /^Silver Otter/ }).click();
		await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		await expect(alma.page.getByRole('main')).toContainText(BEN);
		await expect(alma.page.getByRole('region', { name: 'Who can see this' })).toContainText('Author Mei Tanaka');
	});

	await writesOnInTheCellar(world, mei);

	await test.step('15:30: Mei says that the phone is lost, and Tom ends its access', async () => {
		await world.becomes('15:29');
		await consolePage(tom, /^Team/);
		await tom.page.getByRole('button', { name: 'Revoke M1' }).click();
		const sheet = tom.page.getByRole('region', { name: 'Revoke M1?' });
		await expect(sheet).toContainText('Phone of Mei Tanaka');
		await expect(sheet).toContainText('Silver Otter');
		await expect(sheet).not.toContainText('Amber Kite');
		await expect(sheet).toContainText('It can read nothing new. At its next contact it removes what it holds.');
		await expect(sheet).toContainText('It may still hand in what Mei wrote. That waits for you to accept it.');
		await stop(tom.page, 'console-revoke');
		await world.becomes('15:30');
		await sheet.getByRole('button', { name: 'Revoke M1' }).click();
		await expect(sheet).toBeHidden();
		await expect(tom.page.getByRole('row').filter({ hasText: 'M1' })).toContainText('Access ended 15:30');
		await tom.page.getByRole('button', { name: 'What M1 held' }).click();
		const held = tom.page.getByRole('region', { name: 'What M1 held' });
		await expect(held).toContainText('Silver Otter');
		await expect(held).toContainText('It has not said yet that it emptied itself. It does at its next contact.');
	});

	await test.step('at its next contact it reads nothing, hands in what only it has, and empties itself', async () => {
		await world.becomes('15:45');
		await mei.switchOn();
		await mei.online();
		const answers: string[] = [];
		mei.page.on('response', (answer) => answers.push(`${String(answer.status())} ${new URL(answer.url()).pathname}`));
		mei.page.on('websocket', () => answers.push('a live line'));
		await mei.page.goto(world.server.url);
		await expect(mei.page.getByRole('heading', { level: 1, name: 'This phone no longer has access' })).toBeVisible();
		await expect(mei.page.getByRole('alert')).toContainText('What was unsent has been handed in. The rest is removed.');
		await stop(mei.page, 'phone-revoked');
		for (const word of [BEN, ESCORT, SAM, 'Silver Otter', 'Mei Tanaka']) expect(await mei.page.content()).not.toContain(word);
		await expect.poll(() => placeOf(mei)).toEqual({ databases: 1, files: 0, caches: 0, workers: 0 }); // for one word, which says why
		expect(await leftOn(mei)).toEqual({ records: 0, keys: false });
		const spoken = answers.filter((answer) => answer.includes('/v1/') || answer === 'a live line').filter((answer) => !answer.endsWith('/v1/auth/challenge'));
		expect(spoken).toEqual(['410 /v1/auth/token', '200 /v1/handin', '200 /v1/handin']);
		await mei.page.reload();
		await expect(mei.page.getByRole('heading', { level: 1, name: 'This phone no longer has access' })).toBeVisible();
	});

	await test.step('the ledger says what was on it, and what became of it', async () => {
		await consolePage(tom, /^Access ledger/);
		await tom.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'Silver Otter' });
		const carried = tom.page.getByRole('row').filter({ hasText: 'Arrived through the phone of Noor Haddad' });
		await expect(carried).toHaveCount(1);
		await expect(carried).toContainText('14:50');
		await tom.page.getByRole('combobox', { name: 'What it is about' }).selectOption({ label: 'M1, Mei Tanaka' });
		const rows = tom.page.getByRole('row');
		await expect(rows.filter({ hasText: 'Phone emptied itself' })).toContainText('15:45');
		await expect(rows.filter({ hasText: 'Revoked phone' })).toContainText('Tom Lindqvist');
		await expect(rows.filter({ hasText: 'Revoked phone' })).toContainText('15:30');
		await expect(rows.filter({ hasText: 'Received case' })).toContainText('Silver Otter');
		await expect(rows.filter({ hasText: 'Received case' })).toContainText('14:50');
		await expect(rows.filter({ hasText: 'Amber Kite' })).toHaveCount(0);
		await expect(rows.filter({ hasText: 'Got the case' }).filter({ hasText: /15:[345]\d/ })).toHaveCount(0);
		await consolePage(tom, /^Team/);
		await tom.page.getByRole('button', { name: 'What M1 held' }).click();
		const held = tom.page.getByRole('region', { name: 'What M1 held' });
		await expect(held).toContainText('Silver Otter');
		await expect(held).toContainText('It said 15:45 that it has emptied itself.');
		await expect(held).toContainText('3 late notes from it wait for your decision');
		await stop(tom.page, 'console-lost-phone');
		await held.getByRole('link', { name: 'Go to the late notes' }).click();
	});

	await takesIn(tom);

	await test.step('what was only on the lost phone is in the cases, as Mei’s own words', async () => {
		const silver = named(onServer(world.server), SILVER);
		expect(values(silver, 'entries', 'text')).toEqual(expect.arrayContaining([ESCORT, HALF_A_NOTE]));
		expect(values(named(onServer(world.server), QUIET), 'accounts', 'text')).toEqual([SAM]);
		await expect(alma.page.getByRole('main')).toContainText(ESCORT);
		await expect(alma.page.getByRole('main')).toContainText(HALF_A_NOTE);
		await consolePage(alma, /^Inbox/);
		await expect(inbox(alma).filter({ hasText: 'Quiet Delta' })).toHaveCount(1);
		await inbox(alma).filter({ hasText: 'Quiet Delta' }).getByRole('link', { name: /^Quiet Delta/ }).click();
		await alma.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		await alma.page.getByRole('button', { name: 'Open the name' }).first().click();
		const sheet = alma.page.getByRole('dialog');
		await sheet.getByRole('textbox', { name: 'Why do you need it?' }).fill('Mei lost her phone');
		await sheet.getByRole('button', { name: 'Open the name' }).click();
		await expect(alma.page.getByRole('main')).toContainText('Sam Ivers');
	});

	await test.step('on a new phone Mei has her cases again', async () => {
		await world.becomes('16:00');
		const fresh = await joined(world, 'mei');
		await openCase(fresh.page, 'Quiet Delta');
		await expect(fresh.page.getByRole('main')).toContainText(SAM);
		await openCase(fresh.page, 'Silver Otter');
		await expect(fresh.page.getByRole('main')).toContainText(BEN);
		await expect(line(fresh.page, ESCORT)).toBeVisible();
		await expect(line(fresh.page, HALF_A_NOTE)).toBeVisible();
	});
});

/** 14:10 to 14:12: without a network, seven tenths of a report, and then no power. */
async function diesWhileMeiWrites(world: World, mei: Phone): Promise<void> {
	await world.becomes('14:10');
	await mei.offline();
	await mei.nextCaseIs('Silver Otter');
	await beginReport(mei.page);
	await mei.page.getByRole('link', { name: 'Write it down' }).click();
	const account = mei.page.getByRole('textbox', { name: 'In their words' });
	await account.pressSequentially(TYPED.slice(0, 50));
	await world.becomes('14:12');
	await account.pressSequentially(TYPED.slice(50));
	await expect(mei.page.getByText('Saved on this phone 14:12')).toBeVisible();
	await mei.kill();
}

/** From 15:05 on back in the cellar. Nobody else has any of this when the phone is gone. */
async function writesOnInTheCellar(world: World, mei: Phone): Promise<void> {
	await world.becomes('15:05');
	await mei.offline();
	await world.becomes('15:10'); // Chromium leaves an open socket its network; silent for so long, it is given up
	await openCase(mei.page, 'Silver Otter');
	await addEntry(mei.page, 'Note', async (sheet) => sheet.getByRole('textbox', { name: 'What happened' }).fill(ESCORT));
	await expect(standing(mei.page)).toContainText('1 entry not sent.');
	await mei.page.getByRole('button', { name: 'Add entry' }).click();
	await mei.page.getByRole('dialog', { name: 'Add an entry' }).getByRole('textbox', { name: 'What happened' }).fill(HALF_A_NOTE);
	await home(mei.page);
	await mei.nextCaseIs('Quiet Delta');
	await beginReport(mei.page);
	await mei.page.getByRole('link', { name: 'Write it down' }).click();
	await mei.page.getByRole('textbox', { name: 'In their words' }).fill(SAM);
	await mei.page.getByRole('button', { name: /^Who told you/ }).click();
	const teller = mei.page.getByRole('dialog', { name: 'Who told you?' });
	await choose(teller, 'What they want to say about themselves', 'Gives a name');
	await teller.getByRole('textbox', { name: 'Name', exact: true }).fill('Sam Ivers');
	await teller.getByRole('button', { name: 'Seal it' }).click();
	await expect(mei.page.getByText(/^Saved on this phone 15:1\d$/)).toBeVisible();
	await mei.switchOff();
}

/** Tom takes everything into the cases that the lost phone handed in. */
async function takesIn(tom: Phone): Promise<void> {
	await test.step('Tom reads what was handed in, and takes it into the cases', async () => {
		const notes = tom.page.getByRole('main').getByRole('article');
		await expect(notes).toHaveCount(3);
		for (const note of await notes.all()) {
			await expect(note).toContainText('Mei Tanaka, M1, arrived 15:45');
			await expect(note).toContainText('M1 had lost its access before this arrived.');
		}
		for (const words of [ESCORT, HALF_A_NOTE]) await expect(notes.filter({ hasText: words })).toContainText('Silver Otter');
		await expect(notes.filter({ hasText: SAM })).toContainText('A case that is not on this device');
		await stop(tom.page, 'console-late-notes');
		const take = async (words: string): Promise<void> => {
			await notes.filter({ hasText: words }).getByRole('button', { name: 'Take it into the case: a note of Mei Tanaka' }).click();
			await expect(notes.filter({ hasText: words })).toHaveCount(0);
		};
		for (const words of [ESCORT, HALF_A_NOTE, SAM]) await take(words);
		// A name waits behind its case: whoever may not know of the one hears nothing of the other.
		const name = notes.filter({ hasText: 'A reporter’s name. It stays sealed.' });
		await expect(name).toContainText('Mei Tanaka, M1, arrived 15:45');
		await expect(tom.page.getByRole('main')).not.toContainText('Sam Ivers');
		await take('A reporter’s name. It stays sealed.');
		await expect(tom.page.getByText('Nothing waits for your decision.')).toBeVisible();
	});
}

/** One page of a lead's console, by the name of its link. */
async function consolePage(lead: Phone, name: RegExp): Promise<void> {
	await lead.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();
}

function inbox(lead: Phone) {
	return lead.page.getByRole('main').getByRole('region', { name: /^(On time|Overdue)$/ }).getByRole('listitem');
}

function hex(start: number[]): string {
	return start.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
