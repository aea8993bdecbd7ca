/**
 * A phone's whole event in memory, to practise with. It is given the real one's
 * state once and nothing else of it: what is written here has no storage, no keys
 * and no line that it could leave by, and is gone when the drill ends.
 */
import { create } from '@bufbuild/protobuf';
import { StaffMemberSchema, TeamSchema } from '../generated/wire/v1/identity_pb.ts';
import { ContactSchema, EmergencyNumberSchema } from '../generated/wire/v1/pack_pb.ts';
import { caseName } from '../incident/codename.ts';
import { deriveCase } from '../incident/derive.ts';
import { lay, type Raw, type RawElement, signed } from '../incident/raw.ts';
import {
	type Along, type CaseRecord, type Draft, type Element, type EventRecord, type Id, type IdentityRecord, type Intention, type LeadCalls, type LockCalls, type Millis, type Pack, type PictureCalls, type PictureHere, Refused, type Replica, Role, type Safekeeping, type State
} from './api.ts';
import { type Bytes, hex, sha256, unhex } from './bytes.ts';

/** Numbers that are kept free for films: nobody answers them. */
const NOBODY = '+49 30 23125 ';

interface Kept {
	id: Id;
	kind: Intention['kind'];
	birth: NonNullable<Intention['birth']>;
	raw: Raw;
	changes: number;
	savedAt: Millis;
	elements: Id[];
}

export interface Real {
	state: State;
	newId(): Id;
	now(): Millis;
}

export class DrillReplica implements Replica {
	state: State;
	readonly #documents = new Map<Id, Kept>();
	readonly #drafts = new Map<Id, Draft>();
	readonly #recused: { id: Id; codeName: string; at: Millis; told: boolean; only: boolean }[] = [];
	readonly #subscribers = new Set<() => void>();
	readonly #pictures = new Map<string, { here: PictureHere; bytes: Bytes }>();
	readonly #notice: Id;
	readonly #duty: Id;

	constructor(
		private readonly real: Real,
		/** What whoever would be told is called. */
		chair: string
	) {
		const { state } = real;
		const now = real.now();
		this.#notice = real.newId();
		this.#duty = real.newId();
		const staff = state.self?.staff ?? real.newId();
		this.state = {
			...state,
			lock: { state: 'open', since: now, by: 'pin', passkey: 'no', over: false },
			lost: 0,
			ready: true,
			opening: null,
			self: { state: 'active', device: state.self?.device ?? real.newId(), staff, name: state.self?.name ?? '', roles: [Role.RESPONDER], badgeLabel: state.self?.badgeLabel ?? '', label: state.self?.label ?? '', words: [] },
			pack: state.pack && drillPack(state.pack, chair),
			team: create(TeamSchema, {
				open: true,
				staff: [
					create(StaffMemberSchema, { staff: unhex(staff), name: state.self?.name ?? '', roles: [Role.RESPONDER] }),
					create(StaffMemberSchema, { staff: unhex(real.newId()), name: chair, roles: [Role.CHAIR], phone: `${NOBODY}001` })
				]
			}),
			connection: { state: 'offline', since: now },
			allSentAt: null,
			ledgerAlarm: null,
			storageBroken: null,
			cases: [],
			chairs: [],
			identities: [],
			notice: null,
			duty: null,
			recused: [],
			drafts: [],
			pictures: [],
			parcels: [],
			recovery: null,
			updateWaiting: false
		};
	}

	subscribe(changed: () => void): () => void {
		this.#subscribers.add(changed);
		return () => this.#subscribers.delete(changed);
	}

	newId(): Id {
		return this.real.newId();
	}

	now(): Millis {
		return this.real.now();
	}

	write(what: Intention | readonly Intention[], along: Along = {}): Promise<void> {
		for (const intention of 'facts' in what ? [what] : what) this.#lay(intention);
		if (along.draft !== undefined) this.#drafts.delete(along.draft);
		this.#show();
		return Promise.resolve();
	}

