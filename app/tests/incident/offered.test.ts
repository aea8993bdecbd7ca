import { expect, test } from 'vitest';
import type { Element, Intention } from '../../src/replica/api.ts';
import { mark, type Desk } from '../../src/incident/deciding.ts';
import { answer, mayPassOn, offer, offered } from '../../src/incident/offered.ts';

test('what somebody asked us to pass on is kept word for word, and goes no further before it is wanted', () => {
	const collections = new Map<string, Element[]>();
	let ids = 0;
	const desk: Desk = { caseId: 'amber', document: 'chair', newId: () => `id-${String((ids += 1))}` };
	const write = (intention: Intention, by: string, at: number) => {
		for (const fact of intention.facts) collections.set(fact.into, [...(collections.get(fact.into) ?? []), { id: fact.id, by, device: `${by}'s`, at, fields: fact.fields }]);
	};
	const one = () => offered(collections)[0]!;

	write(offer(desk, ' Tell her I am sorry. '), 'tom', 1);
	expect(one()).toMatchObject({ text: 'Tell her I am sorry.', by: 'tom' });
	expect(mayPassOn(one())).toBe(false);

	write(answer(desk, one(), 'no'), 'noor', 2);
	expect(mayPassOn(one())).toBe(false);

	write(answer(desk, one(), 'yes'), 'noor', 3); // a changed mind
	expect(one().wanted).toEqual({ value: 'yes', by: 'noor', at: 3 });
	expect(mayPassOn(one())).toBe(true);

	write(mark(desk, one().id, 'done'), 'noor', 4);
	expect(one().passedOn).toBe(4);
	expect(mayPassOn(one())).toBe(false);
});
