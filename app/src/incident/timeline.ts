/**
 * One timeline out of a case and the cases linked to it, by when things
 * happened. Accounts stay whole and apart: each keeps its source, and none is
 * joined with another.
 */
import type { Id, Millis } from '../replica/api.ts';
import type { Account, Answer, Attachment, Aware, CaseView, Entry, Fact, Report, StepMark, Support, Time } from './case.ts';
import { reportedAt } from './chair.ts';
import { ofTask } from './tasks.ts';
import { hasLineOfItsOwn } from './told_once.ts';

/** A case in the timeline, with the letter that its accounts carry. */
export interface Source {
	caseId: Id;
	letter: string;
	view: CaseView;
}

export type What =
	| { kind: 'account'; part: 'words' | 'seen'; account: Account; report: Report }
	| { kind: 'asked_to_stop'; report: Report }
	| { kind: 'steps'; marks: readonly StepMark[] }
	| { kind: 'support'; support: Support }
	| { kind: 'aware'; aware: Aware }
	| { kind: 'attachment'; attachment: Attachment }
	| { kind: 'entry'; entry: Entry }
	| { kind: 'chair_told'; entry: Entry; minutes: number | null };

export interface Moment {
	key: string;
	source: Source;
	what: What;
	/** Where it stands in the order. */
	when: Millis;
	/** How the teller gave the time; absent: the clock of whoever wrote it. */
	told?: Time;
	by: Id;
	writtenAt: Millis;
	/** Written more than two minutes after it happened. */
	later: boolean;
	/** Elements to ask the record about: when each was received. */
	elements: readonly Id[];
	struck: boolean;
}

const LATER_AFTER = 2 * 60_000;
/** Steps that one person marked in one go are read as one line. */
const SAME_GO = 5 * 60_000;

export function timeline(sources: readonly Source[]): Moment[] {
	return sources.flatMap(moments).sort((a, b) => a.when - b.when || a.source.letter.localeCompare(b.source.letter) || rank(a) - rank(b) || a.writtenAt - b.writtenAt || (a.key < b.key ? -1 : 1));
}

/** At one and the same minute, the words come first. */
function rank(moment: Moment): number {
	return moment.what.kind === 'account' ? 0 : 1;
}

function moments(source: Source): Moment[] {
	const { view } = source;
	const reported = reportedAt(view);
	const of = (fact: Fact, what: What, told?: Time, elements: readonly Id[] = [fact.id]): Moment => {
		const when = told?.from ?? told?.to ?? fact.at;
		const moment: Moment = {
			key: `${what.kind} ${fact.id}`,
			source,
			what,
			when,
			by: fact.by,
			writtenAt: fact.at,
			later: fact.at - when > LATER_AFTER,
			elements,
			struck: (fact.struck?.length ?? 0) > 0
		};
		return told ? { ...moment, told } : moment;
	};
	const found: Moment[] = [];
	for (const report of view.reports) {
		for (const part of ['words', 'seen'] as const) {
			const account = report.accounts[part];
			const first = account?.versions[0] ?? account?.earlier.at(-1);
			if (!account || !first) continue;
			const written = { ...first, at: report.reported_at, struck: account.versions.length ? (report.struck ?? []) : (first.struck ?? []) };
			found.push(of(written, { kind: 'account', part, account, report }, occurred(report), account.versions.map((version) => version.id)));
		}
		const stop = single(report, 'asked_to_stop');
		if (stop?.value === 'yes') found.push(of(stop, { kind: 'asked_to_stop', report }, single(report, 'asked_to_stop_at')?.time ?? occurred(report)));
	}
	for (const marks of inOneGo(view.steps.flatMap((step) => step.marks).filter((mark) => !hasLineOfItsOwn(mark, view)))) {
		const [first] = marks;
		if (first) found.push(of(first, { kind: 'steps', marks }, undefined, marks.map((mark) => mark.id)));
	}
	for (const support of view.support) found.push(of(support, { kind: 'support', support }, support.time));
	for (const aware of view.aware) found.push(of(aware, { kind: 'aware', aware }));
	for (const attachment of view.attachments) found.push(of(attachment, { kind: 'attachment', attachment }));
	for (const entry of view.entries) {
		if (entry.kind === 'set' && (entry.field === 'summary_line' || ofTask(entry.field))) continue;
		if (entry.kind === 'chair_told') {
			const minutes = Math.round(((entry.time?.from ?? entry.at) - reported) / 60_000);
			found.push(of(entry, { kind: 'chair_told', entry, minutes: minutes < 0 ? null : minutes }, entry.time));
		} else found.push(of(entry, { kind: 'entry', entry }, entry.time));
	}
	return found;
}

/** When it happened, if one answer stands. Two different ones are a dispute and place nothing. */
function occurred(report: Report): Time | undefined {
	return single(report, 'occurred')?.time;
}

function single(report: Report, field: string): Answer | undefined {
	const versions = report.answers[field]?.versions ?? [];
	return versions.length === 1 ? versions[0] : undefined;
}

/** Marks of one person within five minutes of one another, struck ones apart. */
function inOneGo(marks: readonly StepMark[]): StepMark[][] {
	const goes: StepMark[][] = [];
	for (const mark of [...marks].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
		const struck = (mark.struck?.length ?? 0) > 0;
		const go = struck ? undefined : goes.findLast((other) => other[0]?.by === mark.by && !other[0].struck?.length && mark.at - (other.at(-1)?.at ?? 0) <= SAME_GO);
		if (go) go.push(mark);
		else goes.push([mark]);
	}
	return goes;
}

/** The letter of the n-th source: A, B, C … */
export function letterOf(index: number): string {
	return String.fromCharCode(65 + (index % 26));
}
