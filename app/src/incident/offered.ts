/**
 * Something that the reported person asked us to pass on. Nobody suggests it. It
 * goes no further before the affected person was asked, and said yes, to somebody
 * else than the one who offered it.
 */
import type { Id, Intention, Millis } from '../replica/api.ts';
import { standing } from './chair.ts';
import type { Collections } from './decision.ts';
import type { Desk } from './deciding.ts';

export interface Offered {
	id: Id;
	by: Id;
	at: Millis;
	/** Word for word. */
	text: string;
	/** What the affected person said to it, the latest word; absent: they were not asked. */
	wanted?: { value: 'yes' | 'no'; by: Id; at: Millis };
	passedOn?: Millis;
}

export function offered(collections: Collections): Offered[] {
	const marks = standing(collections, 'marks');
	return standing(collections, 'entries').flatMap((element): Offered[] => {
		const { kind, text } = element.fields;
		if (kind !== 'apology_offered' || typeof text !== 'string') return [];
		const own = marks.filter((mark) => mark.fields['target'] === element.id);
		const answer = own.filter((mark) => mark.fields['mark'] === 'wanted').at(-1);
		const value = answer?.fields['value'] === 'yes' ? 'yes' : answer?.fields['value'] === 'no' ? 'no' : undefined;
		const passed = own.find((mark) => mark.fields['mark'] === 'done');
		return [{ id: element.id, by: element.by, at: element.at, text, ...(answer && value && { wanted: { value, by: answer.by, at: answer.at } }), ...(passed && { passedOn: passed.at }) }];
	});
}

/** Whether it may be passed on now. */
export function mayPassOn(one: Offered): boolean {
	return one.wanted?.value === 'yes' && one.passedOn === undefined;
}

export function offer(desk: Desk, text: string): Intention {
	return { document: desk.document, kind: 'chair', facts: [{ into: 'entries', id: desk.newId(), fields: { kind: 'apology_offered', text: text.trim() } }], birth: { parent: desk.caseId } };
}

/** What the affected person said when somebody asked. */
export function answer(desk: Desk, one: Offered, value: 'yes' | 'no'): Intention {
	return { document: desk.document, kind: 'chair', facts: [{ into: 'marks', id: desk.newId(), fields: { target: one.id, mark: 'wanted', value } }], birth: { parent: desk.caseId } };
}
