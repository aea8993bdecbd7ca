import { defineConfig } from '@playwright/test';

export default defineConfig({
	testDir: 'bench',
	testMatch: ['*.ts'],
	outputDir: '../../target/browser/results',
	workers: 1,
	retries: 0,
	timeout: 600_000,
	expect: { timeout: 60_000 },
	reporter: [['dot']]
});
