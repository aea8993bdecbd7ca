/**
 * Everything that this device keeps, in IndexedDB: sealed records, what was taken
 * in while locked, and the book, which stands in clear.
 *
 * `commit` is all or nothing, and resolves only when the browser has said that
 * the transaction is complete, with strict durability: then, and only then, may
 * a screen say "Saved on this phone".
 */
import { type Id, NotSaved } from './api.ts';
import type { Book, BookEntry } from './book.ts';
import type { Taken } from './intake.ts';
import type { Kept } from './kept.ts';
import { isPlain, isSealed, type Sealed, type Sealer, Unreadable } from './sealing.ts';
import { isPage, type Page } from './views.ts';

export const STORES = ['meta', 'drafts', 'intents', 'envelopes', 'unread', 'looks', 'pictures', 'parcels'] as const;
export type StoreName = (typeof STORES)[number];
/** The bytes of pictures and of parcels, sealed piece by piece. Never all in memory at once, as the others are. */
export const PIECES = 'pieces';
/** How the keys of parcels among them begin. */
export const PARCEL = 'parcel/';
/** What documents read as. Made of the rest, so nobody misses what is gone from here. */
export const VIEWS = 'views';
/** Where each record that only this phone has carries the mark of its document. */
const ONLY_HERE = ['drafts', 'intents', 'envelopes', 'pictures'] as const;
/** Holds the term of the tab that leads. Never sealed: a random word tells nobody anything. */
const FENCE = 'fence';
const BOOK = 'book';
const INTAKE = 'intake';
const COUNTED = [...STORES, INTAKE, PIECES] as const;
export type Key = string | number;

export type Write =
	| { into: StoreName | typeof PIECES | typeof VIEWS; key: Key; value: unknown }
	| { outOf: StoreName | typeof INTAKE | typeof PIECES | typeof VIEWS; key: Key }
	| { into: typeof BOOK; entry: BookEntry };
type Raw = { store: string; key: Key; value: unknown } | { store: string; key: Key };

/** Stands for a record that cannot be opened. */
const UNREADABLE = 'unreadable';
/** How often everything is read once more while another tab writes. */
const TRIES = 3;

/** Another tab leads by now. Nothing was written. */
export class Overtaken extends Error {
	constructor() {
		super('another tab leads');
		this.name = 'Overtaken';
	}
}

/** Steps from one layout to the next; a database of version n has had the first n. Never changed, only added to. */
const UPGRADES: readonly ((db: IDBDatabase, tx: IDBTransaction) => void)[] = [
	(db) => {
		for (const name of ['meta', 'drafts', 'intents', 'envelopes']) db.createObjectStore(name);
	},
	(db) => {
		for (const name of ['unread', 'looks', FENCE]) db.createObjectStore(name);
	},
	(db, tx) => {
		for (const name of [BOOK, INTAKE]) db.createObjectStore(name);
		for (const name of ['drafts', 'intents', 'envelopes']) tx.objectStore(name).createIndex('only', 'only');
	},
	(db) => {
		db.createObjectStore('pictures').createIndex('only', 'only');
		db.createObjectStore(PIECES);
	},
	(db) => void db.createObjectStore(VIEWS),
	(db) => void db.createObjectStore('parcels')
];

/** The database, and what may be done in it without a key. */
export class Shelter {
	private constructor(private readonly db: IDBDatabase) {}

	/** Rejects with `NotSaved` when the browser does not let us keep anything. */
	static async open(factory: IDBFactory | undefined, name = 'safehall'): Promise<Shelter> {
		if (!factory) throw new NotSaved('blocked');
		return new Shelter(
			await new Promise<IDBDatabase>((resolve, reject) => {
				let opening: IDBOpenDBRequest;
				try {
					opening = factory.open(name, UPGRADES.length);
				} catch (error) {
					reject(notSaved(error));
					return;
				}
				opening.onupgradeneeded = (event) => {
					const tx = opening.transaction;
					if (tx) for (const upgrade of UPGRADES.slice(event.oldVersion)) upgrade(opening.result, tx);
				};
				opening.onerror = () => reject(notSaved(opening.error));
				opening.onsuccess = () => {
					// A newer app in another tab must be able to upgrade; this one then says that it cannot save.
					opening.result.onversionchange = () => opening.result.close();
					resolve(opening.result);
				};
			})
		);
	}

