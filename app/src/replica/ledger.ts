/**
 * What is in storage, mirrored in memory. Memory follows only after storage has
 * said yes; the other tabs' writes are taken in by `reload`.
 */
import type { Draft, Id, LedgerAlarm } from './api.ts';
import type { Bytes } from './bytes.ts';
import { hex, randomBytes } from './bytes.ts';
import type { Enrolled, Intent, Kept, LetGo, LineMark, Look, Picture, Recusal, Unread } from './kept.ts';
import type { Keys, WrappedKeys } from './keys.ts';
import type { Seal } from './signet.ts';
import { type Key, Overtaken, PIECES, type Storage, type Write } from './storage.ts';

interface Meta {
	enrolled: Enrolled;
	/** As handles only on a phone that joined before there was a lock. */
	keys: WrappedKeys | Keys;
	line: LineMark;
	pack: { bytes: Bytes; hash: Bytes };
	team: Bytes;
	/** Documents that this device must not show any more; what only it holds of them is still sent. */
	forgotten: Id[];
	/** Of the forgotten ones, those that left by themselves. */
	letGo: LetGo[];
	recusals: Recusal[];
	/** For leads: the last seal of the server's ledger, and what is wrong with what it showed since. */
	seal: Seal;
	ledgerAlarm: LedgerAlarm;
	/** The last recovery of a lead's access that somebody has seen here. */
	recoverySeen: number;
}

const NO_MARK: LineMark = { epoch: new Uint8Array(), cursor: new Uint8Array() };

export class Ledger {
	readonly envelopes = new Map<Id, Kept>();
	readonly intents = new Map<string, Intent>();
	readonly drafts = new Map<Id, Draft>();
	readonly unread = new Map<Id, Unread>();
	readonly looks = new Map<string, Look>();
	/** By document and hash; without their bytes. */
	readonly pictures = new Map<string, Picture>();
	/** Records that could not be opened when everything was last read. */
	unreadable = 0;
	private readonly meta = new Map<string, unknown>();
	private readonly byDocument = new Map<Id, Map<Id, Kept>>();
	private lastOrder = 0;
	private term: string | undefined;
	private turn: Promise<unknown> = Promise.resolve();

	constructor(private readonly storage: Storage) {}

	/** Takes in what storage holds by now. Answers with the documents that are not as they were. */
	reload(): Promise<Set<Id>> {
		return this.inTurn(() => this.readAll());
	}

	/** Writes all or nothing, and remembers. Rejects with `NotSaved`. */
	commit(writes: readonly Write[]): Promise<void> {
		return this.inTurn(() => this.writeAll(writes));
	}

	/** No other tab's `commitLeading` goes through from now on. */
	async takeLead(): Promise<void> {
		const term = hex(randomBytes(12));
		await this.inTurn(() => this.storage.takeLead(term));
		this.term = term;
	}

	loseLead(): void {
		this.term = undefined;
	}

	/** As `commit`, but only while this tab leads: rejects with `Overtaken` when another one does. */
	commitLeading(writes: readonly Write[]): Promise<void> {
		const term = this.term;
		return term === undefined ? Promise.reject(new Overtaken()) : this.inTurn(() => this.writeAll(writes, term));
	}

	/** Reading everything takes a while: nothing written meanwhile may be missed. */
	private inTurn<T>(act: () => Promise<T>): Promise<T> {
		const done = this.turn.then(act);
		this.turn = done.catch(() => undefined);
		return done;
	}

	private async readAll(): Promise<Set<Id>> {
		const { meta, unreadable, ...stores } = await this.storage.all();
		this.unreadable = unreadable;
		const drafts = stores.drafts as [Key, Draft][];
		const intents = stores.intents as [Key, Intent][];
		const envelopes = stores.envelopes as [Key, Kept][];
		const touched = new Set<Id>();
		const before = new Map(this.envelopes);
		for (const intent of this.intents.values()) touched.add(intent.intention.document);
		this.meta.clear();
		for (const [key, value] of meta) this.meta.set(String(key), value);
		this.drafts.clear();
		for (const [key, draft] of drafts) this.drafts.set(String(key), draft);
		this.unread.clear();
		for (const [key, unread] of stores.unread as [Key, Unread][]) this.unread.set(String(key), unread);
		this.looks.clear();
		for (const [key, look] of stores.looks as [Key, Look][]) this.looks.set(String(key), look);
		for (const { document } of this.pictures.values()) touched.add(document);
		this.pictures.clear();
		for (const [key, picture] of stores.pictures as [Key, Picture][]) {
			this.pictures.set(String(key), picture);
			touched.add(picture.document);
		}
		this.intents.clear();
		for (const [key, intent] of intents) {
			this.intents.set(String(key), intent);
			touched.add(intent.intention.document);
		}
		this.envelopes.clear();
		this.byDocument.clear();
		for (const [, kept] of envelopes.sort(([, a], [, b]) => a.order - b.order)) {
			this.hold(kept);
			const was = before.get(kept.id);
			if (was?.state !== kept.state) touched.add(kept.document);
			before.delete(kept.id);
		}
		for (const gone of before.values()) touched.add(gone.document);
		return touched;
	}

