/**
 * Who turns up in more than one case. Leads say that two descriptions are one
 * person, under a name that is nobody's; what was decided about that person
 * before is then in front of whoever decides again.
 */
import type { CaseRecord, ChairRecord, Id, Intention, Millis } from '../replica/api.ts';
import type { PartyVersion } from './case.ts';
import { groups, links, standing } from './chair.ts';
import { codeName } from './codename.ts';
import { decision, joined, unfounded, type Decision, type Sanction } from './decision.ts';
import type { Desk } from './deciding.ts';

/** A lead's word that a described person is this one. */
export interface Claim {
	id: Id;
	/** The person, and the name that they go by among leads. */
	person: Id;
	name: string;
	/** The case, and who it is in there. */
	caseId: Id;
	party: Id;
	by: Id;
	at: Millis;
}

/** What was decided about the same person in another case. */
export interface Earlier {
	caseId: Id;
	codeName: string;
	sanction: Sanction;
	/** Told that further reports bring sanctions. */
	warned: boolean;
}

/** The warning after which the code says that further reports bring sanctions. */
export const WARNING = 'warn_cease';

/**
 * Leads who do not know of each other may give one person two names. Whom one of them called by both is one person in
 * every case, under the name that was given first.
 */
export function claims(chairs: readonly ChairRecord[]): Claim[] {
	const all = written(chairs);
	const persons = sameness();
	const descriptions = new Map<string, Id>();
	for (const { person, caseId, party } of all) {
		const key = `${caseId} ${party}`;
		persons.join(descriptions.get(key) ?? person, person);
		descriptions.set(key, person);
	}
	return all.map((one) => {
		const person = persons.first(one.person);
		return { ...one, person, name: codeName(person) };
	});
}