	/** Runs one transaction to its end. `act` asks; what it returns is read once everything is done. */
	run<T>(stores: readonly string[], mode: IDBTransactionMode, act: (tx: IDBTransaction) => () => T, failed: (error: unknown) => Error = notSaved): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			let tx: IDBTransaction | undefined;
			try {
				tx = this.db.transaction([...stores], mode, { durability: 'strict' });
				const done = act(tx);
				tx.oncomplete = () => resolve(done());
				tx.onabort = () => reject(failed(tx?.error));
			} catch (error) {
				tx?.abort(); // what was asked for before it threw must not be done either
				reject(failed(error));
			}
		});
	}

	async book(): Promise<Book> {
		return this.run([BOOK], 'readonly', (tx) => {
			const keys = tx.objectStore(BOOK).getAllKeys();
			const values = tx.objectStore(BOOK).getAll();
			return () => Object.fromEntries(keys.result.map((key, at) => [key as string, values.result[at] as unknown]));
		});
	}

	async note(...entries: BookEntry[]): Promise<void> {
		await this.writeRaw(entries.map((entry) => ({ store: BOOK, ...rawEntry(entry) })));
	}

	/** Stores that have other than the number of records that they ought to have, and by how many fewer. */
	async losses(): Promise<{ [store: string]: number }> {
		return this.run([BOOK, ...COUNTED], 'readonly', (tx) => {
			const census = tx.objectStore(BOOK).get('census') as IDBRequest<Book['census']>;
			const counts = COUNTED.map((store) => ({ store, count: tx.objectStore(store).count() }));
			return () =>
				Object.fromEntries(
					counts.flatMap(({ store, count }) => {
						const lost = (census.result?.[store] ?? 0) - count.result;
						return lost > 0 ? [[store, lost]] : [];
					})
				);
		});
	}

	/** How many reports and cases are on this phone only, in whole or in part. What the team shares is not counted. Needs no key. */
	async onlyHere(): Promise<number> {
		return this.run([...ONLY_HERE, INTAKE], 'readonly', (tx) => {
			const found = new Set<unknown>();
			for (const name of ONLY_HERE) {
				const walk = tx.objectStore(name).index('only').openKeyCursor(null, 'nextunique');
				walk.onsuccess = () => {
					if (!walk.result) return;
					found.add(walk.result.key);
					walk.result.continue();
				};
			}
			const taken = tx.objectStore(INTAKE).count();
			return () => found.size + taken.result;
		});
	}

	/** Whether words of somebody else lie here, on their way. Needs no key. */
	async carries(): Promise<boolean> {
		return this.run([PIECES], 'readonly', (tx) => {
			const count = tx.objectStore(PIECES).count(IDBKeyRange.bound(PARCEL, `${PARCEL}\uffff`));
			return () => count.result > 0;
		});
	}

	/** Whether an app without a lock left anything in clear. */
	async hasPlain(): Promise<boolean> {
		return this.run(STORES, 'readonly', (tx) => {
			let found = false;
			for (const store of STORES) {
				const walk = tx.objectStore(store).openCursor();
				walk.onsuccess = () => {
					if (!walk.result) return;
					found ||= isPlain(walk.result.value) && !(store === 'meta' && walk.result.key === 'keys'); // handles cannot be sealed
					if (!found) walk.result.continue();
				};
			}
			return () => found;
		});
	}

	async keepTaken(id: string, taken: Taken): Promise<void> {
		await this.writeRaw([{ store: INTAKE, key: id, value: taken }]);
	}

	async taken(): Promise<[string, Taken][]> {
		return this.run([INTAKE], 'readonly', (tx) => {
			const keys = tx.objectStore(INTAKE).getAllKeys();
			const values = tx.objectStore(INTAKE).getAll() as IDBRequest<Taken[]>;
			return () => keys.result.flatMap((key, at): [string, Taken][] => (values.result[at] ? [[key as string, values.result[at]]] : []));
		});
	}

	/** What the server has as well, once its key is destroyed. Needs no key. */
	async dropCached(): Promise<void> {
		const gone = (await this.rows()).filter(([, , stored]) => isSealed(stored) && stored.as === 'cached');
		await this.writeRaw([...gone.map(([store, key]) => ({ store, key })), ...(await this.pages()).map(([key]) => ({ store: VIEWS, key }))]);
	}

	/** Of the changes only their keys, and the pages of views. */
	async outline(): Promise<{ rows: [StoreName, Key, unknown][]; envelopes: Id[]; pages: [number, unknown][] }> {
		const stores = STORES.filter((store) => store !== 'envelopes');
		return this.run([...STORES, VIEWS], 'readonly', (tx) => {
			const reading = stores.map((store) => ({ store, rows: everything(tx, store) }));
			const envelopes = tx.objectStore('envelopes').getAllKeys();
			const pages = everything(tx, VIEWS);
			return () => ({
				rows: reading.flatMap(({ store, rows }) => rows().map(([key, value]): [StoreName, Key, unknown] => [store, key, value])),
				envelopes: envelopes.result as Id[],
				pages: pages() as [number, unknown][]
			});
		});
	}

	/** Changes as they lie there. */
	async envelopes(ids: readonly Id[]): Promise<[Id, unknown][]> {
		return this.run(['envelopes'], 'readonly', (tx) => {
			const reading = ids.map((id): [Id, IDBRequest<unknown>] => [id, tx.objectStore('envelopes').get(id)]);
			return () => reading.map(([id, { result }]) => [id, result]);
		});
	}

	async pages(): Promise<[number, unknown][]> {
		return this.run([VIEWS], 'readonly', (tx) => everything(tx, VIEWS) as () => [number, unknown][]);
	}

	/** One piece of a picture as it lies there. */
	async piece(key: Key): Promise<unknown> {
		return this.run([PIECES], 'readonly', (tx) => {
			const found = tx.objectStore(PIECES).get(key) as IDBRequest<unknown>;
			return () => found.result;
		});
	}

	/** Everything but the pieces, as it lies there. */
	async rows(): Promise<[StoreName, Key, unknown][]> {
		return this.run(STORES, 'readonly', (tx) => {
			const reading = STORES.map((store) => ({ store, rows: everything(tx, store) }));
			return () => reading.flatMap(({ store, rows }) => rows().map(([key, value]): [StoreName, Key, unknown] => [store, key, value]));
		});
	}

	/**
	 * Writes all or nothing, and counts anew what was touched. With a term, only while it is the term
	 * of the tab that leads: the look and the writing are one transaction, so a tab that was frozen in
	 * between writes nothing.
	 */
	async writeRaw(writes: readonly Raw[], term?: string): Promise<void> {
		const stores = [...new Set(writes.map(({ store }) => store))];
		if (stores.length === 0) return;
		let overtaken = false;
		const all = [...new Set([...stores, BOOK, ...(term === undefined ? [] : [FENCE])])];
		const act = (tx: IDBTransaction) => {
			const write = (): void => {
				for (const each of writes) {
					if ('value' in each && each.value !== undefined) tx.objectStore(each.store).put(each.value, each.key);
					else tx.objectStore(each.store).delete(each.key);
				}
				countAnew(tx, stores);
			};
			if (term === undefined) write();
			else {
				const leading = tx.objectStore(FENCE).get('term') as IDBRequest<unknown>;
				leading.onsuccess = () => {
					overtaken = leading.result !== term;
					if (overtaken) tx.abort();
					else write(); // what it throws aborts the transaction
				};
			}
			return () => undefined;
		};
		await this.run(all, 'readwrite', act, (error) => (overtaken ? new Overtaken() : notSaved(error)));
	}

	/** From now on only the commits of this term go through, of all that name one. */
	async takeLead(term: string): Promise<void> {
		await this.writeRaw([{ store: FENCE, key: 'term', value: term }]);
	}

	/** Empties everything but what the book has to say afterwards. */
	async empty(...entries: BookEntry[]): Promise<void> {
		await this.run([...COUNTED, VIEWS, FENCE, BOOK], 'readwrite', (tx) => {
			for (const store of [...COUNTED, VIEWS, FENCE, BOOK]) tx.objectStore(store).clear();
			for (const entry of entries) {
				const { key, value } = rawEntry(entry);
				tx.objectStore(BOOK).put(value, key);
			}
			return () => undefined;
		});
	}

	close(): void {
		this.db.close();
	}
}

