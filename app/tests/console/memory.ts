/**
 * A replica that lives in memory, for looking at screens and for tests of the
 * rules. It reads plain elements into the shape of `docs/DOCUMENTS.md`; what a
 * real phone reads is held to `proto/vectors/documents`.
 */
import { create } from '@bufbuild/protobuf';
import { ErasureReceiptSchema, ExportPaperSchema, LedgerPageSchema, QuarantineSchema, type Suggestions, SuggestionsSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import type { AccountVersion, Answer, Attachment, Aware, CaseView, Entry, Fact, Fields, PartyVersion, Report, StepMark, Strike, Support, Task } from '../../src/incident/case.ts';
import { NotSaved, Refused, type Along, type CaseRecord, type ChairRecord, type Draft, type Element, type Id, type IdentityRecord, type Intention, type Kind, type Millis, type PictureCalls, type Replica, type Restricted, type Safekeeping, type State } from '../../src/replica/api.ts';
import { DrillReplica } from '../../src/replica/drill.ts';

export interface Stored {
	id: Id;
	kind: Kind;
	parent?: Id;
	codeName: string;
	restricted: Restricted;
	excluded: Id[];
	collections: Map<string, Element[]>;
	/** Register → ids of the entries in its conflict set. */
	registers: Map<string, Id[]>;
	received: Map<Id, Millis>;
}

export function stored(id: Id, kind: Kind, codeName: string, parent?: Id): Stored {
	const made: Stored = { id, kind, codeName, restricted: 'none', excluded: [], collections: new Map(), registers: new Map(), received: new Map() };
	return parent === undefined ? made : { ...made, parent };
}

/** Puts an element into a document, as one person's phone would. */
export function put(document: Stored, into: string, id: Id, by: Id, device: Id, at: Millis, fields: Fields, received: Millis, register?: string): void {
	const list = document.collections.get(into) ?? [];
	list.push({ id, by, device, at, fields });
	document.collections.set(into, list);
	document.received.set(id, received);
	if (register !== undefined) {
		const replaced = typeof fields['replaces'] === 'string' ? fields['replaces'].split(' ') : [];
		const before = document.registers.get(register) ?? [];
		document.registers.set(register, [...before.filter((other) => !replaced.includes(other)), id]);
	}
}

export function readView(document: Stored): CaseView {
	const strikes = new Map<string, Strike[]>();
	for (const one of of(document, 'strikes')) {
		const target = one.fields['target'];
		if (typeof target !== 'string') continue;
		const strike: Strike = { id: one.id, by: one.by, at: one.at };
		if (typeof one.fields['reason'] === 'string') strike.reason = one.fields['reason'];
		strikes.set(target, [...(strikes.get(target) ?? []), strike]);
	}
	const read = <T extends Fact>(into: string): T[] =>
		of(document, into).map((one) => {
			const fact: Fact = { id: one.id, by: one.by, device: one.device, at: one.at };
			const struck = strikes.get(one.id);
			return { ...one.fields, ...fact, ...(struck ? { struck } : {}) } as T;
		});
	const gone = (into: string) => new Set(of(document, into).flatMap((one) => (typeof one.fields['replaces'] === 'string' ? one.fields['replaces'].split(' ') : [])));
	const versions = <T extends Fact>(all: T[], replaced: Set<string>) => all.filter((one) => !replaced.has(one.id) && !one.struck?.length);
	const marks = of(document, 'marks');
	const marked = (target: Id, mark: string) => marks.find((one) => one.fields['target'] === target && one.fields['mark'] === mark);

	const accounts = read<AccountVersion & { report: Id; part: 'words' | 'seen' }>('accounts').map((account): typeof account => {
		const back = marked(account.id, 'read_back')?.fields['value'];
		return back === 'yes' || back === 'no' || back === 'not_possible' ? { ...account, read_back: back } : account;
	});
	const answers = read<Answer>('answers');
	const reports = read<Report>('reports').map((report) => {
		const whole: Report = { ...report, accounts: {}, answers: {} };
		for (const part of ['words', 'seen'] as const) {
			const mine = accounts.filter((account) => account.report === report.id && account.part === part);
			const stand = versions(mine, gone('accounts'));
			if (mine.length) whole.accounts[part] = { versions: stand, earlier: mine.filter((account) => !stand.includes(account)) };
		}
		for (const answer of versions(answers, gone('answers'))) {
			if (answer.report !== report.id) continue;
			const field = (whole.answers[answer.field] ??= { versions: [] });
			if (!field.versions.some((other) => other.value === answer.value && JSON.stringify(other.time) === JSON.stringify(answer.time))) field.versions.push(answer);
		}
		return whole;
	});
	const entries = read<Entry>('entries');
	const wishes = versions(
		entries.filter((entry) => entry.kind === 'police_wish'),
		gone('entries')
	);
	const told = entries.find((entry) => (entry.kind === 'chair_told' || entry.kind === 'chair_opened') && !entry.struck?.length);
	const steps = read<StepMark>('steps');
	const parties = read<PartyVersion>('parties');
	const view: CaseView = {
		reports,
		entries,
		parties: [...new Set(parties.map((party) => party.party))].map((party) => {
			const mine = parties.filter((one) => one.party === party);
			const stand = versions(mine, gone('parties'));
			return { party, versions: stand, earlier: mine.filter((one) => !stand.includes(one)) };
		}),
		steps: [...new Set(steps.map((mark) => mark.step))].sort().map((step) => ({ step, marks: steps.filter((mark) => mark.step === step) })),
		support: read<Support>('support'),
		aware: read<Aware>('aware'),
		tasks: read<Task>('tasks'),
		attachments: read<Attachment>('attachments').map((each): Attachment => {
			const arrived = marked(each.id, 'arrived');
			return arrived ? { ...each, arrived: { id: arrived.id, by: arrived.by, at: arrived.at } } : each;
		}),
		registers: Object.fromEntries([...document.registers].map(([field, ids]) => [field, { versions: entries.filter((entry) => ids.includes(entry.id)) }])),
		police: { state: wishes.length === 0 ? 'unknown' : new Set(wishes.map((wish) => wish.value)).size === 1 ? 'known' : 'ask_again', versions: wishes },
		unread: 0
	};
	if (told) {
		const how = told.kind === 'chair_opened' ? 'opened' : told.value === 'sms' || told.value === 'in_person' ? told.value : 'voice';
		view.chair_knows = { at: told.time?.from ?? told.at, how, by: told.by, entry: told.id };
	}
	return view;
}

function of(document: Stored, into: string): Element[] {
	return [...(document.collections.get(into) ?? [])].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** A replica over the documents. Writing puts elements in, as a kept change would. */
export class MemoryReplica implements Replica {
	state: State;
	readonly written: Intention[] = [];
	/** In how many steps that was written. */
	steps = 0;
	readonly looked: Id[] = [];
	/** What the server suggests. */
	suggested: Suggestions = create(SuggestionsSchema);
	readonly calls: string[] = [];
	/** What the server has of pictures, by case and hash. */
	readonly bytes = new Map<string, Uint8Array<ArrayBuffer>>();
	readonly pictures: PictureCalls = {
		keep: async (document, bytes, _, name) => {
			const sha256 = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
			const kept = { sha256, size: bytes.length };
			if (name) await this.write(name(kept));
			this.bytes.set(`${document}/${sha256}`, bytes);
			return kept;
		},
		drop: (document, sha256) => Promise.resolve(void this.bytes.delete(`${document}/${sha256}`)),
		read: (document, sha256) => {
			const bytes = this.bytes.get(`${document}/${sha256}`);
			return bytes ? Promise.resolve(bytes) : Promise.reject(new Refused('not_found', 'There is nothing here.'));
		}
	};
	readonly parcels = {
		seal: () => Promise.reject(new Refused('no_key', 'There is no server.')),
		take: () => Promise.reject(new Refused('no_parcel', 'Nobody gave anything.')),
		seen: () => Promise.resolve()
	};
	#listeners = new Set<() => void>();
	#count = 0;

	constructor(
		readonly documents: Stored[],
		base: Omit<State, 'cases' | 'chairs' | 'identities' | 'notice' | 'duty'>,
		readonly clock: () => Millis
	) {
		this.state = { ...base, cases: [], chairs: [], identities: [], notice: null, duty: null };
		this.#read();
	}

	#read(): void {
		const cases: CaseRecord[] = [];
		const chairs: ChairRecord[] = [];
		const identities: IdentityRecord[] = [];
		const event: Pick<State, 'notice' | 'duty'> = { notice: null, duty: null };
		for (const document of this.documents) {
			const safekeeping = new Map<Id, Safekeeping>([...document.received].map(([id, at]) => [id, { where: 'sent', at }]));
			const record = { id: document.id, unsent: 0, safekeeping, ...(document.parent === undefined ? {} : { parent: document.parent }) };
			const collections = new Map([...document.collections].map(([name, list]) => [name, [...list]]));
			if (document.kind === 'case') cases.push({ ...record, kind: 'case', codeName: document.codeName, restricted: document.restricted, excluded: document.excluded, held: false, view: readView(document) });
			else if (document.kind === 'chair') chairs.push({ ...record, kind: 'chair', collections });
			else if (document.kind === 'identity') identities.push({ ...record, kind: 'identity', collections });
			else event[document.kind] = { ...record, kind: document.kind, collections };
		}
		this.state = { ...this.state, cases, chairs, identities, ...event };
	}

	change(part: Partial<State>): void {
		this.state = { ...this.state, ...part };
		for (const changed of this.#listeners) changed();
	}

	subscribe(changed: () => void): () => void {
		this.#listeners.add(changed);
		return () => this.#listeners.delete(changed);
	}
	newId(): Id {
		this.#count += 1;
		return `f${this.#count.toString(16).padStart(31, '0')}`;
	}
	now(): Millis {
		return this.clock();
	}
	write(what: Intention | readonly Intention[], along: Along = {}): Promise<void> {
		if (this.full) return Promise.reject(new NotSaved('full'));
		this.steps += 1;
		for (const intention of 'facts' in what ? [what] : what) this.#put(intention);
		if (along.opened !== undefined) this.looked.push(along.opened);
		this.#read();
		this.change({ drafts: this.state.drafts.filter((one) => one.id !== along.draft) });
		return Promise.resolve();
	}
	#put(intention: Intention): void {
		this.written.push(intention);
		let document = this.documents.find((one) => one.id === intention.document);
		if (!document) {
			document = stored(intention.document, intention.kind, '', intention.birth?.parent);
			this.documents.push(document);
		}
		const me = this.state.self;
		for (const fact of intention.facts) put(document, fact.into, fact.id, me?.staff ?? '', me?.device ?? '', this.now(), fact.fields, this.now(), fact.register);
	}
	/** While it is true the device stores nothing. */
	full = false;
	keepDraft(draft: Draft): Promise<void> {
		if (this.full) return Promise.reject(new NotSaved('full'));
		this.change({ drafts: [...this.state.drafts.filter((one) => one.id !== draft.id), structuredClone(draft)] });
		return Promise.resolve();
	}
	dropDraft(id: Id): Promise<void> {
		if (this.full) return Promise.reject(new NotSaved('full'));
		this.change({ drafts: this.state.drafts.filter((one) => one.id !== id) });
		return Promise.resolve();
	}
	chairDocument(caseId: Id): Promise<Id> {
		return Promise.resolve(this.documents.find((one) => one.kind === 'chair' && one.parent === caseId)?.id ?? `c${caseId.slice(1)}`);
	}
	eventDocument(kind: 'notice' | 'duty'): Promise<Id> {
		return Promise.resolve((kind === 'notice' ? 'a' : 'd').repeat(32));
	}
	opened(caseId: Id): void {
		this.looked.push(caseId);
	}
	recuse(caseId: Id): Promise<void> {
		return this.#called(`recuse ${caseId}`);
	}
	recoverySeen(): Promise<void> {
		return this.#called('recoverySeen');
	}
	tryNow(): void {
		this.calls.push('tryNow');
	}
	drill(chair: string): Promise<Replica> {
		return Promise.resolve(new DrillReplica(this, chair));
	}
	applyUpdate(): void {
		this.calls.push('applyUpdate');
	}
	protectStorage(): Promise<boolean> {
		return Promise.resolve(true);
	}
	readonly enrolment = {
		look: () => Promise.reject(new Error('this device is enrolled')),
		accept: () => Promise.reject(new Error('this device is enrolled')),
		check: () => Promise.resolve()
	};
	readonly lock = {
		weakness: () => undefined,
		choose: () => Promise.resolve(),
		open: () => Promise.resolve('open' as const),
		openByPasskey: () => Promise.resolve('none' as const),
		addPasskey: () => Promise.resolve('none' as const),
		dropPasskey: () => Promise.resolve(),
		shut: () => undefined,
		startAnew: () => Promise.resolve()
	};
	readonly lead = {
		reloadTeam: () => this.#called('reloadTeam'),
		invite: () => {
			this.calls.push('invite');
			return Promise.resolve({ link: 'https://safehall.test/#/join/00112233445566778899aabbccddeeff', endsAt: this.now() + 86_400_000 });
		},
		confirm: (device: Id) => this.#called(`confirm ${device}`),
		revoke: (device: Id) => this.#called(`revoke ${device}`),
		grant: (caseId: Id, staff: Id, level: string) => this.#called(`grant ${caseId} ${staff} ${level}`),
		exclude: (caseId: Id, staff: Id) => this.#called(`exclude ${caseId} ${staff}`),
		lift: (caseId: Id, staff: Id, reason: string) => this.#called(`lift ${caseId} ${staff} ${reason}`),
		unrestrict: (caseId: Id, reason: string) => this.#called(`unrestrict ${caseId} ${reason}`),
		term: (staff: Id, from: Millis, until: Millis) => this.#called(`term ${staff} ${String(from)} ${String(until)}`),
		ledger: () => Promise.resolve(create(LedgerPageSchema)),
		late: () => Promise.resolve(create(QuarantineSchema)),
		judge: (changeId: Id, admit: boolean) => this.#called(`judge ${changeId} ${String(admit)}`),
		erase: async (caseId: Id, reason: string) => {
			await this.#called(`erase ${caseId} ${reason}`);
			return create(ErasureReceiptSchema);
		},
		suggestions: () => Promise.resolve(this.suggested),
		exportCase: async (caseId: Id, form: 'paper' | 'file', leftOut: readonly string[]) => {
			await this.#called(['exportCase', caseId, form, ...leftOut].join(' '));
			return create(ExportPaperSchema);
		},
		acceptLedger: () => this.#called('acceptLedger')
	};
	#called(what: string): Promise<void> {
		this.calls.push(what);
		return Promise.resolve();
	}
}
