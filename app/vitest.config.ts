import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { reader } from './build/reader.ts';

export default defineConfig({
	assetsInclude: ['**/*.automerge'],
	plugins: [svelte(), reader()],
	server: { fs: { allow: ['..'] } },
	test: {
		include: ['src/**/*.test.ts', 'build/**/*.test.ts', 'tests/**/*.test.ts'],
		environment: 'node',
		// No test is about time: one that takes this long hangs, and is not only on a busy machine.
		testTimeout: 60_000,
		hookTimeout: 60_000
	}
});
