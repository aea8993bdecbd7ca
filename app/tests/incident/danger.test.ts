import { describe, expect, it } from 'vitest';
import { deriveCase } from '../../src/incident/derive.ts';
import type { CaseView } from '../../src/incident/case.ts';
import type { Raw } from '../../src/incident/raw.ts';
import { againstWish, callTold, dangerIs, deed, madeIn, noteDeed } from '../../src/incident/danger.ts';
import { answerDanger, done, intend, known, newReport, plan, takeBackDanger, unasked, type ReportDraft } from '../../src/incident/report.ts';
import type { NewFact } from '../../src/replica/api.ts';
import { parse, to } from '../../src/routes/route.ts';

const ME = '1'.repeat(32);
const MINUTE = 60_000;
let next = 0;
const newId = () => (++next).toString(16).padStart(32, '0');

/** A case that these facts make, each written at its own moment by one person. */
function caseOf(...written: { facts: NewFact[]; at: number }[]): CaseView {
	const collections: Raw['collections'] = new Map();
	for (const { facts, at } of written) {
		for (const { into, id, fields } of facts) {
			const said = Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === 'object' ? { ...value } : value]])));
			collections.set(into, [...(collections.get(into) ?? []), { id, fields: { by: ME, device: ME, at, ...said } }]);
		}
	}
	return deriveCase({ collections, registers: new Map(), unread: 0 });
}

describe('an answer about danger', () => {
	const start = (): ReportDraft => ({ ...newReport({ case: newId(), report: newId(), identity: newId() }, 0), words: 'He followed me.' });
	const written = (draft: ReportDraft) => plan(draft, newId, { policy: '', drill: false });
	const view = (...drafts: ReportDraft[]): CaseView => {
		const facts: NewFact[] = [];
		let kept = drafts[0]?.written ?? {};
		for (const draft of drafts) {
			for (const change of written({ ...draft, written: kept })) {
				facts.push(...change.facts);
				kept = done(intend(draft, change), change).written;
			}
		}
		return caseOf({ facts, at: 0 });
	};

	it('is not hidden by a later one on the same phone, whether the two are written down at once or apart', () => {
		const yes = answerDanger(start(), 'yes', 1 * MINUTE);
		const no = answerDanger(yes, 'no', 6 * MINUTE);
		for (const found of [view(no), view(yes, no)]) {
			expect(found.entries.filter((entry) => entry.kind === 'danger').map(({ value, replaces }) => [value, replaces])).toEqual([['yes', undefined], ['no', undefined]]);
			expect(found.danger?.value).toBe('yes');
		}
	});

	it('that was taken back is struck, and the one before it counts', () => {
		const no = answerDanger(start(), 'no', 0);
		const yes = answerDanger(no, 'yes', MINUTE);
		const back = view(yes, takeBackDanger(yes));
		expect(back.danger?.value).toBe('no');
		expect(back.entries.find((entry) => entry.value === 'yes')?.struck).toHaveLength(1);
		expect(takeBackDanger(takeBackDanger(yes)).danger).toBeUndefined();
	});

	it('alone makes no case, however often it is given, and only the latest one hurries', () => {
		const answered = answerDanger(answerDanger({ ...start(), words: '' }, 'yes', 0), 'no', 1);
		expect(known(answered)).toBe(false);
		expect(unasked(answered)).toBe(true);
		expect(unasked(answerDanger(answered, 'unsure', 2))).toBe(false);
	});
});

