/**
 * From the bytes of a file to a picture, and to smaller bytes. A picture is only
 * ever drawn on a canvas: what is seen is pixels, whatever else the file held.
 */
import { HEAD, look, mayUnfold, MOST_BYTES, MOST_PIXELS, type Seen } from '../incident/picture.ts';
import { stripped } from '../incident/stripped.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What is read into memory to be made smaller. Larger files are no pictures of a phone. */
const MOST_READ = 64 * 1024 * 1024;
/** The longest side and the quality of a smaller copy, one after the other until it is small enough. */
const SMALLER = [[4096, 0.88], [3072, 0.8], [2048, 0.75]] as const;

export type Refusal = 'unknown' | 'too_big' | 'empty' | 'unreadable';
export type Taken = { bytes: Bytes; seen: Seen; smaller: boolean } | { refused: Refusal };

/** What of a chosen file can go with a case. Its name and its type are not asked for, and what a camera wrote into it stays behind. */
export async function take(file: Blob): Promise<Taken> {
	try {
		if (file.size === 0) return { refused: 'empty' };
		const seen = look(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
		if (!seen) return { refused: 'unknown' };
		if (file.size <= MOST_BYTES) return { bytes: stripped(new Uint8Array(await file.arrayBuffer()), seen.kind), seen, smaller: false };
		const bytes = file.size <= MOST_READ ? await smaller(file, seen) : undefined;
		const made = bytes && look(bytes);
		return bytes && made ? { bytes, seen: made, smaller: true } : { refused: 'too_big' };
	} catch {
		return { refused: 'unreadable' }; // it was taken away meanwhile, or lies where this page may not read
	}
}

/** The picture in these bytes; `undefined` where there is none that may be unfolded here. */
export async function unfold(bytes: Blob | Bytes, seen: Seen | undefined): Promise<ImageBitmap | undefined> {
	if (!seen || !mayUnfold(seen)) return undefined;
	try {
		const bitmap = await createImageBitmap(new Blob([bytes], { type: seen.mime }));
		if (bitmap.width * bitmap.height <= MOST_PIXELS) return bitmap;
		bitmap.close(); // its header had said otherwise
	} catch {
		// its header was that of a picture, and the rest is none
	}
	return undefined;
}

/** Draws it, no longer than `most` on its longer side. */
export function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap, most: number): void {
	const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height));
	canvas.width = Math.max(1, Math.round(bitmap.width * scale));
	canvas.height = Math.max(1, Math.round(bitmap.height * scale));
	const context = canvas.getContext('2d');
	if (context) {
		context.imageSmoothingQuality = 'high';
		context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
	}
}

async function smaller(file: Blob, seen: Seen): Promise<Bytes | undefined> {
	const bitmap = await unfold(file, seen);
	if (!bitmap) return undefined;
	try {
		const canvas = document.createElement('canvas');
		for (const [most, quality] of SMALLER) {
			draw(canvas, bitmap, most);
			under(canvas);
			const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
			if (made && made.size <= MOST_BYTES) return new Uint8Array(await made.arrayBuffer());
		}
		return undefined;
	} finally {
		bitmap.close();
	}
}

/** White behind what can be seen through: a JPEG knows only black there. */
function under(canvas: HTMLCanvasElement): void {
	const context = canvas.getContext('2d');
	if (!context) return;
	context.globalCompositeOperation = 'destination-over';
	context.fillStyle = '#fff';
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.globalCompositeOperation = 'source-over';
}
