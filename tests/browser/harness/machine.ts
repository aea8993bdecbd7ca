/** What the tests find on this machine: the built server, a browser, a clock that can be set for one program. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');

const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');

/** The real program, as `cargo build` made it. */
export const safehall = found('the server', 'cargo build --workspace', [process.env.SAFEHALL, join(target, 'debug/safehall')]);

export const chromium = found('Chromium', 'apt-get install chromium', [
	process.env.CHROMIUM,
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser'
]);

/** Debian's libfaketime: lets the server live on the day of the journey without a switch in the server. */
export const faketime = found(
	'libfaketime',
	'apt-get install libfaketime',
	readdirSync('/usr/lib')
		.map((folder) => join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1'))
		.concat(process.env.FAKETIME_LIBRARY ?? [])
);

function found(what: string, how: string, places: (string | undefined)[]): string {
	const place = places.find((place) => place !== undefined && existsSync(place));
	if (place === undefined) throw new Error(`${what} is not there. Get it with: ${how}`);
	return place;
}

export async function freePort(): Promise<number> {
	const listener = createServer();
	await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
	const address = listener.address();
	await new Promise((closed) => listener.close(closed));
	if (address === null || typeof address === 'string') throw new Error('no free port');
	return address.port;
}
