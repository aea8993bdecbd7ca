import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { SuggestionsSchema, Suggestion_Verdict as Verdict, Suggestion_Why as Why } from '../../src/generated/wire/v1/identity_pb.ts';
import { linkIntentions, links } from '../../src/incident/chair.ts';
import { suggested, suggestedFor, warnedBefore } from '../../src/incident/suggestions.ts';
import type { Id } from '../../src/replica/api.ts';
import { alma, AMBER, at, id, QUIET } from './journeys.ts';

const SILVER = id('silver');
const bytes = (of: Id) => Uint8Array.from(of.match(/../g)!, (pair) => parseInt(pair, 16));

function told(...pairs: [Id, Id, Verdict, number, [Why, number][]][]) {
	return create(SuggestionsSchema, {
		suggestions: pairs.map(([first, second, verdict, points, reasons]) => ({ first: bytes(first), second: bytes(second), verdict, points, reasons: reasons.map(([why, counts]) => ({ why, points: counts })) }))
	});
}

const LOOKS = told([AMBER, QUIET, Verdict.SAME_INCIDENT, 85, [[Why.BADGE_LOOKS_ALIKE, 35], [Why.SAME_TIME, 20], [Why.SAME_PLACE, 15], [Why.SHARED_SEALED_PERSON, 15]]]);
const PERSON = told([AMBER, SILVER, Verdict.SAME_PERSON, 50, [[Why.SAME_BADGE, 50]]]);

/** Amber Kite was decided: a warning, told at 11:50, before Silver Otter was reported. */
async function afterWarning(clock: string) {
	const replica = alma(clock);
	const document = await replica.chairDocument(AMBER);
	const sanction = replica.newId();
	await replica.write({ document, kind: 'chair', facts: [{ into: 'sanctions', id: sanction, fields: { code: 'warn_cease', interim: false } }], birth: { parent: AMBER } });
	await replica.write({ document, kind: 'chair', facts: [{ into: 'marks', id: replica.newId(), fields: { target: sanction, mark: 'told', value: 'in_person' } }] });
	return { replica, document, sanction };
}

const warned = (replica: ReturnType<typeof alma>, of: Id, all = suggested(PERSON)) => warnedBefore([replica.state.cases.find((one) => one.id === of)!], all, replica.state.cases, replica.state.chairs);

describe('what the server suggests', () => {
	test('is read with its points and reasons, in its order', () => {
		const [one] = suggested(LOOKS);
		expect(one).toEqual({
			first: AMBER,
			second: QUIET,
			points: 85,
			likely: 'same_incident',
			reasons: [
				{ code: 'badge_looks_alike', points: 35 },
				{ code: 'same_time', points: 20 },
				{ code: 'same_place', points: 15 },
				{ code: 'shared_sealed_person', points: 15 }
			]
		});
	});

	test('leaves out what this app does not know yet', () => {
		const newer = told([AMBER, QUIET, Verdict.UNSPECIFIED, 85, []], [AMBER, SILVER, Verdict.LOOK, 45, [[Why.UNSPECIFIED, 10], [Why.BADGE_LOOKS_ALIKE, 35]]]);
		expect(suggested(newer)).toEqual([{ first: AMBER, second: SILVER, points: 45, likely: 'look', reasons: [{ code: 'badge_looks_alike', points: 35 }] }]);
	});

	test('is about both cases, and about none that is not on this device', () => {
		const { cases, chairs } = alma().state;
		expect(suggestedFor([QUIET], suggested(LOOKS), cases, chairs).map((one) => one.other)).toEqual([AMBER]);
		expect(suggestedFor([AMBER], suggested(LOOKS), cases, chairs).map((one) => one.other)).toEqual([QUIET]);
		expect(suggestedFor([SILVER], suggested(LOOKS), cases, chairs)).toEqual([]);
		expect(suggestedFor([AMBER], suggested(LOOKS), cases.filter((one) => one.id !== QUIET), chairs)).toEqual([]);
	});

	test('is about an incident when any of its cases is alike, once for each other case, and never about its own', () => {
		const { cases, chairs } = alma().state;
		const all = suggested(told([QUIET, SILVER, Verdict.LOOK, 45, [[Why.SAME_NAME, 20]]], [AMBER, SILVER, Verdict.LOOK, 40, [[Why.SAME_PLACE, 15]]], [AMBER, QUIET, Verdict.SAME_INCIDENT, 85, [[Why.SAME_TIME, 20]]]));
		expect(suggestedFor([AMBER, QUIET], all, cases, chairs)).toMatchObject([{ own: QUIET, other: SILVER, points: 45 }]);
	});

	test.each(['not_the_same', 'same_incident', 'same_reported_person', 'related'] as const)('ends when a lead says %s, without asking the server', async (kind) => {
		const replica = alma();
		const wish = { from: QUIET, chairDocument: await replica.chairDocument(QUIET), to: AMBER, kind, reason: '' };
		for (const intention of linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId())) await replica.write(intention);
		expect(suggestedFor([AMBER], suggested(LOOKS), replica.state.cases, replica.state.chairs)).toEqual([]);
		expect(suggestedFor([QUIET], suggested(LOOKS), replica.state.cases, replica.state.chairs)).toEqual([]);
	});
});

