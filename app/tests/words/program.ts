/** The app as TypeScript sees it, with what its components say in their templates. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, type AST } from 'svelte/compiler';
import ts from 'typescript';

export const APP = join(dirname(fileURLToPath(import.meta.url)), '../..');
const WORDS = join(APP, 'src/words/en/');
/** What stands behind the name of a component in the program. */
const AS_TS = '.component.ts';

export interface Program {
	checker: ts.TypeChecker;
	/** Every file but the words themselves. */
	readers: readonly ts.SourceFile[];
	/** The type of all words. */
	words: ts.Type;
	at: ts.Node;
}

export function program(): Program {
	const options: ts.CompilerOptions = {
		target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
		types: ['svelte', 'vite/client'], strict: true, noUncheckedIndexedAccess: true, allowImportingTsExtensions: true, noEmit: true, skipLibCheck: true
	};
	const files = readdirSync(join(APP, 'src'), { recursive: true, encoding: 'utf8' }).map((file) => join(APP, 'src', file));
	const components = new Map(files.filter((file) => file.endsWith('.svelte')).map((file) => [file + AS_TS, asTypeScript(readFileSync(file, 'utf8'))]));
	const disk = ts.createCompilerHost(options);
	const host: ts.CompilerHost = {
		...disk,
		readFile: (file) => components.get(file) ?? disk.readFile(file),
		fileExists: (file) => components.has(file) || disk.fileExists(file),
		getSourceFile: (file, how) => {
			const text = components.get(file);
			return text === undefined ? disk.getSourceFile(file, how) : ts.createSourceFile(file, text, how);
		}
	};
	const made = ts.createProgram([...files.filter((file) => file.endsWith('.ts')), ...components.keys()], options, host);
	const checker = made.getTypeChecker();
	const index = made.getSourceFile(join(WORDS, 'index.ts'));
	const en = index && checker.getExportsOfModule(checker.getSymbolAtLocation(index)!).find(({ name }) => name === 'en');
	if (!en) throw new Error('there are no words');
	const readers = made.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(APP, 'src')) && !fileName.startsWith(join(APP, 'src/words/en')) && !fileName.startsWith(join(APP, 'src/words/de')) && !fileName.startsWith(join(APP, 'src/generated')));
	return { checker, readers, words: checker.getTypeOfSymbol(en), at: index };
}

export function named(file: ts.SourceFile): string {
	return relative(APP, file.fileName).replace(AS_TS, '');
}

/** A component as one script: what its template says follows, in blocks where the template has blocks. */
export function asTypeScript(component: string): string {
	const tree = parse(component, { modern: true });
	const code = (node: { start: number; end: number }) => component.slice(node.start, node.end);
	const script = (part: AST.Script | null) => (part ? code(part.content as unknown as AST.BaseNode) : '');
	const block = (fragment: AST.Fragment | null) => (fragment ? `{${fragment.nodes.map(said).join('')}}` : '');
	function said(node: AST.BaseNode): string {
		switch (node.type) {
			case 'IfBlock': {
				const branch = node as AST.IfBlock;
				return `if (${code(branch.test as unknown as AST.BaseNode)}) ${block(branch.consequent)} ${branch.alternate ? `else ${block(branch.alternate)}` : ''}`;
			}
			case 'EachBlock': {
				const each = node as AST.EachBlock;
				const item = each.context ? code(each.context as unknown as AST.BaseNode) : '_';
				return `for (const ${item} of (${code(each.expression as unknown as AST.BaseNode)})) {${each.index ? `const ${each.index} = 0;` : ''}${each.body.nodes.map(said).join('')}}${block(each.fallback ?? null)}`;
			}
			case 'SnippetBlock': {
				const snippet = node as AST.SnippetBlock;
				return `const ${snippet.expression.name} = (${snippet.parameters.map((one) => code(one as unknown as AST.BaseNode)).join(', ')}) => ${block(snippet.body)};`;
			}
			case 'ConstTag':
				return `${code((node as AST.ConstTag).declaration as unknown as AST.BaseNode).replace(/^@/, '')};`;
			default:
				return inside(node);
		}
	}
	/** Whatever TypeScript stands below a node of the template. */
	function inside(node: AST.BaseNode): string {
		return Object.entries(node as unknown as { [key: string]: unknown })
			.filter(([key]) => key !== 'parent' && key !== 'metadata')
			.flatMap(([, value]) => (Array.isArray(value) ? value : [value]) as unknown[])
			.map((value) => {
				if (typeof value !== 'object' || value === null || !('type' in value)) return '';
				const child = value as AST.BaseNode;
				if (child.type === 'Fragment') return block(child as unknown as AST.Fragment);
				return SCRIPT.test(child.type) ? `void (${code(child)});` : said(child);
			})
			.join('');
	}
	return `${script(tree.module)}\n${script(tree.instance)}\n${block(tree.fragment)}\nexport {};`;
}

/** The kinds of a script's own nodes that stand in a template. */
const SCRIPT = /^(?:[A-Z]\w*Expression|Identifier|Literal|TemplateLiteral)$/;