/** The sealed records, for whoever has the keys. */
export class Storage {
	constructor(
		private readonly shelter: Shelter,
		private readonly sealer: Sealer
	) {}

	/** Everything, as it was at one moment: another tab may be writing. What cannot be opened is left out and counted. */
	async all(): Promise<{ [store in StoreName]: [Key, unknown][] } & { unreadable: number }> {
		const all: { [store in StoreName]: [Key, unknown][] } = { meta: [], drafts: [], intents: [], envelopes: [], unread: [], looks: [], pictures: [], parcels: [] };
		let unreadable = 0;
		for (const [store, key, stored] of await this.shelter.rows()) {
			try {
				all[store].push([key, await this.sealer.decode(store, key, stored)]);
			} catch (error) {
				if (!(error instanceof Unreadable)) throw error;
				unreadable += 1;
			}
		}
		return { ...all, unreadable };
	}

	/** One piece of a picture. Rejects with `Unreadable` when it is not there or cannot be opened. */
	async piece(key: Key): Promise<unknown> {
		return this.sealer.decode(PIECES, key, (await this.shelter.piece(key)) ?? NOTHING);
	}

	/**
	 * As `all`, but of the changes that a view tells of nothing is opened, and those of a page that counts are named by it. `stale`: pages
	 * that count for nothing, because they are damaged, of another app, or of changes that are not there.
	 */
	async read(): Promise<{ [store in Exclude<StoreName, 'envelopes'>]: [Key, unknown][] } & { envelopes: Kept[]; pages: Map<number, Page>; stale: number[]; unreadable: number }> {
		for (let again = TRIES; ; again -= 1) {
			const outline = await this.shelter.outline();
			const there = new Set(outline.envelopes);
			const all = { meta: [], drafts: [], intents: [], unread: [], looks: [], pictures: [], parcels: [] } as { [store in Exclude<StoreName, 'envelopes'>]: [Key, unknown][] };
			const pages = new Map<number, Page>();
			const stale: number[] = [];
			let unreadable = 0;
			const seen = new Set<Id>();
			for (const [number, page] of await this.opened(outline.pages, (key, stored) => this.sealer.decode(VIEWS, key, stored).catch(() => UNREADABLE))) {
				const good = isPage(page) && page.views.every(({ document, kept }) => !seen.has(document) && kept.every(({ id }) => there.has(id)));
				if (!good) {
					stale.push(number);
					continue;
				}
				pages.set(number, page);
				for (const { document, kept } of page.views) {
					seen.add(document);
					for (const { id } of kept) there.delete(id);
				}
			}
			const rows = await this.opened(outline.rows.map(([store, key, stored]): [[StoreName, Key], unknown] => [[store, key], stored]), ([store, key], stored) => this.sealer.decode(store, key, stored));
			for (const [[store, key], record] of rows) {
				if (record === UNREADABLE) unreadable += 1;
				else all[store as Exclude<StoreName, 'envelopes'>].push([key, record]);
			}
			const envelopes = await this.envelopes([...there]);
			// Another tab took one away meanwhile: what it became is not in the outline, so everything is read once more.
			if (again > 0 && envelopes.some(([, kept]) => kept === undefined)) continue;
			unreadable += envelopes.filter(([, kept]) => kept === UNREADABLE).length;
			return { ...all, envelopes: envelopes.flatMap(([, kept]) => (kept === undefined || kept === UNREADABLE ? [] : [kept])), pages, stale, unreadable };
		}
	}

