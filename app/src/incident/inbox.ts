/**
 * The lead's inbox: what waits, most overdue first. A row is made of codes and
 * clock times only. Nothing that somebody typed gets into it, so a glance over
 * a shoulder shows no name and no account.
 */
import type { CaseRecord, ChairRecord, Id, Millis } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { groups, links, openedBy, reportedAt, standing } from './chair.ts';
import { cameSince, closed, toTellAnew, type Received } from './closing.ts';
import { decision, isAppealed, isHeard, joined, outcome, type Collections } from './decision.ts';
import { differing, meetingsDiffer } from './differing.ts';
import { due, inboxOrder, type DueTargets, type Progress } from './due.ts';
import { heardBack } from './heard_back.ts';
import { roomsAmong, type Room } from './place.ts';
import { path, saidAt, type Cell } from './path.ts';
import { decisions } from './settle.ts';
import { choicesDiffer, chosen, undecided } from './withdrawal.ts';

/** What to do next about a case, in the order of the procedure. */
export type Next = 'open' | 'ask_again' | 'settle' | 'withdrawn' | 'meet' | 'agree' | 'hear' | 'find' | 'tell' | 'appeal' | 'follow_up' | 'came_since' | 'none' | 'closed';

export interface Standing {
	next: Next;
	/** When the open step of the procedure should have been done; null: no target. */
	due: Millis | null;
	/** Milliseconds past `due`; 0 until then. */
	over: number;
}

export interface Row {
	caseId: Id;
	codeName: string;
	reportedAt: Millis;
	/** Ids of the event's rooms only; a place that was typed stays in the case. */
	rooms: readonly string[];
	/** Codes of the event pack. */
	categories: readonly string[];
	/** They were asked to stop and did not. */
	notComplied: boolean;
	relation: string | null;
	accounts: number;
	decisions: number;
	opened: boolean;
	chairKnowsAt: Millis | null;
	/** How many steps of the way are done, as the case itself shows them. */
	done: number;
	standing: Standing;
	/** Cases linked under this one as the same incident. */
	under: readonly { caseId: Id; codeName: string }[];
}

export interface Inbox {
	overdue: readonly Row[];
	onTime: readonly Row[];
}

export function inbox(cases: readonly CaseRecord[], chairs: readonly ChairRecord[], reader: Id, rooms: readonly Room[], targets: DueTargets, now: Millis): Inbox {
	const together = groups(cases, links(chairs));
	const notes = new Map<Id, ChairRecord[]>();
	for (const chair of chairs) if (chair.parent !== undefined) notes.set(chair.parent, [...(notes.get(chair.parent) ?? []), chair]);
	const rows: (Progress & { id: Id; row: Row })[] = [];
	for (const record of cases) {
		const records = together.get(record.id) ?? [record];
		if (records[0] !== record) continue;
		const own = records.flatMap((one) => notes.get(one.id) ?? []);
		rows.push({ id: record.id, row: row(record, records, own, reader, rooms, targets, now), ...progress(records.map((one) => one.view), own) });
	}
	const ordered = inboxOrder(rows, targets, now).map((one) => one.row);
	const onTime = ordered.filter((one) => one.standing.over === 0);
	const isClosed = (one: Row) => one.standing.next === 'closed';
	return { overdue: ordered.filter((one) => one.standing.over > 0), onTime: [...onTime.filter((one) => !isClosed(one)), ...onTime.filter(isClosed)] };
}

/** How far the cases of one incident are: the chair knows when they know of every one, and the meeting is about all. */
function progress(views: readonly CaseView[], chairs: readonly ChairRecord[]): Progress {
	const unknown = views.find((view) => view.chair_knows === undefined);
	const counted = unknown ?? views[0];
	const known = unknown ? undefined : views[0]?.chair_knows?.at;
	const met = metAt(views, chairs);
	const heard = heardBack(views, chairs);
	return { reported_at: counted ? reportedAt(counted) : 0, ...(known !== undefined && { chair_knows: known }), ...(met !== null && { met }), ...(heard !== undefined && { followed_up: heard }) };
}

function row(primary: CaseRecord, members: readonly CaseRecord[], own: readonly ChairRecord[], reader: Id, rooms: readonly Room[], targets: DueTargets, now: Millis): Row {
	const views = members.map((one) => one.view);
	return {
		caseId: primary.id,
		codeName: primary.codeName,
		reportedAt: reportedAt(primary.view),
		rooms: roomsAmong(placesOf(views), rooms).map((room) => room.id),
		categories: unique(views.flatMap((view) => view.reports.flatMap((report) => Object.entries(report.answers).flatMap(([field, answer]) => (field.startsWith('category/') && answer.versions.some((version) => version.value === 'yes') ? [field.slice('category/'.length)] : []))))),
		notComplied: views.some((view) => view.reports.some((report) => report.answers['complied']?.versions.some((version) => version.value === 'no') ?? false)),
		relation: relationOf(primary.view),
		accounts: views.reduce((sum, view) => sum + view.reports.filter((report) => report.accounts.words ?? report.accounts.seen).length, 0),
		decisions: views.reduce((sum, view) => sum + decisions(view), 0),
		opened: views.every((view) => openedBy(view, reader)),
		chairKnowsAt: primary.view.chair_knows?.at ?? null,
		done: way(primary, views, own, targets, now).filter((cell) => cell.state === 'done').length,
		standing: standingOf(members, own, reader, targets, now),
		under: members.slice(1).map((one) => ({ caseId: one.id, codeName: one.codeName }))
	};
}

