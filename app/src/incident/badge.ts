/** Badge numbers as people read them off and type them. The twin of `crates/core/src/badge.rs`. */

const FILLERS = /[#\-\u2010-\u2015\u2212\t-\r \u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/gu;
const LOOKS_LIKE: { [letter: string]: string } = { O: '0', I: '1', B: '8' };

/** A likeness is a reason to look, never proof. */
export type Likeness = 'same' | 'look_alike' | 'one_character' | 'different';

/** Without what makes no difference. Leading zeros stay: 0417 and 417 may be two badges. */
export function normalise(typed: string): string {
	return typed.replace(FILLERS, '').toUpperCase();
}

/** How much alike two badge numbers are, as typed. */
export function likeness(a: string, b: string): Likeness {
	const [one, other] = [normalise(a), normalise(b)];
	if (one === '' || other === '') return 'different';
	if (one === other) return 'same';
	if (seen(one) === seen(other)) return 'look_alike';
	return oneApart(Array.from(one), Array.from(other)) ? 'one_character' : 'different';
}

function seen(normalised: string): string {
	return Array.from(normalised)
		.map((letter) => LOOKS_LIKE[letter] ?? letter)
		.join('')
		.replace(/^0+/, '');
}

function oneApart(a: readonly string[], b: readonly string[]): boolean {
	const [short, long] = a.length <= b.length ? [a, b] : [b, a];
	if (long.length < 3 || long.length - short.length > 1) return false;
	const differs = short.findIndex((letter, at) => letter !== long[at]);
	const same = differs === -1 ? short.length : differs;
	const rest = short.slice(short.length === long.length ? same + 1 : same);
	return rest.join('') === long.slice(same + 1).join('');
}
