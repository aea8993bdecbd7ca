/** Makes one Automerge change out of one intention. */
import type { Fields, Time } from '../incident/case.ts';
import type { Id } from './api.ts';
import { A } from './automerge.ts';
import { type Bytes, concat, hex, randomBytes, sha256, unhex, utf8 } from './bytes.ts';
import type { Intent } from './kept.ts';

type Scalar = A.ImmutableString | number | boolean;
type Root = Record<string, Record<string, unknown>>;

/** 16 bytes, hex: half the device's, half chance. Never used again after a restart or a refusal. */
export async function newActor(device: Id): Promise<string> {
	return hex(concat((await sha256(utf8('safehall/actor/v1\0'), unhex(device))).slice(0, 8), randomBytes(8)));
}

/** The document with the intention in it, and the bytes of the one change that did it. */
export function writeChange(doc: A.Doc<Root>, intent: Intent, by: Id, device: Id): { doc: A.Doc<Root>; change: Bytes } {
	const written = A.change(doc, { time: 0 }, (root) => {
		for (const fact of intent.intention.facts) {
			const collection = root[fact.into];
			if (!collection) throw new RangeError('a collection that this kind of document does not have');
			if (Object.hasOwn(collection, fact.id)) throw new RangeError('an element is written once');
			const { clockOff } = intent;
			put(collection, fact.id, {
				by,
				device,
				at: fact.at ?? intent.at,
				...(clockOff !== undefined && { clock_off: Math.round(clockOff) }),
				...fact.fields
			});
			const registers = root['registers'];
			if (fact.register !== undefined && registers) registers[fact.register] = new A.ImmutableString(fact.id);
		}
	});
	const change = A.getLastLocalChange(written);
	if (!change) throw new RangeError('an intention with nothing in it');
	return { doc: written, change: new Uint8Array(change) };
}

/**
 * A map, field by field: of a whole map assigned at once, Automerge writes 0 and
 * negative numbers as floats. `checkIntention` lets only whole numbers through.
 */
function put(into: Record<string, unknown>, key: string, fields: Readonly<Fields> | Readonly<Time>): void {
	into[key] = {};
	const map = into[key] as Record<string, Scalar>;
	for (const [name, value] of Object.entries<Fields[string]>({ ...fields })) {
		if (value === undefined) continue;
		if (typeof value === 'object') put(map, name, value);
		else map[name] = typeof value === 'string' ? new A.ImmutableString(value) : value;
	}
}