/** The way of one incident, as far as it went. */
function way(primary: CaseRecord, views: readonly CaseView[], chairs: readonly ChairRecord[], targets: DueTargets, now: Millis): Cell[] {
	const found = joined(chairs);
	const [known, met, heard, shut] = [primary.view.chair_knows?.at, metAt(views, chairs), heardBack(views, chairs), closed(found)];
	return path({ reportedAt: reportedAt(primary.view), ...(known !== undefined && { chairKnows: known }), ...(met !== null && { met }), ...(heard !== undefined && { heardBack: heard }), ...(shut.state === 'closed' && { closed: shut.at }), made: decision(found, views) }, targets, now);
}

/** Where the cases of one incident stand in the procedure, for one lead. */
export function standingOf(members: readonly Received[], chairs: readonly ChairRecord[], reader: Id, targets: DueTargets, now: Millis): Standing {
	const views = members.map((one) => one.view);
	const opened = views.every((view) => openedBy(view, reader));
	const step = due(progress(views, chairs), targets, now);
	const found = joined(chairs);
	const shut = closed(found);
	if (shut.state === 'closed') {
		// Appeals come when everything else is over, and so does what somebody remembers later, or decided elsewhere.
		const made = decision(found);
		const [differs] = differing(made, chosen(found)).filter(({ ids }) => ids.some((id) => !shut.left.includes(id)));
		return { next: isAppealed(made) ? 'appeal' : differs ? ASKED[differs.about] : (toTellAnew(found, views) ?? (cameSince(members, chairs) ? 'came_since' : 'closed')), due: null, over: 0 };
	}
	const choices = chosen(found);
	if (!opened) return { next: 'open', due: step.at ?? null, over: step.overdue_by };
	const next: Next = views.some((view) => view.police.state === 'ask_again')
		? 'ask_again'
		: views.some((view) => decisions(view) > 0)
			? 'settle'
			: undecided(views, choices).length > 0 || choicesDiffer(choices)
				? 'withdrawn'
				: 'meet';
	if (next === 'meet' && step.next !== 'tell_chair' && step.next !== 'meet') {
		const after = afterMeeting(views, found, now);
		// Who has waited too long hears how far it is, also while the rest goes on.
		const waits = step.next === 'follow_up' && (after.next === 'none' || step.overdue_by > after.over);
		return waits ? { next: 'follow_up', due: step.at ?? null, over: step.overdue_by } : after;
	}
	return { next, due: step.at ?? null, over: step.overdue_by };
}

/** What a lead is asked for where two decided differently. */
const ASKED = { withdrawn: 'withdrawn', meeting: 'agree', finding: 'find' } as const;

/** What comes after the meeting: their side, the finding, telling them. Nothing, where it was decided to do nothing. */
function afterMeeting(views: readonly CaseView[], found: Collections, now: Millis): Standing {
	const made = decision(found, views);
	const nothing: Standing = { next: toTellAnew(found, views) ?? 'none', due: null, over: 0 };
	if (isAppealed(made)) return { ...nothing, next: 'appeal' };
	if (meetingsDiffer(made)) return { ...nothing, next: 'agree' };
	if (made.meetings.at(-1)?.doing === 'no' || chosen(found).some((each) => each.choice === 'stop_acting')) return nothing;
	if (made.meetings.length === 0) return nothing; // they met, and wrote no more than that
	if (!isHeard(made)) {
		const due = made.actions.flatMap((action) => (action.kind === 'speak' && action.done === undefined && action.due !== undefined ? [action.due] : []));
		const first = due.length > 0 ? Math.min(...due) : null;
		return { next: 'hear', due: first, over: first === null ? 0 : Math.max(0, now - first) };
	}
	if (outcome(made).state !== 'made') return { ...nothing, next: 'find' };
	return saidAt(made) === undefined ? { ...nothing, next: 'tell' } : nothing;
}

/** When the lead met the event manager about it: a meeting in the chair's own document, or an entry that says so. */
export function metAt(views: readonly CaseView[], chairs: readonly ChairRecord[]): Millis | null {
	const times = [
		...chairs.flatMap((chair) => standing(chair.collections, 'meetings').map((meeting) => (typeof meeting.fields['met_at'] === 'number' ? meeting.fields['met_at'] : meeting.at))),
		...views.flatMap((view) => view.entries.filter((entry) => entry.kind === 'met' && !entry.struck?.length).map((entry) => entry.time?.from ?? entry.at))
	];
	return times.length ? Math.min(...times) : null;
}

/** Every place that was named, in a register or in a report; ids of rooms and typed ones alike. */
export function placesOf(views: readonly CaseView[]): string[] {
	return unique(
		views.flatMap((view) => [
			...(view.registers['place']?.versions.map((version) => version.value) ?? []),
			...view.reports.flatMap((report) => report.answers['place']?.versions.map((version) => version.value) ?? [])
		])
	);
}

/** How the first reporter relates to it; null while two answers are in dispute. */
function relationOf(view: CaseView): string | null {
	for (const report of view.reports) {
		const versions = report.answers['relation']?.versions ?? [];
		if (versions.length === 1) return versions[0]?.value ?? null;
	}
	return null;
}

function unique(values: readonly (string | undefined)[]): string[] {
	return [...new Set(values)].filter((value) => value !== undefined && value !== '').map(String);
}
