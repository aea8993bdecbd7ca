/** Which words are read by anything. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { APP, named, type Program } from './program.ts';

/** The words that nothing reads, as `console.inbox.over`. */
export function unused(given: Program): string[] {
	const used = new Set<ts.Node>();
	const names = keys(given.words, given.checker);
	for (const file of given.readers.filter(({ text }) => text.includes('words'))) {
		// To ask for a type takes long: most of what is read is called otherwise than any word.
		walk(file, (node) => {
			if (!ts.isPropertyAccessExpression(node) || names.has(node.name.text)) for (const declaration of reads(node, given.checker)) used.add(declaration);
		});
	}
	const found: string[] = [];
	const below = (type: ts.Type, path: string): void => {
		for (const symbol of type.getProperties()) {
			const declaration = symbol.valueDeclaration;
			if (!declaration || !isWord(declaration) || used.has(declaration)) continue;
			const name = path ? `${path}.${symbol.name}` : symbol.name;
			const value = given.checker.getTypeOfSymbol(symbol);
			const table = ts.isPropertyAssignment(declaration) && ts.isAsExpression(declaration.initializer); // read as a whole, or not at all
			if (!table && value.getCallSignatures().length === 0 && value.getProperties().some((one) => one.valueDeclaration && isWord(one.valueDeclaration))) below(value, name);
			else found.push(name);
		}
	};
	below(given.words, '');
	return found;
}

/** Where a file that is no part of the console reads a word that only comes with the console. */
export function tooEarly(given: Program): string[] {
	const late = new Set([...readFileSync(join(APP, 'src/words/en/late.ts'), 'utf8').matchAll(/from '\.\/(\w+\.ts)'/g)].map(([, file]) => `/src/words/en/${file ?? ''}`));
	late.delete('/src/words/en/first.ts');
	if (late.size === 0) throw new Error('no words are late');
	const found: string[] = [];
	for (const file of given.readers.filter(({ fileName }) => !fileName.includes('/src/routes/console/'))) {
		walk(file, (node) => {
			if (!ts.isPropertyAccessExpression(node)) return;
			const declared = given.checker.getSymbolAtLocation(node.name)?.declarations ?? [];
			// What stands in both places is there from the start.
			if (declared.some((one) => [...late].some((name) => one.getSourceFile().fileName.endsWith(name)))) found.push(`${named(file)}: ${node.getText()}`);
		});
	}
	return found;
}

/** Where a file keeps words while it is loaded: they would stay in the language of that moment. */
export function kept(given: Program): string[] {
	const found: string[] = [];
	for (const file of given.readers.filter(({ fileName }) => !fileName.includes('.svelte.component.ts') && !fileName.includes('/src/words/index.ts'))) {
		walk(file, (node) => {
			if (!ts.isIdentifier(node) || node.text !== 'words' || ts.isImportSpecifier(node.parent) || ts.isTypeQueryNode(node.parent) || isType(node)) return;
			let around: ts.Node = node;
			while (!ts.isSourceFile(around) && !ts.isFunctionLike(around) && !ts.isPropertyDeclaration(around)) around = around.parent;
			if (ts.isSourceFile(around) && given.checker.getTypeAtLocation(node) === given.words) found.push(`${named(file)}: ${node.parent.getText().slice(0, 60)}`);
		});
	}
	return found;
}

/** Every name that any word or table of words has. */
function keys(type: ts.Type, checker: ts.TypeChecker): Set<string> {
	return new Set(type.getProperties().filter(({ valueDeclaration }) => valueDeclaration && isWord(valueDeclaration)).flatMap((symbol) => [symbol.name, ...keys(checker.getTypeOfSymbol(symbol), checker)]));
}

function walk(node: ts.Node, act: (node: ts.Node) => void): void {
	act(node);
	node.forEachChild((child) => walk(child, act));
}

/** The declarations of the words that an expression takes as they are. A way to further words, and a shorter name for some, take nothing yet. */
function reads(node: ts.Node, checker: ts.TypeChecker): ts.Node[] {
	if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && ts.isIdentifier(node.name)) {
		const taken = checker.getTypeAtLocation(node.parent).getProperty(node.propertyName && ts.isIdentifier(node.propertyName) ? node.propertyName.text : node.name.text);
		return taken && isSaid(checker.getTypeAtLocation(node)) ? (taken.declarations ?? []).filter(isWord) : [];
	}
	if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return [];
	const { parent } = node;
	if ((ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === node) return [];
	if (ts.isVariableDeclaration(parent) && parent.initializer === node && !isSaid(checker.getTypeAtLocation(node))) return [];
	const symbols = ts.isPropertyAccessExpression(node) ? [checker.getSymbolAtLocation(node.name)] : chosen(node, checker);
	return symbols.flatMap((symbol) => symbol?.declarations ?? []).filter(isWord);
}

/** The properties that `table[key]` may mean: those of the key's type, else all. */
function chosen(node: ts.ElementAccessExpression, checker: ts.TypeChecker): ts.Symbol[] {
	const table = checker.getApparentType(checker.getTypeAtLocation(node.expression));
	const key = checker.getTypeAtLocation(node.argumentExpression);
	const keys = key.isUnion() ? key.types : [key];
	const literal = keys.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
	const ways = [...wayTo(node.expression, checker)];
	const own = (name: string): ts.Symbol[] => [table.getProperty(name)].filter((one): one is ts.Symbol => one?.declarations?.some(isWord) === true);
	if (literal.length === keys.length) return [...literal.flatMap(own), ...ways];
	return [...table.getProperties(), ...ways];
}

/** The word that a table itself is. */
function wayTo(table: ts.Expression, checker: ts.TypeChecker): ts.Symbol[] {
	const symbol = ts.isPropertyAccessExpression(table) ? checker.getSymbolAtLocation(table.name) : undefined;
	const declared = symbol?.valueDeclaration;
	if (!symbol || !declared) return [];
	return ts.isShorthandPropertyAssignment(declared) || (ts.isPropertyAssignment(declared) && !ts.isObjectLiteralExpression(declared.initializer)) ? [symbol] : [];
}

/** A sentence, or what makes one. Anything else is a table of them. */
function isSaid(type: ts.Type): boolean {
	return type.getCallSignatures().length > 0 || (type.flags & ts.TypeFlags.Object) === 0;
}

function isType(node: ts.Node): boolean {
	for (let around = node; !ts.isStatement(around) && !ts.isSourceFile(around); around = around.parent) {
		if (ts.isTypeNode(around)) return true;
	}
	return false;
}

function isWord(node: ts.Node): boolean {
	return node.getSourceFile().fileName.includes('/src/words/en/');
}
