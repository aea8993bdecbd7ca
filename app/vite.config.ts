import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';
import { leaner } from './build/leaner.ts';
import { offline } from './build/offline.ts';
import { reader } from './build/reader.ts';

export default defineConfig({
	assetsInclude: ['**/*.automerge'],
	plugins: [svelte(), reader(), leaner(), offline(), compressed()],
	server: { fs: { allow: ['..'] } }, // births and word lists are in `proto`
	build: {
		target: 'es2022',
		assetsInlineLimit: 0, // the content security policy allows no `data:` address
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 700,
		rolldownOptions: {
			input: { app: 'index.html', sw: 'src/sw.ts' },
			output: {
				// A service worker has one address for ever; everything else is named after what is in it.
				entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
				// All that the page begins with in one file: every further one costs a phone a kilobyte of heads, and packs worse.
				codeSplitting: { groups: [{ name: 'first', tags: ['$initial'], test: /^(?!.*\/src\/sw\.ts$)/ }] }
			}
		}
	}
});
