/**
 * What may be said in public about the whole event: numbers without anybody in
 * them. What is linked as one incident counts once, drills never, and a number
 * below three is not said.
 */
import type { CaseRecord, ChairRecord } from '../replica/api.ts';
import { group, links, type Link } from './chair.ts';
import { closed } from './closing.ts';
import { decision, isAppealed, joined, NO_ACTION, outcome, unfounded } from './decision.ts';
import { saidAt } from './path.ts';
import { claims, sameness } from './persons.ts';

/** A smaller number could point at somebody who was there. */
export const SMALLEST = 3;

export interface Counts {
	reports: number;
	cases: number;
	/** Whom leads said to be one person, of a person or of two cases, counts once; the others count as one each where something is known of them. */
	people: number;
	open: number;
	stands: number;
	/** Of those that stand: the reported person was heard, and told what came of it. */
	heardAndTold: number;
	/** How the reports came: by code. */
	channels: { readonly [code: string]: number };
	/** Kinds of behaviour: by code, in cases. */
	categories: { readonly [code: string]: number };
	/** What followed, by code, in cases. */
	sanctions: { readonly [code: string]: number };
	/** Cases with an appeal that nobody has decided yet, and those in which one was decided: what stands is what came of it. */
	appealsOpen: number;
	appealsDecided: number;
	/** Concerns that were no harassment. */
	concerns: number;
}

export function counts(cases: readonly CaseRecord[], chairs: readonly ChairRecord[]): Counts {
	const all = links(chairs);
	const real = cases.filter((record) => record.view.opened?.drill !== true);
	const incidents = real.map((record) => group(record.id, real, all)).filter((members, index) => members[0] === real[index]?.id);
	const sum: { [what: string]: { [code: string]: number } } = { channels: {}, categories: {}, sanctions: {} };
	const add = (what: 'channels' | 'categories' | 'sanctions', code: string) => {
		const table = sum[what];
		if (table) table[code] = (table[code] ?? 0) + 1;
	};
	const found = { reports: 0, cases: 0, open: 0, stands: 0, heardAndTold: 0, appealsOpen: 0, appealsDecided: 0, concerns: 0 };
	const confirmed = claims(chairs);
	/** By incident, under its first case. */
	const people = new Map<string, Set<string>>();
	for (const members of incidents) {
		const records = members.flatMap((id) => real.find((record) => record.id === id) ?? []);
		const views = records.map((record) => record.view);
		const notes = joined(chairs.filter((chair) => members.includes(chair.parent ?? '')));
		const made = decision(notes, views);
		const result = outcome(made);
		const reports = views.flatMap((view) => view.reports.filter((report) => !report.struck?.length));
		found.cases += 1;
		found.reports += reports.length;
		for (const report of reports) for (const version of report.answers['channel']?.versions ?? []) if (version.value) add('channels', version.value);
		const categories = reports.flatMap((report) => Object.entries(report.answers).flatMap(([field, answer]) => (field.startsWith('category/') && answer.versions.some((version) => version.value === 'yes') ? [field.slice('category/'.length)] : [])));
		for (const code of new Set(categories)) add('categories', code);
		for (const code of new Set(made.sanctions.filter((one) => !one.interim && one.lifted === undefined && one.told !== undefined && one.code !== NO_ACTION && !unfounded(one, made)).map((one) => one.code))) add('sanctions', code);
		if (closed(notes).state === 'open') found.open += 1;
		if (result.state === 'made' && result.finding.value === 'stands') {
			found.stands += 1;
			if (saidAt(made) !== undefined && made.statements.some((statement) => 'text' in statement)) found.heardAndTold += 1;
		}
		if (isAppealed(made)) found.appealsOpen += 1;
		if (made.appeals.some((appeal) => appeal.decision !== undefined)) found.appealsDecided += 1;
		if (reports.length > 0 && reports.every((report) => report.answers['relation']?.versions.every((version) => version.value === 'other_concern') ?? false)) found.concerns += 1;
		const persons = new Set<string>();
		for (const { id, view } of records) {
			for (const party of view.parties) {
				if (!party.versions.some((version) => version.kind === 'reported')) continue;
				const known = confirmed.find((one) => one.caseId === id && one.party === party.party);
				// One incident is about one reported person, as far as no lead said otherwise.
				persons.add(known ? `person ${known.person}` : `incident ${members[0] ?? ''}`);
			}
		}
		for (const id of members) people.set(id, persons);
	}
	return { ...found, people: different(people, all).size, channels: sum['channels'] ?? {}, categories: sum['categories'] ?? {}, sanctions: sum['sanctions'] ?? {} };
}

/** Each person once. Two incidents that a lead linked as being about one person have one in common. */
function different(people: ReadonlyMap<string, ReadonlySet<string>>, all: readonly Link[]): Set<string> {
	const same = sameness();
	for (const { kind, from, to } of all) {
		if (kind !== 'same_reported_person') continue;
		const [here, there] = [people.get(from) ?? [], people.get(to) ?? []].map((each) => [...each].map(same.first));
		const [one, other] = [here?.[0], there?.[0]];
		if (one !== undefined && other !== undefined && here?.some((person) => there?.includes(person)) !== true) same.join(one, other);
	}
	return new Set([...people.values()].flatMap((each) => [...each].map(same.first)));
}

/** What the public is told of appeals, without a number: one that is still open may change what was found. */
export function ofAppeals({ appealsOpen, appealsDecided }: Counts): 'open' | 'decided' | null {
	return appealsOpen > 0 ? 'open' : appealsDecided > 0 ? 'decided' : null;
}

/** A number that may be said: none, or at least three. */
export function sayable(count: number): number | null {
	return count === 0 || count >= SMALLEST ? count : null;
}

/**
 * Whether a part may be said beside its whole: itself, and also what is left of the whole when it is taken away.
 */
export function sayablePart(count: number, whole: number): boolean {
	return sayable(count) !== null && (sayable(whole) === null || sayable(Math.max(0, whole - count)) !== null);
}

/**
 * Codes with a number that may be said beside `whole`, the most frequent first; and whether any was left out. A case
 * may be of several kinds, so what is left of the whole says no more than that; still, one or two are not left alone.
 */
export function listed(table: { readonly [code: string]: number }, whole: number): { lines: { code: string; count: number }[]; leftOut: boolean } {
	const all = Object.entries(table).map(([code, count]) => ({ code, count }));
	const lines = all.filter(({ count }) => count >= SMALLEST && sayablePart(count, whole)).sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
	// What was left out could be worked out from the sum of the others: then the smallest of them goes, too.
	const rest = () => whole - lines.reduce((sum, { count }) => sum + count, 0);
	while (lines.length > 0 && lines.length < all.length && rest() > 0 && rest() < SMALLEST) lines.pop();
	return { lines, leftOut: lines.length < all.length };
}
