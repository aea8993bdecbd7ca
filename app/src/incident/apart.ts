/**
 * Which cases name each other, and to whom that tells too much.
 *
 * A link stands in the leads' notes of one case and, within one incident, in both
 * cases, for whoever reads them. It can end, but what was written stays in the
 * document, and whoever gets a document gets all of it. So a link that would tell
 * somebody is not made; and where somebody is kept away afterwards, leads are told
 * who reads of the case where.
 */
import { Role } from '../generated/wire/v1/identity_pb.ts';
import type { Team } from '../generated/wire/v1/identity_pb.ts';
import type { CaseRecord, ChairRecord, Id, Millis } from '../replica/api.ts';
import { group, type Link } from './chair.ts';
import { accessTo, isLead, keptAway, people, type Person } from './team.ts';

type Who = Pick<Person, 'id' | 'roles'>;

/** Whether somebody may not know of a case. While nobody knows whom of the staff it is about, it may be any of them. */
function keptFrom(team: Team, record: CaseRecord, { id, roles }: Who): boolean {
	if (record.excluded.includes(id) || keptAway(team, record.id).some((line) => line.staff === id)) return true;
	if (record.restricted === 'chair_named') return roles.includes(Role.CHAIR);
	return record.restricted === 'staff_unidentified' && !isLead(roles) && record.view.opened?.by !== id;
}

/** Whoever stepped back is kept away as well, and knows of it. */
function unaware(team: Team, record: CaseRecord, who: Who): boolean {
	return keptFrom(team, record, who) && !keptAway(team, record.id).some((line) => line.staff === who.id && line.cause === 'stepped_back');
}

/**
 * Whether somebody reads one of two cases, or of those that are one incident with
 * them, and may not know of another. `leads`: of what stands in the leads' notes only.
 */
export function wouldTell(ends: { from: Id; to: Id }, cases: readonly CaseRecord[], links: readonly Link[], team: Team | null, now: Millis, whom: 'all' | 'leads' = 'all'): boolean {
	if (team === null) return true;
	const touched = [ends.from, ends.to].flatMap((id) => group(id, cases, links)).flatMap((id) => cases.find((one) => one.id === id) ?? []);
	return people(team).some((person) => {
		const { id, roles } = person;
		const lead = isLead(roles);
		if (whom === 'leads' && !lead) return false;
		const away = new Set(touched.filter((one) => keptFrom(team, one, person)));
		return [...away].some((one) => unaware(team, one, person)) && touched.some((one) => !away.has(one) && (lead || one.view.opened?.by === id || accessTo(team, one.id, now).some((access) => access.staff === id)));
	});
}

/** One case names another: in its own words, or among the leads' notes about it. */
interface Naming {
	in: Id;
	of: Id;
	where: 'case' | 'notes';
}

/** Everything that was ever written counts, also a link that ended: it is on the phone of whoever got the document. */
function namings(cases: readonly CaseRecord[], chairs: readonly ChairRecord[]): Naming[] {
	const said = cases.flatMap((one) => one.view.entries.flatMap(({ kind, value }): Naming[] => (kind === 'part_of' && value ? [{ in: one.id, of: value, where: 'case' }] : [])));
	const noted = chairs.flatMap(({ parent, collections }) =>
		(collections.get('links') ?? []).flatMap(({ fields: { other } }): Naming[] => (parent !== undefined && typeof other === 'string' ? [{ in: parent, of: other, where: 'notes' }] : []))
	);
	const seen = new Set<string>();
	return [...said, ...noted].filter((one) => one.in !== one.of && !seen.has(`${one.in} ${one.of} ${one.where}`) && seen.add(`${one.in} ${one.of} ${one.where}`));
}

/** Whether somebody gets what names the other case: everything that is written into this one, or the leads' notes. */
function gets(team: Team, record: CaseRecord, where: Naming['where'], who: Who, now: Millis): boolean {
	if (keptFrom(team, record, who)) return false;
	if (isLead(who.roles)) return true;
	if (where === 'notes') return false;
	const author = record.view.opened?.by === who.id && record.restricted === 'none';
	return author || accessTo(team, record.id, now).some(({ staff, level }) => staff === who.id && level !== 'append');
}

/** Somebody reads in one case that there is another one, of which they may not know. */
export interface Telling {
	staff: Id;
	in: Id;
	of: Id;
}

/** Of all cases on this device, for those who get a case now. */
export function tellings(cases: readonly CaseRecord[], chairs: readonly ChairRecord[], team: Team | null, now: Millis): Telling[] {
	if (team === null) return [];
	const everyone = people(team);
	const known = new Map(cases.map((one) => [one.id, one]));
	const found = namings(cases, chairs).flatMap((naming) => {
		const [inside, other] = [known.get(naming.in), known.get(naming.of)];
		if (inside === undefined || other === undefined) return [];
		return everyone.filter((who) => unaware(team, other, who) && gets(team, inside, naming.where, who, now)).map(({ id }): Telling => ({ staff: id, in: naming.in, of: naming.of }));
	});
	return found.filter((one, index) => found.findIndex((each) => each.staff === one.staff && each.in === one.in && each.of === one.of) === index);
}

/** Where somebody reads that there is this case: what stays on their phone when they are kept away from this one only. */
export function readsOf(of: Id, staff: Id, cases: readonly CaseRecord[], chairs: readonly ChairRecord[], team: Team | null, now: Millis): Id[] {
	const who = team === null ? undefined : people(team).find((person) => person.id === staff);
	if (team === null || who === undefined) return [];
	const there = namings(cases, chairs).filter((one) => one.of === of && cases.some((record) => record.id === one.in && gets(team, record, one.where, who, now)));
	return [...new Set(there.map((one) => one.in))];
}

/** Of which cases somebody would learn who was given this one to read. */
export function wouldLearn(given: Id, staff: Id, cases: readonly CaseRecord[], team: Team | null): Id[] {
	const who = team === null ? undefined : people(team).find((person) => person.id === staff);
	if (team === null || who === undefined) return [];
	const named = namings(cases, []).filter((one) => one.in === given);
	return named.flatMap(({ of }) => cases.filter((record) => record.id === of && unaware(team, record, who)).map(({ id }) => id));
}
