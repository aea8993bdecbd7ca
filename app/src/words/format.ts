/** Clock times and dates as people write them in the language that is spoken. The moment and the zone are arguments. */
import type { Time } from '../incident/case.ts';
import { words } from './index.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

const long = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const shapes = {
	clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
	day: { day: 'numeric', month: 'long' },
	year: { year: 'numeric' },
	long,
	weekday: { ...long, weekday: 'long' }
} as const satisfies { [what: string]: Intl.DateTimeFormatOptions };

/** `zone`: an IANA name, or empty for the phone's own. An unknown name falls back to the phone's own. */
function format(zone: string, what: keyof typeof shapes): Intl.DateTimeFormat {
	const { locale } = words.language;
	const key = `${what} ${locale} ${zone}`;
	const known = formats.get(key);
	if (known) return known;
	const options = shapes[what];
	let made: Intl.DateTimeFormat;
	try {
		made = new Intl.DateTimeFormat(locale, zone ? { ...options, timeZone: zone } : options);
	} catch {
		made = new Intl.DateTimeFormat(locale, options);
	}
	formats.set(key, made);
	return made;
}

/** "10:46" */
export function clock(at: number, zone: string): string {
	return format(zone, 'clock').format(at);
}

/** "29 September", of the day that it is. Of any other: `date`. */
export function day(now: number, zone: string): string {
	return format(zone, 'day').format(now);
}

/** "29 September", in another year than that of `now` "29 September 2027". Two days are the same day if this says the same of them. `now` null: as `moment`. */
export function date(at: number, now: number | null, zone: string): string {
	const year = (time: number) => format(zone, 'year').format(time);
	return format(zone, now !== null && year(at) === year(now) ? 'day' : 'long').format(at);
}

/** "29 September 2026", "29–30 September 2026" */
export function days(from: number, to: number, zone: string): string {
	return format(zone, 'long').formatRange(from, to).replace(/\s*–\s*/, '–');
}

/** "10:46" on the same day as `now`, else "29 September 10:46", in another year "29 September 2027 10:46". `now` null: on paper, which is read on another day: always with the day and the year. */
export function moment(at: number, now: number | null, zone: string): string {
	const of = date(at, now, zone);
	return now !== null && of === date(now, now, zone) ? clock(at, zone) : `${of} ${clock(at, zone)}`;
}

/** A time that stands beside another: of the same day only the clock. Of another the day too, also where that is today: after a day a bare clock is read as one of it. */
export function beside(other: number, at: number, zone: string): string {
	return moment(at, other, zone);
}

/** "Tuesday 29 September 2026, 10:46", of what a form field holds; a field of days has no time. Empty while it is not whole. */
export function fieldInWords(field: string): string {
	const at = Date.parse(field.includes('T') ? `${field}Z` : field);
	if (!Number.isFinite(at)) return '';
	return [format('UTC', 'weekday').format(at), field.includes('T') ? clock(at, 'UTC') : ''].filter(Boolean).join(', ');
}

/** Words that are written from right to left, among ours: what stands beside them stays where it was. */
export function apart(text: string): string {
	return /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF]/.test(text) ? `\u2068${text}\u2069` : text;
}

/** Somebody's own words, marked as theirs. */
export function quote(text: string): string {
	return words.language.quote(text);
}

/** "around 10:15–10:30". Empty when there is no number to show. `now` null: as `moment`. */
export function spokenTime(time: Time, now: number | null, zone: string, say: { [kind in Time['kind']]: string }): string {
	const from = time.from === undefined ? '' : moment(time.from, now, zone);
	const to = time.to === undefined ? '' : time.from === undefined ? moment(time.to, now, zone) : beside(time.from, time.to, zone);
	const range = from && to && from !== to ? `${from}–${to}` : from || to;
	return [say[time.kind], time.kind === 'unknown' ? '' : range].filter(Boolean).join(' ');
}
