import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import type { Plugin } from 'vite';

/** Where a view is made: what a document reads as, what each change made, and how both are written down and read again. */
const ROOTS = ['shelf', 'readings', 'views', 'packing'].map((name) => `src/replica/${name}.ts`);
const APP = resolve(import.meta.dirname, '..');
const BIRTHS = '../proto/document';
/** How `automerge.ts` takes them in. */
const GLOB = '../../../proto/document/*.v1.automerge';
/** Automerge, and whatever turns our sources into what runs. */
const BESIDE = ['package-lock.json', 'vite.config.ts', 'build/leaner.ts', 'build/sections.ts', 'build/reader.ts'];

type Read = (file: string) => Uint8Array;
const fromDisk: Read = (file) => readFileSync(join(APP, file));

/**
 * Names what makes views: another name as soon as one of its sources changes, in
 * whatever way, or one package. Two builds with one name read a document alike, so
 * that an update of screens and words does not make phones read everything anew.
 */
export function reader(): Plugin {
	return {
		name: 'safehall-reader',
		config: () => ({ define: { __SAFEHALL_READER__: JSON.stringify(nameOf()) } })
	};
}

export function nameOf(read: Read = fromDisk): string {
	const sum = createHash('sha256');
	for (const file of sourcesOf(read)) sum.update(file).update('\0').update(createHash('sha256').update(read(file)).digest());
	return sum.digest('hex').slice(0, 32);
}

/** Every file that takes part, in one order. */
export function sourcesOf(read: Read = fromDisk): string[] {
	const found = new Set<string>();
	const need = (file: string): void => {
		if (found.has(file)) return;
		found.add(file);
		for (const named of importsOf(file, new TextDecoder().decode(read(file)))) {
			if (!named.startsWith('.')) continue; // a package: the lock says which
			if (!named.endsWith('.ts')) throw new Error(`${file} imports ${named}, and nobody knows whether that decides what a view holds`);
			need(relative(APP, resolve(APP, dirname(file), named)).replaceAll('\\', '/'));
		}
	};
	ROOTS.forEach(need);
	const births = readdirSync(join(APP, BIRTHS)).map((name) => `${BIRTHS}/${name}`);
	return [...found, ...births, ...BESIDE].sort();
}

/** What runs when this file is loaded, or may be loaded by it later. Types are gone by then. */
function importsOf(file: string, text: string): string[] {
	const named: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword && !onlyTypes(node)) named.push(literal(node.moduleSpecifier));
		else if (ts.isExportDeclaration(node) && node.moduleSpecifier && !node.isTypeOnly) named.push(literal(node.moduleSpecifier));
		else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) named.push(literal(node.arguments[0]));
		else if (ts.isCallExpression(node) && node.expression.getText().endsWith('.glob') && literal(node.arguments[0]) !== GLOB) throw new Error(`${file} takes in files that nobody counted`);
		else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && (node.expression.text === 'Worker' || node.expression.text === 'URL') && node.arguments?.[0] && ts.isStringLiteral(node.arguments[0]) && node.arguments[0].text.endsWith('.ts')) named.push(literal(node.arguments[0]));
		ts.forEachChild(node, visit);
	};
	const literal = (node: ts.Node | undefined): string => {
		if (node && ts.isStringLiteral(node)) return node.text;
		throw new Error(`${file} loads something whose name is not written there`);
	};
	visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
	return named;
}

function onlyTypes({ importClause }: ts.ImportDeclaration): boolean {
	const names = importClause?.namedBindings;
	return importClause !== undefined && importClause.name === undefined && names !== undefined && ts.isNamedImports(names) && names.elements.length > 0 && names.elements.every((one) => one.isTypeOnly);
}
