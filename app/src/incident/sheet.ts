/**
 * The sheet for the talk with the reported person: what is said to have happened,
 * without anybody who told of it. It is made of the leads' own summary, never of
 * an account, and is used after a second lead has read it.
 */
import type { Id, Intention, Millis } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { reportedAt, standing } from './chair.ts';
import { check, type Hit, type Term } from './checker.ts';
import { inOne, versionsOf, type Version } from './copies.ts';
import type { Collections } from './decision.ts';
import { mark, type Desk } from './deciding.ts';

export interface TalkingSheet extends Version {
	by: Id;
	at: Millis;
	text: string;
	/** The leads who read it and found nobody in it. */
	checkedBy: readonly Id[];
}

export type DayPart = 'morning' | 'midday' | 'afternoon' | 'evening' | 'night';

/** A place in the sheet that points at somebody, or at a moment that only a few know. */
export type Pointer = Pick<Hit, 'from' | 'to'> & { kind: 'person' | 'clock' };

/** The sheet as it stands, the latest first; more than one: two leads wrote without seeing each other's. */
export function sheets(collections: Collections): TalkingSheet[] {
	const marks = standing(collections, 'marks').filter((mark) => mark.fields['mark'] === 'checked');
	const written = standing(collections, 'entries').flatMap(({ id, by, at, fields: { kind, text } }) => (kind === 'talking_sheet' && typeof text === 'string' ? [{ id, by, at, text }] : []));
	return inOne(written)
		.map((sheet): TalkingSheet => {
			const checks = marks.filter((mark) => versionsOf(sheet).some((id) => mark.fields['target'] === id) && mark.by !== sheet.by);
			return { ...sheet, checkedBy: [...new Set(checks.map((mark) => mark.by))] };
		})
		.reverse();
}

/** A new wording. Whoever checked the one before has not checked this one. */
export function writeSheet(desk: Desk, text: string, before: readonly TalkingSheet[]): Intention {
	const replaces = before.flatMap(versionsOf).join(' ');
	const fields = { kind: 'talking_sheet', text: text.trim(), ...(replaces && { replaces }) };
	return { document: desk.document, kind: 'chair', facts: [{ into: 'entries', id: desk.newId(), fields }], birth: { parent: desk.caseId } };
}

/** Another lead read it, and nobody is in it; so it is in every case that it stands in. */
export function checked(desk: Desk, sheet: TalkingSheet): Intention[] {
	return versionsOf(sheet).map((id) => mark(desk, id, 'checked'));
}

/** Whether it may be taken along: another lead has read it, and nothing in it points at anybody. */
export function usable(sheet: TalkingSheet, terms: readonly Term[]): boolean {
	return sheet.checkedBy.length > 0 && pointers(sheet.text, terms).length === 0;
}

