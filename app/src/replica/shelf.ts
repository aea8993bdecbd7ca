/**
 * The documents of this device, held in memory and made from the log of changes
 * in storage. What is here can be thrown away at any time: the bytes are the truth.
 */
import type { Raw } from '../incident/raw.ts';
import type { Id, Kind } from './api.ts';
import { A, birthOf, loadAutomerge } from './automerge.ts';
import type { Bytes } from './bytes.ts';
import { readRaw } from './document.ts';
import { changeOf } from './envelope.ts';
import type { Intent, Kept } from './kept.ts';
import { tag } from './views.ts';
import { newActor, writeChange } from './write.ts';

type Doc = A.Doc<Record<string, Record<string, unknown>>>;
const ELEMENT = /^[0-9a-f]{32}$/;

interface Written {
	change: Bytes;
	done: (id: Id) => void;
	undo: () => Promise<void>;
}

export class Shelf {
	/** `from`: the changes that are in it. `ahead`: so is one that is not in storage yet. */
	private readonly docs = new Map<Id, { kind: Kind; doc: Doc; from: Set<Id>; ahead: boolean }>();

	constructor(
		private readonly by: Id,
		private readonly device: Id,
		/** The changes of a document that are good to build on, oldest first. */
		private readonly log: (document: Id) => Promise<readonly Kept[]>
	) {}

	/** Makes the document anew from the log, under a new actor. */
	async rebuild(document: Id, kind: Kind): Promise<void> {
		const log = await this.log(document);
		const changes = log.map(changeOf);
		const born = A.load<Record<string, Record<string, unknown>>>(birthOf(kind), { actor: await newActor(this.device) });
		let doc: Doc;
		try {
			[doc] = A.applyChanges(born, changes);
		} catch {
			// One change that cannot be applied must not take the others along.
			doc = A.load(birthOf(kind), { actor: await newActor(this.device) });
			for (const change of changes) {
				try {
					[doc] = A.applyChanges(doc, [change]);
				} catch (error) {
					if (error instanceof WebAssembly.RuntimeError) throw error;
				}
			}
		}
		this.docs.set(document, { kind, doc, from: new Set(log.map(({ id }) => id)), ahead: false });
	}

	/** Takes changes in that are in the log by now. */
	async take(changes: readonly Kept[]): Promise<void> {
		const byDocument = new Map<Id, Kept[]>();
		for (const change of changes) byDocument.set(change.document, [...(byDocument.get(change.document) ?? []), change]);
		for (const [document, group] of byDocument) {
			const held = this.docs.get(document);
			const [first] = group;
			if (!first) continue;
			try {
				if (!held) await this.rebuild(document, first.kind);
				else {
					[held.doc] = A.applyChanges(held.doc, group.map(changeOf));
					for (const { id } of group) held.from.add(id);
				}
			} catch {
				await this.rebuild(document, first.kind);
			}
		}
	}

	/** One intention as a change. What is in memory counts only once the change is in storage: `done` says under which id, `undo` takes it back. */
	async write(intent: Intent): Promise<Written> {
		const { document, kind } = intent.intention;
		if (!this.docs.has(document)) await this.rebuild(document, kind);
		try {
			return this.writeOnce(intent);
		} catch (error) {
			// A `RangeError` is a mistake in the intention. Anything else may have left the document broken in memory.
			if (error instanceof RangeError) throw error;
			await this.rebuild(document, kind);
			return this.writeOnce(intent);
		}
	}

	private writeOnce(intent: Intent): Written {
		const { document, kind } = intent.intention;
		const held = this.docs.get(document);
		if (!held) throw new Error('a document that was just made');
		const { doc, change } = writeChange(held.doc, intent, this.by, this.device);
		held.doc = doc;
		held.ahead = true;
		const done = (id: Id): void => {
			held.from.add(id);
			held.ahead = false;
		};
		return { change, done, undo: () => this.rebuild(document, kind) };
	}

	holds(document: Id): boolean {
		return this.docs.has(document);
	}

	/** The changes that are in it, as one word; `undefined` while one of them is not in storage. */
	madeOf(document: Id): string | undefined {
		const held = this.docs.get(document);
		return held && !held.ahead ? tag(held.from) : undefined;
	}

	forget(document: Id): void {
		this.docs.delete(document);
	}

	raw(document: Id): Raw | undefined {
		const held = this.docs.get(document);
		return held && readRaw(held.doc);
	}

	/** The ids of the elements that a change makes. */
	elementsOf(kept: Kept): Id[] {
		return A.decodeChange(changeOf(kept)).ops.flatMap((op) => {
			const key = (op as { key?: unknown }).key;
			return op.action === 'makeMap' && typeof key === 'string' && ELEMENT.test(key) ? [key] : [];
		});
	}

	heads(document: Id): readonly string[] {
		const held = this.docs.get(document);
		return held ? A.getHeads(held.doc) : [];
	}
}

/** Resolves when documents can be read. */
export async function openShelf(by: Id, device: Id, log: (document: Id) => Promise<readonly Kept[]>): Promise<Shelf> {
	await loadAutomerge();
	return new Shelf(by, device, log);
}
