/** Date and time as a form field holds them, in the event's own time zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** British, whatever is spoken: nobody reads it but this file. */
function format(zone: string): Intl.DateTimeFormat {
	const known = formats.get(zone);
	if (known) return known;
	const options: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
	let made: Intl.DateTimeFormat;
	try {
		made = new Intl.DateTimeFormat('en-GB', zone ? { ...options, timeZone: zone } : options);
	} catch {
		made = new Intl.DateTimeFormat('en-GB', options); // a zone that this browser does not know: its own
	}
	formats.set(zone, made);
	return made;
}

/** "2026-09-29T14:00" */
export function fieldOf(at: number, zone: string): string {
	const parts = new Map(format(zone).formatToParts(at).map(({ type, value }) => [type, value]));
	const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
	return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The moment that a field names; undefined for an empty or broken one. Of an hour that comes twice, the first. */
export function momentOf(field: string, zone: string): number | undefined {
	const wanted = Date.parse(`${field}Z`);
	if (!Number.isFinite(wanted)) return undefined;
	const shown = (at: number) => Date.parse(`${fieldOf(at, zone)}Z`);
	let at = wanted - (shown(wanted) - wanted);
	at -= shown(at) - wanted; // on the other side of a change of the clocks
	const earlier = at - 3_600_000;
	return shown(earlier) === wanted ? earlier : at;
}

/** On which day something was, as one says it; a day of 23 or 25 hours is one day as well. */
export function whichDay(at: number, now: number, zone: string): 'today' | 'yesterday' | 'earlier' {
	const start = (time: number) => Date.parse(`${fieldOf(time, zone).slice(0, 10)}T00:00Z`);
	const ago = start(now) - start(at);
	return ago === 0 ? 'today' : ago === 86_400_000 ? 'yesterday' : 'earlier';
}

/** The last moment of the day that is so many days after a moment, in the event's own time zone; also over a change of the clocks. */
export function dayEndAfter(from: number, days: number, zone: string): number {
	const next = new Date(Date.parse(`${fieldOf(from, zone).slice(0, 10)}T00:00Z`) + (days + 1) * 86_400_000).toISOString().slice(0, 10);
	return (momentOf(`${next}T00:00`, zone) ?? from) - 1;
}

/** So many months after a moment; on the last day of a month that is too short for it. */
export function monthsAfter(after: number, months: number): number {
	const end = new Date(after);
	const wanted = end.getUTCMonth() + months;
	const [year, month] = [end.getUTCFullYear() + Math.floor(wanted / 12), wanted % 12];
	const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
	return Date.UTC(year, month, Math.min(end.getUTCDate(), last), end.getUTCHours(), end.getUTCMinutes());
}