	private async writeAll(writes: readonly Write[], term?: string): Promise<void> {
		await this.storage.commit(writes, term);
		for (const write of writes) {
			if ('into' in write && write.into === 'book') continue;
			const store = 'into' in write ? write.into : write.outOf;
			if (store === 'intake' || store === PIECES) continue;
			const value = 'into' in write ? write.value : undefined;
			const key = String(write.key);
			if (store === 'envelopes') {
				if (value) this.hold(value as Kept);
				else this.letGo(key);
			} else if (store === 'intents') put(this.intents, key, value as Intent | undefined);
			else if (store === 'drafts') put(this.drafts, key, value as Draft | undefined);
			else if (store === 'unread') put(this.unread, key, value as Unread | undefined);
			else if (store === 'looks') put(this.looks, key, value as Look | undefined);
			else if (store === 'pictures') put(this.pictures, key, value as Picture | undefined);
			else put(this.meta, key, value);
		}
	}

	/** One piece of a picture. Rejects when it cannot be opened. */
	async piece(key: string): Promise<Bytes> {
		return (await this.storage.piece(key)) as Bytes;
	}

	get<Name extends keyof Meta>(name: Name): Meta[Name] | undefined {
		return this.meta.get(name) as Meta[Name] | undefined;
	}

	static meta<Name extends keyof Meta>(name: Name, value: Meta[Name]): Write {
		return { into: 'meta', key: name, value };
	}

	get mark(): LineMark {
		return this.get('line') ?? NO_MARK;
	}

	/** Oldest first. */
	ofDocument(document: Id): Kept[] {
		return [...(this.byDocument.get(document)?.values() ?? [])];
	}

	/** What a document is built from. */
	logOf(document: Id): Kept[] {
		return this.ofDocument(document).filter((kept) => kept.state !== 'refused');
	}

	intentsOf(document: Id): Intent[] {
		return this.intentsInOrder().filter((intent) => intent.intention.document === document);
	}

	intentsInOrder(): Intent[] {
		return [...this.intents.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
	}

	documents(): Set<Id> {
		const all = new Set(this.byDocument.keys());
		for (const intent of this.intents.values()) all.add(intent.intention.document);
		for (const id of this.get('forgotten') ?? []) if (!this.hasRefusedWords(id)) all.delete(id);
		return all;
	}

	/** The case that a change belongs to: its own document, or the one that its document was born under. */
	rootOf(kept: Kept): Id {
		return this.ofDocument(kept.document).find((one) => one.birth?.parent !== undefined)?.birth?.parent ?? kept.document;
	}

	/** A case and the documents that were born under it. */
	family(document: Id): Id[] {
		const under = [...this.byDocument.values()].flatMap((group) => [...group.values()].filter((kept) => kept.birth?.parent === document).map((kept) => kept.document));
		return [...new Set([document, ...under])];
	}

	/** Whether something of it is nowhere else yet. */
	holdsAlone(document: Id): boolean {
		return this.picturesOf(document).length > 0 || this.holdsWordsAlone(document);
	}

	holdsWordsAlone(document: Id): boolean {
		return this.ofDocument(document).some((kept) => kept.state === 'unsent') || this.intentsOf(document).some((intent) => intent.stuck === undefined);
	}

	/** Pictures of a case that are on their way. */
	picturesOf(document: Id): Picture[] {
		return [...this.pictures.values()].filter((picture) => picture.document === document && picture.stuck === undefined);
	}

	/** Takes a picture and its bytes off this device. */
	static without(picture: Picture): Write[] {
		const key = pictureKey(picture);
		return [{ outOf: 'pictures', key }, ...picture.hashes.map((_, number): Write => ({ outOf: PIECES, key: pieceKey(picture, number) }))];
	}

	isForgotten(document: Id): boolean {
		return this.get('forgotten')?.includes(document) ?? false;
	}

	/** What a person wrote and the server did not take stays theirs to see, whatever else is gone. */
	private hasRefusedWords(document: Id): boolean {
		return (
			this.ofDocument(document).some((kept) => kept.state === 'refused' && kept.wrote) ||
			[...this.intents.values()].some((intent) => intent.stuck !== undefined && intent.intention.document === document)
		);
	}

	/** Own words that the server does not have, whether it would take them or not. */
	alone(): Kept[] {
		const own = this.get('enrolled')?.self.device;
		return [...this.envelopes.values()].filter((kept) => kept.state !== 'kept' && kept.device === own).sort((a, b) => a.order - b.order);
	}

	unsent(): Kept[] {
		return [...this.envelopes.values()].filter((kept) => kept.state === 'unsent');
	}

	nextOrder(): number {
		return this.lastOrder + 1;
	}

	private hold(kept: Kept): void {
		this.envelopes.set(kept.id, kept);
		this.lastOrder = Math.max(this.lastOrder, kept.order);
		const group = this.byDocument.get(kept.document) ?? new Map<Id, Kept>();
		group.set(kept.id, kept);
		this.byDocument.set(kept.document, group);
	}

	private letGo(id: Id): void {
		const kept = this.envelopes.get(id);
		if (!kept) return;
		this.envelopes.delete(id);
		const group = this.byDocument.get(kept.document);
		group?.delete(id);
		if (group?.size === 0) this.byDocument.delete(kept.document);
	}
}

export function pictureKey({ document, sha256 }: Pick<Picture, 'document' | 'sha256'>): string {
	return `${document}/${sha256}`;
}

export function pieceKey(of: Pick<Picture, 'document' | 'sha256'>, number: number): string {
	return `${pictureKey(of)}/${number}`;
}

function put<V>(map: Map<string, V>, key: string, value: V | undefined): void {
	if (value === undefined) map.delete(key);
	else map.set(key, value);
}
