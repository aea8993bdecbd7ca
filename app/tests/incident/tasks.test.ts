import { describe, expect, test } from 'vitest';
import { duties, finish, give, ofTask, owed, takeBack } from '../../src/incident/tasks.ts';
import { disputes } from '../../src/incident/settle.ts';
import { put, readView, stored } from '../console/memory.ts';

const at = (time: string) => Date.parse(`2026-09-29T${time}:00+02:00`);

/** A case that grows as leads and responders write. */
function hall() {
	const document = stored('amber', 'case', 'Amber Kite');
	let ids = 0;
	const newId = () => `e-${String((ids += 1))}`;
	const write = (intention: { facts: { into: string; id: string; fields: Parameters<typeof put>[6]; register?: string }[] }, by: string, time: string) => {
		for (const fact of intention.facts) put(document, fact.into, fact.id, by, `${by}'s`, at(time), fact.fields, at(time), fact.register);
	};
	return { newId, write, view: () => readView(document) };
}

describe('what came out of the meeting', () => {
	test('is on the phone of whoever does it, with until when, and on nobody else’s', () => {
		const { newId, write, view } = hall();
		write(give('amber', { id: 'speak', what: ' Speak with badge 0417 ', who: ['tom', 'noor'], due: at('13:30') }, newId), 'alma', '11:41');
		write(give('amber', { id: 'watch', what: 'Keep 0417 off the Terrace', who: ['mei'] }, newId), 'alma', '11:42');

		expect(owed(view(), 'noor')).toMatchObject([{ id: 'speak', what: 'Speak with badge 0417', who: ['tom', 'noor'], due: at('13:30'), by: 'alma' }]);
		expect(owed(view(), 'jonas')).toEqual([]);
		expect(duties(view()).map((duty) => duty.id)).toEqual(['speak', 'watch']);
		expect(disputes(view())).toEqual([]);
	});

	test('is done once somebody says so, and says who', () => {
		const { newId, write, view } = hall();
		write(give('amber', { id: 'speak', what: 'Speak', who: ['tom'], due: at('13:30') }, newId), 'alma', '11:41');
		expect(finish('speak', () => 'm')).toEqual({ into: 'marks', id: 'm', fields: { target: 'speak', mark: 'done' } });
		expect(owed({ ...view(), tasks: view().tasks.map((task) => ({ ...task, done: { id: 'm', by: 'tom', at: at('13:26') } })) }, 'tom')).toEqual([]);
	});

	test('goes when another plan takes its place', () => {
		const { newId, write, view } = hall();
		write(give('amber', { id: 'speak', what: 'Speak', who: ['tom'] }, newId), 'alma', '11:41');
		write(takeBack('amber', 'speak', newId), 'alma', '11:50');

		expect(duties(view())).toEqual([]);
	});

	test('two leads who name different people and times give it to both, for the earlier time', () => {
		const { newId, write, view } = hall();
		write(give('amber', { id: 'speak', what: 'Speak', who: ['tom'], due: at('13:30') }, newId), 'alma', '11:41');
		write({ facts: [{ into: 'entries', id: 'x', fields: { kind: 'set', field: 'task/speak/assignee', value: 'noor' }, register: 'task/speak/assignee' }] }, 'tom', '11:43');
		write({ facts: [{ into: 'entries', id: 'y', fields: { kind: 'set', field: 'task/speak/due', value: String(at('12:00')) }, register: 'task/speak/due' }] }, 'tom', '11:43');

		expect(duties(view())).toMatchObject([{ who: ['tom', 'noor'], due: at('12:00') }]);
	});

	test('its registers are no line of the timeline and no dispute about the case', () => {
		expect([ofTask('task/speak/due'), ofTask('place'), ofTask(undefined)]).toEqual([true, false, false]);
	});
});
