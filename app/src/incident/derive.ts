/**
 * Reads the raw collections of a case into the one shape that everything else
 * uses, exactly as docs/DOCUMENTS.md says. The twin of `crates/core`, and like it
 * nothing is looked for by going through everything else.
 */
import type {
	Account, AccountVersion, Answer, Attachment, Aware, CaseView, Entry, Fact, Marked, Opened, PartyVersion, Report, StepMark, Strike, Support, Task, Time
} from './case.ts';
import { type Checked, type Raw, type RawElement, takeFields } from './raw.ts';

const DANGER_WINDOW = 30 * 60_000;
const CAUTION = ['yes', 'unsure', 'no'] as const;

interface Mark extends Fact {
	target: string;
	mark: string;
	value?: string;
}
interface Struck extends Fact {
	target: string;
	reason?: string;
}
interface Told extends Fact {
	report: string;
	part: 'words' | 'seen';
	text: string;
	replaces?: string;
}

/** What strikes and marks each element. */
interface Context {
	strikes: Map<string, Strike[]>;
	marks: Map<string, Mark[]>;
}

/** What was told and answered, by its report. */
interface OfReports {
	context: Context;
	accounts: ReadonlyMap<string, readonly Told[]>;
	answers: ReadonlyMap<string, readonly (Answer & { replaces?: string })[]>;
	isAccount: (fact: Fact) => boolean;
	isAnswer: (fact: Fact) => boolean;
}

export function deriveCase(raw: Raw): CaseView {
	let unread = raw.unread;
	const read = <T>(collection: string): T[] => {
		const facts: T[] = [];
		for (const element of raw.collections.get(collection) ?? []) {
			const fact = takeFields(collection, element);
			if (fact) facts.push(fact as unknown as T);
			else unread += 1;
		}
		return facts;
	};

	const strikes = read<Struck>('strikes');
	const struck = new Set(strikes.map((each) => each.target));
	const marks = read<Mark>('marks').filter((mark) => !struck.has(mark.id));
	const context: Context = {
		strikes: groupBy(strikes.sort(byTime).map(strike), (each) => each.target, ({ target: _, ...rest }) => rest),
		marks: groupBy(marks.sort(byTime), (mark) => mark.target, (mark) => mark)
	};
	const openings = read<Opened>('opened').sort(byTime);
	const reports = read<Omit<Report, 'accounts' | 'answers'>>('reports');
	const accounts = read<Told>('accounts').sort(byTime);
	const answers = read<Answer & { replaces?: string }>('answers').sort(byTime);
	const parties = read<PartyVersion & { replaces?: string }>('parties').sort(byTime);
	const entries = read<Entry>('entries').sort(byTime).map((entry) => withStrikes(entry, context));
	const steps = read<StepMark>('steps').sort(byTime);
	const support = read<Support>('support').sort(byTime).map((each) => ({ ...withStrikes(each, context), ...marked('done', earliest(context, each.id, 'done')) }));
	const aware = read<Aware>('aware').sort(byTime);
	const tasks = read<Task>('tasks').sort(byTime);
	const attachments = read<Attachment>('attachments').sort(byTime);

	const shown = new Set(reports.map((report) => report.id));
	unread += [...accounts, ...answers].filter((each) => !shown.has(each.report)).length;
	const isVersion = versionsAmong(entries, context);
	const told: OfReports = {
		context,
		accounts: groupBy(accounts, (account) => account.report, (account) => account),
		answers: groupBy(answers, (answer) => answer.report, (answer) => answer),
		isAccount: versionsAmong(accounts, context),
		isAnswer: versionsAmong(answers, context)
	};
	const isParty = versionsAmong(parties, context);
	const byEntry = groupBy(entries, (entry) => entry.id, (entry) => entry);
	const registers: CaseView['registers'] = {};
	for (const [field, ids] of raw.registers) {
		const { versions, missing } = registerVersions(field, ids, byEntry);
		unread += missing;
		if (versions.length > 0) put(registers, field, { versions });
	}

	const opened = openings[0];
	const danger = readDanger(entries.filter(isVersion));
	const knows = chairKnows(entries);
	return {
		...(opened && { opened: withStrikes(opened, context) }),
		reports: reports
			.sort((a, b) => a.reported_at - b.reported_at || byId(a, b))
			.map((report) => readReport(withStrikes(report, context), told)),
		parties: [...groupBy(parties, (version) => version.party, (version) => version)]
			.map(([party, versions]) => ({ party, ...split(versions.map(withoutReplaces), isParty, context) }))
			.map(({ party, versions, earlier }) => ({ party, versions, earlier })),
		entries,
		steps: [...groupBy(steps.map((step) => withStrikes(step, context)), (step) => step.step, (step) => step)]
			.sort(([a], [b]) => compare(a, b))
			.map(([step, marks]) => ({ step, marks })),
		support,
		aware: aware.map((each) => ({ ...withStrikes(each, context), ...marked('told', earliest(context, each.id, 'told')) })),
		tasks: tasks.map((each) => ({ ...withStrikes(each, context), ...marked('done', earliest(context, each.id, 'done')) })),
		attachments: attachments.map((each) => ({ ...withStrikes(each, context), ...marked('arrived', earliest(context, each.id, 'arrived')) })),
		registers,
		police: readPolice(entries.filter(isVersion)),
		...(danger && { danger }),
		...(knows && { chair_knows: knows }),
		unread
	};
}

