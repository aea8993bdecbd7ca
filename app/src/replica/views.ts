/**
 * What each document reads as, kept beside its changes: an unlocked phone shows
 * it at once, without opening the changes and without Automerge. A view names
 * exactly the changes that it was read from and the code that read it. With
 * other ones it counts for nothing, and without it nothing is lost: the changes
 * are the truth.
 *
 * Several views lie in storage as one sealed page, which costs an unlock one
 * decryption. What comes after a view is opened beside it, and the page is written
 * anew a little later. A page goes in the same transaction as anything that it
 * tells of.
 */
import type { Raw, RawElement, RawValue } from '../incident/raw.ts';
import type { Id, Kind } from './api.ts';
import { type Asleep, type Held, isAwake, savedAt } from './kept.ts';

export interface View {
	document: Id;
	kind: Kind;
	collections: [string, RawElement[]][];
	registers: [string, string[]][];
	unread: number;
	/** Of the changes that it was read from, those that the server has as well. */
	kept: Asleep[];
	/** The others, and the elements that each made. */
	also: [Id, readonly Id[]][];
}

export interface Page {
	/** The code that read it. */
	by: string;
	views: View[];
}

export const VIEWS_ON_A_PAGE = 24;

declare const __SAFEHALL_READER__: string;

/**
 * Names the code that makes views (`build/reader.ts`): every source that takes part, and every package. Where anything of it is
 * otherwise, an app reads for itself; an update of screens and words finds its views as they were.
 */
export const READER = __SAFEHALL_READER__;

/** The changes that a document is read from, as one word. */
export function tag(ids: Iterable<Id>): string {
	return [...ids].sort().join();
}

export function tagOf({ kept, also }: View): string {
	return tag([...kept.map(({ id }) => id), ...also.map(([id]) => id)]);
}

/** `undefined` where something in it would not come back as it was. `elements`: what each change made. */
export function viewOf(changes: readonly Held[], raw: Raw, elements: (change: Held) => readonly Id[] | undefined): View | undefined {
	const [first] = changes;
	if (!first || !isExact(raw)) return undefined;
	const kept: Asleep[] = [];
	const also: [Id, readonly Id[]][] = [];
	for (const change of changes) {
		const made = elements(change);
		if (!made) return undefined;
		if (change.state === 'kept') kept.push(asleep(change, made));
		else also.push([change.id, made]);
	}
	return { document: first.document, kind: first.kind, collections: [...raw.collections], registers: [...raw.registers], unread: raw.unread, kept, also };
}

export function rawOf({ collections, registers, unread }: View): Raw {
	return { collections: new Map(collections), registers: new Map(registers), unread };
}

export function isPage(record: unknown): record is Page {
	return typeof record === 'object' && record !== null && 'by' in record && record.by === READER && 'views' in record && Array.isArray(record.views);
}

function asleep(change: Held, elements: readonly Id[]): Asleep {
	if (!isAwake(change)) return change;
	const { id, document, kind, device, order, keptAt, via, birth } = change;
	const at = savedAt(change);
	return {
		id, document, kind, device, order, state: 'kept', elements, ...(keptAt !== undefined && { keptAt }), ...(via !== undefined && { via }), ...(birth && { birth }), ...(at !== undefined && { savedAt: at })
	};
}

/** A record is written as JSON, which knows neither these numbers nor the sign of nothing. */
function isExact(raw: Raw): boolean {
	const exact = (value: RawValue): boolean =>
		typeof value === 'number' ? Number.isFinite(value) && !Object.is(value, -0) : typeof value !== 'object' || value === null || Object.values(value).every(exact);
	return [...raw.collections.values()].every((elements) => elements.every(({ fields }) => Object.values(fields).every(exact)));
}
