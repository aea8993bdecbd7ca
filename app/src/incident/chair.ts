/**
 * What a lead's own documents say about cases: which cases belong together and
 * which names were opened. Nothing here touches a case's own texts: a link is
 * an element beside them, and it ends with a strike.
 */
import type { ChairRecord, Element, Id, IdentityRecord, Intention, Millis, NewFact } from '../replica/api.ts';
import type { CaseView } from './case.ts';

export const LINK_KINDS = ['same_incident', 'same_reported_person', 'related', 'not_the_same'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export interface Link {
	/** The element's id, and the chair document that holds it. */
	id: Id;
	document: Id;
	/** The case whose chair document holds it, and the other one. */
	from: Id;
	to: Id;
	kind: LinkKind;
	reason?: string;
	by: Id;
	at: Millis;
}

/** A case, as far as linking needs it. */
export interface Linkable {
	id: Id;
	view: CaseView;
}

/** The elements of a collection that are neither struck nor replaced. */
export function standing(collections: ReadonlyMap<string, readonly Element[]>, name: string): Element[] {
	const gone = new Set<unknown>();
	for (const strike of collections.get('strikes') ?? []) gone.add(strike.fields['target']);
	const elements = collections.get(name) ?? [];
	for (const element of elements) {
		const replaces = element.fields['replaces'];
		if (typeof replaces === 'string') for (const id of replaces.split(' ')) gone.add(id);
	}
	return elements.filter((element) => !gone.has(element.id)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function isLinkKind(value: unknown): value is LinkKind {
	return LINK_KINDS.some((kind) => kind === value);
}

/** Every link that stands, oldest first. */
export function links(chairs: readonly ChairRecord[]): Link[] {
	const found: Link[] = [];
	for (const chair of chairs) {
		if (chair.parent === undefined) continue;
		for (const element of standing(chair.collections, 'links')) {
			const { other, kind, reason } = element.fields;
			if (typeof other !== 'string' || !isLinkKind(kind) || other === chair.parent) continue;
			const link: Link = { id: element.id, document: chair.id, from: chair.parent, to: other, kind, by: element.by, at: element.at };
			found.push(typeof reason === 'string' && reason !== '' ? { ...link, reason } : link);
		}
	}
	return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** The links of one case, whichever of the two documents holds them. */
export function linksOf(caseId: Id, all: readonly Link[]): Link[] {
	return all.filter((link) => link.from === caseId || link.to === caseId);
}

/** The other end of a link. */
export function otherEnd(link: Link, caseId: Id): Id {
	return link.from === caseId ? link.to : link.from;
}

/** When a case was first reported, by the clocks of its phones. */
export function reportedAt(view: CaseView): Millis {
	const first = view.reports.filter((report) => !report.struck?.length)[0] ?? view.reports[0];
	return first?.reported_at ?? view.opened?.at ?? 0;
}

/** Cases of one incident: the earliest reported one is the primary, and comes first. */
export function group(caseId: Id, cases: readonly Linkable[], all: readonly Link[]): Id[] {
	const members = new Set<Id>([caseId]);
	for (let before = 0; before !== members.size; ) {
		before = members.size;
		for (const link of all) {
			if (link.kind !== 'same_incident') continue;
			if (members.has(link.from) || members.has(link.to)) members.add(link.from).add(link.to);
		}
	}
	const known = cases.filter((one) => members.has(one.id));
	return known.sort((a, b) => reportedAt(a.view) - reportedAt(b.view) || (a.id < b.id ? -1 : 1)).map((one) => one.id);
}

/** What `group` says of every case, in one walk. */
export function groups<C extends Linkable>(cases: readonly C[], all: readonly Link[]): Map<Id, readonly C[]> {
	const near = new Map<Id, Id[]>();
	for (const link of all) {
		if (link.kind !== 'same_incident') continue;
		near.set(link.from, [...(near.get(link.from) ?? []), link.to]);
		near.set(link.to, [...(near.get(link.to) ?? []), link.from]);
	}
	const known = new Map(cases.map((one) => [one.id, one]));
	const found = new Map<Id, readonly C[]>();
	for (const one of cases) {
		if (found.has(one.id)) continue;
		const members = new Set([one.id]);
		for (const member of members) for (const other of near.get(member) ?? []) members.add(other); // a set is walked to its end, which grows
		const group = [...members].flatMap((id) => known.get(id) ?? []).sort((a, b) => reportedAt(a.view) - reportedAt(b.view) || (a.id < b.id ? -1 : 1));
		for (const member of group) found.set(member.id, group);
	}
	return found;
}

/** The case that this one says it is part of. The latest entry that is not struck counts. */
export function partOf(view: CaseView): Id | null {
	const said = view.entries.filter((entry) => entry.kind === 'part_of' && !entry.struck?.length).at(-1);
	return said?.value ? said.value : null;
}

export interface LinkWish {
	from: Id;
	/** The chair document of `from`. */
	chairDocument: Id;
	to: Id;
	kind: LinkKind;
	reason: string;
}

/** Links two cases: one element in a chair document, and "part of" in each case that is not the primary. */
export function linkIntentions(wish: LinkWish, cases: readonly Linkable[], all: readonly Link[], newId: () => Id): Intention[] {
	const id = newId();
	const made: Link = { id, document: wish.chairDocument, from: wish.from, to: wish.to, kind: wish.kind, by: '', at: 0 };
	const reason = wish.reason.trim();
	const fact: NewFact = { into: 'links', id, fields: { other: wish.to, kind: wish.kind, ...(reason ? { reason } : {}) } };
	return [
		{ document: wish.chairDocument, kind: 'chair', facts: [fact], birth: { parent: wish.from } },
		...partOfIntentions([wish.from, wish.to], cases, [...all, made], newId)
	];
}

/** Ends a link with a strike. Both cases stand as they did before. */
export function unlinkIntentions(link: Link, cases: readonly Linkable[], all: readonly Link[], newId: () => Id): Intention[] {
	const strike: NewFact = { into: 'strikes', id: newId(), fields: { target: link.id } };
	return [
		{ document: link.document, kind: 'chair', facts: [strike] },
		...partOfIntentions(group(link.from, cases, all), cases, all.filter((one) => one.id !== link.id), newId)
	];
}

/** What has to be written so that every touched case says whose part it is now. */
function partOfIntentions(touched: readonly Id[], cases: readonly Linkable[], after: readonly Link[], newId: () => Id): Intention[] {
	const members = new Set(touched.flatMap((id) => group(id, cases, after)));
	const intentions: Intention[] = [];
	for (const one of cases) {
		if (!members.has(one.id)) continue;
		const [primary] = group(one.id, cases, after);
		const now = primary === undefined || primary === one.id ? null : primary;
		if (now === partOf(one.view)) continue;
		intentions.push({ document: one.id, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'part_of', value: now ?? '' } }] });
	}
	return intentions;
}

/** Who the reporter is, as far as it was written down. */
export interface Identity {
	document: Id;
	/** When this person opened it; absent: it is closed to them. */
	openedAt?: Millis;
	name?: string;
	badge?: string;
	contact?: string;
	bestWay?: string;
	safety?: string;
}

/** The identity behind a report, for one lead: closed until that lead opened it with a reason. */
export function identityOf(report: Id, reader: Id, identities: readonly IdentityRecord[], chair: ChairRecord | undefined): Identity | null {
	for (const record of identities) {
		const person = standing(record.collections, 'persons').filter((element) => element.fields['report'] === report).at(-1);
		if (!person) continue;
		const opening = chair && standing(chair.collections, 'openings').find((element) => element.fields['identity'] === record.id && element.by === reader);
		if (!opening) return { document: record.id };
		const text = (field: string) => {
			const value = person.fields[field];
			return typeof value === 'string' && value !== '' ? value : undefined;
		};
		const identity: Identity = { document: record.id, openedAt: opening.at };
		const [name, badge, contact, bestWay, safety] = [text('name'), text('badge'), text('contact'), text('best_way'), text('safety')];
		if (name) identity.name = name;
		if (badge) identity.badge = badge;
		if (contact) identity.contact = contact;
		if (bestWay) identity.bestWay = bestWay;
		if (safety) identity.safety = safety;
		return identity;
	}
	return null;
}

/** Opens a name: written down with the reason, before it is shown. */
export function openIdentity(caseId: Id, chairDocument: Id, identity: Id, reason: string, newId: () => Id): Intention {
	return { document: chairDocument, kind: 'chair', facts: [{ into: 'openings', id: newId(), fields: { identity, reason: reason.trim() } }], birth: { parent: caseId } };
}

/** Whether this lead has opened the case, by its own entries. */
export function openedBy(view: CaseView, staff: Id): boolean {
	return view.entries.some((entry) => entry.kind === 'chair_opened' && entry.by === staff && !entry.struck?.length);
}

/** Says in the case that a lead opened it. */
export function openCase(caseId: Id, newId: () => Id): Intention {
	return { document: caseId, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'chair_opened' } }] };
}
