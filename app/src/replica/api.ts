/**
 * What a screen may ask of the phone's own copy of the event.
 *
 * Screens know only this file: no Automerge, no IndexedDB, no HTTP. Everything
 * here is plain data; what changes is announced through `subscribe`. Words that
 * the state is shown with live in `$words`, never here.
 */
import type { CaseView, Fields } from '../incident/case.ts';
import type { Pack } from '../generated/wire/v1/pack_pb.ts';
import type { ErasureReceipt, ExportPaper, LedgerPage, Quarantine, Role, Suggestions, Team } from '../generated/wire/v1/identity_pb.ts';

export { Role } from '../generated/wire/v1/identity_pb.ts';
export type { Contact, Pack, Step } from '../generated/wire/v1/pack_pb.ts';

/** 32 lower-case hex digits. */
export type Id = string;
/** Milliseconds since 1970, UTC. */
export type Millis = number;

export type Kind = 'case' | 'identity' | 'chair' | 'notice' | 'duty';
export type Restricted = 'none' | 'staff_named' | 'chair_named' | 'staff_unidentified';

/** Who this device is. `pending`: the four words are not confirmed yet. */
export interface Self {
	state: 'pending' | 'active' | 'revoked';
	device: Id;
	staff: Id;
	name: string;
	roles: Role[];
	badgeLabel: string;
	/** What the device is called, for example "N1". */
	label: string;
	/** Who sent the invite, where the server said so. */
	invitedBy?: string;
	/** The four words to compare, while pending. */
	words: string[];
}

/** Where one element is: only here, or on the server's disk since `at`. */
export type Safekeeping = { where: 'phone' } | { where: 'sent'; at: Millis; via?: string } | { where: 'not_accepted'; reason: string };

/** One document as this device sees it now. */
export interface Record {
	id: Id;
	kind: Kind;
	/** The case that an identity or chair document belongs to. */
	parent?: Id;
	/** Changes that only this device holds. */
	unsent: number;
	/** When the last change was kept by the server, if any was. */
	lastSentAt?: Millis;
	/** The phone of somebody else that brought that one. */
	lastVia?: string;
	/** When this device last wrote to it. */
	lastSavedAt?: Millis;
	/** Where each element is, by element id. Those of others are `sent`, at the time when the server received them; absent: not known. */
	safekeeping: ReadonlyMap<Id, Safekeeping>;
}

export interface CaseRecord extends Record {
	kind: 'case';
	codeName: string;
	restricted: Restricted;
	/** Whom its author keeps away from it. Known on the author's own devices and on those of leads. */
	excluded: readonly Id[];
	/** The server said that nobody may receive it now; it is offered again later. */
	held: boolean;
	view: CaseView;
}

/** A case in which this person said "I should not be involved". */
export interface Recused {
	id: Id;
	codeName: string;
	/** When it was said on this device; absent: on another one. */
	at?: Millis;
	/** False until the server has heard of it. */
	told: boolean;
	/** Something of it is only on this phone yet. */
	only: boolean;
}

export interface ChairRecord extends Record {
	kind: 'chair';
	/** Raw elements by collection, for the rules in `incident/chair.ts`. */
	collections: ReadonlyMap<string, readonly Element[]>;
}

export interface IdentityRecord extends Record {
	kind: 'identity';
	collections: ReadonlyMap<string, readonly Element[]>;
}

/** What everybody of the event shares: the notices of the leads, or who is ready and on duty. */
export interface EventRecord extends Record {
	kind: 'notice' | 'duty';
	/** Raw elements by collection. Nothing of a case that is kept from anybody ever stands here. */
	collections: ReadonlyMap<string, readonly Element[]>;
}

/** A picture or a paper whose bytes are on this device, until they are on the server. */
export interface PictureHere {
	/** The case that it belongs to, or will. */
	document: Id;
	/** Names its bytes: 64 lower-case hex digits. */
	sha256: string;
	mime: string;
	size: number;
	keptAt: Millis;
	/** How much of it the server has, where this tab has asked since it was opened. */
	percent?: number;
	/** Why the server never takes it: a code as in `Problem`, or `not_here` where its bytes are gone from this device. */
	stuck?: string;
}

/** Sealed words of somebody else, which this phone carries until the server has them. */
export interface ParcelHere {
	id: Id;
	/** Whose they are, and of which device, as the parcel says itself. */
	staff: Id;
	device: Id;
	/** In how many cases. */
	records: number;
	takenAt: Millis;
	/** Why it is not sent any more: a code as in `Problem`, or `too_late`. It is gone from here, and still on the phone that made it. */
	stuck?: string;
}

/** An element of a collection as it stands in the document. */
export interface Element {
	id: Id;
	by: Id;
	device: Id;
	at: Millis;
	fields: Fields;
}

