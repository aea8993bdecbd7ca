import { describe, expect, test } from 'vitest';
import type { Element, Intention } from '../../src/replica/api.ts';
import type { Aware, CaseView, Entry } from '../../src/incident/case.ts';
import { answer, cameSince, close, closed, knows, nobodyTold, reopen, replies, stillOpen, takeOn, tell, toldHow, untold } from '../../src/incident/closing.ts';
import { act, decide, find, followUp, hear, mark, type Desk } from '../../src/incident/deciding.ts';
import { decision } from '../../src/incident/decision.ts';

const at = (time: string, day = '2026-09-30') => Date.parse(`${day}T${time}:00+02:00`);

class File {
	readonly collections = new Map<string, Element[]>();
	#ids = 0;
	readonly desk: Desk = { caseId: 'amber', document: 'chair', newId: () => `id-${String((this.#ids += 1))}` };

	write(intention: Intention, when = at('09:00'), by = 'alma'): string {
		const [fact] = intention.facts;
		if (fact === undefined) throw new Error('nothing to write');
		if (intention.kind === 'chair') this.collections.set(fact.into, [...(this.collections.get(fact.into) ?? []), { id: fact.id, by, device: 'A1', at: fact.at ?? when, fields: fact.fields }]);
		return fact.id;
	}
	may(wish: ReturnType<typeof find>): string {
		if (!wish.may) throw new Error(wish.why);
		return this.write(wish.intention);
	}
	get made() {
		return decision(this.collections);
	}
	/** As `close` and `reopen` ask for it. */
	get said() {
		return { cases: [], chairs: [{ id: 'chair', kind: 'chair' as const, parent: 'amber', unsent: 0, safekeeping: new Map(), collections: this.collections }] };
	}
	open(views: readonly CaseView[], now = at('10:00')) {
		return stillOpen(this.collections, views, now);
	}
}

/** Heard, found to stand, warned and told; the reporter heard of it too. */
function decided(until?: number): File {
	const file = new File();
	file.write(hear(file.desk, 'I did not hear a no.', ['tom', 'noor'], at('13:25')));
	file.write(mark(file.desk, file.may(find(file.desk, file.made, 'stands', '')), 'told', 'in_person'));
	const warned = file.may(decide(file.desk, file.made, { code: 'no_contact', interim: false, ...(until !== undefined && { until }) }));
	file.write(mark(file.desk, warned, 'told', 'in_person'));
	file.write(followUp(file.desk, file.made, at('14:05'), 'in_person', ['action_taken'], ''));
	return file;
}

const fact = { by: 'noor', device: 'N1', at: 1 };
const knowing = (id: string, who: string, told?: Aware['told']): Aware => ({ ...fact, id, who, ...(told && { told }) });
const view = (aware: Aware[] = [], entries: Entry[] = []): CaseView => ({ reports: [], parties: [], entries, steps: [], support: [], aware, tasks: [], attachments: [], registers: {}, police: { state: 'unknown', versions: [] }, unread: 0 });
/** A case with one report; each answer as its versions say it. */
const reported = (answers: { [field: string]: readonly string[] }): CaseView => ({
	...view(),
	reports: [{ ...fact, id: 'r', reported_at: 1, accounts: {}, answers: Object.fromEntries(Object.entries(answers).map(([field, values]) => [field, { versions: values.map((value, index) => ({ ...fact, id: `${field}-${String(index)}`, report: 'r', field, value })) }])) }]
});
const COFFEE = knowing('w1', 'People at the coffee bar');
const BEN = knowing('w2', 'Ben Amara');
const heardIt = { id: 'm', by: 'tom', at: at('09:34'), value: 'announcement' };

