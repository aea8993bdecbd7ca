/** Bytes of UTF-8 that one string of a document may have. */
export const LONGEST_STRING = 32 * 1024;
/** Letters of a reason in the access ledger. */
export const LONGEST_REASON = 300;

/** How many bytes a text has in UTF-8. */
export function bytes(text: string): number {
	let sum = 0;
	for (const letter of text) {
		const point = letter.codePointAt(0) ?? 0;
		sum += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	}
	return sum;
}

/** Whether a text can be written as one string. A longer one stays in the draft until it is split. */
export function fits(text: string): boolean {
	return text.length * 3 <= LONGEST_STRING || bytes(text) <= LONGEST_STRING;
}

/** Whether the access ledger takes a reason. It counts as the server does: a smiley is one letter. */
export function reasonFits(reason: string): boolean {
	return Array.from(reason).length <= LONGEST_REASON;
}