describe('a report after a warning', () => {
	test('says in which case, and when the warning was told', async () => {
		const { replica } = await afterWarning('11:50');
		expect(warned(replica, SILVER)).toEqual([{ caseId: AMBER, codeName: 'Amber Kite', told: at('11:50') }]);
		expect(warned(replica, AMBER)).toEqual([]);
	});

	test('is none when the warning was told later, was taken back, or is about something else than a person', async () => {
		expect(warned((await afterWarning('12:41')).replica, SILVER)).toEqual([]);
		const { replica, document, sanction } = await afterWarning('11:50');
		const elsewhere = suggested(told([AMBER, SILVER, Verdict.LOOK, 40, [[Why.SAME_TIME, 20], [Why.SAME_PLACE, 15], [Why.SAME_CATEGORY, 5]]]));
		expect(warned(replica, SILVER, elsewhere)).toEqual([]);
		await replica.write({ document, kind: 'chair', facts: [{ into: 'marks', id: replica.newId(), fields: { target: sanction, mark: 'lifted' } }] });
		expect(warned(replica, SILVER)).toEqual([]);
	});

	test('is one too when the warning was told about an incident of which the other case is a part, and none once that was taken back there', async () => {
		const { replica, sanction } = await afterWarning('11:50');
		const other = suggested(told([QUIET, SILVER, Verdict.SAME_PERSON, 50, [[Why.SAME_BADGE, 50]]]));
		expect(warned(replica, SILVER, other)).toEqual([]);
		const document = await replica.chairDocument(QUIET);
		for (const intention of linkIntentions({ from: QUIET, chairDocument: document, to: AMBER, kind: 'same_incident', reason: '' }, replica.state.cases, [], () => replica.newId())) await replica.write(intention);
		expect(warned(replica, SILVER, other)).toMatchObject([{ caseId: AMBER, codeName: 'Amber Kite' }]);
		await replica.write({ document, kind: 'chair', facts: [{ into: 'marks', id: replica.newId(), fields: { target: sanction, mark: 'lifted' } }], birth: { parent: QUIET } });
		expect(warned(replica, SILVER, other)).toEqual([]);
	});

	test('stays one when a lead has said that it is the same person, and ends with "not the same"', async () => {
		for (const [kind, many] of [['same_reported_person', 1], ['not_the_same', 0]] as const) {
			const { replica } = await afterWarning('11:50');
			const wish = { from: SILVER, chairDocument: await replica.chairDocument(SILVER), to: AMBER, kind, reason: '' };
			for (const intention of linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId())) await replica.write(intention);
			expect(warned(replica, SILVER)).toHaveLength(many);
		}
	});
});
