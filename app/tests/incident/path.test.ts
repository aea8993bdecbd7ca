import { describe, expect, test } from 'vitest';
import { deadline, mayBeDecided, waitsForLead } from '../../src/incident/appeal.ts';
import { decision, type Decision } from '../../src/incident/decision.ts';
import { heardAt, path, standsWhileAppealed, toldAt, type Progress } from '../../src/incident/path.ts';

const at = (time: string, day = '2026-09-29') => Date.parse(`${day}T${time}:00+02:00`);
const TARGETS = { chair_told: 10, chair_told_alert: 15, meeting: 60 };
const NOTHING = decision(new Map());
const states = (progress: Progress, now: string) => path(progress, TARGETS, at(now)).map((cell) => cell.state);
const by = { by: 'tom', at: at('13:26') };

/** The foyer, up to where the reported person and the reporter were told. */
const DECIDED: Decision = {
	...NOTHING,
	actions: [{ id: 'a', ...by, kind: 'speak', what: 'Speak with 0417', who: 'tom', with: 'noor', due: at('13:30') }],
	statements: [{ id: 's', ...by, text: 'I only wanted to talk.', heardBy: ['tom', 'noor'], heardAt: at('13:25') }],
	findings: [{ id: 'f', ...by, value: 'stands', told: { at: at('13:45'), by: 'tom', how: 'in_person' } }],
	sanctions: [{ id: 'w', ...by, code: 'warn_cease', interim: false, indefinite: true, params: {}, approvedBy: [], told: { at: at('13:45'), by: 'tom', how: 'in_person' } }],
	followUps: [{ id: 'u', ...by, told: at('14:05'), how: 'in_person', sentences: ['looked_at'] }]
};

describe('the way of a case', () => {
	test('shows what is due, what is late, and that nothing is found before their side is heard', () => {
		const reported = { reportedAt: at('10:42'), made: NOTHING };
		expect(states(reported, '10:50')).toEqual(['done', 'due', 'due', 'todo', 'shut', 'todo', 'todo']);
		expect(states({ ...reported, chairKnows: at('10:51') }, '11:43')).toEqual(['done', 'done', 'late', 'todo', 'shut', 'todo', 'todo']);
		expect(states({ ...reported, chairKnows: at('10:51'), met: at('11:35'), made: { ...NOTHING, actions: DECIDED.actions } }, '13:20')).toEqual(['done', 'done', 'done', 'due', 'shut', 'todo', 'todo']);
	});

	test('opens the finding once their side is heard or left out', () => {
		const heard = { ...NOTHING, statements: DECIDED.statements };
		expect(states({ reportedAt: at('10:42'), made: heard }, '13:30')[4]).toBe('todo');
		expect(heardAt(heard)).toBe(at('13:25'));
		expect(heardAt({ ...NOTHING, statements: [{ id: 's', ...by, waived: 'left', reason: 'left at noon' }] })).toBe(at('13:26'));
	});

	test('shows two findings that differ as two', () => {
		const two = { ...DECIDED, findings: [...DECIDED.findings, { id: 'g', by: 'alma', at: at('13:41'), value: 'cannot_tell' as const }] };
		expect(states({ reportedAt: at('10:42'), made: two }, '14:00')[4]).toBe('two');
	});

	test('is told when both were told, at the later of the two', () => {
		expect(toldAt(DECIDED)).toBe(at('14:05'));
		expect(toldAt({ ...DECIDED, followUps: [] })).toBeUndefined();
		expect(toldAt({ ...DECIDED, sanctions: DECIDED.sanctions.map(({ told: _, ...each }) => each) })).toBeUndefined();
	});
});

describe('an appeal', () => {
	const received = Date.parse('2026-11-20T10:00:00+01:00');
	const appeal = { id: 'p', by: 'alma', at: received, received, grounds: 'I was not heard' };

	test('is late after the days that the event gives, and waits for a lead to say why it is taken', () => {
		expect(deadline(appeal, DECIDED, 30)).toEqual({ until: at('13:45', '2026-10-29'), late: true, after: 52 });
		expect(waitsForLead(appeal, DECIDED, 30)).toBe(true);
		expect(mayBeDecided(appeal, DECIDED, 30)).toBe(false);
		expect(mayBeDecided({ ...appeal, lateBecause: 'the letter came back' }, DECIDED, 30)).toBe(true);
		expect(mayBeDecided({ ...appeal, declined: 'nothing new' }, DECIDED, 30)).toBe(false);
	});

	test('is in time without a limit, and counts from the finding where nothing followed', () => {
		expect(deadline(appeal, DECIDED, 0)).toMatchObject({ until: null, late: false });
		expect(deadline({ received: at('13:45', '2026-10-29') }, { ...DECIDED, sanctions: [] }, 30)).toEqual({ until: at('13:45', '2026-10-29'), late: false, after: 30 });
		expect(deadline(appeal, NOTHING, 30)).toEqual({ until: null, late: false, after: 0 });
	});

	test('leaves everything standing until it is decided', () => {
		expect(standsWhileAppealed({ ...DECIDED, appeals: [appeal] })).toBe(true);
		expect(standsWhileAppealed({ ...DECIDED, appeals: [{ ...appeal, declined: 'nothing new' }] })).toBe(false);
		expect(standsWhileAppealed({ ...NOTHING, appeals: [appeal] })).toBe(false);
	});
});
