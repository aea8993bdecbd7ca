/**
 * Which cases may belong together, as the server works it out of what a lead may
 * read. A suggestion says why in points; only a lead links, and what a lead said
 * about two cases ends it at once.
 */
import { type Suggestions, Suggestion_Verdict as Verdict, Suggestion_Why as Why } from '../generated/wire/v1/identity_pb.ts';
import type { CaseRecord, ChairRecord, Id, Millis } from '../replica/api.ts';
import { links, reportedAt } from './chair.ts';
import { casesOfSame, incidentsOf } from './persons.ts';
import { hex } from '../bytes.ts';

export const REASONS = [
	'same_badge', 'badge_looks_alike', 'badge_one_character', 'same_person', 'same_name', 'same_look', 'same_time', 'within_two_hours', 'same_place', 'shared_person',
	'shared_sealed_person', 'same_category', 'same_responder'
] as const;
export type ReasonCode = (typeof REASONS)[number];
export type Likely = 'same_incident' | 'same_person' | 'look';

export interface Suggested {
	/** The case that was opened first. */
	first: Id;
	second: Id;
	points: number;
	likely: Likely;
	/** The weightiest first. A newer server may know reasons that are left out here; the points stay whole. */
	reasons: readonly { code: ReasonCode; points: number }[];
}

const LIKELY = new Map<Verdict, Likely>([
	[Verdict.SAME_INCIDENT, 'same_incident'],
	[Verdict.SAME_PERSON, 'same_person'],
	[Verdict.LOOK, 'look']
]);
const CODES = new Map<Why, ReasonCode>([
	[Why.SAME_BADGE, 'same_badge'],
	[Why.BADGE_LOOKS_ALIKE, 'badge_looks_alike'],
	[Why.BADGE_ONE_CHARACTER, 'badge_one_character'],
	[Why.SAME_PERSON, 'same_person'],
	[Why.SAME_NAME, 'same_name'],
	[Why.SAME_LOOK, 'same_look'],
	[Why.SAME_TIME, 'same_time'],
	[Why.WITHIN_TWO_HOURS, 'within_two_hours'],
	[Why.SAME_PLACE, 'same_place'],
	[Why.SHARED_PERSON, 'shared_person'],
	[Why.SHARED_SEALED_PERSON, 'shared_sealed_person'],
	[Why.SAME_CATEGORY, 'same_category'],
	[Why.SAME_RESPONDER, 'same_responder']
]);

/** In the server's order: the most probable first. */
export function suggested(told: Suggestions): Suggested[] {
	return told.suggestions.flatMap((one) => {
		const likely = LIKELY.get(one.verdict);
		if (likely === undefined) return [];
		const reasons = one.reasons.flatMap(({ why, points }) => {
			const code = CODES.get(why);
			return code === undefined ? [] : [{ code, points }];
		});
		return [{ first: hex(one.first), second: hex(one.second), points: one.points, likely, reasons }];
	});
}

/**
 * What is suggested about an incident, as far as both cases are on this device and no lead said anything about them.
 * Any of its cases may be the one that is alike; of several that point at one other, the most probable.
 */
export function suggestedFor(members: readonly Id[], all: readonly Suggested[], cases: readonly CaseRecord[], chairs: readonly ChairRecord[]): (Suggested & { own: Id; other: Id })[] {
	const here = new Set(cases.map((one) => one.id));
	const said = new Set(links(chairs).flatMap((link) => [`${link.from} ${link.to}`, `${link.to} ${link.from}`]));
	const found = all
		.filter(({ first, second }) => members.includes(first) !== members.includes(second) && here.has(first) && here.has(second) && !said.has(`${first} ${second}`))
		.map((one) => (members.includes(one.first) ? { ...one, own: one.first, other: one.second } : { ...one, own: one.second, other: one.first }));
	return found.filter(({ other }, index) => found.findIndex((one) => one.other === other) === index);
}

/** The sanction after which the code says that further reports bring more. */
const WARNING = 'warn_cease';
/** Reasons to think of one person, not of one place or time. */
const OF_A_PERSON: readonly ReasonCode[] = ['same_badge', 'same_person', 'same_name'];

export interface Warned {
	caseId: Id;
	codeName: string;
	/** When the person was told. */
	told: Millis;
}

/**
 * Warnings that were told in a case about what may be the same person, before
 * this one was reported. Likely enough to be seen at once, never enough to decide.
 */
export function warnedBefore(records: readonly CaseRecord[], all: readonly Suggested[], cases: readonly CaseRecord[], chairs: readonly ChairRecord[]): Warned[] {
	const members = records.map(({ id }) => id);
	const reported = Math.min(...records.map(({ view }) => reportedAt(view)));
	const likely = members.flatMap((id) => suggestedFor([id], all, cases, chairs)).filter(({ reasons }) => reasons.some(({ code }) => OF_A_PERSON.includes(code)));
	const others = new Set([...likely.map(({ other }) => other), ...casesOfSame(members, chairs)]);
	return incidentsOf(others, members, cases, chairs)
		.flatMap(({ first, made: { sanctions } }) => {
			const told = Math.min(...sanctions.flatMap((one) => (one.code === WARNING && one.told !== undefined && one.lifted === undefined ? [one.told.at] : [])), Infinity);
			return told < reported ? [{ caseId: first.id, codeName: first.codeName, told }] : [];
		})
		.sort((a, b) => a.told - b.told);
}