describe('what is done in danger, from a case that is open', () => {
	it('is noted in that case, with the danger', () => {
		const facts = noteDeed(caseOf(), 'for_them', 'called on somebody’s behalf', 5 * MINUTE, newId);
		const view = caseOf({ facts, at: 5 * MINUTE });
		expect(view.entries.map(({ kind, value, text, time }) => [kind, value, text, time?.from])).toEqual([
			['danger', 'yes', undefined, 5 * MINUTE],
			['police_called', undefined, 'called on somebody’s behalf', 5 * MINUTE]
		]);
		expect(view.danger?.value).toBe('yes');
	});

	it('says danger once in half an hour, and again after somebody said that it was over', () => {
		const danger = (view: CaseView, now: number) => noteDeed(view, 'police', '', now, newId).filter((fact) => fact.fields['kind'] === 'danger').length;
		const said = { facts: [dangerIs('yes', 0, newId)], at: 0 };
		expect(danger(caseOf(said), 29 * MINUTE)).toBe(0);
		expect(danger(caseOf(said), 30 * MINUTE)).toBe(1);
		expect(danger(caseOf(said, { facts: [dangerIs('no', 40 * MINUTE, newId)], at: 40 * MINUTE }), 41 * MINUTE)).toBe(1);
	});

	it('shows as done to whoever did it, for half an hour, until it is struck', () => {
		const facts = noteDeed(caseOf(), 'police', '', 0, newId);
		const call = facts.find((fact) => fact.fields['kind'] === 'police_called')?.id ?? '';
		const view = caseOf({ facts, at: 0 });
		expect(madeIn(view, 'police', ME, MINUTE)?.id).toBe(call);
		expect(madeIn(view, 'for_them', ME, MINUTE)).toBeUndefined();
		expect(madeIn(view, 'police', '2'.repeat(32), MINUTE)).toBeUndefined();
		expect(madeIn(view, 'police', ME, 30 * MINUTE)).toBeUndefined();
		const struck = caseOf({ facts: [...facts, { into: 'strikes', id: newId(), fields: { target: call } }], at: 0 });
		expect(madeIn(struck, 'police', ME, MINUTE)).toBeUndefined();
	});

	it('has an address of its own', () => {
		expect(parse(to.dangerOf(ME))).toEqual({ page: 'danger-of', id: ME });
		expect(parse(to.case(ME))).toEqual({ page: 'case', id: ME });
	});
});

describe('what is told about a call', () => {
	it('stands beside the call, which stays as it was noted, and goes with it', () => {
		const start: ReportDraft = { ...newReport({ case: newId(), report: newId(), identity: newId() }, 0), words: 'He followed me.' };
		const call = { id: 'x', ...deed('for_them', 'called on somebody’s behalf'), at: 5 };
		const entries = (draft: ReportDraft, kept: ReportDraft['written'] = {}) => plan({ ...draft, written: kept }, newId, { policy: '', drill: false }).flatMap((change) => change.facts.filter((fact) => fact.into === 'entries' || fact.into === 'strikes'));
		const first = plan({ ...start, deeds: [call] }, newId, { policy: '', drill: false })[0];
		const told: ReportDraft = { ...start, deeds: [{ ...call, told: { asked: 'a barista', called: ' ' } }] };
		expect(entries(told, first?.written).map((fact) => fact.fields)).toEqual([{ kind: 'called_for', who: 'a barista', time: { kind: 'at', from: 5 } }]);
		const second = plan({ ...told, written: first?.written ?? {} }, newId, { policy: '', drill: false })[0];
		expect(entries(start, second?.written).map((fact) => fact.into)).toEqual(['strikes', 'strikes']);
	});

	it('is nothing where nothing was told', () => {
		expect(callTold({})).toEqual([]);
		expect(callTold({ asked: ' ', called: '', why: '\n' })).toEqual([]);
		expect(callTold({ why: 'he had a knife' })).toEqual([{ kind: 'against_wish', text: 'he had a knife' }]);
	});

	it('asks why where they said no, or said two things, and never where they asked for it', () => {
		const wish = (at: number, value: string, replaces = '') => ({ facts: [{ into: 'entries', id: newId(), fields: { kind: 'police_wish', value, ...(replaces && { replaces }) } }], at });
		expect(againstWish(caseOf().police)).toBe(false);
		expect(againstWish(caseOf(wish(0, 'asked_for')).police)).toBe(false);
		expect(againstWish(caseOf(wish(0, 'undecided')).police)).toBe(false);
		expect(againstWish(caseOf(wish(0, 'does_not_want')).police)).toBe(true);
		expect(againstWish(caseOf(wish(0, 'does_not_want'), wish(1, 'asked_for')).police)).toBe(true);
	});
});
