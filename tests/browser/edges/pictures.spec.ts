import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { foundIn } from '../harness/disk.ts';
import { beginReport, home, openCase, readBackAndSave, standing } from '../harness/hands.ts';
import { enterPin, lockScreen } from '../harness/lock.ts';
import { bomb, choose, CORNERS, corners, PAGE, photo, pictureRow, sha256, use } from '../harness/pictures.ts';
import { WifiBox } from '../harness/proxy.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

const WORDS = 'I found this note on my chair after lunch.';
const WHAT = 'the note on the chair';
const PIECES = '/v1/blobs/chunk';

/** "They bring a text", on the page where it is written down. */
async function bring(page: Page): Promise<void> {
	await beginReport(page);
	await page.getByRole('link', { name: 'Write it down' }).click();
	await page.getByRole('radio', { name: 'They bring a text' }).click();
}

async function saveReport(page: Page): Promise<void> {
	await page.getByRole('textbox', { name: 'In their words' }).fill(WORDS);
	await readBackAndSave(page);
}

/** The case at the console, with what was told in it. */
async function atTheChair(page: Page, codeName: string): Promise<void> {
	await page.getByRole('main').getByRole('link', { name: new RegExp(`^${codeName}`) }).click();
	await page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
	await expect(page.getByRole('main')).toContainText(WORDS);
}

test('a photo of 8 MB, taken without a network, comes after its words over a line that breaks again and again, and is seen as it was', async ({ world }) => {
	test.setTimeout(300_000);
	const taken = photo();
	expect(taken.buffer.length).toBeGreaterThan(8_000_000);
	const box = await WifiBox.before(world.server);
	const alma = await joined(world, 'alma', { screen: 'laptop' }, 0, box.url);
	const noor = await joined(world, 'noor', {}, 0, box.url);
	const { page } = noor;
	box.breaks = (path) => path === PIECES;
	await noor.offline();
	await noor.nextCaseIs('Amber Kite');
	await bring(page);
	const sheet = await choose(page, page.getByRole('button', { name: 'Take a picture' }), taken);
	expect(await corners(sheet.getByRole('img'))).toEqual(Object.values(CORNERS));
	await stop(page, 'phone-sheet-picture');
	await use(sheet, WHAT);
	await expect(pictureRow(page, WHAT)).toContainText('on this phone');
	await stop(page, 'phone-pictures');
	await saveReport(page);

	// Sealed, and without the name that the file had: nothing of it can be read from the phone's files.
	await noor.switchOff();
	expect(foundIn(noor.folder, { name: taken.name, caption: WHAT, bytes: taken.buffer.subarray(100, 132), later: taken.buffer.subarray(5_000_000, 5_000_032) })).toEqual([]);
	await noor.switchOn();
	await noor.page.goto(box.url);
	await openCase(noor.page, 'Amber Kite');
	await expect(pictureRow(noor.page, WHAT)).toContainText('on this phone');

	// The words are at the chair while no piece of the picture has come through.
	await noor.online();
	const main = alma.page.getByRole('main');
	await atTheChair(alma.page, 'Amber Kite');
	await expect(main).toContainText('on its way from Noor’s phone');
	await expect(main.getByRole('button', { name: /^Show: / })).toHaveCount(0);
	await expect.poll(() => box.broken, { message: 'it was tried, and the line broke' }).toBeGreaterThan(1);
	await expect(standing(noor.page)).toContainText('1 picture not sent. The rest was sent');
	await noor.page.evaluate(() => (location.hash = '#/end'));
	await expect(noor.page.getByRole('status').filter({ hasText: 'only on this phone' })).toBeVisible();
	await home(noor.page);

	// The line is bad, and no longer dead: every third piece is lost on the way.
	let pieces = 0;
	box.breaks = (path) => path === PIECES && (pieces += 1) % 3 === 0;
	await openCase(noor.page, 'Amber Kite');
	await expect(pictureRow(noor.page, WHAT)).toContainText(/\d+ % sent/, { timeout: 60_000 });
	await expect(pictureRow(noor.page, WHAT)).toContainText(/arrived \d\d:\d\d/, { timeout: 180_000 });
	expect(box.broken).toBeGreaterThan(8);
	await expect(standing(noor.page)).toContainText(/Sent \d\d:\d\d\./);

	await main.getByRole('button', { name: `Show: ${WHAT}` }).click();
	const shown = alma.page.getByRole('dialog', { name: WHAT });
	const canvas = shown.getByRole('img', { name: new RegExp(`^${WHAT}`) });
	await expect(canvas).toBeVisible({ timeout: 30_000 });
	expect(await corners(canvas)).toEqual(Object.values(CORNERS));
	await stop(alma.page, 'console-sheet-picture');
	expect(await alma.page.locator('img').count(), 'its bytes are in no picture of the page').toBe(0);
	await shown.getByRole('button', { name: 'Save as a file' }).click();
	await expect(shown).toContainText('The file leaves Safehall');
	const [saved] = await Promise.all([alma.page.waitForEvent('download'), shown.getByRole('button', { name: 'Save it all the same' }).click()]);
	expect(saved.suggestedFilename()).toBe(`safehall-${sha256(taken.buffer).slice(0, 8)}.png`);
	expect(sha256(readFileSync(await saved.path()))).toBe(sha256(taken.buffer));

	// Its own phone has no bytes any more, and can still look at it.
	await pictureRow(noor.page, WHAT).getByRole('button').click();
	const again = noor.page.getByRole('dialog', { name: WHAT }).getByRole('img');
	await expect(again).toBeVisible({ timeout: 30_000 });
	expect(await corners(again)).toEqual(Object.values(CORNERS));
	await box.remove();
});