	#lay(intention: Intention): void {
		const { self } = this.state;
		const now = this.now();
		const kept: Kept = this.#documents.get(intention.document) ?? {
			id: intention.document, kind: intention.kind, birth: intention.birth ?? {}, raw: { collections: new Map(), registers: new Map(), unread: 0 }, changes: 0, savedAt: now, elements: []
		};
		for (const fact of structuredClone(intention.facts)) {
			const fields: RawElement['fields'] = { by: self?.staff ?? '', device: self?.device ?? '', at: fact.at ?? now };
			for (const [name, value] of Object.entries(fact.fields)) if (value !== undefined) fields[name] = typeof value === 'object' ? { ...value } : value;
			lay(kept.raw, fact.into, { id: fact.id, fields }, fact.register);
			kept.elements.push(fact.id);
		}
		kept.changes += 1;
		kept.savedAt = now;
		this.#documents.set(kept.id, kept);
	}

	keepDraft(draft: Draft): Promise<void> {
		this.#drafts.set(draft.id, { ...structuredClone(draft), savedAt: this.now() });
		this.#show();
		return Promise.resolve();
	}

	dropDraft(id: Id): Promise<void> {
		this.#drafts.delete(id);
		this.#show();
		return Promise.resolve();
	}

	/** Only leads have one, and nobody leads in a drill. */
	chairDocument(): Promise<Id> {
		return Promise.reject(nothing());
	}

	eventDocument(kind: EventRecord['kind']): Promise<Id> {
		return Promise.resolve(kind === 'notice' ? this.#notice : this.#duty);
	}

	opened(): void {
		// There is nobody who would be told.
	}

	recuse(caseId: Id): Promise<void> {
		this.#recused.push({ id: caseId, codeName: caseName(caseId, true), at: this.now(), told: false, only: false });
		for (const kept of [...this.#documents.values()]) if (kept.id === caseId || kept.birth.parent === caseId) this.#documents.delete(kept.id);
		this.#drafts.delete(caseId);
		this.#show();
		return Promise.resolve();
	}

	recoverySeen(): Promise<void> {
		return Promise.resolve();
	}

	tryNow(): void {
		// There is no line.
	}

	applyUpdate(): void {
		// The real one does this.
	}

	drill(): Promise<Replica> {
		return Promise.reject(nothing());
	}

	protectStorage(): Promise<boolean> {
		return Promise.resolve(this.state.storageProtected === true);
	}

	readonly pictures: PictureCalls = {
		keep: async (document, bytes, mime, name) => {
			const kept = { sha256: hex(await sha256(bytes)), size: bytes.length };
			this.#pictures.set(document + kept.sha256, { here: { document, ...kept, mime, keptAt: this.now() }, bytes });
			if (name) this.#lay(name(kept));
			this.#show();
			return kept;
		},
		drop: (document, named) => {
			this.#pictures.delete(document + named);
			this.#show();
			return Promise.resolve();
		},
		read: (document, named) => {
			const kept = this.#pictures.get(document + named);
			return kept ? Promise.resolve(kept.bytes) : Promise.reject(nothing());
		}
	};

	/** Nothing real is here to give, and what a real phone gives does not belong here. */
	readonly parcels = { seal: () => Promise.reject(nothing()), take: () => Promise.reject(nothing()), seen: () => Promise.resolve() };

	/** The lock is the real phone's: whoever shuts it ends the drill. */
	readonly lock: LockCalls = {
		weakness: () => undefined,
		choose: () => Promise.reject(nothing()),
		open: () => Promise.reject(nothing()),
		openByPasskey: () => Promise.reject(nothing()),
		addPasskey: () => Promise.reject(nothing()),
		dropPasskey: () => Promise.reject(nothing()),
		shut: () => undefined,
		startAnew: () => Promise.reject(nothing())
	};
	readonly enrolment = { look: () => Promise.reject(nothing()), accept: () => Promise.reject(nothing()), check: () => Promise.resolve() };
	readonly lead: LeadCalls = {
		reloadTeam: () => Promise.resolve(),
		invite: () => Promise.reject(nothing()),
		confirm: () => Promise.reject(nothing()),
		revoke: () => Promise.reject(nothing()),
		grant: () => Promise.reject(nothing()),
		exclude: () => Promise.reject(nothing()),
		lift: () => Promise.reject(nothing()),
		unrestrict: () => Promise.reject(nothing()),
		term: () => Promise.reject(nothing()),
		ledger: () => Promise.reject(nothing()),
		late: () => Promise.reject(nothing()),
		judge: () => Promise.reject(nothing()),
		erase: () => Promise.reject(nothing()),
		suggestions: () => Promise.reject(nothing()),
		exportCase: () => Promise.reject(nothing()),
		acceptLedger: () => Promise.reject(nothing())
	};

	#show(): void {
		const all = [...this.#documents.values()];
		const event = (kind: EventRecord['kind']): EventRecord | null => {
			const kept = all.find((one) => one.kind === kind);
			return kept ? { ...common(kept), kind, collections: elements(kept.raw) } : null;
		};
		this.state = {
			...this.state,
			cases: all.filter((one) => one.kind === 'case').map((kept): CaseRecord => {
				const { restricted = 'none', excluded = [] } = kept.birth;
				return { ...common(kept), kind: 'case', codeName: caseName(kept.id, true), restricted, excluded, held: false, view: deriveCase(kept.raw) };
			}),
			identities: all.filter((one) => one.kind === 'identity').map((kept): IdentityRecord => ({ ...common(kept), kind: 'identity', collections: elements(kept.raw) })),
			notice: event('notice'),
			duty: event('duty'),
			recused: [...this.#recused],
			pictures: [...this.#pictures.values()].map((one) => one.here),
			drafts: [...this.#drafts.values()].sort((a, b) => b.startedAt - a.startedAt)
		};
		for (const changed of this.#subscribers) changed();
	}
}

/** The event's procedure, and nobody's number. */
function drillPack(pack: Pack, chair: string): Pack {
	const nobodys = (lines: Pack['emergency']) => lines.map(({ label, number, police }) => create(EmergencyNumberSchema, { label, number: `${NOBODY}${String(110 + pack.emergency.findIndex((own) => own.number === number))}`, police }));
	const contacts = [create(ContactSchema, { name: chair, phone: `${NOBODY}001`, urgent: true, forAttendees: true })];
	const translations = pack.translations.map((each) => ({ ...each, emergency: nobodys(each.emergency) }));
	return { ...pack, drill: true, emergency: nobodys(pack.emergency), contacts, translations };
}

function common(kept: Kept): { id: Id; parent?: Id; unsent: number; lastSavedAt: Millis; safekeeping: ReadonlyMap<Id, Safekeeping> } {
	const { parent } = kept.birth;
	return { id: kept.id, ...(parent !== undefined && { parent }), unsent: kept.changes, lastSavedAt: kept.savedAt, safekeeping: new Map(kept.elements.map((id) => [id, { where: 'phone' }])) };
}

function elements(raw: Raw): Map<string, Element[]> {
	const read = (one: RawElement): Element[] => {
		const known = signed(one);
		return known ? [{ id: known.id, by: known.by, device: known.device, at: known.at, fields: known.rest as Element['fields'] }] : [];
	};
	return new Map([...raw.collections].map(([name, all]) => [name, all.flatMap(read)]));
}

function nothing(): Refused {
	return new Refused('drill', 'There is nothing of it in a drill.');
}
