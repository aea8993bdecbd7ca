/** Makes one Automerge change out of one intention. */
import type { Time } from '../incident/case.ts';
import type { Id } from './api.ts';
import { A } from './automerge.ts';
import { type Bytes, concat, hex, randomBytes, sha256, unhex, utf8 } from './bytes.ts';
import type { Intent } from './kept.ts';

/** Whole numbers become Automerge integers by themselves; `checkIntention` lets no others through. */
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
			const element: Record<string, Scalar | Record<string, Scalar>> = {
				by: new A.ImmutableString(by),
				device: new A.ImmutableString(device),
				at: intent.at
			};
			if (intent.clockOff !== undefined) element['clock_off'] = Math.round(intent.clockOff);
			for (const [name, value] of Object.entries(fact.fields)) {
				if (value !== undefined) element[name] = typeof value === 'object' ? timeOf(value) : scalarOf(value);
			}
			collection[fact.id] = element;
			const registers = root['registers'];
			if (fact.register !== undefined && registers) registers[fact.register] = new A.ImmutableString(fact.id);
		}
	});
	const change = A.getLastLocalChange(written);
	if (!change) throw new RangeError('an intention with nothing in it');
	return { doc: written, change: new Uint8Array(change) };
}

function scalarOf(value: string | number | boolean): Scalar {
	return typeof value === 'string' ? new A.ImmutableString(value) : value;
}

function timeOf(time: Time): Record<string, Scalar> {
	const map: Record<string, Scalar> = {};
	for (const [name, value] of Object.entries(time) as [string, string | number | undefined][]) {
		if (value !== undefined) map[name] = scalarOf(value);
	}
	return map;
}
