import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';

export default defineConfig(
	{ ignores: ['dist', 'node_modules', 'src/generated', 'test-results', 'playwright-report'] },
	js.configs.recommended,
	...ts.configs.strictTypeChecked,
	...svelte.configs.recommended,
	{
		languageOptions: {
			globals: { ...globals.browser },
			parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, extraFileExtensions: ['.svelte'] }
		},
		rules: {
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
			'no-restricted-syntax': [
				'error',
				{ selector: 'ExportDefaultDeclaration', message: 'One name for one thing: export it under its own.' }
			]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser } }
	},
	{
		rules: { '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }] }
	},
	{
		// What a component hands to its callbacks is known to svelte-check alone; here it would all be `any`.
		files: ['**/*.svelte'],
		rules: {
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off'
		}
	},
	{
		files: ['*.config.ts', '*.config.js'],
		rules: { 'no-restricted-syntax': 'off' }
	},
	{
		files: ['*.config.ts', '*.config.js', 'build/**', 'tests/**', '**/*.test.ts'],
		languageOptions: { globals: { ...globals.node } },
		rules: { '@typescript-eslint/no-non-null-assertion': 'off' }
	},
	{
		// The twin of `crates/core`: no clock, no storage, no network.
		files: ['src/incident/**'],
		ignores: ['**/*.test.ts'],
		rules: {
			'no-restricted-globals': ['error', 'Date', 'window', 'document', 'indexedDB', 'fetch', 'crypto', 'localStorage', 'performance']
		}
	}
);
