/**
 * One case on paper or as a file: what a lead takes along when somebody outside
 * asks. It is made of parts, and each can be left out; what is left out is named
 * in it, so that nobody takes it for the whole.
 */
import type { CaseRecord, ChairRecord, Id, IdentityRecord, Millis } from '../replica/api.ts';
import type { Attachment, Entry, PartyVersion, Strike, Time } from './case.ts';
import { identityOf, reportedAt } from './chair.ts';
import { closed, type Closed } from './closing.ts';
import { decision, joined, type Decision } from './decision.ts';
import { offered, type Offered } from './offered.ts';
import { ofTask } from './tasks.ts';
import { chosen, chosenBefore, type Chosen } from './withdrawal.ts';

export const PARTS = ['reporter', 'names', 'accounts', 'entries', 'attachments', 'statement', 'decision'] as const;
export type Part = (typeof PARTS)[number];

/** By whom, and on which phone, goes with who told it: of what staff saw themselves, that is the same person, and whoever took it down wrote most of what came after. */
export type PerhapsBy<T> = T extends readonly (infer One)[] ? readonly PerhapsBy<One>[] : T extends object ? { [key in keyof T as Exclude<key, Hand>]: PerhapsBy<T[key]> } & { [key in Hand]?: Id } : T;
type Hand = 'by' | 'device';

export interface CaseFile {
	codeName: string;
	policy: string;
	reportedAt: Millis;
	leftOut: readonly Part[];
	/** Told by whom, as far as the one who takes it has opened the name. */
	reporters: readonly { name?: string; badge?: string; contact?: string; kind: string; role?: string }[];
	people: readonly PerhapsBy<PartyVersion>[];
	/** Struck ones stay readable. */
	accounts: readonly PerhapsBy<{ at: Millis; by: Id; relation?: string; occurred?: Time; place?: string; words?: readonly string[]; seen?: readonly string[]; struck?: readonly Strike[] }>[];
	/** Struck ones stay readable. */
	entries: readonly PerhapsBy<Entry>[];
	/** Which pictures and papers there are; their bytes are saved one by one. Struck ones stay readable. */
	attachments: readonly PerhapsBy<Attachment>[];
	statements: Decision['statements'];
	/** What the reported person asked to be passed on goes with what they said. */
	offered: readonly Offered[];
	decision?: Omit<Decision, 'statements'> & {
		/** What the leads chose after a reporter said stop. */
		chosen: readonly Chosen[];
		chosenBefore: readonly Chosen[];
		closed: Closed;
	};
}

export interface Given {
	record: CaseRecord;
	/** The leads' own documents of this case, and of those that are one incident with it. */
	chairs: readonly ChairRecord[];
	identities: readonly IdentityRecord[];
	/** Who takes it: a name that they did not open stays closed here, too. */
	reader: Id;
	/** Whether the names in it open to them still: of a reporter who said stop, to the chair alone. */
	opens: boolean;
}

/** What stands in the file. Without names, people are described by what they look like and nothing else. */
export function caseFile(given: Given, leftOut: readonly Part[]): CaseFile {
	const { record, reader } = given;
	const { view } = record;
	const has = (part: Part) => !leftOut.includes(part);
	const chair = given.opens ? given.chairs.find((one) => one.parent === record.id) : undefined;
	const notes = joined(given.chairs);
	const { statements, ...decided } = { ...decision(notes, [view]), chosen: chosen(notes), chosenBefore: chosenBefore(notes), closed: closed(notes) };
	const hands = <T>(of: readonly T[]) => (has('reporter') ? of : of.map(handless)) as readonly PerhapsBy<T>[];
	const one = (report: CaseRecord['view']['reports'][number], field: string) => report.answers[field]?.versions[0];
	return {
		codeName: record.codeName,
		policy: view.opened?.policy ?? '',
		reportedAt: reportedAt(view),
		leftOut: PARTS.filter((part) => leftOut.includes(part)),
		reporters: has('reporter')
			? view.reports.map((report) => {
					const known = identityOf(report.id, reader, given.identities, chair);
					const role = one(report, 'reporter_role')?.value;
					return { kind: one(report, 'reporter')?.value ?? 'unknown', ...(role && { role }), ...(has('names') && known?.openedAt !== undefined && pick(known, ['name', 'badge', 'contact'])) };
				})
			: [],
		people: hands(view.parties.flatMap(({ versions }) => versions.map((version) => (!has('reporter') && toldIt(version, view) ? faceless(version) : has('names') ? version : nameless(version))))),
		accounts: hands(
			has('accounts')
				? view.reports.map((report) => {
						const { words, seen } = report.accounts;
						const occurred = one(report, 'occurred')?.time;
						const [relation, place] = [one(report, 'relation')?.value, one(report, 'place')?.value];
						return {
							at: report.reported_at,
							by: report.by,
							...(relation && has('reporter') && { relation }),
							...(occurred && { occurred }),
							...(place && { place }),
							...(words && { words: words.versions.map((version) => version.text) }),
							...(seen && { seen: seen.versions.map((version) => version.text) }),
							...(report.struck && { struck: report.struck })
						};
					})
				: []
		),
		entries: hands(has('entries') ? view.entries.filter((entry) => entry.kind !== 'part_of' && !ofTask(entry.field) && (has('accounts') || entry.kind !== 'translation')).toSorted((a, b) => (a.time?.from ?? a.at) - (b.time?.from ?? b.at)) : []),
		attachments: hands(has('attachments') ? view.attachments : []),
		statements: has('statement') ? statements : [],
		offered: has('statement') ? offered(notes) : [],
		...(has('decision') && { decision: has('names') ? decided : { ...decided, sanctions: decided.sanctions.map(unnamed) } })
	};
}

function nameless(version: PartyVersion): PartyVersion {
	const { name: _name, badge: _badge, handle: _handle, employer: _employer, contact: _contact, ...rest } = version;
	return rest;
}

/** Whether somebody described in the case is whoever told it: the report says so of itself. */
function toldIt({ kind, report }: PartyVersion, view: CaseRecord['view']): boolean {
	const own = view.reports.filter((one) => report === undefined || one.id === report);
	return own.some((one) => (one.answers['relation']?.versions ?? []).some((version) => version.value === kind));
}

/** That there was somebody, and nothing to know them by. */
function faceless({ id, by, device, at, party, kind }: PartyVersion): PartyVersion {
	return { id, by, device, at, party, kind };
}

/** Without by whom and on which phone, also of what was struck or has arrived. */
function handless(of: unknown): unknown {
	if (Array.isArray(of)) return of.map(handless);
	if (typeof of !== 'object' || of === null) return of;
	return Object.fromEntries(Object.entries(of).flatMap(([key, value]) => (key === 'by' || key === 'device' ? [] : [[key, handless(value)]])));
}

/** Without the people whom a sanction keeps apart; what somebody wrote about it stays. */
function unnamed(given: Decision['sanctions'][number]): Decision['sanctions'][number] {
	const { who: _, ...params } = given.params;
	return { ...given, params };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
	return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as Partial<Pick<T, K>>;
}
