/**
 * Bytes as a row of codes, each a picture that another phone reads. They may be
 * read in any order and more than once; only all of them are anything.
 *
 * A code holds: a fixed start (4 bytes), its number from 1 (1), how many there
 * are (1), the first 8 bytes of the SHA-256 of the whole, and its part.
 */
import { type Bytes, concat } from '../bytes.ts';

const START = new TextEncoder().encode('SHC1');
const HEAD = START.length + 2 + 8;
/** So much fits, with its head, into 77 by 77 squares: at the width of a small screen a cheap camera tells them apart. */
const PART = 500;
/** One that is missed comes round again after twenty seconds: beyond that a file is less trouble. */
export const MOST_CODES = 60;

/** The parts of a whole, or `undefined` where they would be too many. */
export async function codesOf(whole: Bytes): Promise<Bytes[] | undefined> {
	const count = Math.max(1, Math.ceil(whole.length / PART));
	if (count > MOST_CODES) return undefined;
	const each = Math.ceil(whole.length / count);
	const name = await nameOf(whole);
	return Array.from({ length: count }, (_, at) => concat(START, Uint8Array.of(at + 1, count), name, whole.subarray(at * each, (at + 1) * each)));
}

/** So many rows are followed beside each other. */
const MOST_ROWS = 4;

/** The parts of one whole that were read so far. */
interface Row {
	name: string;
	count: number;
	parts: Map<number, Bytes>;
}

/** What was read so far. Two phones may be in one picture, and one may begin anew: each row is gathered for itself. */
export class Gathering {
	/** The one that was read last stands last. */
	private rows: Row[] = [];

	/** `known`: nothing new. `none`: no code of ours. */
	take(code: Uint8Array): 'new' | 'known' | 'none' {
		const number = code[START.length] ?? 0;
		const count = code[START.length + 1] ?? 0;
		if (code.length <= HEAD || code.length > HEAD + PART || !START.every((byte, at) => byte === code[at])) return 'none';
		if (number < 1 || number > count || count > MOST_CODES) return 'none';
		const name = code.subarray(START.length + 2, HEAD).join();
		const row = this.rows.find((one) => one.name === name && one.count === count) ?? { name, count, parts: new Map<number, Bytes>() };
		this.rows = [...this.rows.filter((one) => one !== row), row].slice(-MOST_ROWS);
		if (row.parts.has(number)) return 'known';
		row.parts.set(number, new Uint8Array(code.subarray(HEAD)));
		return 'new';
	}

	/** Of the row that was read last. */
	get all(): number {
		return this.rows.at(-1)?.count ?? 0;
	}

	get missing(): number {
		return this.all - (this.rows.at(-1)?.parts.size ?? 0);
	}

	/** The whole, once it is here and is what its name says. One that is not is forgotten. */
	async whole(): Promise<Bytes | undefined> {
		const row = this.rows.at(-1);
		if (!row || this.missing > 0) return undefined;
		const whole = concat(...Array.from({ length: row.count }, (_, at) => row.parts.get(at + 1) ?? new Uint8Array()));
		if ((await nameOf(whole)).join() === row.name) return whole;
		this.rows = this.rows.filter((one) => one !== row);
		return undefined;
	}
}

async function nameOf(whole: Bytes): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', whole)).slice(0, 8);
}