/** Everything in a sheet that gives away who told, or when exactly; in the order of the text. */
export function pointers(text: string, terms: readonly Term[]): Pointer[] {
	const people = check(text, terms).map(({ from, to }): Pointer => ({ from, to, kind: 'person' }));
	return [...people, ...clocks(text)].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Numbers that are said for hours and minutes. */
const SPELT =
	'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|ein|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|siebzehn|achtzehn|neunzehn|zwanzig|einundzwanzig|zweiundzwanzig|dreiundzwanzig';
const HOUR = `(?:[01]?\\d|2[0-3]|${SPELT})`;
const MINUTES = `(?:[0-5]?\\d|${SPELT}|twenty|twenty-five|zwanzig|fünfundzwanzig|quarter|viertel|half)`;

/** "10:30", "10.30am", "10h30", "22 h", "midnight", "3 pm", "3 p.m.", "three o’clock", "15 Uhr", "drei Uhr", "half past ten", "halb elf", "Viertel vor drei", "kurz nach drei". */
const CLOCK = new RegExp(
	[
		String.raw`(?<![\p{L}\p{N}])(?:[01]?\d|2[0-3])(?:[:.][0-5]\d|h[0-5]\d)(?:\s?[ap]\.?\s?m\.?|\s?h|-?ish)?(?![\p{L}\p{N}])`,
		String.raw`(?<![\p{L}\p{N}]|(?:for|over|within|für|über|seit)\s)(?:[01]?\d|2[0-3])\s?h(?![\p{L}\p{N}])`,
		String.raw`(?<![\p{L}\p{N}])(?:noon|midnight|mitternachts?)(?![\p{L}\p{N}])`,
		String.raw`(?<![\p{L}\p{N}])${HOUR}\s*(?:[ap]\.?\s?m(?![\p{L}\p{N}])\.?|uhr(?![\p{L}\p{N}])|o\s?[’']\s?clock(?![\p{L}\p{N}]))`,
		String.raw`(?<![\p{L}\p{N}])${MINUTES}(?:\s+(?:minutes?|minuten?))?\s+(?:past|vor|nach)\s+(?:halb\s+)?${HOUR}(?![\p{L}\p{N}])`,
		String.raw`(?<![\p{L}\p{N}])(?:half|halb|viertel|dreiviertel)\s+${HOUR}(?![\p{L}\p{N}])`,
		String.raw`(?<![\p{L}\p{N}])(?:shortly|just)\s+(?:before|after)\s+${HOUR}(?![\p{L}\p{N}])`,
		String.raw`(?<![\p{L}\p{N}])kurz\s+(?:vor|nach)\s+${HOUR}(?![\p{L}\p{N}])`
	].join('|'),
	'giu'
);

/** "at 11", "at around eleven", "at ten to three", "um 11", "gegen elf": what comes after it tells a time from a number of something. */
const ABOUT = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:(at|around)(?:\s+(?:around|about))?|um|gegen)\s+(${HOUR})(?:\s+to\s+${HOUR})?(?:-?ish)?(?![\p{L}\p{N}])`, 'giu');

/** "ten to three", and "two to three people": so does it here, and what comes before it as well. */
const TO = new RegExp(String.raw`(?<![\p{L}\p{N}])${MINUTES}(?:\s+minutes?)?\s+to\s+${HOUR}(?![\p{L}\p{N}])`, 'giu');
/** What has a number: "from seat 4 to 5". */
const NUMBERED = /(?<!\p{L})(?:aged?|booth|chair|day|door|floor|gate|group|hall|level|line|number|page|point|room|row|rule|seat|slide|stage|stand|step|table|talk|team|track)s?\s+$/iu;

/** What may come after a time in English. A thing that is counted is none of these. */
const GOES_ON = new Set(
	'a after again already an and as at because before but by during everybody everyone exactly for from had happened he her here his i in is it near nobody on or our she sharp so somebody someone that the their then there they this to today tonight until was we were when where which while who with yesterday you'.split(' ')
);
/** In German it is a noun, with a capital, or one of these before it. */
const COUNTED = /^(?:weiter|ander|verschieden|mehrer|neu|solch|dies|jen|unser|ihr)(?:e[mnrs]?)$|^(?:der|von)$/u;

function clocks(text: string): Pointer[] {
	const exact = Array.from(text.matchAll(CLOCK), (found): Pointer => ({ from: found.index, to: found.index + found[0].length, kind: 'clock' }));
	const about = Array.from(text.matchAll(ABOUT)).flatMap((found): Pointer[] => {
		const [from, to] = [found.index, found.index + found[0].length];
		return isHour(text.slice(to, to + 40), found[1] !== undefined, found[2] ?? '') ? [{ from, to, kind: 'clock' }] : [];
	});
	const until = Array.from(text.matchAll(TO)).flatMap((found): Pointer[] => {
		const [from, to] = [found.index, found.index + found[0].length];
		return isHour(text.slice(to, to + 40), true, '') && !NUMBERED.test(text.slice(Math.max(0, from - 20), from)) ? [{ from, to, kind: 'clock' }] : [];
	});
	return [about, until].reduce(withOthers, exact);
}

/** Each place once, where two ways find it. Both are in the order of the text: one walk finds what stands in both. */
function withOthers(before: Pointer[], found: Pointer[]): Pointer[] {
	let at = 0;
	const others = found.filter(({ from, to }) => {
		while ((before[at]?.to ?? Infinity) <= from) at += 1;
		return (before[at]?.from ?? Infinity) >= to;
	});
	return [...before, ...others].sort((a, b) => a.from - b.from);
}

/** Whether a number is an hour, by what stands behind it. */
function isHour(behind: string, english: boolean, hour: string): boolean {
	const word = /^\s+(\p{L}+)/u.exec(behind)?.[1];
	if (word === undefined) return /^\s*(?:$|[.,;:!?)…"“”’»](?!\d))/u.test(behind);
	if (english) return GOES_ON.has(word.toLowerCase());
	return hour.toLowerCase() !== 'ein' && !/^\p{Lu}/u.test(word) && !COUNTED.test(word);
}

/** When somebody told of it first: the sheet says since when we know of it, never when it happened. */
export function firstTold(views: readonly CaseView[]): Millis | undefined {
	return views.map(reportedAt).filter((time) => time > 0).sort((a, b) => a - b)[0];
}

/** The part of the day that is exact enough for a talk. `hour`: of the event's own clock. */
export function dayPart(hour: number): DayPart {
	if (hour < 5) return 'night';
	if (hour < 11) return 'morning';
	if (hour < 14) return 'midday';
	return hour < 18 ? 'afternoon' : 'evening';
}
