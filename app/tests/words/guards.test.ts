/**
 * Words that the app never says. They would put an idea into the head of
 * somebody who is hurt, judge a person, or be the language of a machine.
 * All languages are read, and what the event packs give to say out loud.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const WORDS = join(import.meta.dirname, '../../src/words');
const EVENTS = join(import.meta.dirname, '../../../events');

/** Each with why. German beside English: one list for all languages. */
const NEVER: readonly (readonly [RegExp, string])[] = [
	[/withdraw|drop it\b|call it off|zurückzieh|zurücknehm|zurückzunehm|fallen ?lassen/i, 'invites somebody to take a report back'],
	[/what (do|would) you (want|like)|should happen to|like to see happen|desired outcome|was soll (mit|passieren)|wünschen sie sich|welche folgen/i, 'asks the reporter what is to be done'],
	[/(?<!legal )\badvice\b|\badvise|penalt|\bratschl|\bstrafe/i, 'asks for a say in what follows'],
	[/apolog|make amends|forgiv|entschuldig|wiedergutmach|verzeih/i, 'puts an apology into somebody’s head'],
	[/victim|harasser|offender|perpetrator|\baccus|culprit|complainant|\bopfer|täter|beschuldigt|angeklagt/i, 'judges a person'],
	[/verdict|punish|guilt|convict|\burteil|\bschuld(ig|spruch)/i, 'speaks like a court'],
	[/\bticket|\bsync|queue|conflict|\bmerge|\bfailed\b|\berror\b|\binvalid\b|\bserver error\b|synchron|warteschlange|konflikt|zusammenführ|fehlgeschlagen|ungültig/i, 'is the language of a machine']
];

/** Where a word of the list stands all the same, letter for letter: what not to do has to name it. */
const FORBIDS = ['Do not encourage an apology.', 'Regen Sie keine Entschuldigung an.'];
const STEPS_THAT_FORBID = ['DN1', 'DN2', 'DN3', 'AP2'];

/** Every text in a file of words: between quotes, and the parts of templates. */
function texts(file: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		const name = ts.isPropertyAssignment(node.parent) && node.parent.name === node;
		if (!name && !ts.isImportDeclaration(node.parent) && !ts.isLiteralTypeNode(node.parent) && (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node))) found.push(node.text);
		ts.forEachChild(node, visit);
	};
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
	ts.forEachChild(source, visit);
	return found.filter((text) => /\p{L}{2}/u.test(text) && !FORBIDS.includes(text));
}

function faults(where: string, said: readonly string[]): string[] {
	return said.flatMap((text) => NEVER.flatMap(([never, why]) => (never.test(text) ? [`${where}: “${text}” ${why}`] : [])));
}

interface Step {
	code: string;
	texts: string[];
}

/** What a pack gives to read and to say, step by step. The policy beside it is quoted and stays as it is. */
function steps(file: string): Step[] {
	return readFileSync(file, 'utf8')
		.split(/^\[(?=\[steps\]|steps\.)/m)
		.slice(1)
		.map((text) => ({ code: (/^steps\.(\w+)\]/.exec(text) ?? /^code = "(.*)"$/m.exec(text))?.[1] ?? '', texts: [...(text.replace(/^.*$/m, '').split(/^\[/m)[0] ?? '').matchAll(/^(?:title|say|do_not|explain) = "(.*)"$/gm)].map((found) => found[1] ?? '') }));
}

describe('what the app never says', () => {
	const files = readdirSync(WORDS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
	const packs = readdirSync(EVENTS).filter((file) => file.endsWith('.toml'));

	it('is in none of its words, in any language', () => {
		expect(files.length).toBeGreaterThan(10);
		expect(files.flatMap((file) => faults(file, texts(join(WORDS, file))))).toEqual([]);
	});

	it('is in no step of a pack but where a step says not to', () => {
		const found = packs.flatMap((file) => steps(join(EVENTS, file)).map((step) => ({ file, ...step })));
		expect(found.length).toBeGreaterThan(40);
		expect(found.flatMap(({ file, code, texts: said }) => (STEPS_THAT_FORBID.includes(code) ? [] : faults(`${file} ${code}`, said)))).toEqual([]);
		// Steps that forbid are there, or nothing would be excepted.
		for (const code of STEPS_THAT_FORBID) expect(found.filter((step) => step.code === code)).toHaveLength(packs.length);
	});

	it('would be found', () => {
		for (const text of ['You can withdraw it at any time.', 'What do you want us to do?', 'What should happen to him?', 'He could apologise.', 'The victim', 'Sync failed', 'Ihre Meldung zurückziehen', 'Synchronisierung fehlgeschlagen', 'Täter']) expect(faults('', [text]).length, text).toBeGreaterThan(0);
		for (const text of ['The person does not want police', 'Nothing here is required. You can stop at any time.', 'Ask again before doing anything.', 'Neither phone had seen the other.', 'You may say:']) expect(faults('', [text]), text).toEqual([]);
	});

	it('is read where it stands: a text, not a name in the code', () => {
		expect(texts(join(WORDS, 'en/case.ts'))).toContain('Carry on writing');
		expect(texts(join(WORDS, 'en/index.ts'))).toEqual([]);
	});
});
