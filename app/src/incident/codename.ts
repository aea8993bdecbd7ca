/** The names that people say aloud: of a case, and the four words that two screens compare. */
import first from '../../../proto/words/first.txt?raw';
import second from '../../../proto/words/second.txt?raw';

const FIRST = first.trim().split('\n');
const SECOND = second.trim().split('\n');

/** "Amber Kite": follows from the document's id (32 hex digits), so that phones agree without talking. */
export function codeName(document: string): string {
	const names = [word(FIRST, bits(document, 0, 10)), word(SECOND, bits(document, 16, 10))];
	return names.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).join(' ');
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

/** `count` bits of hex digits from bit `from` on, the highest first. */
function bits(digits: string, from: number, count: number): number {
	const start = Math.floor(from / 4);
	const end = Math.ceil((from + count) / 4);
	const value = parseInt(digits.slice(start, end), 16);
	return (value >> (end * 4 - from - count)) & (2 ** count - 1);
}