/** The line with the server, in the terms of the sync words. */
export type Connection =
	| { state: 'online' }
	| { state: 'sending'; done: number; total: number; back: boolean }
	| { state: 'offline'; since: Millis }
	| { state: 'retrying'; at: Millis }
	| { state: 'signed_out' };

/**
 * The phone's own lock. While it is shut nothing that a person wrote can be read
 * here; what can be done then is to call for help and to take a report in.
 */
export type Lock =
	/** Not known yet. */
	| { state: 'reading' }
	/** No PIN was chosen yet, and nothing is kept. `must`: an app without a lock kept things in clear; the first PIN seals them. */
	| { state: 'none'; must: boolean }
	| Locked
	/** `over`: the server was not heard for so long that nothing of a case is to be shown until it is. */
	| { state: 'open'; since: Millis; by: Secret['kind']; passkey: PasskeyState; over: boolean }
	/** The keys or the records are gone from the phone, though nobody asked for it. */
	| { state: 'lost' }
	/** Emptied on purpose. */
	| { state: 'gone'; why: 'revoked' | 'guessed' };

/** Whether the phone's own lock opens this one. `no`: this phone has none that could, or it gave no key when it was asked. */
export type PasskeyState = 'no' | 'offered' | 'set';

export interface Locked {
	state: 'locked';
	since: Millis;
	by: Secret['kind'];
	/** The phone's own lock opens it as well. */
	passkey: boolean;
	/** Reports and cases that are on this phone only, in whole or in part. */
	only: number;
	/** Sealed words of somebody else are here, on their way. */
	carries: boolean;
	/** Whether this phone takes reports. */
	member: boolean;
	/** Wrong guesses in a row. */
	wrong: number;
	/** Until when no guess is taken. */
	until: Millis;
}

export interface Secret {
	kind: 'pin' | 'passphrase';
	text: string;
}

/** All reject with `NotSaved` when the phone cannot write. */
export interface LockCalls {
	/** Why a new PIN or passphrase is not good enough. */
	weakness(secret: Secret): 'short' | 'easy' | undefined;
	/** The first PIN or passphrase. */
	choose(secret: Secret): Promise<void>;
	/** `wait`: no guess is taken now. */
	open(secret: Secret): Promise<'open' | 'wrong' | 'wait'>;
	/** By the phone's own lock, within a tap. `none`: it gave no key. `wrong`: it gave another one. `cancelled`: it may be tried again. */
	openByPasskey(): Promise<'open' | 'wrong' | 'none' | 'cancelled'>;
	/**
	 * The phone's own lock as another way in, within a tap. The PIN or passphrase is asked for once more: a wrong one counts
	 * as a guess, and locks the phone. `none`: it gives no key, and is not offered again.
	 */
	addPasskey(secret: Secret): Promise<'added' | 'wrong' | 'wait' | 'none' | 'cancelled'>;
	/** The PIN or passphrase is the only way in again. */
	dropPasskey(): Promise<void>;
	/** Drops everything that was open, on all tabs. */
	shut(): void;
	/** Destroys everything that this phone keeps, for a new start. What is only here is gone then. */
	startAnew(): Promise<void>;
}

export interface State {
	lock: Lock;
	/** Records that were kept here and are not any more, or cannot be opened, though nobody asked for it. */
	lost: number;
	/** False until this device's storage was read: before that, nobody can say whether it is enrolled or what it holds. */
	read: boolean;
	/** False until every document that is here was read; drafts and the danger screen work before. */
	ready: boolean;
	/** Cases are read again that have no view, and it takes longer than a moment: how many were, of how many. */
	opening: { done: number; of: number } | null;
	self: Self | null;
	pack: Pack | null;
	team: Team | null;
	connection: Connection;
	/** When everything that this device wrote was last known to be on the server. */
	allSentAt: Millis | null;
	/** Server minus device clock, when last measured. */
	clockOffset: Millis | null;
	/** `null`: not asked yet. */
	storageProtected: boolean | null;
	/** For leads: the server shows a ledger that is not the one this device kept the seal of. `null`: all is well. */
	ledgerAlarm: LedgerAlarm | null;
	/** Set while the phone cannot write. Nothing that was shown as saved is lost. */
	storageBroken: 'full' | 'blocked' | null;
	/** Cases, identities and chair documents that this device holds. */
	cases: readonly CaseRecord[];
	chairs: readonly ChairRecord[];
	identities: readonly IdentityRecord[];
	/** The event's own two documents, once this device holds anything of them. */
	notice: EventRecord | null;
	duty: EventRecord | null;
	/** Cases that this person stepped back from. Nothing of them is among the records. */
	recused: readonly Recused[];
	/** What counts as only here beside the words, oldest first. */
	pictures: readonly PictureHere[];
	/** What this phone carries for others, oldest first. */
	parcels: readonly ParcelHere[];
	/** What is being written and is not part of a case yet, newest first. */
	drafts: readonly Draft[];
	/** When a way in for a lead was made on the server's own terminal, until somebody has seen it on this device. */
	recovery: Millis | null;
	/** A newer app is waiting; it starts when the person says so. */
	updateWaiting: boolean;
}