	/** Changes by their ids; `undefined` for one that is not there. */
	async envelopes(ids: readonly Id[]): Promise<[Id, Kept | typeof UNREADABLE | undefined][]> {
		const rows = await this.shelter.envelopes(ids);
		return (await this.opened(rows, async (id, stored) => (stored === undefined ? undefined : this.sealer.decode('envelopes', id, stored)))) as [Id, Kept | typeof UNREADABLE | undefined][];
	}

	/** Opens side by side: the browser deciphers on threads of its own. */
	private async opened<K>(rows: readonly [K, unknown][], open: (key: K, stored: unknown) => Promise<unknown>): Promise<[K, unknown][]> {
		return Promise.all(
			rows.map(async ([key, stored]): Promise<[K, unknown]> => {
				try {
					return [key, await open(key, stored)];
				} catch (error) {
					if (!(error instanceof Unreadable)) throw error;
					return [key, UNREADABLE];
				}
			})
		);
	}

	takeLead(term: string): Promise<void> {
		return this.shelter.takeLead(term);
	}

	/** Writes all or nothing. Rejects with `NotSaved`; what was there before is still there then. With a term that another tab overtook: `Overtaken`. */
	async commit(writes: readonly Write[], term?: string): Promise<void> {
		// Encoding comes first: a transaction ends by itself while somebody waits for anything else.
		const ready = await Promise.all(writes.map((write) => this.raw(write)));
		await this.shelter.writeRaw(ready, term);
	}

