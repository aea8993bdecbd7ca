/** The page to look at, built as the app is. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
	assetsInclude: ['**/*.automerge'],
	plugins: [svelte()],
	server: { fs: { allow: ['..'] } },
	build: { target: 'es2022', rolldownOptions: { input: 'tests/console/look.html' } }
});
