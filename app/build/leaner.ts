import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { withoutCustomSections } from './sections.ts';

const WASM = /\.wasm\?url$/;

/**
 * Ships WASM without its custom sections: the names of functions, for debuggers
 * only, are a tenth of what a phone would load. A trap keeps its message and its
 * stack, with numbers in place of names; the names are in the package.
 */
export function leaner(): Plugin {
	return {
		name: 'safehall-leaner',
		apply: 'build',
		enforce: 'pre',
		load: {
			filter: { id: WASM },
			async handler(id) {
				const [file = id] = id.split('?');
				const source = withoutCustomSections(await readFile(file));
				// Made an asset here, so that its name follows from what is really in it.
				const asset = this.emitFile({ type: 'asset', name: file.slice(file.lastIndexOf('/') + 1), source });
				return `export default import.meta.ROLLUP_FILE_URL_${asset};`;
			}
		}
	};
}
