/**
 * What is in storage, mirrored in memory. Memory follows only after storage has
 * said yes; the other tabs' writes are taken in by `reload`.
 */
import type { Draft, Id, LedgerAlarm } from './api.ts';
import type { Bytes } from './bytes.ts';
import { hex, randomBytes } from './bytes.ts';
import { type Enrolled, type Held, type Intent, isAwake, type Kept, type LetGo, type LineMark, type Look, type Parcel, type Picture, type Recusal, type Unread } from './kept.ts';
import type { Keys, WrappedKeys } from './keys.ts';
import type { Seal } from './signet.ts';
import { Overtaken, PARCEL, PIECES, type Storage, type Write } from './storage.ts';
import { type Page, tag, type View } from './views.ts';

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
	readonly envelopes = new Map<Id, Held>();
	readonly intents = new Map<string, Intent>();
	readonly drafts = new Map<Id, Draft>();
	readonly unread = new Map<Id, Unread>();
	readonly looks = new Map<string, Look>();
	/** By document and hash; without their bytes. */
	readonly pictures = new Map<string, Picture>();
	/** What this phone carries for others; without what is sealed. */
	readonly parcels = new Map<Id, Parcel>();
	/** Records that could not be opened when everything was last read. */
	unreadable = 0;
	private readonly meta = new Map<string, unknown>();
	private readonly byDocument = new Map<Id, Map<Id, Held>>();
	private readonly views = new Map<Id, View>();
	/** Which documents each page holds; those that count for nothing hold none. */
	private readonly pages = new Map<number, Id[]>();
	/** Changes that were opened once since the phone was unlocked. */
	private readonly sound = new Set<Id>();
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

	/** Brings the bytes of changes into memory. What cannot be opened any more is not there. */
	wake(ids: Iterable<Id>): Promise<void> {
		return this.inTurn(async () => {
			const asleep = [...ids].filter((id) => {
				const held = this.envelopes.get(id);
				return held && !isAwake(held);
			});
			if (asleep.length === 0) return;
			for (const [id, kept] of await this.storage.envelopes(asleep)) {
				if (kept === 'unreadable') this.lose(id);
				else if (kept) this.hold(kept);
			}
		});
	}

	/** Opens some of what nobody needed yet: damage is noticed all the same. Answers of which documents something is lost, or `undefined` once all was looked at. */
	audit(count: number): Promise<Id[] | undefined> {
		return this.inTurn(async () => {
			const asleep = [...this.envelopes.values()].filter((held) => !isAwake(held) && !this.sound.has(held.id)).slice(0, count);
			if (asleep.length === 0) return undefined;
			const lost: Id[] = [];
			for (const [id, kept] of await this.storage.envelopes(asleep.map(({ id }) => id))) {
				this.sound.add(id);
				if (kept !== 'unreadable') continue;
				lost.push(this.envelopes.get(id)?.document ?? '');
				this.lose(id);
			}
			return lost;
		});
	}

	/** As `commitLeading`, of what is to be written when its turn comes. */
	commitWhenLeading(writes: () => readonly Write[]): Promise<void> {
		return this.inTurn(async () => {
			if (this.term === undefined) throw new Overtaken();
			await this.writeAll(writes(), this.term);
		});
	}

	private async readAll(): Promise<Set<Id>> {
		const { meta, drafts, intents, unread, looks, pictures, parcels, envelopes, pages, stale, unreadable } = await this.storage.read();
		this.unreadable = unreadable;
		const touched = new Set<Id>();
		const before = new Map(this.envelopes);
		for (const intent of this.intents.values()) touched.add(intent.intention.document);
		this.meta.clear();
		for (const [key, value] of meta) this.meta.set(String(key), value);
		this.drafts.clear();
		for (const [key, draft] of drafts) this.drafts.set(String(key), draft as Draft);
		this.unread.clear();
		for (const [key, one] of unread) this.unread.set(String(key), one as Unread);
		this.looks.clear();
		for (const [key, look] of looks) this.looks.set(String(key), look as Look);
		this.parcels.clear();
		for (const [key, parcel] of parcels) this.parcels.set(String(key), parcel as Parcel);
		for (const { document } of this.pictures.values()) touched.add(document);
		this.pictures.clear();
		for (const [key, picture] of pictures as [string, Picture][]) {
			this.pictures.set(key, picture);
			touched.add(picture.document);
		}
		this.intents.clear();
		for (const [key, intent] of intents as [string, Intent][]) {
			this.intents.set(key, intent);
			touched.add(intent.intention.document);
		}
		this.envelopes.clear();
		this.byDocument.clear();
		this.views.clear();
		this.pages.clear();
		for (const page of stale) this.pages.set(page, []);
		const asleep = [...pages].flatMap(([number, { views }]) => {
			this.turnTo(number, views);
			return views.flatMap(({ kept }) => kept);
		});
		for (const held of [...envelopes, ...asleep].sort((a, b) => a.order - b.order)) {
			this.hold(held);
			const was = before.get(held.id);
			if (was?.state !== held.state) touched.add(held.document);
			before.delete(held.id);
		}
		for (const gone of before.values()) touched.add(gone.document);
		return touched;
	}

	private async writeAll(given: readonly Write[], term?: string): Promise<void> {
		const writes = [...given, ...this.outdated(given)];
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
			else if (store === 'parcels') put(this.parcels, key, value as Parcel | undefined);
			else if (store === 'views') {
				this.pages.delete(Number(write.key));
				if (value) this.turnTo(Number(write.key), (value as Page).views);
			} else put(this.meta, key, value);
		}
	}

	/** One piece of a picture, or all of a parcel. Rejects when it cannot be opened. */
	async piece(key: string): Promise<Bytes> {
		return (await this.storage.piece(key)) as Bytes;
	}

	/**
	 * Pages that must not stay. A change that a view lacks makes it count for nothing, and needs no more; but what a view tells of may
	 * have become other than it tells, or have to go. Only the tab that leads writes changes, so it knows all pages.
	 */
	private outdated(writes: readonly Write[]): Write[] {
		const touched = new Set<Id>();
		for (const write of writes) {
			if ('outOf' in write && write.outOf === 'envelopes') touched.add(this.envelopes.get(String(write.key))?.document ?? '');
			else if ('into' in write && write.into === 'envelopes') {
				const held = write.value as Held;
				if (!isAwake(held)) throw new TypeError('a change is never written without its bytes');
				if (this.views.get(held.document)?.kept.some(({ id }) => id === held.id) === true) touched.add(held.document);
			} else if ('into' in write && write.into === 'meta' && write.key === 'forgotten') for (const id of write.value as Id[]) touched.add(id);
		}
		for (const document of touched) this.views.delete(document);
		return [...this.pages].filter(([, documents]) => documents.some((document) => touched.has(document))).map(([key]) => ({ outOf: 'views', key }));
	}

	private turnTo(page: number, views: readonly View[]): void {
		this.pages.set(page, views.map(({ document }) => document));
		for (const view of views) this.views.set(view.document, view);
	}

	private lose(id: Id): void {
		const document = this.envelopes.get(id)?.document;
		this.unreadable += 1;
		if (document !== undefined) this.views.delete(document);
		for (const [page, documents] of this.pages) if (document !== undefined && documents.includes(document)) this.pages.set(page, []);
		this.letGo(id);
	}

	viewOf(document: Id): View | undefined {
		return this.views.get(document);
	}

	/** Which page has which documents. */
	get bound(): ReadonlyMap<number, readonly Id[]> {
		return this.pages;
	}

	/** The changes that a document is read from, as one word. */
	tagOf(document: Id): string {
		return tag(this.logOf(document).map(({ id }) => id));
	}

	/** What a document is built from, bytes and all. */
	async log(document: Id): Promise<Kept[]> {
		await this.wake(this.logOf(document).map(({ id }) => id));
		return this.logOf(document).filter(isAwake);
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
	ofDocument(document: Id): Held[] {
		return [...(this.byDocument.get(document)?.values() ?? [])];
	}

	/** What a document is read from. */
	logOf(document: Id): Held[] {
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
	rootOf(kept: Held): Id {
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
			this.ofDocument(document).some((kept) => kept.state === 'refused' && isAwake(kept) && kept.wrote) ||
			[...this.intents.values()].some((intent) => intent.stuck !== undefined && intent.intention.document === document)
		);
	}

	/** Own words that the server does not have, whether it would take them or not. */
	alone(): Kept[] {
		const own = this.get('enrolled')?.self.device;
		return this.awake().filter((kept) => kept.state !== 'kept' && kept.device === own).sort((a, b) => a.order - b.order);
	}

	unsent(): Kept[] {
		return this.awake().filter((kept) => kept.state === 'unsent');
	}

	/** A change with its bytes, where they are in memory. */
	whole(id: Id): Kept | undefined {
		const held = this.envelopes.get(id);
		return held && isAwake(held) ? held : undefined;
	}

	/** All changes whose bytes are in memory: whatever waits for anything is among them. */
	awake(): Kept[] {
		return [...this.envelopes.values()].filter(isAwake);
	}

	nextOrder(): number {
		return this.lastOrder + 1;
	}

	private hold(kept: Held): void {
		this.envelopes.set(kept.id, kept);
		this.lastOrder = Math.max(this.lastOrder, kept.order);
		const group = this.byDocument.get(kept.document) ?? new Map<Id, Held>();
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

export function parcelKey(id: Id): string {
	return `${PARCEL}${id}`;
}

function put<V>(map: Map<string, V>, key: string, value: V | undefined): void {
	if (value === undefined) map.delete(key);
	else map.set(key, value);
}
