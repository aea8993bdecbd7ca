/** Reads an Automerge document into raw collections, disputes and twins included. */
import { isRead, type Raw, type RawElement, type RawValue } from '../incident/raw.ts';
import { A } from './automerge.ts';

type Node = Record<string, unknown>;

export function readRaw(doc: A.Doc<Node>): Raw {
	const raw: Raw = { collections: new Map(), registers: new Map(), unread: 0 };
	for (const [name, collection] of Object.entries(doc)) {
		if (!isMap(collection)) continue;
		if (name === 'registers') {
			for (const field of Object.keys(collection)) {
				const ids = alternatives(collection, field).map(scalar);
				raw.unread += ids.filter((id) => typeof id !== 'string').length;
				raw.registers.set(field, ids.filter((id): id is string => typeof id === 'string'));
			}
			continue;
		}
		const elements: RawElement[] = [];
		for (const id of Object.keys(collection)) {
			for (const value of alternatives(collection, id)) {
				if (isMap(value)) elements.push({ id, fields: fieldsOf(value) });
				else if (isRead(name)) raw.unread += 1;
			}
		}
		raw.collections.set(name, elements);
	}
	return raw;
}

/**
 * Everything that stands under a key: two devices may have written there without
 * knowing of each other. Automerge gives the scalar strings of a dispute as plain
 * ones, which anywhere else would be text objects: they are wrapped again.
 */
function alternatives(map: Node, key: string): unknown[] {
	const disputed = A.getConflicts(map, key);
	return disputed ? Object.values(disputed).map(wrapped) : [map[key]];
}

function wrapped(value: unknown): unknown {
	if (typeof value === 'string') return new A.ImmutableString(value);
	return isMap(value) ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, wrapped(part)])) : value;
}

/** An element out of a dispute has no conflicts of its own to ask for. */
function hasTwo(element: Node, field: string): boolean {
	return typeof A.getObjectId(element) === 'string' && A.getConflicts(element, field) !== undefined;
}

function fieldsOf(element: Node): RawElement['fields'] {
	const fields: { [field: string]: RawValue } = {};
	for (const [name, only] of Object.entries(element)) {
		// A field is written once: two values side by side are nobody's word.
		const value = hasTwo(element, name) ? undefined : only;
		const read = isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, scalar(part)])) : scalar(value);
		Object.defineProperty(fields, name, { value: read, enumerable: true, configurable: true, writable: true });
	}
	return fields;
}

/** A text object is no scalar, although Automerge shows it as a string: a scalar string is an object of its own. */
function scalar(value: unknown): string | number | boolean | null {
	if (A.isImmutableString(value)) return value.val;
	return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function isMap(value: unknown): value is Node {
	return (
		typeof value === 'object' && value !== null && !Array.isArray(value) && !A.isImmutableString(value) && !A.isCounter(value) &&
		!(value instanceof Date) && !(value instanceof Uint8Array)
	);
}
