import { defineConfig } from '@playwright/test';

export default defineConfig({
	testDir: '.',
	testMatch: ['screenshots.ts'],
	outputDir: '../../target/browser/results',
	workers: 1,
	retries: 0,
	timeout: 900_000,
	expect: { timeout: 15_000 },
	reporter: [['line']]
});