/** As each was written down, the earliest first. */
function written(chairs: readonly ChairRecord[]): Omit<Claim, 'name'>[] {
	return chairs
		.filter((chair) => chair.collections.has('persons')) // asked for every row of the inbox
		.flatMap((chair) =>
			standing(chair.collections, 'persons').flatMap((element) => {
				const { person, party } = element.fields;
				if (chair.parent === undefined || typeof person !== 'string' || !/^[0-9a-f]{32}$/.test(person) || typeof party !== 'string') return [];
				return [{ id: element.id, person, caseId: chair.parent, party, by: element.by, at: element.at }];
			})
		)
		.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** What was said to be one and the same. Of all its names, `first` is the one that was mentioned first. */
export function sameness(): { join: (one: string, other: string) => void; first: (name: string) => string } {
	const mentioned = new Map<string, number>();
	const under = new Map<string, string>();
	const first = (name: string): string => {
		let at = name;
		for (let next = under.get(at); next !== undefined; next = under.get(at)) at = next;
		return at;
	};
	const since = (name: string): number => {
		const known = mentioned.get(name) ?? mentioned.size;
		mentioned.set(name, known);
		return known;
	};
	return {
		first,
		join: (one, other) => {
			for (const name of [one, other]) since(name);
			const [a, b] = [first(one), first(other)];
			if (a === b) return;
			const [sooner, later] = since(a) < since(b) ? [a, b] : [b, a];
			under.set(later, sooner);
		}
	};
}

/** A described person and the name that leads call them by. */
export interface Known {
	caseId: Id;
	party: Id;
	name: string;
	/** Everything that says so. */
	claims: readonly Id[];
}

/** Whom leads knew again in these cases, each description once. */
export function knownIn(members: readonly Id[], chairs: readonly ChairRecord[]): Known[] {
	const found = new Map<string, Known>();
	for (const { caseId, party, name, id } of claims(chairs)) {
		if (!members.includes(caseId)) continue;
		const key = `${caseId} ${party}`;
		found.set(key, { caseId, party, name, claims: [...(found.get(key)?.claims ?? []), id] });
	}
	return [...found.values()];
}

/** Says who a described person is: one that other cases know, or a new one. */
export function claim(desk: Desk, party: Id, person: Id): Intention {
	return { document: desk.document, kind: 'chair', facts: [{ into: 'persons', id: desk.newId(), fields: { person, party } }], birth: { parent: desk.caseId } };
}

/** Takes back who a described person is, whoever said so. Both cases stand as before. */
export function unclaim(document: Id, claimed: readonly Id[], newId: () => Id): Intention {
	return { document, kind: 'chair', facts: claimed.map((target) => ({ into: 'strikes', id: newId(), fields: { target } })) };
}

/** The reported people of a case, in the words that stand. */
export function reported(record: CaseRecord): { party: Id; version: PartyVersion }[] {
	return record.view.parties.flatMap(({ party, versions }) => {
		const version = versions[0];
		return version?.kind === 'reported' ? [{ party, version }] : [];
	});
}

/**
 * Other cases in which the same person is reported: leads said so, of a person or of two cases, and of those again. A
 * claim is about one description; a link is about all whom its two incidents report, as far as no lead said more.
 */
export function casesOfSame(members: readonly Id[], chairs: readonly ChairRecord[], said = claims(chairs), linked = links(chairs)): Set<Id> {
	const found = new Set(members);
	if (said.length > 0 || linked.some(({ kind }) => kind === 'same_reported_person')) {
		/** Cases of which everybody reported is meant, and persons. */
		const [whole, persons] = [new Set(members), new Set<Id>()];
		const size = () => found.size + whole.size + persons.size;
		for (let before = 0; before !== size(); ) {
			before = size();
			for (const { caseId, person } of said) {
				if (whole.has(caseId)) persons.add(person);
				if (persons.has(person)) found.add(caseId);
			}
			for (const link of linked) {
				for (const [one, other] of [[link.from, link.to], [link.to, link.from]] as const) {
					if (!found.has(one)) continue;
					if (link.kind === 'same_incident') found.add(other);
					if (link.kind === 'same_reported_person' || (link.kind === 'same_incident' && whole.has(one))) whole.add(other);
				}
			}
			for (const id of whole) found.add(id);
		}
	}
	for (const id of members) found.delete(id);
	return found;
}

/**
 * What was decided about the same person elsewhere and not taken back, the earliest first. What is interim is no
 * decision. Cases of one incident are decided together, beside whichever of them came first then.
 */
export function earlier(members: readonly Id[], cases: readonly CaseRecord[], chairs: readonly ChairRecord[]): Earlier[] {
	const same = casesOfSame(members, chairs);
	return incidentsOf(same, members, cases, chairs)
		.flatMap(({ first, made }) => standingIn(made).map((sanction) => ({ caseId: first.id, codeName: first.codeName, sanction })))
		.map((each) => ({ ...each, warned: each.sanction.code === WARNING && each.sanction.told !== undefined }))
		.sort((a, b) => a.sanction.at - b.sanction.at);
}

/** The incidents that any of these cases is part of, each once under its first case, with what was decided about it; without that of `own`. */
export function incidentsOf(ids: ReadonlySet<Id>, own: readonly Id[], cases: readonly CaseRecord[], chairs: readonly ChairRecord[]): { first: CaseRecord; made: Decision }[] {
	if (ids.size === 0) return []; // asked for every row of the inbox
	const together = groups(cases, links(chairs));
	return cases.flatMap((first) => {
		const members = (together.get(first.id) ?? [first]).map((one) => one.id);
		if (members[0] !== first.id || !members.some((id) => ids.has(id)) || members.some((id) => own.includes(id))) return [];
		return [{ first, made: decision(joined(chairs.filter((chair) => members.includes(chair.parent ?? '')))) }];
	});
}

function standingIn(made: Decision): Sanction[] {
	return made.sanctions.filter((each) => !each.interim && each.lifted === undefined && !unfounded(each, made));
}
