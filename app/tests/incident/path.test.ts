import { describe, expect, test } from 'vitest';
import type { ChairRecord, Element } from '../../src/replica/api.ts';
import { deadline, mayBeDecided, waitsForLead, type DayEnd } from '../../src/incident/appeal.ts';
import { dayEndAfter } from '../../src/words/zoned.ts';
import type { CaseView } from '../../src/incident/case.ts';
import { decision, type Decision } from '../../src/incident/decision.ts';
import { heardBack } from '../../src/incident/heard_back.ts';
import { metAt, standingOf } from '../../src/incident/inbox.ts';
import { heardAt, path, standsWhileAppealed, toldAt, type Progress } from '../../src/incident/path.ts';
import { readView, stored } from '../console/memory.ts';

const at = (time: string, day = '2026-09-29') => Date.parse(`${day}T${time}:00+02:00`);
const TARGETS = { chair_told: 10, chair_told_alert: 15, meeting: 60, follow_up: 480 };
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
	followUps: [{ id: 'u', ...by, told: at('14:05'), how: 'in_person', sentences: ['looked_at'], of: ['f'] }]
};

describe('the way of a case', () => {
	test('shows what is due, what is late, and that nothing is found before their side is heard', () => {
		const reported = { reportedAt: at('10:42'), made: NOTHING };
		expect(states(reported, '10:50')).toEqual(['done', 'due', 'due', 'todo', 'shut', 'due', 'todo']);
		expect(states({ ...reported, chairKnows: at('10:51') }, '11:43')).toEqual(['done', 'done', 'late', 'todo', 'shut', 'due', 'todo']);
		expect(states({ ...reported, chairKnows: at('10:51'), met: at('11:35'), made: { ...NOTHING, actions: DECIDED.actions } }, '13:20')).toEqual(['done', 'done', 'done', 'due', 'shut', 'due', 'todo']);
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

	test('who told it hears back within the time of the event, unless nobody is to be told', () => {
		const reported = { reportedAt: at('10:42'), made: NOTHING };
		const saidTo = (progress: Progress, now: string) => path(progress, TARGETS, at(now))[5];
		expect(saidTo(reported, '18:42')).toEqual({ step: 'saidTo', state: 'due', at: at('18:42') });
		expect(saidTo(reported, '18:43')).toEqual({ step: 'saidTo', state: 'late', at: at('18:42') });
		expect(saidTo({ ...reported, heardBack: at('14:05') }, '18:43')).toEqual({ step: 'saidTo', state: 'todo' });
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

	const berlin: DayEnd = (from, days) => dayEndAfter(from, days, 'Europe/Berlin');
	/** Told on 29 September in summer time; the clocks change on 25 October. */
	const LAST = Date.parse('2026-10-30T00:00:00+01:00') - 1;

	test('is in time to the end of the last day, at the event, also after a change of the clocks', () => {
		const came = (time: string) => deadline({ received: Date.parse(time) }, DECIDED, 30, berlin).late;
		expect(came('2026-10-29T23:59:00+01:00')).toBe(false);
		expect(came('2026-10-30T00:00:00+01:00')).toBe(true);
	});

	test('is late after the days that the event gives, and waits for a lead to say why it is taken', () => {
		expect(deadline(appeal, DECIDED, 30, berlin)).toEqual({ until: LAST, late: true, after: 52 });
		expect(waitsForLead(appeal, DECIDED, 30, berlin)).toBe(true);
		expect(mayBeDecided(appeal, DECIDED, 30, berlin)).toBe(false);
		expect(mayBeDecided({ ...appeal, lateBecause: 'the letter came back' }, DECIDED, 30, berlin)).toBe(true);
		expect(mayBeDecided({ ...appeal, declined: 'nothing new' }, DECIDED, 30, berlin)).toBe(false);
	});

	test('is in time without a limit, and counts from the finding where nothing followed', () => {
		expect(deadline(appeal, DECIDED, 0, berlin)).toMatchObject({ until: null, late: false });
		expect(deadline({ received: at('13:45', '2026-10-29') }, { ...DECIDED, sanctions: [] }, 30, berlin)).toEqual({ until: LAST, late: false, after: 30 });
		expect(deadline(appeal, NOTHING, 30, berlin)).toEqual({ until: null, late: false, after: 0 });
	});

	test('that came too late stays so when something else is told after it came', () => {
		const [first] = DECIDED.sanctions;
		const later = { ...DECIDED, sanctions: [...DECIDED.sanctions, { ...first!, id: 'later', told: { at: Date.parse('2026-12-05T10:00:00+01:00'), by: 'tom', how: 'letter' } }] };
		expect(deadline(appeal, later, 30, berlin)).toEqual({ until: LAST, late: true, after: 52 });
	});

	test('that came too late stays so when it is upheld, and what was found is found otherwise', () => {
		const [found] = DECIDED.findings;
		const upheld = { ...DECIDED, sanctions: [], findings: [{ id: 'anew', by: 'alma', at: received + 1, value: 'does_not_stand' as const }], foundBefore: [found!] };
		expect(deadline(appeal, upheld, 30, berlin)).toEqual({ until: LAST, late: true, after: 52 });
		const told = { ...upheld, findings: [{ ...upheld.findings[0]!, told: { at: received + 2, by: 'tom', how: 'phone' } }] };
		expect(deadline(appeal, told, 30, berlin)).toEqual({ until: LAST, late: true, after: 52 });
	});

	test('leaves everything standing until it is decided', () => {
		expect(standsWhileAppealed({ ...DECIDED, appeals: [appeal] })).toBe(true);
		expect(standsWhileAppealed({ ...DECIDED, appeals: [{ ...appeal, declined: 'nothing new' }] })).toBe(false);
		expect(standsWhileAppealed({ ...NOTHING, appeals: [appeal] })).toBe(false);
	});
});

describe('the inbox after the meeting', () => {
	const reported: CaseView = { ...readView(stored('amber', 'case', 'Amber Kite')), reports: [], chair_knows: { at: at('10:51'), how: 'voice', by: 'noor', entry: 'e' } };
	const opened = (view: CaseView): CaseView => ({ ...view, opened: { id: 'o', by: 'noor', device: 'N1', at: at('10:42'), policy: '1', drill: false }, entries: [...view.entries, { id: 'c', by: 'alma', device: 'A1', at: at('11:06'), kind: 'chair_opened' }] });
	const chair = (facts: readonly [string, string, Element['fields']][]): ChairRecord => {
		const collections = new Map<string, Element[]>();
		for (const [into, id, fields] of facts) collections.set(into, [...(collections.get(into) ?? []), { id, by: 'alma', device: 'A1', at: at('11:36'), fields }]);
		return { id: 'chair', kind: 'chair', parent: 'amber', unsent: 0, safekeeping: new Map(), collections };
	};
	const meeting: [string, string, Element['fields']] = ['meetings', 'm', { met_at: at('11:35'), present: 'alma tom', what_happened: 'x', doing: 'yes' }];
	const speak: [string, string, Element['fields']] = ['actions', 'a', { kind: 'speak', what: 'Speak', who: 'tom', due: at('13:30') }];
	const heard: [string, string, Element['fields']] = ['statements', 's', { text: 'x', heard_by: 'tom noor', heard_at: at('13:25') }];
	const found: [string, string, Element['fields']] = ['findings', 'f', { value: 'does_not_stand', reason: 'x' }];
	const next = (facts: readonly [string, string, Element['fields']][], now: string, view = opened(reported)) => standingOf([{ id: 'case', view, safekeeping: new Map() }], facts.length > 0 ? [chair(facts)] : [], 'alma', TARGETS, at(now));

	test('asks for their side by the time that was agreed, then for the finding, then to tell both', () => {
		expect(next([], '11:20')).toMatchObject({ next: 'meet' });
		expect(next([meeting, speak], '13:20')).toEqual({ next: 'hear', due: at('13:30'), over: 0 });
		expect(next([meeting, speak], '13:40')).toEqual({ next: 'hear', due: at('13:30'), over: 10 * 60_000 });
		expect(next([meeting, speak, heard], '13:40')).toMatchObject({ next: 'find' });
		expect(next([meeting, speak, heard, found], '13:45')).toMatchObject({ next: 'tell' });
		const told: [string, string, Element['fields']] = ['marks', 't', { target: 'f', mark: 'told', value: 'in_person' }];
		expect(next([meeting, speak, heard, found, told], '14:00')).toEqual({ next: 'follow_up', due: at('18:42'), over: 0 });
		expect(next([meeting, speak, heard, found, told, ['follow_ups', 'u', { told_at: at('14:05'), of: 'f' }]], '14:10')).toMatchObject({ next: 'none' });
	});

	test('says that an appeal waits, until it is decided, and then that they are to be told', () => {
		const appeal: [string, string, Element['fields']] = ['appeals', 'p', { received: at('15:00'), grounds: 'not heard' }];
		const done: [string, string, Element['fields']][] = [meeting, speak, heard, found, ['marks', 't', { target: 'f', mark: 'told', value: 'in_person' }], ['follow_ups', 'u', { told_at: at('14:05'), of: 'f' }]];
		expect(next([...done, appeal], '15:10')).toMatchObject({ next: 'appeal' });
		expect(next([...done, appeal, ['appeals', 'q', { received: at('15:00'), grounds: 'not heard', decision: 'no', effect: 'rejected', replaces: 'p' }]], '15:10')).toMatchObject({ next: 'tell' });
		expect(next([...done, appeal, ['appeals', 'q', { received: at('15:00'), grounds: 'not heard', decision: 'no', effect: 'rejected', replaces: 'p' }], ['marks', 'v', { target: 'q', mark: 'told', value: 'letter' }]], '15:10')).toMatchObject({ next: 'none' });
	});

	test('who told it hears how far it is, also while the rest goes on, once they have waited too long', () => {
		expect(next([meeting, speak], '18:42')).toMatchObject({ next: 'hear' });
		expect(next([meeting, speak, heard], '18:43')).toEqual({ next: 'follow_up', due: at('18:42'), over: 60_000 });
		expect(next([meeting, speak, heard, ['follow_ups', 'u', { told_at: at('18:44') }]], '18:45')).toMatchObject({ next: 'find' });
	});

	test('nobody waits to hear back who gave nobody to come back to', () => {
		const nameless = opened({ ...reported, reports: [{ id: 'r', by: 'noor', device: 'N1', at: at('10:42'), reported_at: at('10:42'), accounts: {}, answers: { reporter: { versions: [{ id: 'v', by: 'noor', device: 'N1', at: at('10:43'), report: 'r', field: 'reporter', value: 'anonymous' }] } } }] });
		expect(heardBack([nameless], [])).toBe(at('10:42'));
		expect(heardBack([nameless, opened(reported)], [])).toBeUndefined();
		expect(next([meeting, heard], '19:00', nameless)).toMatchObject({ next: 'find' });
	});

	test('asks only to tell the reporter where nothing is done, and counts the meeting from when they met', () => {
		const no: [string, string, Element['fields']] = ['meetings', 'm', { met_at: at('11:35'), present: 'alma', what_happened: 'x', doing: 'no', why: 'none of ours' }];
		expect(next([no], '14:00')).toMatchObject({ next: 'follow_up' });
		expect(next([no, ['follow_ups', 'u', { told_at: at('13:05') }]], '14:00')).toMatchObject({ next: 'none' });
		expect(metAt([reported], [chair([meeting])])).toBe(at('11:35'));
	});

	test('asks what it means when a reporter said stop, until a lead decided', () => {
		const said = opened({ ...reported, entries: [{ id: 'w', by: 'noor', device: 'N1', at: at('18:05'), kind: 'withdrawal', text: 'stop' }] });
		expect(next([meeting], '18:06', said)).toMatchObject({ next: 'withdrawn' });
		expect(next([meeting, ['entries', 'x', { kind: 'withdrawal_choice', value: 'stop_acting', reason: 'she asked', refs: 'w' }]], '18:20', said)).toMatchObject({ next: 'none' });
		// Another reporter of the same incident says so later, or a phone that was away brings it.
		const twice = opened({ ...said, entries: [...said.entries, { id: 'later', by: 'mei', device: 'M1', at: at('18:01'), kind: 'withdrawal', text: 'me too' }] });
		const chose = (refs: string): [string, string, Element['fields']] => ['entries', 'x', { kind: 'withdrawal_choice', value: 'continue', reason: 'for the others', refs }];
		expect(next([meeting, chose('w')], '18:20', twice)).toMatchObject({ next: 'withdrawn' });
		expect(next([meeting, chose('w later')], '18:20', twice)).not.toMatchObject({ next: 'withdrawn' });
	});
});
