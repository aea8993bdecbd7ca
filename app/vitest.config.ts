import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { reader } from './build/reader.ts';

export default defineConfig({
	assetsInclude: ['**/*.automerge'],
	plugins: [svelte(), reader()],
	server: { fs: { allow: ['..'] } },
	test: {
		include: ['src/**/*.test.ts', 'build/**/*.test.ts', 'tests/**/*.test.ts'],
		environment: 'node'
	}
});
