/**
 * Looks in a text that many will hear for what only a few may know.
 *
 * It finds what was written down about people, also misspelt, inflected, split,
 * in digits that look like letters and in numbers that are spelt out. It errs on
 * the side of asking: whoever wrote the text can say that a word is not personal.
 */
import { COMMON, LETTERS, spokenNumber, SUFFIXES } from './wordlists.ts';

export type TermKind = 'name' | 'badge' | 'handle' | 'employer' | 'talk' | 'place' | 'detail';

/** Something that was written down, as it was written. */
export interface Term {
	kind: TermKind;
	text: string;
}

/** A place in the text, in UTF-16 units, and what it gives away. */
export interface Hit extends Term {
	from: number;
	to: number;
}

interface Token {
	/** Folded: without case, accents and look-alike letters of other alphabets. */
	word: string;
	from: number;
	to: number;
}

const WORD = /[\p{L}\p{M}\p{N}\u00ad\u200b-\u200f\u2060\ufeff]+/gu;
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu;
/** Apostrophes that count as letters. */
const SILENT = /[\u02b9-\u02bf\ua78c]/gu;
/** Scripts that put nothing between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const BOUNDARY = /(?<=\p{Ll})(?=\p{Lu})/u;

/** From this many letters on, one wrong letter still names somebody; from the second, two. */
const ONE_WRONG = 4;
const TWO_WRONG = 8;

/** Words that say nothing about an employer by themselves. */
const LEGAL_FORMS = new Set(
	`gmbh corp company limited group university universitat hochschule institute institut foundation
	ab ag as bv co ev gbr gmbh inc kg kgaa llc ltd mbh nv ohg oy plc sa sas se spa srl ug`.split(/\s+/)
);

/** Every place of the text that gives a term away, in the order of the text. */
export function check(text: string, terms: readonly Term[]): Hit[] {
	const tokens = tokenise(text);
	const hits: Hit[] = [];
	for (const term of terms) {
		for (const pattern of patterns(term)) {
			for (const [first, last] of pattern(tokens)) hits.push({ ...term, from: first.from, to: last.to });
		}
	}
	return outermost(text, hits);
}

