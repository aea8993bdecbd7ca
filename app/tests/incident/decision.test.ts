import { describe, expect, test } from 'vitest';
import type { Element, Intention } from '../../src/replica/api.ts';
import { act, answerLate, decide, decideAppeal, find, hear, mark, meet, receiveAppeal, settleAppeal, tryToSpeak, waive, type Desk } from '../../src/incident/deciding.ts';
import { type Appeal, type Decision, decision, inForce, mayTell, notYet, outcome, waiting } from '../../src/incident/decision.ts';

const at = (time: string, day = '2026-09-29') => Date.parse(`${day}T${time}:00+02:00`);

/** A chair document that grows as leads write. */
class File {
	readonly #collections = new Map<string, Element[]>();
	#ids = 0;

	readonly desk: Desk = { caseId: 'amber-kite', document: 'chair of amber-kite', newId: () => `id-${String((this.#ids += 1))}` };

	write(intention: Intention, by: string, when: number): string {
		const [fact] = intention.facts;
		if (fact === undefined) throw new Error('nothing to write');
		const elements = this.#collections.get(fact.into) ?? [];
		this.#collections.set(fact.into, [...elements, { id: fact.id, by, device: `${by}'s`, at: when, fields: fact.fields }]);
		return fact.id;
	}

	get made() {
		return decision(this.#collections);
	}
}

/** The incident in the foyer, up to where their side was heard. */
function heard(): File {
	const file = new File();
	const { desk } = file;
	file.write(meet(desk, { metAt: at('11:35'), present: ['alma', 'tom'], whatHappened: 'Repeated following and comments after being asked to stop', doing: 'yes' }), 'alma', at('11:40'));
	file.write(act(desk, { kind: 'speak', what: 'Speak with badge 0417', who: 'tom', due: at('13:30') }), 'alma', at('11:41'));
	file.write(tryToSpeak(desk, ['tom', 'noor'], at('13:25'), 'spoken'), 'tom', at('13:26'));
	file.write(hear(desk, 'I only wanted to talk about her talk. I did not hear a no.', ['tom', 'noor'], at('13:25')), 'tom', at('13:27'));
	return file;
}

function allowed(wish: ReturnType<typeof find>): Intention {
	if (!wish.may) throw new Error(`not yet: ${wish.why}`);
	return wish.intention;
}

describe('hearing their side comes before a finding', () => {
	test('a finding before is refused, and the way to leave it out wants a reason', () => {
		const file = new File();

		expect(find(file.desk, file.made, 'stands', '')).toEqual({ may: false, why: 'their_side' });

		file.write(waive(file.desk, 'left', ' '), 'alma', at('13:00'));
		expect(notYet(file.made)).toBe('their_side');

		file.write(waive(file.desk, 'left', 'They left the venue at noon'), 'alma', at('13:01'));
		expect(find(file.desk, file.made, 'stands', '').may).toBe(true);
	});

	test('only what protects for the time being may be decided before', () => {
		const file = new File();

		expect(decide(file.desk, file.made, { code: 'warn_cease', interim: false })).toEqual({ may: false, why: 'their_side' });
		const kept = decide(file.desk, file.made, { code: 'no_contact', interim: true, reason: 'Keep 0417 off the Terrace' });
		file.write(allowed(kept), 'alma', at('11:42'));

		expect(file.made.sanctions).toMatchObject([{ code: 'no_contact', interim: true, reason: 'Keep 0417 off the Terrace' }]);
	});

	test('what protects for the time being has an end: for good, it would be a sanction before a finding', () => {
		const file = new File();

		expect(decide(file.desk, file.made, { code: 'ban_future', interim: true, indefinite: true, reason: 'x' })).toEqual({ may: false, why: 'finding' });
		expect(decide(file.desk, file.made, { code: 'ban_future', interim: true, until: at('19:00'), reason: 'x' }).may).toBe(true);
	});

	test('after it the report may stand, and then sanctions follow', () => {
		const file = heard();
		expect(decide(file.desk, file.made, { code: 'warn_cease', interim: false })).toEqual({ may: false, why: 'finding' });

		file.write(allowed(find(file.desk, file.made, 'stands', 'Two accounts agree')), 'alma', at('13:40'));
		const warn = file.write(allowed(decide(file.desk, file.made, { code: 'warn_cease', interim: false })), 'alma', at('13:41'));
		const apart = file.write(allowed(decide(file.desk, file.made, { code: 'no_contact', interim: false, until: at('19:00', '2026-09-30') })), 'alma', at('13:42'));
		for (const id of [warn, apart]) file.write(mark(file.desk, id, 'told', 'in_person'), 'tom', at('13:45'));

		expect(outcome(file.made)).toMatchObject({ state: 'made', finding: { value: 'stands', reason: 'Two accounts agree' }, appealed: false });
		expect(file.made.sanctions.map((each) => [each.code, each.told?.at, each.told?.how])).toEqual([
			['warn_cease', at('13:45'), 'in_person'],
			['no_contact', at('13:45'), 'in_person']
		]);
		expect(inForce(file.made.sanctions, at('18:59', '2026-09-30')).map((each) => each.code)).toEqual(['warn_cease', 'no_contact']);
		expect(inForce(file.made.sanctions, at('19:00', '2026-09-30')).map((each) => each.code)).toEqual(['warn_cease']);
		file.write(mark(file.desk, warn, 'lifted'), 'alma', at('20:00'));
		expect(inForce(file.made.sanctions, at('21:00')).map((each) => each.code)).toEqual(['no_contact']);
	});

	test('that nothing follows may be decided whatever was found', () => {
		const file = heard();
		expect(decide(file.desk, file.made, { code: 'no_action', interim: false, reason: 'x' }).may).toBe(false);

		file.write(allowed(find(file.desk, file.made, 'cannot_tell', 'One account against one')), 'alma', at('13:40'));

		expect(decide(file.desk, file.made, { code: 'no_action', interim: false, reason: 'Cannot tell' }).may).toBe(true);
		expect(decide(file.desk, file.made, { code: 'warn_cease', interim: false })).toEqual({ may: false, why: 'finding' });
	});
});

describe('two leads who decide without knowing of each other', () => {
	test('who say the same have one finding', () => {
		const file = heard();
		const [one, other] = [find(file.desk, file.made, 'stands', 'a'), find(file.desk, file.made, 'stands', 'b')];
		file.write(allowed(one), 'alma', at('13:40'));
		file.write(allowed(other), 'tom', at('13:41'));

		expect(outcome(file.made)).toMatchObject({ state: 'made', finding: { by: 'alma' } });
	});

	test('who say the same keep both reasons, were told once, and change their mind once', () => {
		const file = heard();
		const [one, other] = [find(file.desk, file.made, 'stands', 'two accounts'), find(file.desk, file.made, 'stands', 'he said so')];
		file.write(allowed(one), 'alma', at('13:40'));
		const second = file.write(allowed(other), 'tom', at('13:41'));
		file.write(mark(file.desk, second, 'told', 'in_person'), 'tom', at('13:45'));

		expect(file.made.findings).toMatchObject([{ by: 'alma', reason: 'two accounts', told: { at: at('13:45') }, same: [{ by: 'tom', reason: 'he said so' }] }]);

		file.write(allowed(find(file.desk, file.made, 'cannot_tell', 'a witness took it back')), 'alma', at('15:00'));
		expect(outcome(file.made)).toMatchObject({ state: 'made', finding: { value: 'cannot_tell' } });
		expect(file.made.foundBefore).toMatchObject([{ value: 'stands', by: 'alma' }, { value: 'stands', by: 'tom', told: { by: 'tom' } }]);
	});

	test('who differ have a dispute; nothing is lost, and one of them settles it', () => {
		const file = heard();
		const [one, other] = [find(file.desk, file.made, 'stands', 'a'), find(file.desk, file.made, 'cannot_tell', 'b')];
		file.write(allowed(one), 'alma', at('13:40'));
		file.write(allowed(other), 'tom', at('13:41'));

		expect(outcome(file.made)).toMatchObject({ state: 'dispute', findings: [{ value: 'stands' }, { value: 'cannot_tell' }] });
		expect(decide(file.desk, file.made, { code: 'warn_cease', interim: false })).toEqual({ may: false, why: 'dispute' });

		file.write(allowed(find(file.desk, file.made, 'stands', 'We talked')), 'tom', at('13:50'));
		expect(outcome(file.made)).toMatchObject({ state: 'made', finding: { value: 'stands', by: 'tom' } });
	});
});

const seen = (made: Decision, appeal: string): Appeal => {
	const [found] = made.appeals.filter((each) => each.id === appeal);
	if (found === undefined) throw new Error('no such appeal');
	return found;
};

describe('an appeal', () => {
	test('keeps everything as it was until it is decided: no sanction is added, only what protects', () => {
		const file = heard();
		file.write(allowed(find(file.desk, file.made, 'stands', '')), 'alma', at('13:40'));
		file.write(receiveAppeal(file.desk, at('15:00'), 'I was not heard'), 'alma', at('15:01'));

		expect(decide(file.desk, file.made, { code: 'ban_future', interim: false, indefinite: true })).toEqual({ may: false, why: 'appealed' });
		expect(decide(file.desk, file.made, { code: 'no_action', interim: false, reason: 'x' })).toEqual({ may: false, why: 'appealed' });
		expect(decide(file.desk, file.made, { code: 'no_contact', interim: true, until: at('19:00'), reason: 'x' }).may).toBe(true);
	});

	test('changes nothing until it is decided, also late', () => {
		const file = heard();
		file.write(allowed(find(file.desk, file.made, 'stands', '')), 'alma', at('13:40'));
		const warn = file.write(allowed(decide(file.desk, file.made, { code: 'warn_cease', interim: false })), 'alma', at('13:41'));
		file.write(mark(file.desk, warn, 'told', 'in_person'), 'tom', at('13:45'));

		const received = Date.parse('2026-11-20T10:00:00+01:00');
		const appeal = file.write(receiveAppeal(file.desk, received, 'I was not heard', 'The letter came back once'), 'alma', received);
		expect(outcome(file.made)).toMatchObject({ state: 'made', finding: { value: 'stands' }, appealed: true });
		expect(inForce(file.made.sanctions, received).map((each) => each.code)).toEqual(['warn_cease']);

		const decided = Date.parse('2026-12-04T18:00:00+01:00');
		file.write(decideAppeal(file.desk, file.made, seen(file.made, appeal), { text: 'Partly upheld: warn_cease stays', effect: 'partly', at: decided }), 'alma', decided);
		expect(file.made.appeals).toMatchObject([{ received, grounds: 'I was not heard', lateBecause: 'The letter came back once', decision: { effect: 'partly', at: decided } }]);
		expect(outcome(file.made)).toMatchObject({ state: 'made', appealed: false });
	});
});

describe('an appeal that two leads wrote down without knowing of each other', () => {
	test.each(['first', 'second'])('changes what was found also while the other one waits: %s', (which) => {
		const file = heard();
		file.write(allowed(find(file.desk, file.made, 'stands', '')), 'alma', at('13:40'));
		const warn = file.write(allowed(decide(file.desk, file.made, { code: 'warn_cease', interim: false })), 'alma', at('13:41'));
		const both = ['alma', 'tom'].map((lead) => file.write(receiveAppeal(file.desk, at('15:00'), 'I was not heard'), lead, at('15:01')));
		const appeal = both[which === 'first' ? 0 : 1] ?? '';

		for (const one of settleAppeal(file.desk, file.made, seen(file.made, appeal), { text: 'The board heard them', effect: 'upheld', at: at('18:00') }, { ends: [warn], holds: 'does_not_stand' })) file.write(one, 'alma', at('18:00'));

		expect(outcome(file.made)).toMatchObject({ state: 'made', finding: { value: 'does_not_stand' }, appealed: true });
		expect(inForce(file.made.sanctions, at('18:01'))).toEqual([]);
	});

	describe('and answered apart', () => {
		const waiting = () => {
			const file = heard();
			file.write(allowed(find(file.desk, file.made, 'stands', '')), 'alma', at('13:40'));
			const warn = file.write(allowed(decide(file.desk, file.made, { code: 'warn_cease', interim: false })), 'alma', at('13:41'));
			file.write(mark(file.desk, warn, 'told', 'in_person'), 'tom', at('13:45'));
			const appeal = file.write(receiveAppeal(file.desk, at('15:00'), 'I was not heard'), 'alma', at('15:01'));
			return { file, appeal, before: file.made };
		};
		const answer = (text: string, effect: 'upheld' | 'rejected') => ({ text, effect, at: at('18:00') });

		test('waits until one of them writes down which holds; both stay readable', () => {
			const { file, appeal, before } = waiting();
			file.write(decideAppeal(file.desk, before, seen(before, appeal), answer('The board says no', 'rejected')), 'alma', at('18:01'));
			file.write(decideAppeal(file.desk, before, seen(before, appeal), answer('The board heard them', 'upheld')), 'tom', at('18:02'));

			const [open] = file.made.appeals;
			expect(file.made.appeals).toHaveLength(1);
			expect(open).not.toHaveProperty('decision');
			expect(open?.differing?.map((one) => [one.by, one.decision?.text])).toEqual([['alma', 'The board says no'], ['tom', 'The board heard them']]);
			expect(outcome(file.made)).toMatchObject({ state: 'made', appealed: true });

			file.write(decideAppeal(file.desk, file.made, open!, answer('It was heard: yes', 'upheld')), 'alma', at('19:00'));
			expect(file.made.appeals).toMatchObject([{ received: at('15:00'), grounds: 'I was not heard', decision: { text: 'It was heard: yes', effect: 'upheld' } }]);
			expect(file.made.appeals[0]).not.toHaveProperty('differing');
			expect(outcome(file.made)).toMatchObject({ appealed: false });
		});

		test('that somebody began to write before the other answer came is shown beside it', () => {
			const { file, appeal, before } = waiting();
			const began = seen(before, appeal);
			file.write(decideAppeal(file.desk, before, began, answer('The board says no', 'rejected')), 'tom', at('18:01'));
			file.write(decideAppeal(file.desk, file.made, began, answer('The board heard them', 'upheld')), 'alma', at('18:02'));
			expect(file.made.appeals[0]?.differing?.map((one) => one.decision?.text)).toEqual(['The board says no', 'The board heard them']);

			const open = file.made.appeals[0]!;
			file.write(decideAppeal(file.desk, file.made, open, answer('It holds', 'rejected')), 'tom', at('19:00'));
			file.write(decideAppeal(file.desk, file.made, open, answer('It does not', 'upheld')), 'alma', at('19:01'));
			expect(file.made.appeals).toHaveLength(1);
			expect(file.made.appeals[0]?.differing?.map((one) => one.decision?.text)).toEqual(['It holds', 'It does not']);
		});

		test('alike is one answer, with the words of both', () => {
			const { file, appeal, before } = waiting();
			file.write(decideAppeal(file.desk, before, seen(before, appeal), answer('The board says no', 'rejected')), 'alma', at('18:01'));
			file.write(decideAppeal(file.desk, before, seen(before, appeal), answer('Not right', 'rejected')), 'tom', at('18:02'));
			expect(file.made.appeals).toMatchObject([{ decision: { effect: 'rejected', text: 'The board says no / Not right' } }]);
		});

		test('is asked again where one did not take what came late, and another wrote down what was decided', () => {
			const { file, before } = waiting();
			const [late] = before.appeals;
			const taken = file.write(answerLate(file.desk, late!, true, 'The letter came back'), 'alma', at('18:01'));
			file.write(decideAppeal(file.desk, file.made, seen(file.made, taken), answer('The board heard them', 'upheld')), 'alma', at('18:02'));
			file.write(answerLate(file.desk, late!, false, 'Too late'), 'tom', at('18:03'));

			const [open] = file.made.appeals;
			expect(open?.differing).toHaveLength(2);
			expect([open?.decision, open?.declined, open?.lateBecause]).toEqual([undefined, undefined, undefined]);
			file.write(answerLate(file.desk, open!, true, 'It did come back'), 'tom', at('19:00'));
			expect(file.made.appeals).toMatchObject([{ lateBecause: 'It did come back', decision: { effect: 'upheld', text: 'The board heard them' } }]);
			expect(file.made.appeals[0]).not.toHaveProperty('declined');
		});

		test('does not make one of two appeals', () => {
			const { file } = waiting();
			file.write(receiveAppeal(file.desk, at('16:00'), 'One more'), 'tom', at('16:01'));
			expect(file.made.appeals.map((one) => one.grounds)).toEqual(['I was not heard', 'One more']);
		});
	});

	test('changes nothing where it was rejected', () => {
		const file = heard();
		file.write(allowed(find(file.desk, file.made, 'stands', '')), 'alma', at('13:40'));
		const appeal = file.write(receiveAppeal(file.desk, at('15:00'), 'I was not heard'), 'alma', at('15:01'));

		expect(settleAppeal(file.desk, file.made, seen(file.made, appeal), { text: 'No', effect: 'rejected', at: at('18:00') }, { ends: ['x'], holds: 'does_not_stand' })).toHaveLength(1);
	});
});

describe('who does what by when', () => {
	test('an action that one lead ticked while another one changed its time is done', () => {
		const element = (elementId: string, at: number, fields: Element['fields']): Element => ({ id: elementId, by: 'tom', device: 'T1', at, fields });
		const action = { kind: 'speak', what: 'Speak', who: 'tom', with: 'noor' };
		const made = decision(
			new Map([
				['actions', [element('a', 1, action), element('b', 3, { ...action, due: 9, replaces: 'a' }), element('c', 4, { ...action, due: 10, replaces: 'b' })]],
				['marks', [element('m', 2, { target: 'a', mark: 'done' })]]
			])
		);

		expect(made.actions).toMatchObject([{ id: 'c', due: 10, done: 2 }]);
	});

	test('an action without a name is seen, and one that is late', () => {
		const file = new File();
		const kept = file.write(act(file.desk, { kind: 'interim', what: 'Keep 0417 off the Terrace', due: at('12:00') }), 'alma', at('11:40'));
		file.write(act(file.desk, { kind: 'speak', what: 'Speak with 0417', who: 'tom', due: at('13:30') }), 'alma', at('11:41'));

		const late = waiting(file.made.actions, at('13:31'));
		expect(late.unassigned.map((each) => each.what)).toEqual(['Keep 0417 off the Terrace']);
		expect(late.overdue.map((each) => each.what)).toEqual(['Keep 0417 off the Terrace', 'Speak with 0417']);

		file.write(mark(file.desk, kept, 'done'), 'mei', at('12:10'));
		expect(waiting(file.made.actions, at('13:00'))).toEqual({ unassigned: [], overdue: [] });
	});

	test('a plan that changes replaces the one before', () => {
		const file = new File();
		const first = file.write(act(file.desk, { kind: 'speak', what: 'Speak with 0417', who: 'tom' }), 'alma', at('11:41'));
		file.write(act(file.desk, { kind: 'speak', what: 'Speak with 0417', who: 'noor', notLeadBecause: 'Both are on stage', replaces: first }), 'alma', at('11:50'));

		expect(file.made.actions).toMatchObject([{ who: 'noor', notLeadBecause: 'Both are on stage' }]);
	});
});

test('to publish an account needs a second lead', () => {
	const file = heard();
	file.write(allowed(find(file.desk, file.made, 'stands', '')), 'alma', at('13:40'));
	const publish = file.write(allowed(decide(file.desk, file.made, { code: 'publish_account', interim: false, params: { legal_note: ' Counsel agrees ' } })), 'alma', at('14:00'));
	const given = () => file.made.sanctions.find((each) => each.id === publish);
	expect(given()?.params).toEqual({ legal_note: 'Counsel agrees' });

	file.write(mark(file.desk, publish, 'approved'), 'alma', at('14:01'));
	expect(given() && mayTell(given()!, true)).toBe(false);
	file.write(mark(file.desk, publish, 'approved'), 'tom', at('14:02'));
	expect(given() && mayTell(given()!, true)).toBe(true);
});

test('what a later release writes, or nobody can read, is left out and breaks nothing', () => {
	const odd: Element[] = [{ id: 'x', by: 'alma', device: 'a', at: 1, fields: { value: 'perhaps', kind: 3, code: '', result: 'flew', waived: 'left' } }];
	const made = decision(new Map(['meetings', 'actions', 'attempts', 'statements', 'findings', 'sanctions', 'appeals', 'follow_ups'].map((name) => [name, odd])));

	expect(made).toEqual({ meetings: [], metBefore: [], actions: [], attempts: [], statements: [], findings: [], foundBefore: [], sanctions: [], appeals: [], followUps: [] });
	expect(outcome(made)).toEqual({ state: 'none' });
});
