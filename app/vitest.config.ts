import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	assetsInclude: ['**/*.automerge'],
	plugins: [svelte()],
	server: { fs: { allow: ['..'] } },
	test: {
		include: ['src/**/*.test.ts', 'build/**/*.test.ts', 'tests/**/*.test.ts'],
		environment: 'node'
	}
});
