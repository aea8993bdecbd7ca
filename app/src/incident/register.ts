/**
 * What stands beyond this event: no admission, no talks, no volunteering. It is
 * no document of its own: it is read out of what leads decided in each case, so
 * nothing can stand here that was lifted there, or whose report was found not to stand since. As a file it goes to whoever
 * leads the next event, who reads it and keeps nothing of it in the app.
 */
import type { CaseRecord, ChairRecord, Id, Millis } from '../replica/api.ts';
import { groups, links } from './chair.ts';
import { decision, inForce, joined, unfounded, type AppealEffect, type Decision, type Sanction } from './decision.ts';
import { deadline, type DayEnd } from './appeal.ts';
import { claims, reported } from './persons.ts';

/** Codes that are about later events, also where nobody said until when. */
const BEYOND = new Set(['ban_future', 'bar_speaking', 'bar_volunteering']);

export type AppealState = { state: 'open' } | { state: 'decided'; effect: AppealEffect } | { state: 'possible'; until: Millis | null } | { state: 'over' } | { state: 'none' };

/** How to know somebody: what leads call them, and what was seen of them. */
export interface Who {
	person?: string;
	badge?: string;
	handle?: string;
	name?: string;
}

export interface Ban {
	/** The cases of the incident, the one that counts first. */
	cases: readonly Id[];
	codeName: string;
	/** The sanction. */
	id: Id;
	code: string;
	/** Everybody whom the case is about: a sanction is one of the whole case. */
	who: readonly Who[];
	decidedAt: Millis;
	toldAt?: Millis;
	/** Absent: for good, or nobody said. */
	until?: Millis;
	review?: Millis;
	appeal: AppealState;
}

export interface Until {
	endsAt: Millis;
	/** Null where there is no place to appeal to. */
	appealDays: number | null;
	dayEnd: DayEnd;
}

/** What holds at `now` and after the event, what is to be looked at again first. */
export function register(cases: readonly CaseRecord[], chairs: readonly ChairRecord[], event: Until, now: Millis): Ban[] {
	const together = groups(cases, links(chairs));
	return cases
		.flatMap((record): Ban[] => {
			const members = together.get(record.id) ?? [record];
			if (members[0] !== record || record.view.opened?.drill === true) return [];
			const ids = members.map((one) => one.id);
			const made = decision(joined(chairs.filter((chair) => ids.includes(chair.parent ?? ''))));
			return inForce(made.sanctions, now)
				.filter((each) => beyond(each, event.endsAt) && !unfounded(each, made))
				.map((each) => ban(each, members, whoIn(members, chairs), made, event, now));
		})
		.sort((a, b) => (a.review ?? a.until ?? Infinity) - (b.review ?? b.until ?? Infinity) || a.decidedAt - b.decidedAt || (a.id < b.id ? -1 : 1));
}

function beyond(given: Sanction, endsAt: Millis): boolean {
	if (given.interim) return false;
	return given.until === undefined ? BEYOND.has(given.code) : given.until > endsAt;
}

function ban(given: Sanction, members: readonly CaseRecord[], who: readonly Who[], made: Decision, event: Until, now: Millis): Ban {
	const { id, code, at, told, until, review } = given;
	return {
		cases: members.map((one) => one.id),
		codeName: members[0]?.codeName ?? '',
		id,
		code,
		who,
		decidedAt: at,
		...(told && { toldAt: told.at }),
		...(until !== undefined && { until }),
		...(review !== undefined && { review }),
		appeal: appealOf(made, event, now)
	};
}

function appealOf(made: Decision, { appealDays: days, dayEnd }: Until, now: Millis): AppealState {
	if (made.appeals.some((each) => each.decision === undefined && each.declined === undefined)) return { state: 'open' };
	const last = made.appeals.findLast((each) => each.decision !== undefined);
	if (last?.decision) return { state: 'decided', effect: last.decision.effect };
	if (days === null) return { state: 'none' };
	const { until, late } = deadline({ received: now }, made, days, dayEnd);
	return late ? { state: 'over' } : { state: 'possible', until };
}

