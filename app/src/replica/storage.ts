/**
 * Everything that this device keeps, in IndexedDB.
 *
 * `commit` is all or nothing, and resolves only when the browser has said that
 * the transaction is complete, with strict durability: then, and only then, may
 * a screen say "Saved on this phone".
 */
import { NotSaved } from './api.ts';
import { decode, encode } from './sealing.ts';

const STORES = ['meta', 'drafts', 'intents', 'envelopes', 'unread', 'looks'] as const;
export type StoreName = (typeof STORES)[number];
/** Holds the term of the tab that leads. Never sealed: a random word tells nobody anything. */
const FENCE = 'fence';
export type Key = string | number;

export type Write = { into: StoreName; key: Key; value: unknown } | { outOf: StoreName; key: Key };

/** Another tab leads by now. Nothing was written. */
export class Overtaken extends Error {
	constructor() {
		super('another tab leads');
		this.name = 'Overtaken';
	}
}

/** Steps from one layout to the next; a database of version n has had the first n. Never changed, only added to. */
const UPGRADES: readonly ((db: IDBDatabase) => void)[] = [
	(db) => {
		for (const name of ['meta', 'drafts', 'intents', 'envelopes']) db.createObjectStore(name);
	},
	(db) => {
		for (const name of ['unread', 'looks', FENCE]) db.createObjectStore(name);
	}
];

export class Storage {
	private constructor(private readonly db: IDBDatabase) {}

	/** Rejects with `NotSaved` when the browser does not let us keep anything. */
	static async open(factory: IDBFactory | undefined, name = 'safehall'): Promise<Storage> {
		if (!factory) throw new NotSaved('blocked');
		return new Storage(
			await new Promise<IDBDatabase>((resolve, reject) => {
				let opening: IDBOpenDBRequest;
				try {
					opening = factory.open(name, UPGRADES.length);
				} catch (error) {
					reject(notSaved(error));
					return;
				}
				opening.onupgradeneeded = (event) => {
					for (const upgrade of UPGRADES.slice(event.oldVersion)) upgrade(opening.result);
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

	/** Everything, as it was at one moment: another tab may be writing. */
	async all(): Promise<{ [store in StoreName]: [Key, unknown][] }> {
		const rows = await new Promise<[StoreName, Key, unknown][]>((resolve, reject) => {
			try {
				const tx = this.db.transaction(STORES);
				const reading = STORES.map((store) => ({
					store,
					keys: tx.objectStore(store).getAllKeys(),
					values: tx.objectStore(store).getAll() as IDBRequest<unknown[]>
				}));
				tx.oncomplete = () =>
					resolve(reading.flatMap(({ store, keys, values }) => keys.result.map((key, at): [StoreName, Key, unknown] => [store, key as Key, values.result[at]])));
				tx.onabort = () => reject(notSaved(tx.error));
			} catch (error) {
				reject(notSaved(error));
			}
		});
		const all: { [store in StoreName]: [Key, unknown][] } = { meta: [], drafts: [], intents: [], envelopes: [], unread: [], looks: [] };
		for (const [store, key, value] of rows) all[store].push([key, await decode(value)]);
		return all;
	}

	/** From now on only the commits of this term go through, of all that name one. */
	async takeLead(term: string): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			try {
				const tx = this.db.transaction(FENCE, 'readwrite', { durability: 'strict' });
				tx.oncomplete = () => resolve();
				tx.onabort = () => reject(notSaved(tx.error));
				tx.objectStore(FENCE).put(term, 'term');
			} catch (error) {
				reject(notSaved(error));
			}
		});
	}

	/**
	 * Writes all or nothing. Rejects with `NotSaved`; what was there before is still there then.
	 * With a term, rejects with `Overtaken` unless it is the term of the tab that leads: the look and
	 * the writing are one transaction, so a tab that was frozen in between writes nothing.
	 */
	async commit(writes: readonly Write[], term?: string): Promise<void> {
		// Encoding comes first: a transaction ends by itself while somebody waits for anything else.
		const ready = await Promise.all(
			writes.map(async (write) => ('into' in write ? { ...write, value: await encode(write.value) } : write))
		);
		const stores = [...new Set(ready.map((write) => ('into' in write ? write.into : write.outOf)))];
		if (stores.length === 0) return;
		await new Promise<void>((resolve, reject) => {
			try {
				let overtaken = false;
				const tx = this.db.transaction(term === undefined ? stores : [...stores, FENCE], 'readwrite', { durability: 'strict' });
				tx.oncomplete = () => resolve();
				tx.onabort = () => reject(overtaken ? new Overtaken() : notSaved(tx.error));
				const write = (): void => {
					for (const each of ready) {
						if ('into' in each) tx.objectStore(each.into).put(each.value, each.key);
						else tx.objectStore(each.outOf).delete(each.key);
					}
				};
				if (term === undefined) {
					write();
					return;
				}
				const leading = tx.objectStore(FENCE).get('term') as IDBRequest<unknown>;
				leading.onsuccess = () => {
					overtaken = leading.result !== term;
					if (overtaken) tx.abort();
					else write(); // what it throws aborts the transaction
				};
			} catch (error) {
				reject(notSaved(error));
			}
		});
	}

	close(): void {
		this.db.close();
	}
}

function notSaved(error: unknown): NotSaved {
	return new NotSaved(error instanceof Error && error.name === 'QuotaExceededError' ? 'full' : 'blocked');
}