/** Somebody set the server back to an older state, or changed what the ledger held. Nothing on this device is lost by it. */
export interface LedgerAlarm {
	/** When this device first noticed. */
	since: Millis;
	/** `back`: it is shorter than it was. `forked`: it went on from another past. `unsigned`: somebody else signed it. */
	because: 'back' | 'forked' | 'unsigned';
	/** When the seal was taken in that this device keeps, by its own clock. */
	keptAt: Millis;
}

/**
 * A report while it is being written. Every keystroke is durable. It becomes a
 * case, under the same id, with the first `save`.
 */
export interface Draft {
	/** The id of the case that it will be. */
	id: Id;
	startedAt: Millis;
	savedAt: Millis;
	/** The screen's own fields; plain JSON, at most 64 KiB. */
	fields: { [field: string]: unknown };
}

/** One intention: becomes one Automerge change, signed by this device. */
export interface Intention {
	document: Id;
	kind: Kind;
	/** New elements, and registers to point at the `set` entries among them. */
	facts: NewFact[];
	/** Needed for the first write to a document that may not exist yet. */
	birth?: { parent?: Id; restricted?: Restricted; excluded?: Id[] };
}

/** What goes to disk in the same step as what is written down. */
export interface Along {
	/** What it was typed in: it is no draft any more. */
	draft?: Id;
	/** What was looked at by it, as with `opened`. */
	opened?: Id;
}

export interface NewFact {
	/** The collection, as in docs/DOCUMENTS.md. */
	into: string;
	id: Id;
	fields: Fields;
	/** For a `set` entry: the register that points at it. */
	register?: string;
	/** When the person did it, by this phone's clock. Absent: now. */
	at?: Millis;
}

export interface Replica {
	readonly state: State;
	/** Calls back after each change of `state`; returns how to stop. */
	subscribe(changed: () => void): () => void;

	/** A random id for a document or an element. */
	newId(): Id;
	/** The phone's clock. Screens never read `Date` themselves. */
	now(): Millis;

	/**
	 * What one tap says, in as many documents as it is about: all of it goes to disk in one step, or nothing does. Resolves
	 * when the phone's storage has said that it is there. Rejects with `NotSaved`.
	 */
	write(what: Intention | readonly Intention[], along?: Along): Promise<void>;
	/** Keeps a draft, replacing what it was. Resolves when it is on disk. Rejects with `NotSaved`. */
	keepDraft(draft: Draft): Promise<void>;
	/** After its facts were written. */
	dropDraft(id: Id): Promise<void>;
	/** The chair document of a case: its id and whether it exists. */
	chairDocument(caseId: Id): Promise<Id>;
	/** The id of one of the event's own documents. Anybody may begin `duty`; `notice` only a lead or who announces. */
	eventDocument(kind: EventRecord['kind']): Promise<Id>;

	/** Says to the server that a case was looked at. */
	opened(caseId: Id): void;
	/** "I should not be involved": the case leaves this device now, and the server hears of it at the next contact. Rejects with `NotSaved`. */
	recuse(caseId: Id): Promise<void>;
	/** The person has seen `state.recovery`. */
	recoverySeen(): Promise<void>;
	/** Tries the line now instead of waiting. */
	tryNow(): void;
	/** Loads the newer app. Drafts are on disk, so nothing is lost. */
	applyUpdate(): void;
	/** Asks the browser to protect the storage. */
	protectStorage(): Promise<boolean>;

	/** A phone in memory to practise with: nothing of it is kept, sent or known to this one. `chair`: what the lead in it is called. */
	drill(chair: string): Promise<Replica>;

	readonly pictures: PictureCalls;
	readonly parcels: ParcelCalls;
	readonly lock: LockCalls;
	readonly enrolment: Enrolment;
	readonly lead: LeadCalls;
}

/** What names the bytes of a picture. */
export interface KeptPicture {
	sha256: string;
	size: number;
}

