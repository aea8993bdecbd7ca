import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { carries, film, filmOfNothing, savedFile } from '../harness/carried.ts';
import { foundIn } from '../harness/disk.ts';
import { addEntry, beginReport, card, choose, home, openCase, readBackAndSave, standing } from '../harness/hands.ts';
import { type Phone, startOf } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { named, onServer, values } from '../harness/records.ts';
import { joined, joins } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';

const WORDS = 'She took my badge off me and did not give it back.';
const SILVER = startOf('Silver Otter');

test.setTimeout(300_000);

/** Mei takes a report in without a network, and shows it to whoever may carry it. */
async function givesWithoutNetwork(world: World): Promise<Phone> {
	const mei = await joined(world, 'mei');
	await mei.offline();
	await mei.nextCaseIs('Silver Otter');
	await writesReport(mei.page);
	await world.becomes('10:30');
	await home(mei.page);
	await mei.page.getByRole('link', { name: 'Give it to another phone' }).click();
	await expect(mei.page.getByText(/^Code \d+ of \d+, turning by itself$/)).toBeVisible();
	return mei;
}

test('a camera reads the codes that another phone shows, and what it read is sent as it was', async ({ world }) => {
	const folder = mkdtempSync(join(tmpdir(), 'safehall-film-'));
	const [seen, codes] = [join(folder, 'seen.y4m'), join(folder, 'codes.y4m')];
	filmOfNothing(seen);
	await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor', { film: seen });
	const mei = await givesWithoutNetwork(world);
	await noor.offline();

	await test.step('the codes stop turning at a tap, and are filmed one after the other', async () => {
		await mei.page.getByRole('button', { name: 'Stop it turning' }).click();
		const [, count] = /of (\d+), stopped/.exec((await mei.page.getByText(/^Code \d+ of \d+, stopped$/).textContent()) ?? '') ?? [];
		expect(Number(count)).toBeGreaterThan(1);
		await film(mei.page.getByRole('button', { name: 'Let it turn' }), () => mei.page.getByRole('button', { name: 'Next code' }).click(), Number(count), codes);
	});

	await test.step('a camera that was refused is said, with the other way', async () => {
		await home(noor.page);
		await noor.page.getByRole('link', { name: 'Help a phone without network' }).click();
		await noor.page.getByRole('button', { name: 'Scan' }).click();
		await expect(noor.page.getByRole('alert')).toContainText('The camera cannot be used');
		await stop(noor.page, 'phone-scan-refused');
	});

	await test.step('Noor scans, and carries what she cannot read', async () => {
		await noor.context.grantPermissions(['camera'], { origin: world.server.url });
		await noor.page.getByRole('button', { name: 'Try again' }).click();
		await expect(noor.page.getByRole('status').filter({ hasText: 'Hold this phone so that the whole code is in the picture.' })).toBeVisible();
		await stop(noor.page, 'phone-scan');
		// A call comes in: the phone takes the camera back.
		await noor.page.locator('video').evaluate((video: HTMLVideoElement) => (video.srcObject as MediaStream).getTracks()[0]?.dispatchEvent(new Event('ended')));
		await expect(noor.page.getByRole('alert')).toContainText('The camera cannot be used');
		await noor.page.getByRole('button', { name: 'Try again' }).click();
		await expect(noor.page.getByRole('status').filter({ hasText: 'Hold this phone' })).toBeVisible();
		await noor.page.getByRole('button', { name: 'Stop scanning' }).click();
		renameSync(codes, seen);
		await noor.page.getByRole('button', { name: 'Scan' }).click();
		await expect(noor.page.getByRole('alert')).toContainText('Carrying 1 sealed record for Mei', { timeout: 90_000 });
		await expect(noor.page.locator('video')).toHaveCount(0);
		await noor.switchOff();
		expect(foundIn(noor.folder, { words: WORDS, name: 'Silver Otter' })).toEqual([]);
		await noor.switchOn();
		await noor.page.goto(world.server.url);
		await expect(noor.page.getByText('Carrying 1 sealed record for Mei')).toBeVisible();
	});

	await test.step('with a network it is there, once', async () => {
		await noor.online();
		await expect(noor.page.getByText('Carrying 1 sealed record for Mei')).toHaveCount(0);
		await expect.poll(() => values(named(onServer(world.server), SILVER), 'accounts', 'text')).toEqual([WORDS]);
		await mei.online();
		await home(mei.page);
		await expect(standing(card(mei.page, 'Silver Otter'))).toContainText(/Sent 10:3\d, carried by phone N1\./);
		expect(values(named(onServer(world.server), SILVER), 'accounts', 'text')).toEqual([WORDS]);
	});
	rmSync(folder, { recursive: true });
});

