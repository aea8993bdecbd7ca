/** What one tap writes is one step: no function of a screen writes twice, or in a loop. What it may write is given to `write` together. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROUTES = 'src/routes';
/** What puts something on the disk: of the replica, the desk, one incident or one announcement in the hands of a lead, or of a phone. */
const WRITES = /(^|\.)((replica|desk|handling|draft)\.(write|pass|approve|readOut)|replica\.(dropDraft|keepDraft|recuse)|pictures\.keep|writeDown)$/;

const files = readdirSync(ROUTES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|ts)$/.test(name));

/** The functions of a file that write more than once, one after the other. */
function twice(name: string, text: string): string[] {
	const code = name.endsWith('.svelte') ? [...text.matchAll(/<script lang="ts"[^>]*>([\s\S]*?)<\/script>/g)].map((script) => script[1]).join('\n') : text;
	const source = ts.createSourceFile('code.ts', code, ts.ScriptTarget.Latest, true);
	const named = new Map<string, ts.Node>();
	const functions: [string, ts.Node][] = [];
	const find = (node: ts.Node): void => {
		if (ts.isFunctionLike(node) && 'body' in node && node.body) {
			const wrapped = ts.isCallExpression(node.parent) && node.parent.expression.getText() === 'alone';
			const holder = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) ? node : wrapped ? node.parent.parent : node.parent;
			const called = 'name' in holder && holder.name ? (holder.name as ts.Node).getText() : `line ${String(source.getLineAndCharacterOfPosition(node.pos).line)}`;
			functions.push([called, node.body]);
			if (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(holder)) named.set(called, node.body);
		}
		ts.forEachChild(node, find);
	};
	find(source);

	/** How many writes come one after the other, on the worst way through. */
	function count(node: ts.Node | undefined, through: readonly string[]): number {
		if (!node) return 0;
		if (ts.isFunctionLike(node)) return 0;
		if (ts.isIfStatement(node)) return count(node.expression, through) + Math.max(count(node.thenStatement, through), count(node.elseStatement, through));
		if (ts.isConditionalExpression(node)) return count(node.condition, through) + Math.max(count(node.whenTrue, through), count(node.whenFalse, through));
		if (ts.isIterationStatement(node, false)) return 2 * inside(node, through);
		if (ts.isBlock(node)) return inOrder(node.statements, through);
		if (!ts.isCallExpression(node)) return inside(node, through);
		const callee = node.expression.getText().replace(/[?!]\./g, '.');
		const own = named.get(callee);
		const writes = WRITES.test(callee) ? 1 : own && !through.includes(callee) ? count(own, [...through, callee]) : 0;
		return writes + inside(node, through);
	}
	function inside(node: ts.Node, through: readonly string[]): number {
		let sum = 0;
		ts.forEachChild(node, (child) => void (sum += count(child, through)));
		return sum;
	}
	/** Where an `if` leaves, the rest is another way. */
	function inOrder(statements: readonly ts.Statement[], through: readonly string[]): number {
		const [first, ...rest] = statements;
		if (!first) return 0;
		const after = inOrder(rest, through);
		if (ts.isIfStatement(first) && !first.elseStatement && leaves(first.thenStatement)) return count(first.expression, through) + Math.max(count(first.thenStatement, through), after);
		return count(first, through) + after;
	}
	return functions.filter(([, body]) => count(body, []) > 1).map(([called]) => `${name}: ${called}`);
}

function leaves(node: ts.Statement): boolean {
	if (ts.isBlock(node)) return node.statements.some(leaves);
	return ts.isReturnStatement(node) || ts.isThrowStatement(node);
}

