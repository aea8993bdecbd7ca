/** The page to look at, built as the app is. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { reader } from './build/reader.ts';

export default defineConfig({
	assetsInclude: ['**/*.automerge'],
	plugins: [svelte(), reader()],
	server: { fs: { allow: ['..'] } },
	build: { target: 'es2022', rolldownOptions: { input: 'tests/console/look.html' } }
});