function readReport(report: Omit<Report, 'accounts' | 'answers'>, { context, isAccount, isAnswer, accounts, answers }: OfReports): Report {
	const [ofReport, answered] = [accounts.get(report.id) ?? [], answers.get(report.id) ?? []];
	const parts: { words?: Account; seen?: Account } = {};
	for (const part of ['words', 'seen'] as const) {
		const versions = ofReport
			.filter((account) => account.part === part)
			.map(({ report: _, part: __, replaces: ___, ...version }): AccountVersion => ({ ...version, ...readBack(context, version.id) }));
		if (versions.length > 0) parts[part] = split(versions, isAccount, context);
	}
	const byField: Report['answers'] = {};
	const current = answered.filter(isAnswer).map(withoutReplaces);
	for (const [field, versions] of groupBy(current, (answer) => answer.field, (answer) => answer)) {
		put(byField, field, { versions: onceEach(versions, (answer) => JSON.stringify([answer.value, timeKey(answer.time)])) });
	}
	return { ...report, accounts: parts, answers: byField, ...at('embargo_told', earliest(context, report.id, 'embargo_told')?.at) };
}

/** `yes`, `no` or `not_possible` of the latest such mark. */
function readBack(context: Context, id: string): { read_back?: 'yes' | 'no' | 'not_possible' } {
	const mark = (context.marks.get(id) ?? []).findLast((each) => each.mark === 'read_back');
	const value = mark?.value;
	return value === 'yes' || value === 'no' || value === 'not_possible' ? { read_back: value } : {};
}

function readPolice(versions: readonly Entry[]): CaseView['police'] {
	const wishes = versions.filter((entry) => entry.kind === 'police_wish');
	const values = new Set(wishes.map((wish) => wish.value));
	return { state: wishes.length === 0 ? 'unknown' : values.size === 1 ? 'known' : 'ask_again', versions: wishes };
}

function readDanger(versions: readonly Entry[]): CaseView['danger'] {
	const answers = versions.filter((entry) => entry.kind === 'danger' && CAUTION.some((value) => value === entry.value));
	const latest = answers.at(-1);
	if (!latest) return undefined;
	const recent = answers.filter((answer) => answer.at >= latest.at - DANGER_WINDOW);
	for (const value of CAUTION) {
		const answer = recent.findLast((each) => each.value === value);
		if (answer) return { value, entry: answer.id };
	}
	return undefined;
}