/** The functions that a button calls and that write or ask the server, and are not deaf meanwhile: by a flag of their screen, or by `alone`. */
function heardTwice(name: string, text: string): string[] {
	const [script = '', ...markup] = text.split('</script>');
	const source = ts.createSourceFile('code.ts', script.replace(/^[\s\S]*?<script lang="ts"[^>]*>/, ''), ts.ScriptTarget.Latest, true);
	const bodies = new Map<string, string>();
	const find = (node: ts.Node): void => {
		if (ts.isFunctionDeclaration(node) && node.name && node.body) bodies.set(node.name.text, node.body.getText());
		if (ts.isVariableDeclaration(node) && node.initializer && /=>/.test(node.initializer.getText())) bodies.set(node.name.getText(), node.initializer.getText());
		ts.forEachChild(node, find);
	};
	find(source);
	const acts = (body: string, through: readonly string[] = []): boolean =>
		[...body.matchAll(/([\w.?]+)\(/g)].some(([, called = '']) => WRITES.test(called.replaceAll('?.', '.')) || called === 'desk.ask' || (bodies.has(called) && !through.includes(called) && acts(bodies.get(called)!, [...through, called])));
	const tapped = new Set([...markup.join('').matchAll(/onclick=\{((?:[^{}]|\{[^{}]*\})*)\}/g)].flatMap(([, tap = '']) => [...tap.matchAll(/(\w+)\(/g)].map(([, called = '']) => called).concat(bodies.has(tap) ? [tap] : [])));
	return [...tapped].filter((called) => acts(bodies.get(called) ?? '') && !/^alone\(|\b(busy|giving)\b/.test(bodies.get(called) ?? '')).map((called) => `${name}: ${called}`);
}

describe('a tap', () => {
	test.each([
		['one after the other', 'async function go() { await desk.write(a); await desk.write(b); }'],
		['one if the other went well', 'async function go() { const problem = await desk.write(a); return problem ?? handling.write(b); }'],
		['in a loop', 'async function go() { for (const each of all) await phone.replica.write(each); }'],
		['through another function', 'async function go() { const one = async (each) => desk.write(each); return (await one(a)) ?? (await one(b)); }'],
		['words, and then their draft', 'async function go() { await replica.write(a); await replica.dropDraft(id); }'],
		['a picture, and then its name', 'async function go() { const kept = await phone.replica.pictures.keep(id, bytes, mime); await writeDown(phone, id, kept); }']
	])('that writes %s is found', (_, code) => expect(twice('a.ts', code)).toEqual(['a.ts: go']));

	test.each(['if (a) return desk.write(a); return desk.write(b);', 'return a ? desk.write(a) : handling.write(b);', 'if (a) await desk.write(a); else await desk.write(b);'])('may choose what it writes: %s', (body) => {
		expect(twice('a.ts', `async function go() { ${body} }`)).toEqual([]);
	});

	test('writes once, on every screen', () => {
		const all = files.map((name) => [name, readFileSync(join(ROUTES, name), 'utf8')] as const);
		expect(all.filter(([, text]) => /(desk|handling|replica)\.write\(/.test(text)).length).toBeGreaterThan(40);
		expect(all.flatMap(([name, text]) => twice(name, text))).toEqual([]);
	});

	test.each([
		['async function go() { await desk.write(a); }', ['a.svelte: go']],
		['const go = async () => (problem = await handling.write(a));', ['a.svelte: go']],
		['async function go() { await one(); } const one = async () => desk.ask(a);', ['a.svelte: go']],
		['let busy = false; async function go() { if (busy) return; busy = true; await desk.write(a); busy = false; }', []],
		['const go = alone(async () => { await desk.write(a); });', []],
		['function go() { shown = true; }', []]
	])('that would be heard twice is found: %s', (code, found) => {
		expect(heardTwice('a.svelte', `<script lang="ts">${code}</script><Button onclick={() => void go()}>Go</Button>`)).toEqual(found);
	});

	test('is heard once, until what it does is done', () => {
		expect(files.filter((name) => name.endsWith('.svelte')).flatMap((name) => heardTwice(name, readFileSync(join(ROUTES, name), 'utf8')))).toEqual([]);
	});

	test.each([
		['console/Sanctions.svelte', 'lift(given)'],
		['console/Roster.svelte', 'remove(shift)'],
		['console/TalkingSheet.svelte', 'leave()']
	])('that takes away what stood there asks once, at the same button: %s', (name, call) => {
		const markup = readFileSync(join(ROUTES, name), 'utf8').split('</script>')[1] ?? '';
		const before = markup.slice(0, markup.indexOf(`void ${call}`));
		expect(before).not.toBe(markup);
		expect(before.slice(before.lastIndexOf('{#if'))).toMatch(/^\{#if sure\b[^}]*\}/);
		expect(markup).toMatch(/sure === [\w.]+ \? null|\(sure = !sure\)/);
	});

	test('on what puts a form aside throws nothing away that was typed into it', () => {
		/** Where one button stands for both, it is there only while nothing is kept. */
		const both = ['console/TalkingSheet.svelte'];
		const aside = files
			.filter((name) => name.startsWith('console/') && name.endsWith('.svelte') && !both.includes(name))
			.flatMap((name) => {
				const [script = '', markup = ''] = readFileSync(join(ROUTES, name), 'utf8').split('</script>');
				const called = [...markup.matchAll(/onclick=\{\(\) => void (\w+)\(\)\}>\{words\.common\.(?:cancel|later)\}/g)].map(([, one = '']) => one);
				return called.map((one) => [name, new RegExp(`function ${one}\\([^]*?\\n\\t\\}`).exec(script)?.[0] ?? ''] as const);
			});
		expect(aside.length).toBeGreaterThan(1);
		expect(aside.filter(([, body]) => body.includes('jotting.drop(')).map(([name]) => name)).toEqual([]);
		for (const [name, body] of aside) expect(body, name).toContain('jotting.leave(');
	});

	test('in a form takes along what was typed into it', () => {
		/** What the server is asked for is written nowhere here. */
		const asked = ['console/EraseSheet.svelte', 'console/GrantSheet.svelte', 'console/KeepAwaySheet.svelte', 'console/TermSheet.svelte'];
		const forms = files.filter((name) => !asked.includes(name) && /<Jotting(Sheet|Form) /.test(readFileSync(join(ROUTES, name), 'utf8')));
		expect(forms.length).toBeGreaterThan(15);
		expect(forms.filter((name) => !/[(,]\s*jotting\s*[,)]/.test(readFileSync(join(ROUTES, name), 'utf8').split('</script>')[0] ?? ''))).toEqual([]);
	});
});
