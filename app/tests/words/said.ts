/** Every sentence of a language, with made-up arguments where it takes some. */
import ts from 'typescript';
import type { Program } from './program.ts';

export interface Said {
	/** "console.inbox.over" */
	path: string;
	text: string;
	/** The text without its arguments. */
	own: string;
	/** How many arguments it takes. */
	takes: number;
	/** Which of the arguments stand in it. */
	names: readonly string[];
}

type Made = string | number | boolean | readonly string[];

/** What stands for the first, the second, the third argument. */
const MARKS = ['Alma', 'Noor', 'Jonas', 'Tom'];
const COUNTS = [17, 29, 43, 58];

/** Calls each sentence once for many and once for one: their words differ. */
export function everythingSaid(words: object, given: Program): Said[] {
	const all: Said[] = [];
	const below = (value: unknown, type: ts.Type, path: string): void => {
		if (typeof value === 'string') all.push({ path, text: value, own: value, takes: 0, names: [] });
		else if (typeof value === 'function') {
			const takes = type.getCallSignatures()[0]?.parameters.map((one) => given.checker.getTypeOfSymbolAtLocation(one, given.at)) ?? [];
			for (const one of [false, true]) {
				const made = takes.map((type, index) => argument(type, index, one, given.checker));
				const text = String((value as (...made: Made[]) => unknown)(...made));
				const marks = made.flatMap((mark): string[] => (typeof mark === 'object' ? [...mark] : typeof mark === 'boolean' ? [] : [String(mark)]));
				const own = marks.toSorted((a, b) => b.length - a.length).reduce((rest, mark) => rest.replaceAll(new RegExp(mark, 'gi'), ''), text);
				all.push({ path: one ? `${path} (one)` : path, text, own, takes: value.length, names: marks.filter((mark) => MARKS.some((name) => mark.startsWith(name)) || /^\d\d$/.test(mark)).filter((mark) => text.toLowerCase().includes(mark.toLowerCase())) });
			}
		} else {
			for (const [key, inner] of Object.entries(value as object)) {
				const symbol = type.getProperty(key);
				const innerType = symbol ? given.checker.getTypeOfSymbol(symbol) : (type.getNumberIndexType() ?? type.getStringIndexType());
				if (!innerType) throw new Error(`${path}.${key} is unknown to the type of the words`);
				below(inner, innerType, path ? `${path}.${key}` : key);
			}
		}
	};
	below(words, given.words, '');
	return all;
}

function argument(type: ts.Type, index: number, one: boolean, checker: ts.TypeChecker): Made {
	const mark = MARKS[index] ?? 'somebody';
	if (type.flags & ts.TypeFlags.String) return mark;
	if (type.flags & ts.TypeFlags.Number) return one ? 1 : (COUNTS[index] ?? 71);
	if (type.flags & ts.TypeFlags.BooleanLike) return !one;
	if (checker.isArrayLikeType(type)) return one ? [mark] : [mark, `${mark}-2`];
	const choices = type.isUnion() ? type.types : [type];
	const choice = one ? choices.at(-1) : choices[0];
	if (choice?.isStringLiteral()) return choice.value;
	if (choice && choice.flags & ts.TypeFlags.BooleanLike) return !one;
	throw new Error(`no argument is known for the type ${checker.typeToString(type)}`);
}
