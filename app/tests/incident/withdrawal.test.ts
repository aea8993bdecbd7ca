import { describe, expect, test } from 'vitest';
import { Role } from '../../src/generated/wire/v1/identity_pb.ts';
import type { Element, Intention } from '../../src/replica/api.ts';
import { act, type Desk } from '../../src/incident/deciding.ts';
import { decision } from '../../src/incident/decision.ts';
import { attestation, choose, chosen, closedTo, needsReason, undecided, withdrawals } from '../../src/incident/withdrawal.ts';
import { put, readView, stored } from '../console/memory.ts';

const at = (time: string) => Date.parse(`2026-09-29T${time}:00+02:00`);

function dana(value = 'not_suggested') {
	const document = stored('amber', 'case', 'Amber Kite');
	put(document, 'entries', 'w', 'noor', 'N1', at('18:05'), { kind: 'withdrawal', text: 'I do not want this to continue, please stop.', value }, at('18:05'));
	return readView(document);
}

function chair() {
	const collections = new Map<string, Element[]>();
	let ids = 0;
	const desk: Desk = { caseId: 'amber', document: 'chair', newId: () => `id-${String((ids += 1))}` };
	const write = (intention: Intention, by: string, time: string) => {
		for (const fact of intention.facts) collections.set(fact.into, [...(collections.get(fact.into) ?? []), { id: fact.id, by, device: `${by}'s`, at: at(time), fields: fact.fields }]);
	};
	return { desk, write, collections };
}

describe('a reporter who says stop', () => {
	test('is written down in their words, with who began it', () => {
		expect(withdrawals(dana())).toMatchObject([{ text: 'I do not want this to continue, please stop.', by: 'noor' }]);
		expect([dana(), dana('suggested'), dana('')].map((view) => attestation(withdrawals(view)[0]!))).toEqual(['yes', 'no', 'unknown']);
	});

	test('is left alone: what was planned to tell them is struck, and nothing else', () => {
		const { desk, write, collections } = chair();
		write(act(desk, { kind: 'follow_up', what: 'Tell the reporter', who: 'noor' }), 'alma', '14:00');
		write(act(desk, { kind: 'interim', what: 'Keep 0417 off the Terrace' }), 'alma', '14:00');
		write(choose(desk, ['w'], [{ choice: 'stop_contact', reason: '' }], [], decision(collections).actions), 'alma', '18:10');

		expect(decision(collections).actions.map((action) => action.kind)).toEqual(['interim']);
		expect(chosen(collections)).toMatchObject([{ choice: 'stop_contact', by: 'alma', at: at('18:10') }]);
	});

	test('and we stop acting, or go on for others, for a reason; a changed mind takes its place', () => {
		const { desk, write, collections } = chair();
		expect(['stop_contact', 'stop_acting', 'continue'].map((choice) => needsReason(choice as 'continue'))).toEqual([false, true, true]);
		write(choose(desk, ['w'], [{ choice: 'stop_contact', reason: '' }, { choice: 'stop_acting', reason: ' she asked ' }], [], []), 'alma', '18:10');
		expect(chosen(collections)).toMatchObject([{ choice: 'stop_contact' }, { choice: 'stop_acting', reason: 'she asked' }]);

		write(choose(desk, ['w'], [{ choice: 'continue', reason: 'a second report' }], chosen(collections), []), 'alma', '19:10');
		expect(chosen(collections)).toMatchObject([{ choice: 'continue', reason: 'a second report' }]);
	});

	test('waits for a lead, whatever was chosen before they said it', () => {
		const { desk, write, collections } = chair();
		expect(undecided([dana()], chosen(collections)).map(({ id }) => id)).toEqual([withdrawals(dana())[0]!.id]);
		write(choose(desk, ['an-earlier-one'], [{ choice: 'continue', reason: 'for the others' }], [], []), 'alma', '18:00');
		expect(undecided([dana()], chosen(collections))).toHaveLength(1);
		write(choose(desk, [withdrawals(dana())[0]!.id, 'an-earlier-one'], [{ choice: 'continue', reason: 'for the others' }], chosen(collections), []), 'tom', '18:10');
		expect(undecided([dana()], chosen(collections))).toEqual([]);
	});

	test('has a name that opens for the chair alone', () => {
		const view = dana();
		expect(closedTo(view, [Role.ALTERNATE_CHAIR], true)).toBe(true);
		expect(closedTo(view, [Role.CHAIR], true)).toBe(false);
		expect(closedTo(view, [Role.ALTERNATE_CHAIR], false)).toBe(false); // kept from the chair
		expect(closedTo(readView(stored('amber', 'case', 'Amber Kite')), [Role.ALTERNATE_CHAIR], true)).toBe(false);
	});
});
