import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What only a lead, or only who reads German, or only the home screen needs, or nobody in the first seconds: a phone takes it in once it is in a team. */
const LATER = /^(?:assets\/(?:Console|qr|de|Later|Pictures|ShowPicture|pictures|parcels|courier|carrying|Practice|drill)-|icon-512)/;

/** Where `src/sw.ts` has a hole for the list of files and the name of the build. */
const HOLE = /\b__SAFEHALL_BUILD__\b/g;

/** Tells the service worker which files the build consists of, so that it can keep all of them. */
export function offline(): Plugin {
	let publicDir = '';
	return {
		name: 'safehall-offline',
		apply: 'build',
		configResolved(config) {
			publicDir = config.publicDir;
		},
		generateBundle: {
			order: 'post', // the page itself is added to the bundle late
			async handler(_options, bundle) {
				const worker = bundle['sw.js'];
				if (worker?.type !== 'chunk') throw new Error('the build has no service worker');
				if (worker.imports.length > 0) throw new Error('the service worker must stand alone');
				if (!bundle['index.html']) throw new Error('the page is missing: the app could not open without a network');
				// A piece that only those have in common comes with them.
				const early = new Set<string>();
				const need = (name: string): void => {
					const file = bundle[name];
					if (file?.type !== 'chunk' || early.has(name) || LATER.test(name)) return;
					early.add(name);
					[...file.imports, ...file.dynamicImports].forEach(need);
				};
				for (const file of Object.values(bundle)) if (file.type === 'chunk' && file.isEntry) need(file.fileName);
				const styles = new Set([...early].flatMap((name) => [...((bundle[name] as { viteMetadata?: { importedCss: Set<string> } } | undefined)?.viteMetadata?.importedCss ?? [])]));
				if (styles.size === 0) throw new Error('nobody says which styles the first screens need');
				const isLater = (name: string): boolean => LATER.test(name) || (bundle[name]?.type === 'chunk' && !early.has(name)) || (name.endsWith('.css') && !styles.has(name));
				const sum = createHash('sha256');
				const files: string[] = [];
				const later: string[] = [];
				const sorted = Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1));
				for (const [name, file] of sorted) {
					if (name === 'sw.js') continue;
					sum.update(name).update(file.type === 'chunk' ? file.code : file.source);
					(isLater(name) ? later : files).push(`/${name}`);
				}
				if (later.length < 5) throw new Error('what a phone takes in later is called otherwise by now');
				for (const name of (await readdir(publicDir)).sort()) {
					sum.update(name).update(await readFile(join(publicDir, name)));
					(LATER.test(name) ? later : files).push(`/${name}`);
				}
				const build = { name: sum.digest('hex').slice(0, 16), files, later };
				const filled = worker.code.replace(HOLE, () => JSON.stringify(build));
				if (filled === worker.code) throw new Error('the service worker has no place for the list of files');
				worker.code = filled;
			}
		}
	};
}
