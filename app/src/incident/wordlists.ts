/** What the check of an announcement knows of English and German. */

/** Letters that are not split by normalisation, and letters of other alphabets that look like ours. */
export const LETTERS: { readonly [letter: string]: string } = {
	ß: 'ss', æ: 'a', œ: 'o', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i',
	а: 'a', в: 'b', е: 'e', к: 'k', м: 'm', н: 'h', о: 'o', р: 'p', с: 'c', т: 't', у: 'y', х: 'x', і: 'i', ј: 'j', ѕ: 's',
	α: 'a', β: 'b', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x'
};

/** Endings that a name takes in a sentence; longest first. */
export const SUFFIXES: readonly string[] = ['ens', 'ns', 'es', 'en', 'er', 's', 'n', 'e'];

/**
 * Everyday words, folded. They never count as a misspelt name, and do not spell
 * one together. A name that is one of them by itself is not looked for: it would
 * be found in every text.
 */
export const COMMON: ReadonlySet<string> = new Set(
	`a about action after afternoon again against all also am an and any anybody anyone appreciate are around as ask at attend attendee attendees
	attending away back badge be because been before behaviour below best between both but by call came can chair code come comes complaint conduct
	conference contact could day days dealt did discuss do does doing done during each else end evening event every everybody everyone feel feels few find first for from
	further get go good had happen happened has have he held help her here him his hour how i if in incident inform into is it its keep know last late
	later let like look made make many may me meet meeting minute minutes more morning most much must near need never new next night no nobody not nothing now of off official
	office on once one only or organisers organizers other our out over own participant participants people person place please policy questions read ready report reported
	right room safe said same say second see seen she should so some somebody someone soon sorry speak staff stand still such support take taken talk talks team tell than thank thanks
	that the their them then there these they thing think third this those time to today together told tomorrow took trust two under until up us venue very want was way we week
	welcome well went were what when where which while who why will with without word words would yes yesterday you your
	aber alle allem allen aller alles als also am an andere anderen ansprechen auch auf aus bei beim bereits bin bis bitte bitten da dafur damit dank danke dann das dass dem den denen der des
	die dies diese diesem diesen dieser dieses doch dort drei dritte du durch ein eine einem einen einer eines er erste es etwas euch eure fur gab ganz gegen gegeben gehen gestern geht
	habe haben hat hatte hier hinweis ich ihm ihn ihnen ihr ihre im in ist ja jede jeder jederzeit jemand jetzt kann kein keine konferenz konnen konnt kurz letzte leid mal man massnahmen mehr mein mit
	morgen musste nach nachste nachsten nacht nein nicht nichts noch nun nur ob oder offiziell ohne personen person raum regeln reden saal sagen schild schon sehr sein seine seit selbst sich
	sie sind so sofort sprechen sprecht tag tage team tut uber um und uns unser unsere unseren unserem unter veranstaltung verhaltensregeln verhaltenskodex verstoss viel vom von vor vorfall
	war waren was weil wenn wer werden wie wieder will wir wird wo wollt worden wort wurde wurden zu zum zur zwei zweite zwischen`
		.split(/\s+/)
		.filter((word) => word !== '')
);

const SMALL =
	'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const KLEIN = 'null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn'.split(' ');
const ZEHNER = '_ _ zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig'.split(' ');

/** A number that the next words spell: its digits, and how many words it takes. */
export function spokenNumber(words: readonly string[]): { digits: string; words: number } | undefined {
	const [first = '', second = '', third = '', fourth = ''] = words;
	const value = valueOf(first);
	if (value === undefined) return undefined;
	if (second === 'hundred' && value > 0 && value < 10) {
		const and = third === 'and';
		const [next, after] = and ? [fourth, words[4] ?? ''] : [third, fourth];
		const rest = belowHundred(next, after);
		const taken = 2 + (and && rest !== undefined ? 1 : 0) + (rest?.words ?? 0);
		return { digits: String(value * 100 + (rest?.value ?? 0)), words: taken };
	}
	const tens = belowHundred(first, second);
	return tens === undefined ? { digits: String(value), words: 1 } : { digits: String(tens.value), words: tens.words };
}

function belowHundred(first: string, second: string): { value: number; words: number } | undefined {
	const value = valueOf(first);
	if (value === undefined || value > 99) return undefined;
	const ones = SMALL.indexOf(second);
	if (TENS.includes(first) && ones > 0 && ones < 10) return { value: value + ones, words: 2 };
	return { value, words: 1 };
}

/** What one word counts, up to 999; a German number is one word, also with "zwo", and with "ue" and "oe". */
function valueOf(said: string): number | undefined {
	const word = said.replace(/fuenf/g, 'funf').replace(/zwoelf/g, 'zwolf').replace(/zwo(?!lf)/g, 'zwei');
	if (word === 'oh') return 0;
	for (const small of [SMALL, KLEIN]) if (small.includes(word)) return small.indexOf(word);
	for (const tens of [TENS, ZEHNER]) if (word !== '_' && tens.includes(word)) return tens.indexOf(word) * 10;
	const hundred = /^(.*)hundert(?:und)?(.*)$/.exec(word);
	if (hundred) {
		const [, many = '', rest = ''] = hundred;
		const hundreds = many === '' || many === 'ein' ? 1 : KLEIN.indexOf(many);
		const below = rest === '' ? 0 : valueOf(rest);
		return hundreds > 0 && hundreds < 10 && below !== undefined && below < 100 ? hundreds * 100 + below : undefined;
	}
	const both = /^(.+)und(.+)$/.exec(word);
	if (!both) return undefined;
	const [, first = '', second = ''] = both;
	const ones = first === 'ein' ? 1 : KLEIN.indexOf(first);
	const tens = ZEHNER.indexOf(second);
	return ones > 0 && ones < 10 && tens > 1 ? tens * 10 + ones : undefined;
}
