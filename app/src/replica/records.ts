/** What the screens see of each document: the merged view, and where every element is. */
import { caseName } from '../incident/codename.ts';
import { deriveCase } from '../incident/derive.ts';
import { lay as put, type Raw, type RawElement, signed } from '../incident/raw.ts';
import { Reason } from '../generated/wire/v1/frame_pb.ts';
import type { CaseRecord, ChairRecord, Element, EventRecord, Id, IdentityRecord, Kind, Record, Safekeeping } from './api.ts';
import { restrictedName } from './envelope.ts';
import { bornAs, type Held, type Intent, isAwake, savedAt } from './kept.ts';
import type { Ledger } from './ledger.ts';
import type { Readings } from './readings.ts';

const NOTHING = (): Raw => ({ collections: new Map(), registers: new Map(), unread: 0 });

type AnyRecord = CaseRecord | ChairRecord | IdentityRecord | EventRecord;

/** All that is held, as the screens are given it. */
export interface Shown {
	cases: readonly CaseRecord[];
	chairs: readonly ChairRecord[];
	identities: readonly IdentityRecord[];
	notice: EventRecord | null;
	duty: EventRecord | null;
}

export class Records {
	private readonly held = new Map<Id, AnyRecord>();
	private shown: Shown | undefined;
	private away = '';
	/** Whose restriction a lead ended: their birth does not know. */
	private ended: ReadonlySet<Id> = new Set();

	/** Without the cases that the person stepped back from; `ended`: restricted no more. What is not other than before is the same array: whoever derives from it need not derive again. */
	read(ledger: Ledger, readings: Readings | undefined, changed: readonly Id[], recused: readonly { id: Id }[], ended: ReadonlySet<Id>): Shown {
		const other = [...ended, ...this.ended].filter((id) => ended.has(id) !== this.ended.has(id));
		const touched = [...new Set([...changed, ...other])];
		this.ended = ended;
		const there = touched.length > 0 ? ledger.documents() : undefined;
		for (const document of touched) {
			const record = there?.has(document) === true ? this.make(ledger, readings, document) : undefined;
			if (record) this.held.set(document, record);
			else this.held.delete(document);
		}
		const away = recused.map(({ id }) => id).join();
		if (this.shown && touched.length === 0 && away === this.away) return this.shown;
		this.away = away;
		const near = (record: AnyRecord): boolean => !recused.some(({ id }) => id === record.id || id === record.parent);
		const all = [...this.held.values()].filter(near);
		const of = <R extends AnyRecord>(is: (record: AnyRecord) => record is R, before: readonly R[] | undefined): readonly R[] => same(all.filter(is), before);
		return (this.shown = {
			cases: of((record) => record.kind === 'case', this.shown?.cases),
			chairs: of((record) => record.kind === 'chair', this.shown?.chairs),
			identities: of((record) => record.kind === 'identity', this.shown?.identities),
			notice: all.find((record): record is EventRecord => record.kind === 'notice') ?? null,
			duty: all.find((record): record is EventRecord => record.kind === 'duty') ?? null
		});
	}

	/** Also one that is shown to nobody any more. */
	ofCase(id: Id): CaseRecord | undefined {
		const record = this.held.get(id);
		return record?.kind === 'case' ? record : undefined;
	}

	private make(ledger: Ledger, readings: Readings | undefined, document: Id): AnyRecord | undefined {
		const changes = ledger.ofDocument(document);
		const intents = ledger.intentsOf(document);
		const kind = changes[0]?.kind ?? intents[0]?.intention.kind;
		// A document whose changes cannot be read yet is not shown at all: half of it could mislead.
		const read = readings?.raw(document);
		// Of a forgotten one only the own words are left, and are shown without what they stood in.
		const whole = read ?? (ledger.isForgotten(document) ? NOTHING() : undefined);
		if (!kind || (!whole && changes.some((kept) => kept.state !== 'refused'))) return undefined;
		const raw: Raw = whole ? { ...whole, collections: new Map(whole.collections), registers: new Map(whole.registers) } : NOTHING();
		const self = ledger.get('enrolled')?.self;
		if (self) {
			// What a person wrote stays in sight, whether it is a change already, and whether the server took it or not.
			const refused = changes.flatMap((kept) => (kept.state !== 'kept' && isAwake(kept) && kept.wrote ? [kept.wrote] : []));
			for (const intent of [...refused, ...intents]) lay(raw, intent, self.staff, self.device);
		}
		return build(kind, this.common(ledger, readings, document, changes, intents), raw, changes, intents, this.ended.has(document));
	}

