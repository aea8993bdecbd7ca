import { defineConfig } from '@playwright/test';

/** One worker, no retries: a journey that passes only sometimes has not passed. */
export default defineConfig({
	testDir: '.',
	testMatch: ['journeys/*.spec.ts', 'edges/*.spec.ts'],
	outputDir: '../../target/browser/results',
	workers: 1,
	retries: 0,
	forbidOnly: true,
	timeout: 120_000,
	expect: { timeout: 15_000 },
	reporter: [['list']]
});
