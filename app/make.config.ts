/** The phone without screens that `tests/browser/bench` makes many cases with, built as the app is. */
import { defineConfig } from 'vite';
import { reader } from './build/reader.ts';

export default defineConfig({
	base: '/make/',
	assetsInclude: ['**/*.automerge'],
	plugins: [reader()],
	server: { fs: { allow: ['..'] } },
	build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: false, rolldownOptions: { input: 'tests/bench/make.html' } }
});
