/** Where a step of the procedure stands in the policy's own text: the paragraph that it quotes, if it quotes any. */

/** Fewer words in a row are chance, unless they are a whole line of the step. */
const FEWEST = 5;
const FEWEST_WHOLE = 3;

/** The index of the passage with the longest run of words that a line of the step has as well; undefined where none is long enough. */
export function passageOf(lines: readonly string[], passages: readonly string[]): number | undefined {
	const said = lines.map(words);
	let found: number | undefined;
	let longest = 0;
	passages.forEach((passage, index) => {
		const there = words(passage);
		const runs = said.map((line) => ({ run: longestRun(line, there), all: line.length }));
		const run = Math.max(0, ...runs.map((one) => (one.run >= FEWEST || (one.run >= FEWEST_WHOLE && one.run === one.all) ? one.run : 0)));
		if (run > longest) [longest, found] = [run, index];
	});
	return found;
}

function words(text: string): string[] {
	return text.toLowerCase().normalize('NFKD').match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** How many words in a row stand in both. */
function longestRun(a: readonly string[], b: readonly string[]): number {
	let longest = 0;
	let before: number[] = [];
	for (const word of a) {
		const row = b.map((other, index) => (other === word ? (before[index - 1] ?? 0) + 1 : 0));
		longest = Math.max(longest, ...row);
		before = row;
	}
	return longest;
}
