/**
 * What each document reads as: from its view, while that is of the same changes,
 * else from the document itself. Automerge is loaded when the first document is
 * needed, to write in it, to take something in, or because it has no view.
 */
import type { Raw } from '../incident/raw.ts';
import type { Id, Kind } from './api.ts';
import { type Held, type Intent, isAwake, type Kept } from './kept.ts';
import type { Ledger } from './ledger.ts';
import type { Shelf } from './shelf.ts';
import { rawOf, tagOf, type View, viewOf } from './views.ts';

export class Readings {
	private readonly read = new Map<Id, { of: string; raw: Raw }>();
	/** Which elements a change makes never changes. */
	private readonly elements = new Map<Id, readonly Id[]>();
	private shelf: Shelf | undefined;
	private loading: Promise<Shelf> | undefined;

	constructor(
		private readonly ledger: Ledger,
		/** Brings Automerge; apart, so that nothing else waits for it. */
		private readonly load: () => Promise<Shelf>
	) {}

	/** Not to be changed by whoever is given it. */
	raw(document: Id): Raw | undefined {
		const of = this.ledger.tagOf(document);
		const known = this.read.get(document);
		if (known?.of === of) return known.raw;
		const view = this.ledger.viewOf(document);
		const read = view && tagOf(view) === of ? { of, raw: rawOf(view) } : this.fromShelf(document);
		if (!read) return undefined;
		// A document that is ahead of what is in storage, or behind it, is so for a moment only.
		if (read.of === of) this.read.set(document, { of, raw: read.raw });
		return read.raw;
	}

	/** Of a change that this device did not write, known once its document was read. */
	elementsOf(change: Held): readonly Id[] | undefined {
		if (!isAwake(change)) return change.elements;
		if (change.wrote) return change.wrote.intention.facts.map((fact) => fact.id);
		const known = this.elements.get(change.id) ?? this.ledger.viewOf(change.document)?.also.find(([id]) => id === change.id)?.[1] ?? this.shelf?.elementsOf(change);
		if (known) this.elements.set(change.id, known);
		return known;
	}

	/** What storage may keep of a document; `undefined` where it was not read, or not exactly from what is in storage. */
	view(document: Id): View | undefined {
		const raw = this.raw(document);
		if (!raw || this.read.get(document)?.raw !== raw) return undefined;
		return viewOf(this.ledger.logOf(document), raw, (change) => this.elementsOf(change));
	}

	/** Whether its view says all that one could say now. */
	isFresh(document: Id): boolean {
		const view = this.ledger.viewOf(document);
		return view !== undefined && tagOf(view) === this.ledger.tagOf(document) && view.also.every(([id]) => this.ledger.envelopes.get(id)?.state !== 'kept');
	}

	/** Documents that only Automerge can read. */
	missing(): Id[] {
		return [...this.ledger.documents()].filter((document) => this.ledger.logOf(document).length > 0 && !this.raw(document));
	}

	/** Reads these documents from their changes. */
	async make(documents: readonly Id[]): Promise<void> {
		const shelf = await this.open();
		for (const document of documents) {
			const [first] = this.ledger.logOf(document);
			if (first) await shelf.rebuild(document, first.kind);
		}
	}

	/** Another tab wrote in it. */
	async follow(document: Id): Promise<void> {
		const [first] = this.ledger.logOf(document);
		if (!first) this.forget(document);
		else if (this.shelf?.holds(document) === true) await this.shelf.rebuild(document, first.kind);
		else if (!this.raw(document)) await this.make([document]);
	}

	/** Brings Automerge, so that the first word that is written does not wait for it. */
	open(): Promise<Shelf> {
		this.loading ??= this.load().then(
			(shelf) => (this.shelf = shelf),
			(error: unknown) => {
				this.loading = undefined;
				throw error;
			}
		);
		return this.loading;
	}

	async take(changes: readonly Kept[]): Promise<void> {
		if (changes.length > 0) await (await this.open()).take(changes);
	}

	async write(intent: Intent): ReturnType<Shelf['write']> {
		return (await this.open()).write(intent);
	}

	async rebuild(document: Id, kind: Kind): Promise<void> {
		await (await this.open()).rebuild(document, kind);
	}

	forget(document: Id): void {
		this.read.delete(document);
		this.shelf?.forget(document);
	}

	private fromShelf(document: Id): { of: string; raw: Raw } | undefined {
		const raw = this.shelf?.raw(document);
		return raw && { of: this.shelf?.madeOf(document) ?? '', raw };
	}
}