/** Folds what makes no difference to somebody who listens or reads. */
export function fold(word: string): string {
	const plain = word.replace(INVISIBLE, '').replace(SILENT, '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
	return Array.from(plain, (letter) => LETTERS[letter] ?? letter).join('');
}

/** As one who cannot type umlauts writes them, and as one who can. */
function withoutDigraphs(folded: string): string {
	return folded.replace(/([aou])e/g, '$1');
}

/** Everyday words that tell one talk, row or table from another. */
const RANKS = new Set(['first', 'second', 'third', 'last', 'erste', 'ersten', 'zweite', 'zweiten', 'dritte', 'dritten', 'letzte', 'letzten']);

function tokenise(text: string): Token[] {
	const tokens: Token[] = [];
	for (const found of text.matchAll(WORD)) {
		let from = found.index;
		for (const part of found[0].split(BOUNDARY)) {
			const word = fold(part);
			if (word !== '') tokens.push({ word, from, to: from + part.length });
			from += part.length;
		}
	}
	return tokens;
}

/** First and last token of each place that a pattern finds. */
type Pattern = (tokens: readonly Token[]) => Iterable<[Token, Token]>;

function patterns(term: Term): Pattern[] {
	const words = term.text.split(/\s+/).map(together).filter((word) => word !== '');
	const whole = words.join('');
	if (whole === '') return [];
	switch (term.kind) {
		case 'badge':
			return [numbered(whole), ...(LETTERED.test(whole) ? [numbered(whole.replace(/^\p{L}+/u, ''))] : [])];
		case 'name':
			return [...[...words, ...parts(term.text)].filter((word) => word.length > 1 && !COMMON.has(word)).map(spelt), spelt(whole), ...(words.length > 1 ? [inARow(words)] : []), ...[...words, whole].filter(isUnspaced).map(inside)];
		case 'handle':
			return whole.length > 1 ? [spelt(whole)] : [];
		case 'employer':
			return [...words.filter((word) => !COMMON.has(word) && !LEGAL_FORMS.has(word)), whole].filter((word) => word.length > 1).map(spelt);
		case 'talk':
			return [...words.filter((word) => word.length > ONE_WRONG && !COMMON.has(word)).map(spelt), ...(words.every((word) => COMMON.has(word)) ? [] : [inARow(words)]), ...[...words, whole].filter(isUnspaced).map(inside)];
		case 'place':
			return [exactly(whole)];
		case 'detail':
			return pairs(tokenise(term.text).map((token) => token.word));
	}
}

/** What stands between the hyphens and apostrophes of a name. */
function parts(name: string): string[] {
	return Array.from(name.matchAll(WORD), (found) => fold(found[0])).filter((part) => part.length > 2);
}

function together(words: string): string {
	return tokenise(words)
		.map((token) => token.word)
		.join('');
}

/** Windows of tokens that spell a word together, and single ones that nearly do. */
function spelt(word: string): Pattern {
	return function* (tokens) {
		yield* exactly(word)(tokens);
		for (const token of tokens) {
			if (COMMON.has(token.word)) continue;
			const plain = unleet(token.word);
			if (nearly(plain, word) || (plain.endsWith('s') && nearly(plain.slice(0, -1), word))) yield [token, token];
		}
	};
}

/** The word itself, in one token or split over several, with the endings of a language. */
function exactly(word: string): Pattern {
	return function* (tokens) {
		for (const [at, first] of tokens.entries()) {
			let joined = '';
			const places: Token[] = [];
			for (const last of tokens.slice(at)) {
				places.push(last);
				joined += last.word;
				const alone = first === last;
				// The whole of both: where a digit stands in for a letter depends on what it stands beside.
				const [said, wanted] = [unleet(joined), unleet(word)];
				const fits = alike(said, wanted) || (alone && word.length > 2 && SUFFIXES.some((suffix) => alike(said, wanted + suffix)));
				if (fits && (alone || rare(places))) yield [first, last];
				if (joined.length > word.length + 1) break;
			}
		}
	};
}

function alike(word: string, wanted: string): boolean {
	return word === wanted || withoutDigraphs(word) === withoutDigraphs(wanted);
}

/** Part of a token, where nothing tells one word from the next. */
function inside(word: string): Pattern {
	return function* (tokens) {
		for (const token of tokens) if (token.word.includes(word)) yield [token, token];
	};
}

function isUnspaced(word: string): boolean {
	return UNSPACED.test(word) && Array.from(word.normalize('NFC')).length > 1;
}

/** Everyday words that happen to spell a name in a row do not. */
function rare(tokens: readonly Token[]): boolean {
	return tokens.some((token) => !COMMON.has(token.word));
}

/** A badge number that begins with letters, and may be said without them. */
const LETTERED = /^\p{L}+\d{3,}$/u;
/** Digits that a word has grown onto. */
const GROWN = /^(?:\p{L}+(\d+)|(\d+)\p{L}+)$/u;

/** A number as it is printed, split, with letters for digits, or spelt out. */
function numbered(badge: string): Pattern {
	const wanted = digits(badge);
	return function* (tokens) {
		for (const [at, first] of tokens.entries()) {
			const [, behind, before] = GROWN.exec(first.word) ?? [];
			if (/^\d{2,}$/.test(wanted) && digits(behind ?? before ?? '') === wanted) yield [first, first];
			let joined = '';
			const rest = tokens.slice(at);
			while (rest.length > 0 && joined.length <= badge.length + 1) {
				const spoken = spokenNumber(rest.map((token) => token.word));
				const last = rest.splice(0, spoken?.words ?? 1).at(-1);
				if (last === undefined) break;
				if (spoken !== undefined) joined += spoken.digits;
				else if (/\d/.test(last.word) || last.word.length === 1 || digits(last.word) === wanted) joined += last.word;
				else break;
				if (digits(joined) === wanted) yield [first, last];
			}
		}
	};
}

function digits(word: string): string {
	return word.replace(/o/g, '0').replace(/[il]/g, '1').replace(/b/g, '8').replace(/^0+(?=.)/, '');
}

/** Letters for the digits that stand in for them, in a word that has letters too. */
function unleet(word: string): string {
	if (!/\d/.test(word) || !/\p{L}/u.test(word)) return word;
	const letters: { [digit: string]: string } = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b' };
	return Array.from(word, (letter) => letters[letter] ?? letter).join('');
}

/** Two words that stand beside each other and say something together. */
function pairs(words: readonly string[]): Pattern[] {
	const found: Pattern[] = [];
	for (const [at, one] of words.entries()) {
		const other = words[at + 1];
		const tells = RANKS.has(one) || (!COMMON.has(one) && other !== undefined && !COMMON.has(other));
		if (other === undefined || !tells) continue;
		found.push(inARow([one, other]));
	}
	return found;
}

/** These words, one after the other. */
function inARow(words: readonly string[]): Pattern {
	return function* (tokens) {
		for (const [at, first] of tokens.entries()) {
			const places = tokens.slice(at, at + words.length);
			const last = places.at(-1);
			if (last !== undefined && places.length === words.length && places.every((token, place) => same(token.word, words[place] ?? ''))) yield [first, last];
		}
	};
}

function same(word: string, wanted: string): boolean {
	return alike(word, wanted) || SUFFIXES.some((suffix) => alike(word, wanted + suffix) || alike(wanted, word + suffix));
}

/** Whether a word is another one with a letter or two wrong, missing, added or swapped. */
function nearly(word: string, wanted: string): boolean {
	if (wanted.length < ONE_WRONG || /\d/.test(wanted)) return false;
	const most = wanted.length < TWO_WRONG ? 1 : 2;
	if (Math.abs(word.length - wanted.length) > most + 1) return false;
	return distance(word, wanted) <= most || distance(withoutDigraphs(word), withoutDigraphs(wanted)) <= most;
}

/** Letters to change, add, leave out or swap with their neighbour. */
function distance(a: string, b: string): number {
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, at) => at);
	const at = (line: readonly number[], place: number) => line[place] ?? Infinity;
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const differs = a[i - 1] === b[j - 1] ? 0 : 1;
			const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + differs, swapped ? at(before, j - 2) + 1 : Infinity));
		}
		[before, row] = [row, next];
	}
	return at(row, b.length);
}