describe('what is open before a case is closed', () => {
	test('nothing was done yet: all of it', () => {
		expect(new File().open([view([COFFEE, BEN])]).map((one) => one.what)).toEqual(['finding', 'reported_told', 'reporter_told', 'aware']);
	});

	test('two who know of it are still not told; once both are, nothing is open', () => {
		const file = decided();
		expect(file.open([view([COFFEE, BEN])])).toEqual([{ what: 'aware', count: 2 }]);
		expect(file.open([view([knowing('w1', 'Coffee bar', heardIt), BEN])])).toEqual([{ what: 'aware', count: 1 }]);
		expect(file.open([view([knowing('w1', 'Coffee bar', heardIt), knowing('w2', 'Ben Amara', heardIt)])])).toEqual([]);
	});

	test('nobody can tell a reporter without a name, or is to tell one who wants no contact: that is said, and asks for no reason', () => {
		const file = new File();
		const what = (views: readonly CaseView[]) => file.open(views).map((one) => one.what);

		expect(what([reported({ reporter: ['anonymous'] })])).toEqual(['finding', 'reported_told']);
		expect(nobodyTold(file.collections, [reported({ reporter: ['anonymous'] })])).toEqual(['nameless']);
		expect(nobodyTold(file.collections, [reported({ reporter: ['named'], may_contact: ['no'] })])).toEqual(['no_contact']);
		expect(nobodyTold(file.collections, [view([], [{ ...fact, id: 'w', kind: 'withdrawal' }]), reported({ reporter: ['anonymous'] })])).toEqual(['withdrawn', 'nameless']);
	});

	test('one of several who can be told, two different answers, or no answer: somebody still waits', () => {
		const file = new File();
		for (const views of [
			[reported({ reporter: ['anonymous'] }), reported({ reporter: ['named'] })],
			[reported({ reporter: ['anonymous', 'named'] })],
			[reported({ reporter: ['role_only'], may_contact: ['yes', 'no'] })],
			[reported({})],
			[view()],
			[]
		]) {
			expect(file.open(views).map((one) => one.what)).toContain('reporter_told');
			expect(nobodyTold(file.collections, views)).toEqual([]);
		}
	});

	test('once somebody was told after all, nothing is derived any more', () => {
		const file = decided();

		expect(file.open([reported({ reporter: ['anonymous'] })])).toEqual([]);
		expect(nobodyTold(file.collections, [reported({ reporter: ['anonymous'] })])).toEqual([]);
	});

	test('those of a linked case count too, and a struck one does not', () => {
		const struck: Aware = { ...BEN, struck: [{ id: 's', by: 'noor', at: 2 }] };

		expect(untold([view([COFFEE]), view([BEN])]).map((one) => one.id)).toEqual(['w1', 'w2']);
		expect(untold([view([COFFEE, struck])]).map((one) => one.id)).toEqual(['w1']);
	});

	test('a measure that runs, and is over by itself', () => {
		const file = decided(at('19:00'));

		expect(file.open([view()], at('18:59')).map((one) => one.what)).toEqual(['sanction']);
		expect(file.open([view()], at('19:00'))).toEqual([]);
	});

	test('a sanction of a finding that has changed, until it is lifted', () => {
		const file = decided(at('19:00'));
		const [sanction] = file.made.sanctions;
		file.write(mark(file.desk, file.may(find(file.desk, file.made, 'does_not_stand', 'mistaken')), 'told', 'in_person'));

		file.write(followUp(file.desk, file.made, at('15:05'), 'in_person', ['looked_at'], ''));

		expect(file.open([view()])).toEqual([{ what: 'unfounded', count: 1 }]);
		file.write(mark(file.desk, file.write(mark(file.desk, sanction?.id ?? '', 'lifted')), 'told', 'in_person'));
		expect(file.open([view()])).toEqual([]);
	});

	test.each(['does_not_stand', 'stands'] as const)('what protects until it is decided, once it is: %s', (value) => {
		const file = new File();
		file.write(hear(file.desk, 'I did not hear a no.', ['tom', 'noor'], at('13:25')));
		const interim = file.may(decide(file.desk, file.made, { code: 'no_contact', interim: true, until: at('19:00'), reason: 'x' }));
		file.write(mark(file.desk, interim, 'told', 'in_person'));
		expect(file.open([view()]).map((one) => one.what)).toEqual(['finding', 'reported_told', 'reporter_told', 'sanction']);
		file.write(mark(file.desk, file.may(find(file.desk, file.made, value, 'x')), 'told', 'in_person'));
		file.write(followUp(file.desk, file.made, at('14:05'), 'in_person', ['looked_at'], ''));

		expect(file.open([view()])).toEqual([{ what: 'interim', count: 1 }]);
		const lifted = file.write(mark(file.desk, interim, 'lifted'));
		expect(file.open([view()]).map((one) => one.what)).toEqual(['reported_told']);
		file.write(mark(file.desk, lifted, 'told', 'in_person'));
		expect(file.open([view()])).toEqual([]);
	});

	test('an action that is not done, and an appeal that is not decided', () => {
		const file = decided();
		const task = file.write(act(file.desk, { kind: 'task', what: 'Take the video down', who: 'tom' }));
		file.write({ document: 'chair', kind: 'chair', facts: [{ into: 'appeals', id: 'x', fields: { received: 1, grounds: 'unfair' } }] });

		expect(file.open([view()])).toEqual([{ what: 'actions', count: 1 }, { what: 'appeal' }]);
		file.write(mark(file.desk, task, 'done'));
		expect(file.open([view()])).toEqual([{ what: 'appeal' }]);
	});

	test('feedback waits until somebody answered it', () => {
		const file = decided();
		const said: Entry = { ...fact, id: 'f1', kind: 'feedback', text: 'That was not enough.' };

		expect(file.open([view([], [said])])).toEqual([{ what: 'feedback', count: 1 }]);
		const reply = file.write(takeOn(file.desk, 'f1', 'tom', 'Answer'));
		expect(file.open([view([], [said])])).toEqual([{ what: 'feedback', count: 1 }]);
		expect(replies(file.collections)).toMatchObject([{ about: 'f1', who: 'tom' }]);
		file.write(answer(file.desk, reply, 'We wrote back.'), at('11:00'), 'tom');
		expect(file.open([view([], [said])])).toEqual([]);
		expect(replies(file.collections)[0]?.answered).toEqual({ by: 'tom', at: at('11:00'), text: 'We wrote back.' });
	});
});