/** The bytes of pictures and papers. An element of `attachments` names them; it is written with them, or after they are kept. */
export interface PictureCalls {
	/**
	 * Resolves when they are on disk, with what names them. `name` makes what is written down about them: in the same step, or
	 * neither. Rejects with `NotSaved`, or with `RangeError` when there are none or too many.
	 */
	keep(document: Id, bytes: Uint8Array<ArrayBuffer>, mime: string, name?: (kept: KeptPicture) => Intention): Promise<KeptPicture>;
	/** Not wanted after all, before anything names them. Rejects with `NotSaved`. */
	drop(document: Id, sha256: string): Promise<void>;
	/** From this device, or from the server. Rejects with `Refused`; `not_the_same` when they are not those that were named. */
	read(document: Id, sha256: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** From phone to phone, where there is no network. What is carried is sealed to the server: no other phone reads it. */
export interface ParcelCalls {
	/**
	 * What only this phone has, for another one to carry. It stays here. `rest`: something else is only here, and not in it. Rejects with
	 * `Refused`: `nothing`, `not_yet` where something waits and none of it can be given, `too_big`, or `no_key` where the server said none.
	 */
	seal(): Promise<{ whole: Uint8Array<ArrayBuffer>; records: number; rest: boolean }>;
	/** Keeps what another phone gave, and sends it by itself. Rejects with `NotSaved`, or with `Refused`: `no_parcel`, `other_event`, `own`, `full`. */
	take(whole: Uint8Array<ArrayBuffer>): Promise<ParcelHere>;
	/** The person has seen that it could not be taken. Rejects with `NotSaved`. */
	seen(id: Id): Promise<void>;
}

/** What a replica is while it is open. */
export type OpenReplica = Omit<Replica, 'lock' | 'drill'>;

/** The phone could not write. What was saved before is still there. */
export class NotSaved extends Error {
	constructor(readonly because: 'full' | 'blocked') {
		super('the phone could not write');
		this.name = 'NotSaved';
	}
}

/** A call was refused or did not reach the server. `code` as in `Problem`. */
export class Refused extends Error {
	constructor(
		readonly code: string,
		readonly say: string
	) {
		super(say);
		this.name = 'Refused';
	}
}

export interface InviteSeen {
	eventName: string;
	staffName: string;
	roles: Role[];
	badgeLabel: string;
	invitedBy: string;
	deviceLabel: string;
	startsAt: Millis;
	endsAt: Millis;
	place: string;
}

export interface Enrolment {
	/** Looks an invite up. `secret`: 32 hex digits out of the link's fragment. Rejects with `Refused`. */
	look(secret: string): Promise<InviteSeen>;
	/** Makes the keys and asks to be let in. */
	accept(secret: string): Promise<void>;
	/** Asks whether the inviter has confirmed. Also done by itself every few seconds while pending. */
	check(): Promise<void>;
}

/** What a copy of a case can leave out. */
export type ExportPart = 'reporter' | 'names' | 'accounts' | 'entries' | 'attachments' | 'statement' | 'decision';

/** Calls that only leads may make, and only with a connection. All reject with `Refused`. */
export interface LeadCalls {
	/** `state.team` is loaded at the start and after each of these. */
	reloadTeam(): Promise<void>;
	invite(person: { staff?: Id; name?: string; roles?: Role[]; badgeLabel?: string; phone?: string }): Promise<{ link: string; endsAt: Millis }>;
	confirm(device: Id): Promise<void>;
	revoke(device: Id): Promise<void>;
	/** `until`: 0 or absent for the end of the event. */
	grant(caseId: Id, staff: Id, level: 'none' | 'read' | 'append' | 'write', until?: Millis): Promise<void>;
	exclude(caseId: Id, staff: Id): Promise<void>;
	/** Lets somebody near the case again. For a lead it takes the word of two. */
	lift(caseId: Id, staff: Id, reason: string): Promise<void>;
	/** Ends the restriction of a case. */
	unrestrict(caseId: Id, reason: string): Promise<void>;
	/** From when until when somebody is on the team; 0 for the event's own beginning or end. */
	term(staff: Id, from: Millis, until: Millis): Promise<void>;
	/** What is in the access ledger, newest first: of a case, of a device, or the event's own. */
	ledger(about: { caseId?: Id; device?: Id; before?: bigint }): Promise<LedgerPage>;
	/** Changes that came too late and wait for a lead to decide. */
	late(): Promise<Quarantine>;
	judge(changeId: Id, admit: boolean): Promise<void>;
	/** Erases a case and everything that belongs to it, for good. */
	erase(caseId: Id, reason: string): Promise<ErasureReceipt>;
	/** Which cases may belong together. Nothing of it is kept on the device. */
	suggestions(): Promise<Suggestions>;
	/** Says that a copy of a case leaves this device: noted in the ledger before it is answered. */
	exportCase(caseId: Id, form: 'paper' | 'file', leftOut: readonly ExportPart[]): Promise<ExportPaper>;
	/** A lead has seen `state.ledgerAlarm` and goes on with the ledger that the server has now. */
	acceptLedger(): Promise<void>;
}
