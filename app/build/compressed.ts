import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const WORTH_IT = new Set(['.html', '.js', '.css', '.svg', '.wasm', '.webmanifest', '.json']);
const ENCODINGS: [string, (bytes: Uint8Array) => Promise<Uint8Array>][] = [
	['.br', (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })],
	['.gz', (bytes) => promisify(gzip)(bytes, { level: 9 })]
];
/** The WASM takes seconds and hardly ever changes. */
const CACHE = 'node_modules/.cache/safehall-compressed';

/** Lays a `.br` and a `.gz` beside each file, so that the server compresses nothing while a hall is waiting. */
export function compressed(): Plugin {
	let outDir = '';
	return {
		name: 'safehall-compressed',
		apply: 'build',
		configResolved(config) {
			outDir = config.build.outDir;
		},
		// Runs only once all files are written: a build that failed says its own fault.
		async writeBundle() {
			await mkdir(CACHE, { recursive: true });
			const names = await readdir(outDir, { recursive: true });
			for (const name of names.filter((name) => WORTH_IT.has(extname(name)))) {
				await compress(join(outDir, name));
			}
		}
	};
}

async function compress(file: string): Promise<void> {
	const bytes = await readFile(file);
	const sum = createHash('sha256').update(bytes).digest('hex');
	for (const [suffix, encode] of ENCODINGS) {
		const cached = join(CACHE, sum + suffix);
		let small: Uint8Array;
		try {
			small = await readFile(cached);
		} catch {
			small = await encode(bytes);
			await writeFile(cached, small);
		}
		await writeFile(file + suffix, small);
	}
}
