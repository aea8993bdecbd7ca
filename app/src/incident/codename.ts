/** The names that people say aloud: of a case, and the four words that two screens compare. */
import first from '../../../proto/words/first.txt?raw';
import second from '../../../proto/words/second.txt?raw';
import drill from '../../../proto/words/drill.txt?raw';

const FIRST = first.trim().split('\n');
const SECOND = second.trim().split('\n');
const DRILL = drill.trim().split('\n');

/** "Amber Kite": follows from the document's id (32 hex digits), so that phones agree without talking. */
export function codeName(document: string): string {
	const names = [word(FIRST, bits(document, 0, 10)), word(SECOND, bits(document, 16, 10))];
	return names.map(capitalised).join(' ');
}

/** What a case is called, where it is known whether it belongs to a drill. */
export function caseName(document: string, isDrill: boolean): string {
	return isDrill ? drillName(document) : codeName(document);
}

/** "Drill Teabag 42": what a case of a drill is called. No real case has such a word or a number in its name. */
export function drillName(document: string): string {
	return `Drill ${capitalised(word(DRILL, bits(document, 0, 6)))} ${String((bits(document, 16, 8) % 90) + 10)}`;
}

/** Ten bits a word of the first 40 bits of a digest (hex digits). */
export function fourWords(digest: string): string[] {
	return [0, 10, 20, 30].map((from) => word(FIRST, bits(digest, from, 10)));
}

function word(list: readonly string[], at: number): string {
	const found = list[at];
	if (found === undefined) throw new RangeError('not an id');
	return found;
}

function capitalised(name: string): string {
	return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `count` bits of hex digits from bit `from` on, the highest first. */
function bits(digits: string, from: number, count: number): number {
	const start = Math.floor(from / 4);
	const end = Math.ceil((from + count) / 4);
	const value = parseInt(digits.slice(start, end), 16);
	return (value >> (end * 4 - from - count)) & (2 ** count - 1);
}
