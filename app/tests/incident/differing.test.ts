/** Two leads who decide without knowing of each other: nobody's word wins by its clock, and both are asked. */
import { describe, expect, test } from 'vitest';
import { close, closed, isShut, reopen, stillOpen, toTellAnew } from '../../src/incident/closing.ts';
import { act, find, hear, mark, meet, type Desk } from '../../src/incident/deciding.ts';
import { decision, joined } from '../../src/incident/decision.ts';
import { standingOf } from '../../src/incident/inbox.ts';
import { answer, mayPassOn, offer, offered } from '../../src/incident/offered.ts';
import { choose, chosen, leftAlone, type Choice } from '../../src/incident/withdrawal.ts';
import type { ChairRecord, Element, Intention } from '../../src/replica/api.ts';
import { put, readView, stored } from '../console/memory.ts';

const at = (time: string) => Date.parse(`2026-09-29T${time}:00+02:00`);
const TARGETS = { chair_told: 10, chair_told_alert: 15, meeting: 60, follow_up: 480 };

/** A case that the leads have opened; `stopped`: its reporter said that they do not want it to go on. */
class Case {
	readonly #document = stored('amber', 'case', 'Amber Kite');
	readonly #notes = new Map<string, Element[]>();
	#ids = 0;
	readonly desk: Desk = { caseId: 'amber', document: 'chair', newId: () => `id-${String((this.#ids += 1))}` };