	private async raw(write: Write): Promise<Raw> {
		if ('outOf' in write) return { store: write.outOf, key: write.key };
		if (write.into === BOOK) return { store: BOOK, ...rawEntry(write.entry) };
		return { store: write.into, key: write.key, value: await this.sealer.encode(write.into, write.key, write.value) };
	}
}

/** Opens with no key. */
const NOTHING: Sealed = { as: 'sealed', nonce: new Uint8Array(12), bytes: new Uint8Array() };

/** All of a store, once the transaction is done. */
function everything(tx: IDBTransaction, store: string): () => [Key, unknown][] {
	const keys = tx.objectStore(store).getAllKeys();
	const values = tx.objectStore(store).getAll() as IDBRequest<unknown[]>;
	return () => keys.result.map((key, at): [Key, unknown] => [key as Key, values.result[at]]);
}

function rawEntry({ name, value }: BookEntry): { key: string; value: unknown } {
	return { key: name, value };
}

/** Notes in the same transaction how many records there are: what the browser throws away later is missed. */
function countAnew(tx: IDBTransaction, stores: readonly string[]): void {
	const touched = COUNTED.filter((store) => stores.includes(store));
	if (touched.length === 0) return;
	const book = tx.objectStore(BOOK);
	const before = book.get('census') as IDBRequest<Book['census']>;
	const counts = touched.map((store) => ({ store, count: tx.objectStore(store).count() }));
	const last = counts.at(-1)?.count;
	if (last) last.onsuccess = () => book.put({ ...before.result, ...Object.fromEntries(counts.map(({ store, count }) => [store, count.result])) }, 'census');
}

function notSaved(error: unknown): NotSaved {
	return new NotSaved(error instanceof Error && error.name === 'QuotaExceededError' ? 'full' : 'blocked');
}