test('a file that came damaged, or is none, is not carried; one that nobody can open is thrown away, and said', async ({ world }) => {
	await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const mei = await givesWithoutNetwork(world);
	const file = await savedFile(mei.page);
	await noor.offline();
	for (const becomes of [(text: string) => text.slice(0, text.length / 2), () => 'milk, bread, apples']) {
		await carries(noor.page, file, becomes);
		await expect(noor.page.getByRole('alert')).toContainText('This is no file that Safehall sealed.');
	}
	// Another letter in the middle of what is sealed.
	await carries(noor.page, file, (text) => {
		const at = text.length - 200;
		return text.slice(0, at) + text.slice(at).replace(/[a-z]/, (one) => (one === 'a' ? 'b' : 'a'));
	});
	await expect(noor.page.getByRole('alert')).toContainText('Carrying 1 sealed record for Mei');
	await home(noor.page);
	await noor.online();
	const lost = noor.page.getByText('What you carried for Mei could not be opened');
	await expect(lost).toBeVisible();
	await stop(noor.page, 'phone-carried-lost');
	await noor.page.getByRole('button', { name: 'I have told them' }).click();
	await expect(lost).toHaveCount(0);
	await home(mei.page);
	await expect(standing(card(mei.page, 'Silver Otter'))).toContainText('Not sent. Only on this phone.');

	await test.step('in German, all of it has room', async () => {
		await mei.page.getByRole('button', { name: 'Deutsch' }).click();
		await mei.page.getByRole('link', { name: 'Einem Telefon ohne Netz helfen' }).click();
		await stop(mei.page, 'phone-carry', 'de');
		await mei.page.getByRole('link', { name: /^An anderes Telefon geben/ }).click();
		await expect(mei.page.getByText(/^Code \d+ von \d+, wechselt von selbst$/)).toBeVisible();
		await stop(mei.page, 'phone-give', 'de');
	});
});

test('what cannot be given says why: nothing waits, no key is known, or it is too much', async ({ world }) => {
	const mei = await world.phone('Mei Tanaka');
	const { page } = mei;
	// As from a server that names no key: the empty field behind the pack is the one that counts.
	await mei.context.route('**/v1/pack', async (route) => {
		const body = await (await route.fetch()).body();
		await route.fulfill({ contentType: 'application/x-protobuf', body: Buffer.concat([body, Buffer.from([0xa2, 0x02, 0x00])]) });
	});
	await joins(world, mei, 'mei');
	await gives(page);
	await expect(page.getByText('Nothing to give')).toBeVisible();
	await expect(page.getByRole('heading', { level: 1, name: 'There is no code to scan' })).toBeVisible();
	await stop(page, 'phone-give-nothing');
	await mei.offline();
	await writesReport(page);
	await gives(page);
	await expect(page.getByText('Not possible from this phone yet')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Save as file' })).toBeDisabled();
	await stop(page, 'phone-give-no-key');

	const noor = await joined(world, 'noor');
	await noor.offline();
	await noor.nextCaseIs('Amber Kite');
	await writesReport(noor.page);
	await openCase(noor.page, 'Amber Kite');
	const adds = (entries: number) => addsLongEntries(noor.page, entries);
	await adds(2);
	await gives(noor.page);
	await expect(noor.page.getByText('Too much for codes')).toBeVisible();
	await expect(noor.page.getByRole('heading', { level: 1, name: 'Pass it on as a file' })).toBeVisible();
	await stop(noor.page, 'phone-give-file');
	await openCase(noor.page, 'Amber Kite');
	await adds(43);
	await gives(noor.page);
	await expect(noor.page.getByText('Too much to give at once')).toBeVisible();
	await stop(noor.page, 'phone-give-too-much');
	await expect(noor.page.getByRole('button', { name: 'Save as file' })).toBeDisabled();
});

async function gives(page: Page): Promise<void> {
	await page.evaluate(() => (location.hash = '#/give'));
}

/** As long as an entry may be, and of letters that no machine makes shorter. */
async function addsLongEntries(page: Page, entries: number): Promise<void> {
	for (let entry = 0; entry < entries; entry += 1) {
		const text = randomBytes(24_000).toString('base64');
		await addEntry(page, 'Note', (sheet) => sheet.getByRole('textbox').first().fill(text));
	}
}

async function writesReport(page: Page): Promise<void> {
	await home(page);
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill(WORDS);
	await choose(page, 'Who is telling you?', 'It happened to them');
	await readBackAndSave(page);
}