	constructor(stopped = false) {
		put(this.#document, 'entries', 'opened', 'alma', 'A1', at('11:06'), { kind: 'chair_opened' }, at('11:06'));
		if (stopped) put(this.#document, 'entries', 'stop', 'noor', 'N1', at('12:05'), { kind: 'withdrawal', text: 'Please stop.', value: 'not_suggested' }, at('12:05'));
	}

	write(what: Intention | readonly Intention[], by: string, time: string): void {
		for (const { kind, facts } of [what].flat()) {
			for (const fact of facts) {
				if (kind === 'case') put(this.#document, fact.into, fact.id, by, `${by}'s`, at(time), fact.fields, at(time));
				else this.#notes.set(fact.into, [...(this.#notes.get(fact.into) ?? []), { id: fact.id, by, device: `${by}'s`, at: at(time), fields: fact.fields }]);
			}
		}
	}
	get view() {
		return { ...readView(this.#document), opened: { id: 'o', by: 'noor', device: 'N1', at: at('10:42'), policy: '1', drill: false }, chair_knows: { at: at('10:51'), how: 'voice' as const, by: 'noor', entry: 'told' } };
	}
	get chair(): ChairRecord {
		return { id: 'chair', kind: 'chair', parent: 'amber', unsent: 0, safekeeping: new Map(), collections: new Map(this.#notes) };
	}
	get notes() {
		return joined([this.chair]);
	}
	get made() {
		return decision(this.notes, [this.view]);
	}
	get next() {
		return standingOf([{ id: 'amber', view: this.view, safekeeping: new Map() }], [this.chair], 'alma', TARGETS, at('14:10')).next;
	}
	get open() {
		return stillOpen(this.notes, [this.view], at('14:10')).map((one) => one.what);
	}

	meeting(doing: 'yes' | 'no', by: string, time: string, replaces: readonly string[] = []): void {
		this.write(meet(this.desk, { metAt: at(time), present: [by], whatHappened: `As ${by} heard it.`, doing, ...(doing === 'no' && { why: 'not ours' }), replaces: replaces.map((each) => ({ id: each })) }), by, time);
	}
	chooses(choices: readonly Choice[], by: string, time: string, before = chosen(new Map())): void {
		this.write(choose(this.desk, ['stop'], choices.map((choice) => ({ choice, reason: 'x' })), before, []), by, time);
	}
	shut(by: string, time: string, despite = ''): () => void {
		const done = close(this.desk, despite === '' ? [] : stillOpen(this.notes, [this.view], at(time)), 'Told.', despite, this.said);
		if (!done.may) throw new Error(done.why);
		return () => this.write(done.intentions, by, time);
	}
	get said() {
		return { cases: [{ id: 'amber', view: this.view }], chairs: [this.chair] };
	}
}

describe('what a reporter’s stop means', () => {
	test.each([
		['stop acting', 'go on', ['stop_acting'], ['continue']],
		['leave them alone', 'go on', ['stop_contact'], ['continue']],
		['leave them alone', 'leave them alone and stop acting', ['stop_contact'], ['stop_contact', 'stop_acting']]
	] as const)('%s, says one lead, and the other, apart: %s. It waits, nobody gets in touch, and closing names it', (_, __, one, other) => {
		for (const [first, second] of [[one, other], [other, one]] as const) {
			const file = new Case(true);
			file.meeting('yes', 'alma', '11:36');
			file.chooses(first, 'alma', '12:15');
			expect(file.next).not.toBe('withdrawn');
			file.chooses(second, 'tom', '12:20');

			expect(file.next).toBe('withdrawn');
			expect(leftAlone([file.view], chosen(file.notes))).toBe(true);
			expect(file.open).toContain('withdrawn');
			file.chooses(['continue'], 'alma', '12:40', chosen(file.notes));
			expect(file.next).not.toBe('withdrawn');
			expect(file.open).not.toContain('withdrawn');
			expect(leftAlone([file.view], chosen(file.notes))).toBe(false);
		}
	});

	test('two who choose the same apart agree', () => {
		const file = new Case(true);
		file.meeting('yes', 'alma', '11:36');
		file.chooses(['stop_contact', 'stop_acting'], 'alma', '12:15');
		file.chooses(['stop_contact', 'stop_acting'], 'tom', '12:20');

		expect(file.next).toBe('none');
		expect(file.open).not.toContain('withdrawn');
	});
});

describe('whether we do anything about it', () => {
	test.each([['yes', 'no'], ['no', 'yes']] as const)('%s, wrote one lead, and the other, apart and later: %s. It waits until one of them writes down what holds', (first, second) => {
		const file = new Case();
		file.meeting(first, 'alma', '11:36');
		file.write(act(file.desk, { kind: 'speak', what: 'Speak', who: 'tom', with: 'noor' }), 'alma', '11:37');
		expect(file.next).toBe(first === 'yes' ? 'hear' : 'follow_up'); // nothing is done: whoever told it hears that
		file.meeting(second, 'tom', '11:40');

		expect(file.next).toBe('agree');
		expect(file.open).toContain('meeting');
		file.meeting('yes', 'alma', '12:00', file.made.meetings.map((one) => one.id));
		expect(file.next).toBe('hear');
		expect(file.open).not.toContain('meeting');
		expect(file.made.meetings).toHaveLength(1);
	});

	test('two who wrote the same meeting down agree, and both stay', () => {
		const file = new Case();
		file.meeting('yes', 'alma', '11:36');
		file.meeting('yes', 'tom', '11:40');

		expect(file.next).toBe('hear');
		expect(file.made.meetings.map((one) => one.whatHappened)).toEqual(['As alma heard it.', 'As tom heard it.']);
	});
});

describe('what they offered', () => {
	test.each([['yes', 'no'], ['no', 'yes']] as const)('is wanted: %s, noted one lead, and the other, apart: %s. It stays here until somebody asked again', (first, second) => {
		const file = new Case();
		const one = () => offered(file.notes)[0]!;
		file.write(offer(file.desk, 'I am sorry.'), 'tom', '14:00');
		const asked = one();
		file.write(answer(file.desk, asked, first), 'noor', '14:01');
		file.write(answer(file.desk, asked, second), 'tom', '14:02');

		expect(one()).toMatchObject({ differing: [{ value: first, by: 'noor' }, { value: second, by: 'tom' }] });
		expect(one()).not.toHaveProperty('wanted');
		expect(mayPassOn(one())).toBe(false);
		file.write(answer(file.desk, one(), 'yes'), 'alma', '14:30');
		expect(one()).toMatchObject({ wanted: { value: 'yes', by: 'alma' } });
		expect(one()).not.toHaveProperty('differing');
		expect(mayPassOn(one())).toBe(true);
	});
});

describe('closing and opening again', () => {
	test('whoever opens it again answers that it was closed, whatever the clocks say', () => {
		const file = new Case();
		file.shut('tom', '12:10')();
		file.write(reopen(file.desk, 'A new witness.', file.said), 'alma', '12:05'); // Tom’s clock is ten minutes fast

		expect(closed(file.notes).state).toBe('open');
		expect(isShut(file.view)).toBe(false);
		file.shut('alma', '12:00')();
		expect(closed(file.notes)).toMatchObject({ state: 'closed', by: 'alma' });
		expect(isShut(file.view)).toBe(true);
	});

	test('closed by one while the other opens it again: it is open, and somebody looks', () => {
		const file = new Case();
		file.shut('tom', '12:00')();
		const again = file.shut('tom', '12:30');
		file.write(reopen(file.desk, 'A new witness.', file.said), 'alma', '12:20');
		again();

		expect(closed(file.notes).state).toBe('open');
		expect(isShut(file.view)).toBe(false);
	});

	test('two who closed it apart closed it, and opening it answers both', () => {
		const file = new Case();
		const [one, other] = [file.shut('tom', '12:00'), file.shut('alma', '12:01')];
		one();
		other();
		expect(closed(file.notes)).toMatchObject({ state: 'closed', by: 'alma' });
		expect(isShut(file.view)).toBe(true);

		file.write(reopen(file.desk, 'A new witness.', file.said), 'alma', '12:20');
		expect(closed(file.notes).state).toBe('open');
		expect(isShut(file.view)).toBe(false);
	});
});

describe('a case that one lead closed while the other decided', () => {
	function decided() {
		const file = new Case(true);
		file.meeting('yes', 'alma', '11:36');
		file.chooses(['continue'], 'alma', '12:10');
		file.write(hear(file.desk, 'I did not hear a no.', ['tom', 'noor'], at('13:25')), 'tom', '13:25');
		const before = file.made;
		const found = (value: 'stands' | 'cannot_tell', by: string, time: string) => {
			const wish = find(file.desk, before, value, 'x');
			if (!wish.may) throw new Error(wish.why);
			file.write(wish.intention, by, time);
		};
		found('stands', 'alma', '13:40');
		file.write(mark(file.desk, file.made.findings[0]!.id, 'told', 'in_person'), 'alma', '13:45');
		return { file, found };
	}

	test('asks for what differs, and no longer once it was named when it was closed', () => {
		const { file, found } = decided();
		file.shut('alma', '13:50', 'The rest is with the team.')();
		expect(file.next).toBe('closed');
		found('cannot_tell', 'tom', '13:42');
		expect(file.next).toBe('find');
		file.shut('alma', '14:00', 'We leave it at that.')();
		expect(file.next).toBe('closed');
		file.chooses(['stop_acting'], 'tom', '12:12');
		expect(file.next).toBe('withdrawn');
		file.meeting('no', 'tom', '11:40');
		file.shut('alma', '14:05', 'We leave that, too.')();
		expect(file.next).toBe('closed');
		expect(toTellAnew(file.notes, [file.view])).toBeNull();
	});
});
