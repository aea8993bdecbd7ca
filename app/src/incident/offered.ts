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
	/** What the affected person said to it; absent: they were not asked, or two who asked them apart heard differently. */
	wanted?: Wanted;
	/** What each of those two heard: they are asked again. */
	differing?: readonly Wanted[];
	/** The notes of it that stand, which the next one replaces. */
	answers: readonly Id[];
	passedOn?: Millis;
}

export interface Wanted {
	value: 'yes' | 'no';
	by: Id;
	at: Millis;
}

export function offered(collections: Collections): Offered[] {
	const marks = standing(collections, 'marks');
	return standing(collections, 'entries').flatMap((element): Offered[] => {
		const { kind, text } = element.fields;
		if (kind !== 'apology_offered' || typeof text !== 'string') return [];
		const own = marks.filter((mark) => mark.fields['target'] === element.id);
		const answers = own.filter((mark) => mark.fields['mark'] === 'wanted');
		const said = answers.flatMap(({ fields, by, at }): Wanted[] => (fields['value'] === 'yes' || fields['value'] === 'no' ? [{ value: fields['value'], by, at }] : []));
		const apart = new Set(said.map(({ value }) => value)).size > 1;
		const [wanted] = said;
		const passed = own.find((mark) => mark.fields['mark'] === 'done');
		return [{ id: element.id, by: element.by, at: element.at, text, answers: answers.map(({ id }) => id), ...(apart ? { differing: said } : wanted && { wanted }), ...(passed && { passedOn: passed.at }) }];
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
	const fields = { target: one.id, mark: 'wanted', value, ...(one.answers.length > 0 && { replaces: one.answers.join(' ') }) };
	return { document: desk.document, kind: 'chair', facts: [{ into: 'marks', id: desk.newId(), fields }], birth: { parent: desk.caseId } };
}
