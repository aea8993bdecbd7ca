/**
 * What somebody takes on in a meeting, as they see it themselves: a task in the
 * case, under the id of the leads' own note about it. Who does it and until when
 * are registers, so that two leads who differ are seen to differ.
 */
import type { Id, Intention, Millis, NewFact } from '../replica/api.ts';
import type { CaseView, Marked } from './case.ts';

export interface Duty {
	id: Id;
	what: string;
	who: readonly Id[];
	due?: Millis;
	done?: Marked;
	/** Who gave it, and when. */
	by: Id;
	at: Millis;
}

export interface NewDuty {
	id: Id;
	what: string;
	who: readonly Id[];
	due?: Millis;
}

/** Whether a register or a `set` entry is about a task; those are shown with the task. */
export function ofTask(field: string | undefined): boolean {
	return field?.startsWith('task/') === true;
}

/** Every task that stands, the first due first. Of several words about when, the earliest; about who, everybody. */
export function duties(view: CaseView): Duty[] {
	return view.tasks
		.filter((task) => !task.struck?.length)
		.map((task): Duty => {
			const values = (field: string) => (view.registers[`task/${task.id}/${field}`]?.versions ?? []).map((version) => version.value ?? '');
			const who = [...new Set(values('assignee').flatMap((value) => value.split(' ').filter(Boolean)))];
			const times = values('due').map(Number).filter((time) => Number.isSafeInteger(time) && time > 0);
			return { id: task.id, what: task.what, who, by: task.by, at: task.at, ...(times.length > 0 && { due: Math.min(...times) }), ...(task.done && { done: task.done }) };
		})
		.sort((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity) || a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** What this person still has to do in a case. */
export function owed(view: CaseView, me: Id): Duty[] {
	return duties(view).filter((duty) => duty.done === undefined && duty.who.includes(me));
}

/** Puts it on the phones of those who do it. */
export function give(caseId: Id, duty: NewDuty, newId: () => Id): Intention {
	const set = (field: string, value: string): NewFact => {
		const register = `task/${duty.id}/${field}`;
		return { into: 'entries', id: newId(), fields: { kind: 'set', field: register, value }, register };
	};
	const facts: NewFact[] = [{ into: 'tasks', id: duty.id, fields: { what: duty.what.trim() } }, set('assignee', duty.who.join(' '))];
	return { document: caseId, kind: 'case', facts: duty.due === undefined ? facts : [...facts, set('due', String(duty.due))] };
}

/** It is no longer theirs: another plan took its place. */
export function takeBack(caseId: Id, task: Id, newId: () => Id): Intention {
	return { document: caseId, kind: 'case', facts: [{ into: 'strikes', id: newId(), fields: { target: task } }] };
}

/** It is done. */
export function finish(task: Id, newId: () => Id): NewFact {
	return { into: 'marks', id: newId(), fields: { target: task, mark: 'done' } };
}