function whoIn(members: readonly CaseRecord[], chairs: readonly ChairRecord[]): Who[] {
	const known = claims(chairs);
	return members.flatMap((record) =>
		reported(record).map(({ party, version }): Who => {
			const person = known.find((one) => one.caseId === record.id && one.party === party)?.name;
			const { badge, handle, name } = version;
			return { ...(person && { person }), ...(badge && { badge }), ...(handle && { handle }), ...(name && { name }) };
		})
	);
}

/** What a file of it holds: no account, no reason, nobody else. */
export interface RegisterFile {
	kind: 'safehall register';
	v: 1;
	event: string;
	takenAt: Millis;
	takenBy: string;
	bans: readonly FileBan[];
}

export interface FileBan {
	case: string;
	what: string;
	who: readonly Who[];
	decidedAt: Millis;
	until?: Millis;
	review?: Millis;
	appeal: AppealState['state'];
}

export function registerFile(bans: readonly Ban[], about: { event: string; takenAt: Millis; takenBy: string; title: (code: string) => string; names: boolean }): RegisterFile {
	const { event, takenAt, takenBy, title, names } = about;
	return {
		kind: 'safehall register',
		v: 1,
		event,
		takenAt,
		takenBy,
		bans: bans.map((one) => ({
			case: one.codeName,
			what: title(one.code),
			who: one.who.map((each) => shown(each, names)),
			decidedAt: one.decidedAt,
			...(one.until !== undefined && { until: one.until }),
			...(one.review !== undefined && { review: one.review }),
			appeal: one.appeal.state
		}))
	};
}

/** Without names: what leads call them, the badge and the handle. */
export function shown(who: Who, names: boolean): Who {
	const { name, ...rest } = who;
	return names && name !== undefined ? { ...rest, name } : rest;
}

const STATES: readonly string[] = ['open', 'decided', 'possible', 'over', 'none'] satisfies AppealState['state'][];
const MOST = 1_000;

/** A file that another event's leads gave away; undefined for anything else. Nothing in it is taken on trust: texts are cut, and only what is known is read. */
export function readRegister(text: string): RegisterFile | undefined {
	let file: unknown;
	try {
		file = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (!isMap(file) || file['kind'] !== 'safehall register' || file['v'] !== 1 || !Array.isArray(file['bans']) || file['bans'].length > MOST) return undefined;
	const bans = file['bans'].map(readBan);
	const takenAt = moment(file['takenAt']);
	if (takenAt === undefined || bans.some((one) => one === undefined)) return undefined;
	return { kind: 'safehall register', v: 1, event: line(file['event']), takenAt, takenBy: line(file['takenBy']), bans: bans.flatMap((one) => one ?? []) };
}

function readBan(one: unknown): FileBan | undefined {
	if (!isMap(one) || !Array.isArray(one['who'])) return undefined;
	const [decidedAt, until, review] = [moment(one['decidedAt']), moment(one['until']), moment(one['review'])];
	const appeal = one['appeal'];
	if (decidedAt === undefined || typeof appeal !== 'string' || !STATES.includes(appeal)) return undefined;
	return {
		case: line(one['case']),
		what: line(one['what']),
		who: one['who'].filter(isMap).slice(0, 20).map((each): Who => Object.fromEntries((['person', 'badge', 'handle', 'name'] as const).flatMap((field) => (line(each[field]) === '' ? [] : [[field, line(each[field])]])))),
		decidedAt,
		...(until !== undefined && { until }),
		...(review !== undefined && { review }),
		appeal: appeal as AppealState['state']
	};
}

/** At `now`: over, to be looked at again, or holding. */
export function standsAt(one: { until?: Millis; review?: Millis }, now: Millis): 'over' | 'review' | 'holds' {
	if (one.until !== undefined && one.until <= now) return 'over';
	return one.review !== undefined && one.review <= now ? 'review' : 'holds';
}

function isMap(value: unknown): value is { [field: string]: unknown } {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function moment(value: unknown): Millis | undefined {
	return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 8_640_000_000_000_000 ? (value as number) : undefined;
}

function line(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim().slice(0, 200) : '';
}