function chairKnows(entries: readonly Entry[]): CaseView['chair_knows'] {
	for (const entry of entries) {
		if (entry.struck) continue;
		if (entry.kind === 'chair_opened') return { at: entry.at, how: 'opened', by: entry.by, entry: entry.id };
		if (entry.kind === 'chair_told' && (entry.value === 'voice' || entry.value === 'sms' || entry.value === 'in_person')) {
			return { at: entry.at, how: entry.value, by: entry.by, entry: entry.id };
		}
	}
	return undefined;
}

function registerVersions(field: string, ids: readonly string[], entries: ReadonlyMap<string, readonly Entry[]>): { versions: Entry[]; missing: number } {
	const found: Entry[] = [];
	let missing = 0;
	for (const id of new Set(ids)) {
		const sets = (entries.get(id) ?? []).filter((entry) => entry.kind === 'set' && entry.field === field);
		if (sets.length === 0) missing += 1;
		found.push(...sets.filter((entry) => !entry.struck));
	}
	return { versions: onceEach(found.sort(byTime), (entry) => String(entry.value)), missing };
}

/** An element that nothing replaces and that is not struck. */
function versionsAmong(collection: readonly { id: string; replaces?: string }[], context: Context): (fact: Fact) => boolean {
	const replaced = new Set<string>();
	for (const element of collection) {
		for (const id of element.replaces?.split(' ') ?? []) if (id !== element.id) replaced.add(id);
	}
	return (fact) => !replaced.has(fact.id) && !context.strikes.has(fact.id);
}

function split<T extends Fact>(all: readonly T[], isVersion: (fact: Fact) => boolean, context: Context): { versions: T[]; earlier: T[] } {
	return {
		versions: all.filter(isVersion),
		earlier: all.filter((each) => !isVersion(each)).map((each) => withStrikes(each, context))
	};
}

function withStrikes<T extends Fact>(fact: T, context: Context): T {
	const struck = context.strikes.get(fact.id);
	return struck ? { ...fact, struck } : fact;
}

function withoutReplaces<T extends { replaces?: string }>(fact: T): Omit<T, 'replaces'> {
	const { replaces: _, ...rest } = fact;
	return rest;
}

function strike({ id, by, at, target, reason }: Struck): Strike & { target: string } {
	return { id, by, at, target, ...(reason !== undefined && { reason }) };
}

function earliest(context: Context, target: string, mark: string): Mark | undefined {
	return context.marks.get(target)?.find((each) => each.mark === mark);
}

function marked<Name extends string>(name: Name, mark: Mark | undefined): Partial<Record<Name, Marked>> {
	if (!mark) return {};
	const { id, by, at, value } = mark;
	return { [name]: { id, by, at, ...(value !== undefined && { value }) } } as Record<Name, Marked>;
}

function at<Name extends string>(name: Name, moment: number | undefined): Partial<Record<Name, number>> {
	return moment === undefined ? {} : ({ [name]: moment } as Record<Name, number>);
}

function onceEach<T>(sorted: readonly T[], key: (value: T) => string): T[] {
	const seen = new Set<string>();
	return sorted.filter((each) => !seen.has(key(each)) && seen.add(key(each)));
}

function timeKey(time: Time | undefined): unknown {
	return time && [time.kind, time.from, time.to, time.words];
}

function groupBy<T, V>(all: readonly T[], key: (each: T) => string, value: (each: T) => V): Map<string, V[]> {
	const groups = new Map<string, V[]>();
	for (const each of all) {
		const group = groups.get(key(each));
		if (group) group.push(value(each));
		else groups.set(key(each), [value(each)]);
	}
	return groups;
}

/** Names come from other devices: `__proto__` is a name like any other. */
function put<V>(record: { [name: string]: V }, name: string, value: V): void {
	Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

export function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
function byId(a: Fact, b: Fact): number {
	return compare(a.id, b.id) || compare(a.device, b.device);
}
export function byTime(a: Fact, b: Fact): number {
	return a.at - b.at || byId(a, b);
}

export type { Checked, Raw, RawElement };
