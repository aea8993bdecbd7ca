/** A pretend camera: what it sees of a code that another phone shows. */
import { encodeQR } from 'qr';
import { qrOfBytes } from '../../src/routes/qr.ts';

export interface Photo {
	width: number;
	height: number;
	data: Uint8ClampedArray;
}

export interface Shot {
	width: number;
	height: number;
	/** How wide the code is in the picture, as a part of its width. */
	fills: number;
	/** How far the phone is turned, in degrees. */
	turned: number;
	/** How much smaller the far edge is, for a phone that is not held straight. */
	tilted: number;
	/** How much each square of the sensor errs, of 255. */
	noise: number;
}

/** Light falls from one side, a lens smears a little, and the sensor errs. The same every time. */
export async function photo(code: Uint8Array, shot: Shot): Promise<Photo> {
	const { size, path } = await qrOfBytes(code);
	const dark = new Uint8Array(size * size);
	for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h/g)) dark[Number(y) * size + Number(x)] = 1;
	const { width, height, fills, turned, tilted, noise } = shot;
	const sharp = new Float32Array(width * height);
	const angle = (turned * Math.PI) / 180;
	const side = width * fills;
	const at = (x: number, y: number): number => {
		// Back from the picture to the screen: straightened, then turned.
		const v = (y - height / 2) / side;
		const near = 1 - tilted * v;
		const u = (x - width / 2) / side / near;
		const w = v / near;
		const row = Math.floor((-u * Math.sin(angle) + w * Math.cos(angle) + 0.5) * size);
		const column = Math.floor((u * Math.cos(angle) + w * Math.sin(angle) + 0.5) * size);
		if (row < 0 || column < 0 || row >= size || column >= size) return 96;
		return dark[row * size + column] ? 40 : 215;
	};
	const fine = [0.17, 0.5, 0.83];
	for (let y = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1) {
			let sum = 0;
			for (const dy of fine) for (const dx of fine) sum += at(x + dx, y + dy);
			sharp[y * width + x] = sum / 9;
		}
	}
	const data = new Uint8ClampedArray(width * height * 4);
	let seed = 20_260_929;
	const chance = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
	for (let y = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1) {
			const here = y * width + x;
			const seen = (sharp[here] ?? 0) * 0.6 + ((sharp[here - 1] ?? 0) + (sharp[here + 1] ?? 0) + (sharp[here - width] ?? 0) + (sharp[here + width] ?? 0)) * 0.1;
			const lit = 0.65 + (0.35 * x) / width;
			for (let colour = 0; colour < 3; colour += 1) data[here * 4 + colour] = seen * lit + (chance() + chance() + chance() - 1.5) * noise;
			data[here * 4 + 3] = 255;
		}
	}
	return { width, height, data };
}

/** A code of somebody else: a link on a poster. */
export function poster(): Photo {
	const squares = encodeQR('https://example.org/', 'raw', { border: 4, scale: 8 });
	const side = squares.length;
	const data = new Uint8ClampedArray(side * side * 4).fill(255);
	squares.forEach((row, y) => row.forEach((dark, x) => dark && data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)));
	return { width: side, height: side, data };
}