test('what is no picture is not taken, however it is called, and one that would fill the memory is never unfolded', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const { page } = noor;
	await noor.nextCaseIs('Silver Otter');
	await bring(page);
	const take = page.getByRole('button', { name: 'Choose a file' });
	const refused = await choose(page, take, PAGE);
	await expect(refused.getByRole('alert')).toContainText('This is no picture and no PDF');
	await expect(refused.getByRole('alert')).toContainText('give it to the chair');
	await refused.getByRole('button', { name: 'Close' }).click();
	await expect(page.getByRole('region', { name: 'Pictures and papers' }).getByRole('listitem')).toHaveCount(0);
	const huge = await choose(page, take, { name: 'film.mov', mimeType: 'image/jpeg', buffer: Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(10 * 1024 * 1024)]) });
	await expect(huge.getByRole('alert')).toContainText('This is too large');
	await huge.getByRole('button', { name: 'Close' }).click();

	// What is larger than may be sent is made smaller, and it says so.
	const large = await choose(page, take, photo(2400, 1600));
	await expect(large).toContainText('A smaller copy is added');
	expect((await corners(large.getByRole('img'))).map(([red = 0, green = 0, blue = 0]) => (red > 128 ? 'red' : green > 128 ? 'green' : blue > 128 ? 'blue' : ''))).toEqual(['red', 'green', 'blue']);
	await use(large, 'a large picture');
	await expect(pictureRow(page, 'a large picture')).toContainText(/\b[1-9](\.\d)? MB/);

	const explosive = bomb();
	const sheet = await choose(page, take, explosive);
	await expect(sheet).toContainText('It cannot be shown here. It is added as it is.');
	await use(sheet, 'a very small picture');
	await saveReport(page);
	await atTheChair(alma.page, 'Silver Otter');
	await alma.page.getByRole('main').getByRole('button', { name: 'Show: a very small picture' }).click({ timeout: 60_000 });
	const shown = alma.page.getByRole('dialog', { name: 'a very small picture' });
	await expect(shown).toContainText('It is not shown here');
	await expect(shown.getByRole('img')).toHaveCount(0);
	await shown.getByRole('button', { name: 'Save as a file' }).click();
	const [saved] = await Promise.all([alma.page.waitForEvent('download'), shown.getByRole('button', { name: 'Save it all the same' }).click()]);
	expect(sha256(readFileSync(await saved.path()))).toBe(sha256(explosive.buffer));
});

test('a phone that is locked in the middle sends nothing more, counts it, and goes on once it is open', async ({ world }) => {
	test.setTimeout(180_000);
	const box = await WifiBox.before(world.server);
	await joined(world, 'alma', { screen: 'laptop' }, 0, box.url);
	const noor = await joined(world, 'noor', { byHand: true }, 0, box.url);
	const { page } = noor;
	await noor.nextCaseIs('Amber Kite');
	await bring(page);
	await saveReport(page);
	await openCase(page, 'Amber Kite');
	await expect(standing(page)).toContainText(/Sent \d\d:\d\d\./);
	let through = 0;
	box.breaks = (path) => path === PIECES && (through += 1) > 6;
	await page.getByRole('button', { name: 'Add a picture' }).click();
	const taken = photo();
	await use(await choose(page, page.getByRole('dialog').getByRole('button', { name: 'Take a picture' }), taken), WHAT);
	await expect.poll(() => through).toBeGreaterThan(7);
	await expect(pictureRow(page, WHAT)).toContainText(/\d+ % sent/);
	await home(page);
	await page.getByRole('button', { name: 'Lock', exact: true }).click();
	await expect(lockScreen(page)).toBeVisible();
	await expect(page.getByText(/only on this phone/)).toBeVisible();
	box.breaks = () => false;
	const sent: string[] = [];
	page.on('request', (asked) => void (asked.url().includes('/v1/blobs/') && sent.push(new URL(asked.url()).pathname)));
	await noor.context.clock.fastForward('01:00');
	await page.evaluate(async () => (await fetch('/manifest.webmanifest')).text());
	expect(sent, 'nothing goes while it is locked').toEqual([]);

	await enterPin(page);
	await openCase(page, 'Amber Kite');
	await expect(pictureRow(page, WHAT)).toContainText(/arrived \d\d:\d\d/, { timeout: 60_000 });
	const pieces = Math.ceil(taken.buffer.length / (256 * 1024));
	expect(sent.filter((path) => path === PIECES).length, 'what was there is not sent again').toBeLessThanOrEqual(pieces - 6);
	await box.remove();
});