/** Whether a place of the text is a name, a badge number or a handle, or a part of one, as it was written down. */
export function asWritten(text: string, hit: Hit): boolean {
	if (hit.kind !== 'name' && hit.kind !== 'badge' && hit.kind !== 'handle') return false;
	// What stands between the parts of a name makes it no other one; a time may look like a number in two parts.
	const plain = (words: string) => (hit.kind === 'badge' ? fold(words).replace(/^#/, '') : together(words));
	const word = plain(text.slice(hit.from, hit.to));
	return [hit.text, ...hit.text.split(/\s+/), ...hit.text.split(/[\s'’-]+/)].some((part) => plain(part) === word || (hit.kind === 'name' && isUnspaced(part) && word.includes(plain(part))));
}

/** Of places within each other, the longest; of equal ones, the first. A name as it was written down is never hidden in what is none. */
function outermost(text: string, hits: readonly Hit[]): Hit[] {
	const written = hits.filter((hit) => asWritten(text, hit));
	const hides = (hit: Hit) => !asWritten(text, hit) && written.some((name) => hit.from <= name.from && name.to <= hit.to);
	const sorted = hits.filter((hit) => !hides(hit)).sort((a, b) => a.from - b.from || b.to - a.to);
	const kept: Hit[] = [];
	for (const hit of sorted) {
		const last = kept.at(-1);
		if (last === undefined || hit.to > last.to) kept.push(hit);
	}
	return kept;
}
