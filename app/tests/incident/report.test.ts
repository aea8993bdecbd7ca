import { describe, expect, it } from 'vitest';
import { answerStep, done, intend, keptFrom, known, newReport, plan, readReport, remember, settle, unasked, type Plan, type ReportDraft } from '../../src/incident/report.ts';

const EVENT = { policy: '2018-02-27', drill: false };

function ids(): () => string {
	let next = 0;
	return () => (++next).toString(16).padStart(32, '0');
}

function fresh(): ReportDraft {
	return newReport({ case: 'c'.repeat(32), report: 'e'.repeat(32), identity: 'f'.repeat(32) }, 1_000);
}

/** Writes all that there is to write, as the phone does. */
function pause(draft: ReportDraft, newId: () => string): { draft: ReportDraft; plans: Plan[] } {
	const plans = plan(draft, newId, EVENT);
	for (const next of plans) draft = done(intend(draft, next), next);
	return { draft, plans };
}

const facts = (plans: Plan[], into: string) => plans.flatMap((next) => next.facts).filter((fact) => fact.into === into);

describe('the draft of a report', () => {
	it('is no case while only danger was answered', () => {
		const draft: ReportDraft = { ...fresh(), danger: { value: 'no', at: 1_000 } };
		expect(known(draft)).toBe(false);
		expect(plan(draft, ids(), EVENT)).toEqual([]);
	});

	it('is born with its report, the answer about danger and the first words in one change', () => {
		const { plans } = pause({ ...fresh(), danger: { value: 'no', at: 900 }, words: 'He followed me.' }, ids());
		expect(plans).toHaveLength(1);
		expect(plans[0]?.kind).toBe('case');
		expect(facts(plans, 'opened')[0]?.fields).toEqual({ policy: '2018-02-27', drill: false });
		expect(facts(plans, 'reports')).toEqual([{ into: 'reports', id: 'e'.repeat(32), fields: { reported_at: 1_000 } }]);
		expect(facts(plans, 'entries')[0]?.fields).toEqual({ kind: 'danger', value: 'no', time: { kind: 'at', from: 900 } });
		expect(facts(plans, 'accounts')[0]?.fields).toEqual({ report: 'e'.repeat(32), part: 'words', text: 'He followed me.' });
		expect(facts(plans, 'answers')[0]?.fields).toMatchObject({ field: 'account_form', value: 'transcribed' });
	});

	it('waits until the page was left that asks whom it is about; in danger it does not', () => {
		const said: ReportDraft = { ...fresh(), danger: { value: 'no', at: 900 }, words: 'He followed me.' };
		expect(unasked(said)).toBe(true);
		expect(unasked({ ...said, restricted: 'chair_named' })).toBe(true);
		expect(unasked({ ...said, asked: true })).toBe(false);
		for (const value of ['yes', 'unsure'] as const) expect(unasked({ ...said, danger: { value, at: 900 } })).toBe(false);
		expect(unasked(pause(said, ids()).draft)).toBe(false);
	});

	it('says in its first change whom it must not reach', () => {
		const draft: ReportDraft = { ...fresh(), words: 'It was her.', restricted: 'chair_named', excluded: ['a'.repeat(32)] };
		expect(keptFrom(draft)).toEqual({ restricted: 'chair_named', excluded: ['a'.repeat(32)] });
		expect(keptFrom(fresh())).toEqual({ restricted: 'none', excluded: [] });
		expect(pause(draft, ids()).plans[0]?.birth).toEqual({ restricted: 'chair_named', excluded: ['a'.repeat(32)] });
	});

	it('names a picture that they brought, also where there is no word beside it; one that is taken out again is struck', () => {
		const newId = ids();
		const sha256 = 'ab'.repeat(32);
		const brought: ReportDraft = { ...fresh(), answers: { account_form: 'attached' }, attachments: { [sha256]: { mime: 'image/jpeg', size: 9, caption: 'the note', at: 2_000 } } };
		expect(known({ ...fresh(), attachments: brought.attachments! })).toBe(true);
		const first = pause(remember(fresh(), brought, 2_000), newId);
		const [named] = facts(first.plans, 'attachments');
		expect(named).toMatchObject({ fields: { sha256, mime: 'image/jpeg', size: 9, report: 'e'.repeat(32), caption: 'the note' }, at: 2_000 });
		expect(pause(first.draft, newId).plans).toEqual([]);
		const { draft, plans } = pause({ ...first.draft, attachments: {} }, newId);
		expect(facts(plans, 'strikes')[0]?.fields).toEqual({ target: named?.id });
		expect(facts(plans, 'attachments')).toEqual([]);
		// The same one once more is another element: what was struck stays struck.
		const again = facts(pause({ ...draft, attachments: brought.attachments! }, newId).plans, 'attachments');
		expect(again).toHaveLength(1);
		expect(again[0]?.id).not.toBe(named?.id);
	});

	it('carries the moment of each tick and answer, whenever they are written down', () => {
		const newId = ids();
		let draft = fresh();
		const says = (now: number, change: Partial<ReportDraft>): void => {
			draft = remember(draft, { ...draft, ...change }, now);
		};
		says(1_042, { danger: { value: 'no', at: 1_042 } });
		says(1_043, { steps: { IR2: { result: 'done', at: 1_043 } }, support: { IR2: { kind: 'private_place' } } });
		says(1_044, { police: { value: 'does_not_want', at: 1_044 } });
		says(1_046, { words: 'He followed me.', reporter: { name: 'Dana' } });
		says(1_048, { readBack: { value: 'yes', of: 'He followed me.' } });
		const first = pause(draft, newId);
		draft = first.draft;
		const told = first.plans.flatMap((next) => next.facts).map(({ into, at }) => [into, at]);
		expect(told).toEqual([
			['opened', 1_042], ['reports', 1_042], ['entries', 1_042], ['steps', 1_043], ['support', 1_043], ['entries', 1_044],
			['accounts', 1_046], ['answers', 1_046], ['answers', 1_046], ['marks', 1_048], ['persons', 1_046]
		]);

		says(1_050, { steps: {}, support: {} });
		says(1_051, { place: 'Foyer' });
		const second = pause(draft, newId).plans.flatMap((next) => next.facts).map(({ into, at }) => [into, at]);
		expect(second).toEqual([['answers', 1_051], ['entries', 1_051], ['strikes', 1_050], ['strikes', 1_050]]);
	});

	it('becomes a case with a time and a place where the person had to go', () => {
		expect(known({ ...fresh(), left: { at: 1_100 } })).toBe(true);
		const { plans } = pause({ ...fresh(), place: 'foyer', left: { at: 1_100, rather: 'Alma Reyes' } }, ids());
		expect(facts(plans, 'entries').map((fact) => fact.fields)).toEqual([
			{ kind: 'left_early', time: { kind: 'at', from: 1_100 } },
			{ kind: 'rather_speak_to', who: 'Alma Reyes', time: { kind: 'at', from: 1_100 } },
			{ kind: 'set', field: 'place', value: 'foyer' }
		]);
		expect(facts(plans, 'reports')[0]?.fields).toEqual({ reported_at: 1_000 });
		expect(facts(plans, 'accounts')).toEqual([]);
	});

	it('keeps who wrote it, also before there is a word, and changes one into the other for all to see', () => {
		const newId = ids();
		const theirs = pause({ ...fresh(), answers: { account_form: 'attached' } }, newId);
		expect(facts(theirs.plans, 'answers').map((fact) => fact.fields)).toEqual([{ report: 'e'.repeat(32), field: 'account_form', value: 'attached' }]);
		const written = pause({ ...theirs.draft, words: 'Er hat mich verfolgt.', answers: { account_form: 'written_by_reporter' } }, newId);
		expect(facts(written.plans, 'answers')[0]?.fields).toMatchObject({ value: 'written_by_reporter', replaces: facts(theirs.plans, 'answers')[0]?.id });
	});

	it('keeps a working translation beside the words, and never in their place', () => {
		const newId = ids();
		const told = pause({ ...fresh(), words: 'Er hat mich verfolgt.', answers: { language: 'de' }, translation: { to: 'en', text: 'He followed me.' } }, newId);
		expect(facts(told.plans, 'accounts').map((fact) => fact.fields['text'])).toEqual(['Er hat mich verfolgt.']);
		expect(facts(told.plans, 'entries').map((fact) => fact.fields)).toEqual([{ kind: 'translation', field: 'en', text: 'He followed me.', refs: 'e'.repeat(32) }]);
		const better = pause({ ...told.draft, translation: { to: 'en', text: 'He stalked me.' } }, newId);
		expect(better.plans.flatMap((next) => next.facts)).toHaveLength(1);
		expect(facts(better.plans, 'entries')[0]?.fields).toMatchObject({ text: 'He stalked me.', replaces: facts(told.plans, 'entries')[0]?.id });
	});

	it('writes what somebody is, where they work and what they are called online', () => {
		const { plans } = pause({ ...fresh(), parties: { p: { kind: 'reported', role: 'sponsor', handle: '@x', employer: 'Example', name: ' ' } } }, ids());
		expect(facts(plans, 'parties')[0]?.fields).toEqual({ party: 'p', report: 'e'.repeat(32), kind: 'reported', role: 'sponsor', handle: '@x', employer: 'Example' });
	});

	it('writes nothing twice', () => {
		const newId = ids();
		const first = pause({ ...fresh(), words: 'He followed me.', place: 'Foyer' }, newId);
		expect(pause(first.draft, newId).plans).toEqual([]);
	});

	it('makes a next version of the account that replaces the one before', () => {
		const newId = ids();
		const first = pause({ ...fresh(), words: 'He followed' }, newId);
		const second = pause({ ...first.draft, words: 'He followed me.' }, newId);
		const before = facts(first.plans, 'accounts')[0];
		expect(second.plans.flatMap((next) => next.facts)).toHaveLength(1);
		expect(facts(second.plans, 'accounts')[0]?.fields).toMatchObject({ text: 'He followed me.', replaces: before?.id });
		expect(facts(second.plans, 'opened')).toEqual([]);
	});

	it('strikes an answer that was taken back', () => {
		const newId = ids();
		const first = pause({ ...fresh(), answers: { relation: 'witness' } }, newId);
		const second = pause({ ...first.draft, answers: {} }, newId);
		expect(second.plans.flatMap((next) => next.facts)).toEqual([
			{ into: 'strikes', id: second.plans[0]?.proof, fields: { target: facts(first.plans, 'answers')[0]?.id } }
		]);
		expect(pause(second.draft, newId).plans).toEqual([]);
	});

	it('answers anew after an answer was taken back', () => {
		const newId = ids();
		const first = pause({ ...fresh(), answers: { relation: 'witness' } }, newId);
		const second = pause({ ...first.draft, answers: {} }, newId);
		const third = pause({ ...second.draft, answers: { relation: 'affected' } }, newId);
		expect(facts(third.plans, 'answers')[0]?.fields).toEqual({ report: 'e'.repeat(32), field: 'relation', value: 'affected' });
	});

	it('strikes a tick before it sets another, because steps have no successors', () => {
		const newId = ids();
		const first = pause({ ...fresh(), steps: { IR2: { result: 'done', note: 'Room 0.3', at: 1 } } }, newId);
		const second = pause({ ...first.draft, steps: { IR2: { result: 'declined', at: 2 } } }, newId);
		expect(facts(second.plans, 'strikes')[0]?.fields).toEqual({ target: facts(first.plans, 'steps')[0]?.id });
		expect(facts(second.plans, 'steps')[0]?.fields).toEqual({ step: 'IR2', result: 'declined' });
	});

	it('keeps that something was offered at 10:43 when the answer comes at 10:50, and takes both back one by one', () => {
		const newId = ids();
		let draft = fresh();
		const says = (now: number, value: 'offered' | 'done' | 'declined' | undefined, note?: string) => {
			draft = remember(draft, answerStep(draft, 'IR2', value, now, note), now);
			const made = pause(draft, newId);
			draft = made.draft;
			return made.plans.flatMap((plan) => plan.facts).filter(({ into }) => ['steps', 'support', 'strikes'].includes(into));
		};
		const offered = says(1_043, 'offered');
		expect(offered.map(({ into, fields, at }) => [into, fields, at])).toEqual([['steps', { step: 'IR2', result: 'offered' }, 1_043]]);
		const accepted = says(1_050, 'done', 'Room 0.3');
		expect(accepted.map(({ into, fields, at }) => [into, fields, at])).toEqual([
			['steps', { step: 'IR2', result: 'done', note: 'Room 0.3' }, 1_050],
			['support', { kind: 'private_place', text: 'Room 0.3' }, 1_050]
		]);
		// Another answer leaves the offer alone; without any answer nothing was offered.
		const struck = (facts: typeof accepted) => facts.filter(({ into }) => into === 'strikes').map(({ fields }) => fields['target']);
		expect(struck(says(1_055, 'declined'))).toEqual(accepted.map(({ id }) => id));
		expect(struck(says(1_056, undefined))).toContain(offered[0]?.id);
	});

	it('points the register at the entry that sets the place, and keeps what the report said', () => {
		const { plans } = pause({ ...fresh(), place: 'Foyer' }, ids());
		expect(facts(plans, 'entries')[0]).toMatchObject({ register: 'place', fields: { kind: 'set', field: 'place', value: 'Foyer' } });
		expect(facts(plans, 'answers')[0]?.fields).toMatchObject({ field: 'place', value: 'Foyer' });
	});

	it('keeps a name out of the case', () => {
		const newId = ids();
		const { plans, draft } = pause({ ...fresh(), words: 'He followed me.', reporter: { name: 'Dana Okafor', safety: 'he saw my badge' } }, newId);
		expect(plans.map((next) => [next.kind, next.document])).toEqual([
			['case', 'c'.repeat(32)],
			['identity', 'f'.repeat(32)]
		]);
		expect(JSON.stringify(plans[0])).not.toContain('Dana');
		expect(plans[0]?.facts.find((fact) => fact.fields['field'] === 'reporter_identity')?.fields['value']).toBe('f'.repeat(32));
		expect(plans[1]?.birth).toEqual({ parent: 'c'.repeat(32) });
		expect(plans[1]?.facts[0]).toMatchObject({ into: 'persons', fields: { report: 'e'.repeat(32), name: 'Dana Okafor', safety: 'he saw my badge' } });
		expect(pause(draft, newId).plans).toEqual([]);
	});

	it('says who may receive it in its birth', () => {
		const { plans } = pause({ ...fresh(), words: 'x', restricted: 'chair_named', excluded: ['a'.repeat(32)] }, ids());
		expect(plans[0]?.birth).toEqual({ restricted: 'chair_named', excluded: ['a'.repeat(32)] });
	});

	it('marks as read back the version that was read, and no later one', () => {
		const newId = ids();
		const first = pause({ ...fresh(), words: 'He followed me.', readBack: { value: 'yes', of: 'He followed me.' } }, newId);
		const account = facts(first.plans, 'accounts')[0];
		expect(facts(first.plans, 'marks')[0]?.fields).toEqual({ target: account?.id, mark: 'read_back', value: 'yes' });
		const second = pause({ ...first.draft, words: 'He followed me. Twice.' }, newId);
		expect(facts(second.plans, 'marks')).toEqual([]);
		expect(facts(second.plans, 'strikes')).toEqual([]);
	});

	it('leaves out a text that is too long for one string, and keeps what was written before', () => {
		const newId = ids();
		const first = pause({ ...fresh(), words: 'short', answers: { relation: 'witness' } }, newId);
		const second = pause({ ...first.draft, words: 'ü'.repeat(20_000) }, newId);
		expect(facts(second.plans, 'accounts')).toEqual([]);
		expect(facts(second.plans, 'strikes')).toEqual([]);
	});

	it('does not write again what a crash left unconfirmed but written', () => {
		const newId = ids();
		const draft: ReportDraft = { ...fresh(), words: 'He followed me.' };
		const next = plan(draft, newId, EVENT)[0] as Plan;
		const kept = readReport({ report: JSON.parse(JSON.stringify(intend(draft, next))) }) as ReportDraft;
		expect(plan(settle(kept, (element) => element === next.proof), newId, EVENT)).toEqual([]);
		expect(plan(settle(kept, () => false), newId, EVENT)).toHaveLength(1);
	});
});
