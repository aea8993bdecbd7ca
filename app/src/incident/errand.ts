/**
 * Errands: to fetch somebody, or to go somewhere with them. Whoever is asked is
 * the whole team, so an errand says what its taker needs and nothing of a case:
 * no id, no code name, no word that was told. Where anybody is kept from a case,
 * nothing about it is asked of the team; that is done by voice.
 */
import type { EventRecord, Id, Intention, Millis } from '../replica/api.ts';
import { standing } from './chair.ts';
import type { CaseView, Support } from './case.ts';
import type { KeptFrom } from './team.ts';

export type ErrandKind = 'fetch' | 'escort';

/** What the team reads. */
export interface Errand {
	kind: ErrandKind;
	/** Where they are now. */
	where: string;
	to: string;
	/** Whom to look for. */
	look: string;
	when: string;
}

export interface Asked extends Errand {
	id: Id;
	by: Id;
	at: Millis;
	/** Who goes, if somebody said so first. */
	taken?: { id: Id; by: Id; at: Millis };
	done?: { by: Id; at: Millis };
}

/** Help in a case that goes on until somebody says that it is done. */
const LASTING = ['escort', 'fetch', 'security', 'stay_safe'];

/** What was promised to somebody and is not done yet, the earliest first. */
export function openHelp(view: CaseView): Support[] {
	return view.support.filter((help) => LASTING.includes(help.kind) && !help.struck?.length && help.done === undefined).toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/**
 * Whether the team may be asked. Only the author and the leads know whom a case
 * is kept from, so nobody else asks.
 */
export function mayAsk(kept: KeptFrom, knows: boolean): boolean {
	return knows && kept.restricted === 'none' && kept.excluded.length === 0;
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** All that was asked of the team and still stands, the earliest first. */
export function errands(duty: EventRecord | null): Asked[] {
	const collections = duty?.collections ?? new Map<string, never[]>();
	const marks = standing(collections, 'marks');
	return standing(collections, 'escorts').flatMap((element): Asked[] => {
		const { kind, where, to, look, when } = element.fields;
		if (kind !== 'fetch' && kind !== 'escort') return [];
		const first = (mark: string) => marks.find((one) => one.fields['target'] === element.id && one.fields['mark'] === mark);
		const [taken, done] = [first('taken'), first('done')];
		return [
			{
				id: element.id,
				by: element.by,
				at: element.at,
				kind,
				where: text(where),
				to: text(to),
				look: text(look),
				when: text(when),
				...(taken && { taken: { id: taken.id, by: taken.by, at: taken.at } }),
				...(done && { done: { by: done.by, at: done.at } })
			}
		];
	});
}

/** What waits for somebody, or for this person to come back from it. */
export function openErrands(duty: EventRecord | null): Asked[] {
	return errands(duty).filter((errand) => errand.done === undefined);
}

const intention = (document: Id, into: 'escorts' | 'marks' | 'strikes', id: Id, fields: Intention['facts'][number]['fields']): Intention => ({ document, kind: 'duty', facts: [{ into, id, fields }], birth: {} });

export function ask(document: Id, errand: Errand, newId: () => Id): Intention {
	const said = (['kind', 'where', 'to', 'look', 'when'] as const).flatMap((field) => {
		const value = errand[field].trim();
		return value ? [[field, value] as const] : [];
	});
	return intention(document, 'escorts', newId(), Object.fromEntries(said));
}

/** "I go", and "done". */
export function mark(document: Id, errand: Id, what: 'taken' | 'done', newId: () => Id): Intention {
	return intention(document, 'marks', newId(), { target: errand, mark: what });
}

/** Takes back the errand, or that one goes. */
export function takeBack(document: Id, target: Id, newId: () => Id): Intention {
	return intention(document, 'strikes', newId(), { target });
}
