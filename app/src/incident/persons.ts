/**
 * Who turns up in more than one case. Leads say that two descriptions are one
 * person, under a name that is nobody's; what was decided about that person
 * before is then in front of whoever decides again.
 */
import type { CaseRecord, ChairRecord, Id, Intention, Millis } from '../replica/api.ts';
import type { PartyVersion } from './case.ts';
import { groups, links, otherEnd, standing } from './chair.ts';
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

export function claims(chairs: readonly ChairRecord[]): Claim[] {
	return chairs.flatMap((chair) =>
		standing(chair.collections, 'persons').flatMap((element): Claim[] => {
			const { person, party } = element.fields;
			if (chair.parent === undefined || typeof person !== 'string' || !/^[0-9a-f]{32}$/.test(person) || typeof party !== 'string') return [];
			return [{ id: element.id, person, name: codeName(person), caseId: chair.parent, party, by: element.by, at: element.at }];
		})
	);
}

/** Says who a described person is: one that other cases know, or a new one. */
export function claim(desk: Desk, party: Id, person: Id): Intention {
	return { document: desk.document, kind: 'chair', facts: [{ into: 'persons', id: desk.newId(), fields: { person, party } }], birth: { parent: desk.caseId } };
}

/** Takes a claim back. Both cases stand as before. */
export function unclaim(document: Id, claimId: Id, newId: () => Id): Intention {
	return { document, kind: 'chair', facts: [{ into: 'strikes', id: newId(), fields: { target: claimId } }] };
}

/** The reported people of a case, in the words that stand. */
export function reported(record: CaseRecord): { party: Id; version: PartyVersion }[] {
	return record.view.parties.flatMap(({ party, versions }) => {
		const version = versions[0];
		return version?.kind === 'reported' ? [{ party, version }] : [];
	});
}

/** Other cases in which the same person is reported: leads said so, of a person or of two cases. */
export function casesOfSame(members: readonly Id[], chairs: readonly ChairRecord[]): Set<Id> {
	const all = claims(chairs);
	const persons = new Set(all.filter((one) => members.includes(one.caseId)).map((one) => one.person));
	const found = new Set(all.filter((one) => persons.has(one.person)).map((one) => one.caseId));
	for (const link of links(chairs)) {
		if (link.kind !== 'same_reported_person') continue;
		for (const id of members) if (link.from === id || link.to === id) found.add(otherEnd(link, id));
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