describe('closing a case', () => {
	test('wants a note, and a reason for whatever is open', () => {
		const file = new File();
		const open = file.open([view([COFFEE])]);

		expect(close(file.desk, open, ' ', 'because', file.said)).toEqual({ may: false, why: 'note' });
		expect(close(file.desk, open, 'done', ' ', file.said)).toEqual({ may: false, why: 'reason' });
		expect(close(file.desk, open, 'done', 'they left', file.said).may).toBe(true);
		expect(close(file.desk, [], 'done', '', file.said).may).toBe(true);
	});

	test('says to everybody on the case that it is closed, and to the leads why', () => {
		const file = decided();
		const done = close(file.desk, file.open([view([COFFEE])]), 'Warned.', 'The bar was empty again.', file.said);
		if (!done.may) throw new Error(done.why);

		const [chair, own] = done.intentions;
		expect(own).toMatchObject({ document: 'amber', kind: 'case', facts: [{ into: 'entries', fields: { kind: 'closed' } }] });
		expect(JSON.stringify(own)).not.toContain('Warned');
		file.write(chair!, at('12:00'));
		expect(closed(file.collections)).toMatchObject({ state: 'closed', by: 'alma', at: at('12:00'), note: 'Warned.', despite: 'The bar was empty again.' });
	});

	test('opening it again is one more entry, and what was said when it was closed stays', () => {
		const file = decided();
		const done = close(file.desk, [], 'Warned.', '', file.said);
		if (!done.may) throw new Error(done.why);
		file.write(done.intentions[0]!, at('12:00'));
		file.write(reopen(file.desk, 'An appeal came.', file.said)[0]!, at('13:00'));

		expect(closed(file.collections)).toEqual({ state: 'open' });
		expect(file.collections.get('entries')).toHaveLength(2);
	});
});

test('who knows, who told them, how and in which sentence', () => {
	expect(knows('amber', ' People at the coffee bar ', '', () => 'w').facts).toEqual([{ into: 'aware', id: 'w', fields: { who: 'People at the coffee bar' } }]);
	expect(tell('w', 'in_person', 'action_taken', 7, () => 'm')).toEqual({ into: 'marks', id: 'm', fields: { target: 'w', mark: 'told', value: 'in_person action_taken' }, at: 7 });
	expect([toldHow('in_person action_taken'), toldHow('announcement'), toldHow(undefined)]).toEqual([{ way: 'in_person', sentence: 'action_taken' }, { way: 'announcement' }, { way: '' }]);
});

test('what came before closing came before it, also where the clock of the one who closed it is slow', () => {
	const file = new File();
	const closing = close(file.desk, [], 'Told.', '', file.said);
	if (!closing.may) throw new Error(closing.why);
	for (const one of closing.intentions) file.write(one, at('13:55'));
	const chair = { id: 'chair', kind: 'chair' as const, parent: 'amber', unsent: 0, safekeeping: new Map(), collections: file.collections };
	const noted: Entry = { ...fact, id: 'n', kind: 'note', text: 'x', at: at('13:57') };
	const shut: Entry = { ...fact, id: 'c', kind: 'closed', by: 'alma', at: at('13:55'), clock_off: 5 * 60_000 };
	const came = (received: number, entries: Entry[]) => cameSince([{ id: 'amber', view: view([], entries), safekeeping: new Map([['n', { where: 'sent', at: received }]]) }], [chair]);

	expect(came(at('13:58'), [noted, shut])).toBe(false);
	expect(came(at('14:01'), [noted, shut])).toBe(true);
	expect(came(at('13:58'), [noted])).toBe(true);
});

test('of two leads who took one answer on apart, the one who gave it is shown', () => {
	const element = (elementId: string, at: number, fields: { [field: string]: string }) => ({ id: elementId, by: 'tom', device: 'T1', at, fields });
	const notes = new Map([
		['actions', [element('one', 1, { kind: 'follow_up', what: 'Answer', who: 'alma', about: 'e' }), element('two', 2, { kind: 'follow_up', what: 'Answer', who: 'tom', about: 'e' })]],
		['marks', [element('done', 3, { target: 'two', mark: 'done', value: 'wrote to them' })]]
	]);

	expect(replies(notes).find((one) => one.about === 'e')).toMatchObject({ id: 'two', answered: { text: 'wrote to them' } });
});
