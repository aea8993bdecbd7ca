/**
 * Which cases a link would give away: it stands in the leads' notes of one case
 * and, within one incident, in both cases, for whoever reads them.
 */
import type { CaseRecord, Id, Millis } from '../replica/api.ts';
import type { Team } from '../generated/wire/v1/identity_pb.ts';
import { group, type Link } from './chair.ts';
import { accessTo, isLead, keptAway, people } from './team.ts';

/**
 * Whether somebody reads one of two cases, or of those that are one incident with
 * them, and may not know of another. Whoever stepped back knows of it already.
 */
export function wouldTell(ends: { from: Id; to: Id }, cases: readonly CaseRecord[], links: readonly Link[], team: Team | null, now: Millis): boolean {
	if (team === null) return true;
	const touched = [ends.from, ends.to].flatMap((id) => group(id, cases, links)).flatMap((id) => cases.find((one) => one.id === id) ?? []);
	return people(team).some(({ id, roles }) => {
		const away = new Set(touched.filter((one) => one.excluded.includes(id) || keptAway(team, one.id).some((line) => line.staff === id)));
		const unaware = [...away].some((one) => !keptAway(team, one.id).some((line) => line.staff === id && line.cause === 'stepped_back'));
		return unaware && touched.some((one) => !away.has(one) && (isLead(roles) || one.view.opened?.by === id || accessTo(team, one.id, now).some((access) => access.staff === id)));
	});
}