	private common(ledger: Ledger, readings: Readings | undefined, id: Id, changes: readonly Held[], intents: readonly Intent[]): Omit<Record, 'kind'> {
		const own = ledger.get('enrolled')?.self.device;
		const safekeeping = new Map<Id, Safekeeping>();
		let lastSentAt: number | undefined;
		let lastVia: string | undefined;
		let lastSavedAt: number | undefined;
		for (const kept of changes) {
			if (kept.keptAt !== undefined && kept.keptAt >= (lastSentAt ?? 0)) {
				lastSentAt = kept.keptAt;
				lastVia = kept.via;
			}
			const saved = kept.device === own ? savedAt(kept) : undefined;
			if (saved !== undefined) lastSavedAt = Math.max(lastSavedAt ?? 0, saved);
			for (const element of readings?.elementsOf(kept) ?? (isAwake(kept) ? kept.wrote?.intention.facts.map((fact) => fact.id) : kept.elements) ?? []) safekeeping.set(element, placeOf(kept));
		}
		for (const intent of intents) {
			lastSavedAt = Math.max(lastSavedAt ?? 0, intent.at);
			const place: Safekeeping = intent.stuck === undefined ? { where: 'phone' } : { where: 'not_accepted', reason: intent.stuck };
			for (const fact of intent.intention.facts) safekeeping.set(fact.id, place);
		}
		const birth = bornAs(changes);
		const parent = birth?.parent ?? intents.find((intent) => intent.intention.birth)?.intention.birth?.parent;
		return {
			id,
			...(parent !== undefined && { parent }),
			unsent: changes.filter((kept) => kept.state === 'unsent').length + intents.filter((intent) => intent.stuck === undefined).length + ledger.picturesOf(id).length,
			...(lastSentAt !== undefined && { lastSentAt }),
			...(lastVia !== undefined && { lastVia }),
			...(lastSavedAt !== undefined && { lastSavedAt }),
			safekeeping
		};
	}
}

function same<R>(now: readonly R[], before: readonly R[] | undefined): readonly R[] {
	return before?.length === now.length && now.every((record, at) => record === before[at]) ? before : now;
}

function build(kind: Kind, common: Omit<Record, 'kind'>, raw: Raw, changes: readonly Held[], intents: readonly Intent[], ended: boolean): AnyRecord {
	if (kind === 'case') {
		const birth = bornAs(changes);
		const meant = intents.find((intent) => intent.intention.birth)?.intention.birth?.restricted;
		const restricted = ended ? 'none' : birth ? restrictedName(birth.restricted) : (meant ?? 'none');
		const excluded = birth?.excluded ?? intents.find((intent) => intent.intention.birth)?.intention.birth?.excluded ?? [];
		const held = changes.some((kept) => kept.state === 'unsent' && kept.held);
		const view = deriveCase(raw);
		return { ...common, kind, codeName: caseName(common.id, view.opened?.drill === true), restricted, excluded, held, view };
	}
	return { ...common, kind, collections: elementsByCollection(raw) };
}

function placeOf(kept: Held): Safekeeping {
	if (kept.state === 'unsent') return { where: 'phone' };
	if (kept.state === 'kept') return { where: 'sent', at: kept.keptAt ?? 0, ...(kept.via !== undefined && { via: kept.via }) };
	return { where: 'not_accepted', reason: (Reason[kept.reason ?? 0] ?? 'UNSPECIFIED').toLowerCase() };
}

/** Lays the facts of an intention over what was read, where they are not there already. */
function lay(raw: Raw, intent: Intent, by: Id, device: Id): void {
	for (const fact of intent.intention.facts) {
		const collection = raw.collections.get(fact.into) ?? [];
		if (collection.some((element) => element.id === fact.id)) continue;
		const fields: RawElement['fields'] = { by, device, at: fact.at ?? intent.at };
		if (intent.clockOff !== undefined) fields['clock_off'] = intent.clockOff;
		for (const [name, value] of Object.entries(fact.fields)) {
			if (value !== undefined) fields[name] = typeof value === 'object' ? { ...value } : value;
		}
		put(raw, fact.into, { id: fact.id, fields }, fact.register);
	}
}

function elementsByCollection(raw: Raw): Map<string, Element[]> {
	const all = new Map<string, Element[]>();
	for (const [name, elements] of raw.collections) {
		all.set(name, elements.flatMap((element) => {
			const known = signed(element);
			return known ? [{ id: known.id, by: known.by, device: known.device, at: known.at, fields: known.rest as Element['fields'] }] : [];
		}));
	}
	return all;
}
