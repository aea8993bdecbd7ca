/** Pictures to add, and what a thumb does to add them. */
import { createHash, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { type Locator, type Page, expect } from '@playwright/test';

export interface Chosen {
	name: string;
	mimeType: string;
	buffer: Buffer;
}

/** Three corners that can be told apart, whatever is between them. */
export const CORNERS = { topLeft: [200, 30, 40], topRight: [20, 160, 60], bottomLeft: [30, 60, 210] } as const;
const CORNER = 40;

/** A photo that cannot be packed any smaller, as a camera makes them: about 8 MB. Its name and its type say otherwise than its bytes. */
export function photo(width = 1920, height = 1400): Chosen {
	const rows = randomBytes(height * (1 + width * 3));
	for (let y = 0; y < height; y += 1) {
		const row = y * (1 + width * 3);
		rows[row] = 0; // no filter
		const paint = (from: number, colour: readonly number[]): void => {
			for (let x = from; x < from + CORNER; x += 1) rows.set(colour, row + 1 + x * 3);
		};
		if (y < CORNER) {
			paint(0, CORNERS.topLeft);
			paint(width - CORNER, CORNERS.topRight);
		} else if (y >= height - CORNER) paint(0, CORNERS.bottomLeft);
	}
	return { name: 'IMG_0417-of-Dana.jpg', mimeType: 'image/jpeg', buffer: png(width, height, deflateSync(rows, { level: 0 })) };
}

/** A few bytes whose header promises ten thousand million pixels. */
export function bomb(): Chosen {
	return { name: 'small.png', mimeType: 'image/png', buffer: png(100_000, 100_000, deflateSync(Buffer.alloc(1_000_000))) };
}

/** A page with a program in it that calls itself a picture. */
export const PAGE: Chosen = { name: 'holiday.png', mimeType: 'image/png', buffer: Buffer.from('<!doctype html><script>document.title = "taken over"</script>') };

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function png(width: number, height: number, pixels: Buffer): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(kind: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const CRC = Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
	return value >>> 0;
});

function crc32(bytes: Buffer): number {
	let value = 0xffffffff;
	for (const byte of bytes) value = (CRC[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
	return (value ^ 0xffffffff) >>> 0;
}

/** Behind `button`, on whichever page it stands. Ends in the sheet that shows what was chosen, or says why not. */
export async function choose(page: Page, button: Locator, file: Chosen): Promise<Locator> {
	const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()]);
	await chooser.setFiles(file);
	const sheet = page.getByRole('dialog', { name: 'Add a picture' });
	await expect(sheet).toBeVisible();
	return sheet;
}

/** Says what it is, and adds it. */
export async function use(sheet: Locator, what: string): Promise<void> {
	await sheet.getByRole('textbox', { name: /^What is it/ }).fill(what);
	await sheet.getByRole('button', { name: 'Add it', exact: true }).click();
	await expect(sheet).toBeHidden();
}

/** The line of one picture in its case. */
export function pictureRow(page: Page, what: string): Locator {
	return page.getByRole('region', { name: 'Pictures and papers' }).getByRole('listitem').filter({ hasText: what });
}

/** What is drawn at three corners of a canvas. */
export function corners(canvas: Locator): Promise<number[][]> {
	return canvas.evaluate((drawn: HTMLCanvasElement) => {
		const context = drawn.getContext('2d');
		if (!context) throw new Error('nothing is drawn');
		const at = (x: number, y: number): number[] => [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
		return [at(5, 5), at(drawn.width - 5, 5), at(5, drawn.height - 5)];
	});
}
