/** Sealed words on their way from one phone to another: as the file that is passed on, and as a film of the codes. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { home } from './hands.ts';

/** What the person passes on. */
export async function savedFile(page: Page): Promise<string> {
	// No phone of these tests has a share sheet.
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as file' }).click()]);
	return download.path();
}

/** Takes along what somebody passed on. */
export async function carries(page: Page, file: string, becomes: (text: string) => string = (text) => text): Promise<void> {
	await home(page);
	await page.getByRole('link', { name: 'Help a phone without network' }).click();
	const buffer = Buffer.from(becomes(readFileSync(file, 'latin1')), 'latin1');
	await page.locator('input[type=file]').setInputFiles({ name: 'sealed.txt', mimeType: 'text/plain', buffer });
}

const WIDTH = 640;
const HEIGHT = 640;
/** So many pictures of each code: a camera sees it for a while. */
const OF_EACH = 4;
const A_SECOND = 6;

/** A camera that looks at a wall. */
export function filmOfNothing(into: string): void {
	writeFilm(Array.from({ length: OF_EACH }, () => Buffer.alloc(WIDTH * HEIGHT, 110)), into);
}

/**
 * Films the codes that a screen shows, one after the other, as a hand holds a camera: a little turned, smaller than the
 * picture, and with what a sensor adds. Written as YUV4MPEG2, which Chromium takes in place of a camera.
 */
export async function film(shown: Locator, next: () => Promise<void>, count: number, into: string): Promise<void> {
	const pictures: Buffer[] = [];
	for (let code = 0; code < count; code += 1) {
		const seen = (await shown.screenshot({ animations: 'disabled' })).toString('base64');
		const luma = await shown.page().evaluate(
			async ({ seen, width, height, turned }) => {
				const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(seen), (one) => one.charCodeAt(0))], { type: 'image/png' }));
				const pen = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
				if (!pen) throw new Error('no canvas');
				pen.fillStyle = '#5a5a5a';
				pen.fillRect(0, 0, width, height);
				pen.translate(width / 2, height / 2);
				pen.rotate(turned);
				const side = width * 0.8;
				pen.drawImage(bitmap, -side / 2, -side / 2, side, (side * bitmap.height) / bitmap.width);
				const { data } = pen.getImageData(0, 0, width, height);
				let seed = 17;
				const chance = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
				let text = '';
				for (let at = 0; at < data.length; at += 4) text += String.fromCharCode(Math.max(16, Math.min(235, (data[at] ?? 0) * 0.8 + 20 + (chance() - 0.5) * 24)));
				return btoa(text);
			},
			{ seen, width: WIDTH, height: HEIGHT, turned: ((code % 3) - 1) * 0.05 }
		);
		for (let time = 0; time < OF_EACH; time += 1) pictures.push(Buffer.from(luma, 'base64'));
		await next();
	}
	writeFilm(pictures, into);
}

/** Only how bright each square is: a code has no colours. */
function writeFilm(pictures: readonly Buffer[], into: string): void {
	const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
	const head = `YUV4MPEG2 W${String(WIDTH)} H${String(HEIGHT)} F${String(A_SECOND)}:1 Ip A1:1 C420jpeg\n`;
	writeFileSync(into, Buffer.concat([Buffer.from(head), ...pictures.flatMap((luma) => [Buffer.from('FRAME\n'), luma, grey])]));
}
