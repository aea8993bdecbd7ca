/**
 * Two people who are kept apart, as the whole team may know of it: the code name
 * of a case and until when, nothing else. A case that anybody is kept from never
 * gets here: even its code name would say that it exists.
 */
import type { EventRecord, Id, Intention, Millis } from '../replica/api.ts';
import { standing } from './chair.ts';
import type { Sanction } from './decision.ts';

export interface Pair {
	id: Id;
	/** The sanction that it is about. */
	sanction: Id;
	codeName: string;
	until?: Millis;
	by: Id;
}

/** What holds at `now`. */
export function pairs(notice: EventRecord | null, now: Millis): Pair[] {
	if (notice === null) return [];
	return standing(notice.collections, 'pairs').flatMap((element): Pair[] => {
		const { code_name: codeName, sanction, until } = element.fields;
		if (typeof codeName !== 'string' || typeof sanction !== 'string') return [];
		if (typeof until === 'number' && until <= now) return [];
		return [{ id: element.id, sanction, codeName, by: element.by, ...(typeof until === 'number' && { until }) }];
	});
}

export function pairOf(sanction: Id, all: readonly Pair[]): Pair | undefined {
	return all.find((pair) => pair.sanction === sanction);
}

export function showPair(notice: Id, given: Sanction, codeName: string, newId: () => Id): Intention {
	const fields = { sanction: given.id, code_name: codeName, ...(given.until !== undefined && { until: given.until }) };
	return { document: notice, kind: 'notice', facts: [{ into: 'pairs', id: newId(), fields }], birth: {} };
}

/** It no longer holds. */
export function endPair(notice: Id, pair: Pair, newId: () => Id): Intention {
	return { document: notice, kind: 'notice', facts: [{ into: 'strikes', id: newId(), fields: { target: pair.id } }] };
}
