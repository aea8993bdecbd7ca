import { describe, expect, test } from 'vitest';
import type { CaseRecord, ChairRecord, Element, Intention } from '../../src/replica/api.ts';
import { listed, missing, slip, type Listed } from '../../src/incident/catalogue.ts';
import { codeName } from '../../src/incident/codename.ts';
import { linkIntentions } from '../../src/incident/chair.ts';
import { decide, find, hear, mark, tellAll, untoldOf, type Desk } from '../../src/incident/deciding.ts';
import { decision, type Sanction } from '../../src/incident/decision.ts';
import { endPair, pairOf, pairs, showPair } from '../../src/incident/pairs.ts';
import { claim, claims, earlier, knownIn, reported, unclaim } from '../../src/incident/persons.ts';
import { warnedBefore } from '../../src/incident/suggestions.ts';
import { categoriesOf, setCategories, setTriage, triage } from '../../src/incident/triage.ts';
import { alma, AMBER, at, id, QUIET } from '../console/journeys.ts';

const PERSON = id('blue');
const SILVER = id('silver');
let ids = 0;
const newId = () => id(`n${String((ids += 1))}`);

/** What Alma’s device holds, growing as she writes. */
function held() {
	const replica = alma('14:10');
	const desk = async (caseId: string): Promise<Desk> => ({ caseId, document: await replica.chairDocument(caseId), newId });
	const write = async (caseId: string, make: (desk: Desk) => Intention) => replica.write(make(await desk(caseId)));
	const wish = (one: ReturnType<typeof find>): Intention => {
		if (!one.may) throw new Error(one.why);
		return one.intention;
	};
	const made = (caseId: string) => decision(replica.state.chairs.find((chair) => chair.parent === caseId)?.collections ?? new Map<string, Element[]>());
	/** The report about badge 0417 stands, and he was warned. */
	const warned = async (told = true) => {
		await write(AMBER, (desk) => hear(desk, 'I did not hear a no.', [id('tom'), id('noor')], at('13:25')));
		await write(AMBER, (desk) => wish(find(desk, made(AMBER), 'stands', 'two accounts')));
		await write(AMBER, (desk) => wish(decide(desk, made(AMBER), { code: 'warn_cease', interim: false, indefinite: true })));
		await write(AMBER, (desk) => wish(decide(desk, made(AMBER), { code: 'no_contact', interim: true, reason: 'until it is decided' })));
		if (told) await write(AMBER, (desk) => tellAll(desk, made(AMBER), () => false, 'in_person', at('13:45'))!);
	};
	const untold = () => untoldOf(made(AMBER), () => false).map((each) => ('code' in each ? each.code : 'value' in each ? each.value : each.id));
	return { replica, write, made, untold, warned, before: (caseId: string) => earlier([caseId], replica.state.cases, replica.state.chairs) };
}

describe('the same person in two cases', () => {
	test('goes by a name that is nobody’s, and what was decided before is seen before deciding again', async () => {
		const { replica, write, warned, before } = held();
		await warned();
		expect(before(QUIET)).toEqual([]);

		const [his] = reported(replica.state.cases.find((one) => one.id === AMBER)!);
		const [theirs] = reported(replica.state.cases.find((one) => one.id === QUIET)!);
		await write(AMBER, (desk) => claim(desk, his!.party, PERSON));
		await write(QUIET, (desk) => claim(desk, theirs!.party, PERSON));

		expect(claims(replica.state.chairs).map((one) => one.name)).toEqual([codeName(PERSON), codeName(PERSON)]);
		expect(before(QUIET)).toMatchObject([{ codeName: 'Amber Kite', sanction: { code: 'warn_cease' }, warned: true }]);
		expect(before(AMBER)).toEqual([]); // its own decision is not an earlier one, and the interim one is none
	});

	test('also where leads only linked the two cases as one person', async () => {
		const { replica, warned, before } = held();
		await warned(false);
		const chairDocument = await replica.chairDocument(QUIET);
		for (const intention of linkIntentions({ from: QUIET, chairDocument, to: AMBER, kind: 'same_reported_person', reason: 'badge' }, replica.state.cases, [], newId)) await replica.write(intention);

		expect(before(QUIET)).toMatchObject([{ sanction: { code: 'warn_cease' }, warned: false }]);
	});

	test('also what was decided about an incident of which their case is only a part, and no more than still holds there', async () => {
		const { replica, write, made, warned, before } = held();
		await warned();
		const cases = () => replica.state.cases;
		for (const intention of linkIntentions({ from: SILVER, chairDocument: await replica.chairDocument(SILVER), to: AMBER, kind: 'same_incident', reason: '' }, cases(), [], newId)) await replica.write(intention);
		for (const intention of linkIntentions({ from: QUIET, chairDocument: await replica.chairDocument(QUIET), to: SILVER, kind: 'same_reported_person', reason: '' }, cases(), [], newId)) await replica.write(intention);
		expect(before(QUIET)).toMatchObject([{ caseId: AMBER, codeName: 'Amber Kite', sanction: { code: 'warn_cease' }, warned: true }]);

		// Whoever decides about both writes beside the one that was reported first, whichever that is by then.
		const [warning] = made(AMBER).sanctions;
		await write(SILVER, (desk) => mark(desk, warning!.id, 'lifted'));
		expect(before(QUIET)).toEqual([]);
	});

	test('not after all: a strike, and both cases stand as before', async () => {
		const { replica, write, warned, before } = held();
		await warned();
		await write(AMBER, (desk) => claim(desk, 'p', PERSON));
		await write(QUIET, (desk) => claim(desk, 'q', PERSON));
		const mine = claims(replica.state.chairs).find((one) => one.caseId === QUIET)!;
		await replica.write(unclaim(await replica.chairDocument(QUIET), [mine.id], newId));

		expect(before(QUIET)).toEqual([]);
	});
});

describe('one person, as leads said of them without knowing of each other', () => {
	const BLUE = id('jay');
	const link = async (replica: ReturnType<typeof held>['replica'], from: string, to: string, kind: 'same_incident' | 'same_reported_person') => {
		const chairDocument = await replica.chairDocument(from);
		for (const intention of linkIntentions({ from, chairDocument, to, kind, reason: '' }, replica.state.cases, [], newId)) await replica.write(intention);
	};
	/** Amber and Quiet, says one lead, and Quiet and Silver somebody who knew nothing of it. */
	const claimedApart = async () => {
		const file = held();
		await file.warned();
		for (const [caseId, party, person] of [[AMBER, 'a', PERSON], [QUIET, 'q', PERSON], [QUIET, 'q', BLUE], [SILVER, 's', BLUE]] as const) await file.write(caseId, (desk) => claim(desk, party, person));
		return file;
	};

	test('is warned in every case of theirs, and has one name: the one that was given first', async () => {
		const { replica, before } = await claimedApart();

		expect(before(SILVER)).toMatchObject([{ caseId: AMBER, sanction: { code: 'warn_cease' }, warned: true }]);
		expect(new Set(claims(replica.state.chairs).map((one) => one.name))).toEqual(new Set([codeName(PERSON)]));
		expect(knownIn([QUIET], replica.state.chairs)).toMatchObject([{ name: codeName(PERSON), claims: { length: 2 } }]);
	});

	test('whichever device read which document first', async () => {
		const { replica, write } = held();
		await write(AMBER, (desk) => claim(desk, 'a', PERSON));
		await write(QUIET, (desk) => claim(desk, 'q', BLUE));
		await write(QUIET, (desk) => claim(desk, 'q', PERSON));
		const names = (chairs: readonly ChairRecord[]) => new Set(claims(chairs).map((one) => one.name));

		expect(names(replica.state.chairs.toReversed())).toEqual(names(replica.state.chairs));
		expect(names(replica.state.chairs).size).toBe(1);
	});

	test('not the same after all takes back all that was said of them there', async () => {
		const { replica, before } = await claimedApart();
		const [quiet] = knownIn([QUIET], replica.state.chairs);
		await replica.write(unclaim(await replica.chairDocument(QUIET), quiet!.claims, newId));

		expect(knownIn([QUIET], replica.state.chairs)).toEqual([]);
		expect([before(QUIET), before(SILVER)]).toEqual([[], []]);
	});

	test('two people in one case stay two', async () => {
		const { replica, write, warned, before } = held();
		await warned();
		await write(AMBER, (desk) => claim(desk, 'a', PERSON));
		await write(QUIET, (desk) => claim(desk, 'one', PERSON));
		await write(QUIET, (desk) => claim(desk, 'another', BLUE));
		await write(SILVER, (desk) => claim(desk, 's', BLUE));

		expect(before(QUIET)).toHaveLength(1);
		expect(before(SILVER)).toEqual([]);
		expect(knownIn([QUIET], replica.state.chairs).map((one) => one.name)).toEqual([codeName(PERSON), codeName(BLUE)]);
	});

	test('also where two cases were linked as one person, and one of them is known in a third', async () => {
		const { replica, warned, before } = held();
		await warned();
		await link(replica, QUIET, AMBER, 'same_reported_person');
		await link(replica, SILVER, QUIET, 'same_reported_person');
		expect(before(SILVER)).toMatchObject([{ caseId: AMBER, warned: true }]);

		const other = held();
		await other.warned();
		await other.write(AMBER, (desk) => claim(desk, 'a', PERSON));
		await other.write(QUIET, (desk) => claim(desk, 'q', PERSON));
		await link(other.replica, SILVER, QUIET, 'same_reported_person');
		expect(other.before(SILVER)).toMatchObject([{ caseId: AMBER, warned: true }]);
	});

	test('the inbox says so, too: a new report after a warning', async () => {
		const { replica, write, warned } = held();
		await warned();
		await write(AMBER, (desk) => claim(desk, 'a', PERSON));
		await write(QUIET, (desk) => claim(desk, 'q', PERSON));
		await write(QUIET, (desk) => claim(desk, 'q', BLUE));
		await write(SILVER, (desk) => claim(desk, 's', BLUE));
		const silver = replica.state.cases.find((one) => one.id === SILVER)!;
		const late = { ...silver, view: { ...silver.view, reports: silver.view.reports.map((report) => ({ ...report, reported_at: at('14:30') })) } };
		const cases = replica.state.cases.map((one) => (one.id === SILVER ? late : one));

		expect(warnedBefore([late], [], cases, replica.state.chairs)).toMatchObject([{ codeName: 'Amber Kite' }]);
	});
});

describe('those who carry it out', () => {
	const given = (code: string, more: Partial<Sanction> = {}): Sanction => ({ id: 's', by: 'alma', at: 1, code, interim: false, indefinite: false, params: {}, approvedBy: [], ...more });
	const one = (code: string, needs = ''): Listed => ({ code, title: code, params: [], needsSecond: false, needs, carriedOutBy: '' });
	const cases = () => alma().state.cases.filter((each): each is CaseRecord => each.id === AMBER);

	test('at the door learn badge and look; the programme a name; the video team a title and nothing of a person', () => {
		expect(slip(given('leave_event'), one('leave_event'), cases())).toMatchObject({ people: [{ badge: '0417', look: 'tall, grey hoodie' }] });
		expect(slip(given('bar_speaking', { indefinite: true }), one('bar_speaking'), cases())).toMatchObject({ people: [{ badge: '0417' }], indefinite: true });
		expect(slip(given('bar_speaking'), one('bar_speaking'), cases())?.people[0]).not.toHaveProperty('look');
		expect(slip(given('no_publish', { params: { talk: 'Boot faster', video: 'yes' } }), one('no_publish'), cases())).toEqual({ title: 'no_publish', people: [], unsettled: false, talk: 'Boot faster', parts: ['video'], indefinite: false });
		// Two people are kept apart in code, and of what is not known nobody is told anything.
		for (const code of ['warn_cease', 'no_contact', 'ban_future', 'no_evening_events']) expect(slip(given(code), one(code, 'The two code names'), cases()), code).toBeNull();
	});

	test('of two reported people each has a line of their own, and nobody the badge of somebody else', () => {
		const [first] = cases();
		const version = { id: 'v', by: 'x', device: 'y', at: 1, kind: 'reported' as const };
		const both = [{ ...first!, view: { ...first!.view, parties: [{ party: 'a', versions: [{ ...version, party: 'a', name: 'Otto' }], earlier: [] }, { party: 'b', versions: [{ ...version, party: 'b', badge: '0733' }], earlier: [] }] } }];

		expect(slip(given('leave_event'), one('leave_event'), both)).toMatchObject({ people: [{ name: 'Otto' }, { badge: '0733' }], unsettled: false });
	});

	test('while two phones differ on the badge, a slip says both and is not settled', () => {
		const [first] = cases();
		const version = { id: 'v', by: 'x', device: 'y', at: 1, kind: 'reported' as const, party: 'a' };
		const disputed = [{ ...first!, view: { ...first!.view, parties: [{ party: 'a', versions: [{ ...version, badge: '0417' }, { ...version, id: 'w', badge: '0471' }], earlier: [] }] } }];

		expect(slip(given('leave_event'), one('leave_event'), disputed)).toMatchObject({ people: [{ badge: '0417' }, { badge: '0471' }], unsettled: true });
		expect(slip(given('no_publish'), one('no_publish'), disputed)).toMatchObject({ unsettled: false });
	});

	test('no slip holds what was told, nor who told it', () => {
		for (const code of ['leave_event', 'bar_speaking', 'end_talk_early', 'no_publish', 'end_volunteer_role', 'bar_volunteering']) {
			const text = JSON.stringify(slip(given(code, { params: { talk: 'Boot faster', reason: 'he followed Dana' } }), one(code, 'Name'), cases()));
			for (const told of ['Dana', 'following', 'followed', 'barista', 'Foyer', '10:']) expect(text).not.toContain(told);
		}
	});

	test('what an event lists and nobody here knows is shown by its code and asked as text', () => {
		expect(listed('no_evening_events', null)).toEqual({ code: 'no_evening_events', title: 'no_evening_events', params: [], needsSecond: false, needs: '', carriedOutBy: '' });
		const video: Listed = { ...one('no_publish'), params: [{ name: 'video', is: 'flag' }, { name: 'slides', is: 'flag' }] };
		expect(missing(video, {})).toEqual(['publish']);
		expect(missing(video, { slides: 'yes' })).toEqual([]);
		expect(missing({ ...one('other'), params: [{ name: 'reason', is: 'long' }] }, { reason: ' ' })).toEqual(['reason']);
	});
});

test('two people who are kept apart are on every phone by code name and until when, and no longer than that', () => {
	const given: Sanction = { id: 'apart', by: 'alma', at: 1, code: 'no_contact', interim: false, indefinite: false, until: at('19:00'), params: { who: 'Dana and 0417' }, approvedBy: [], reason: 'followed her' };
	const written = showPair('notice', given, 'Amber Kite', () => 'pair');
	expect(written.facts).toEqual([{ into: 'pairs', id: 'pair', fields: { sanction: 'apart', code_name: 'Amber Kite', until: at('19:00') } }]);
	const record = (facts: readonly { into: string; id: string; fields: Element['fields'] }[]) => {
		const collections = new Map<string, Element[]>();
		for (const fact of facts) collections.set(fact.into, [...(collections.get(fact.into) ?? []), { ...fact, by: 'alma', device: 'A1', at: 1 }]);
		return { id: 'notice', kind: 'notice' as const, unsent: 0, safekeeping: new Map(), collections };
	};
	const shown = pairs(record(written.facts), at('18:59'));
	expect(pairOf('apart', shown)).toMatchObject({ codeName: 'Amber Kite', until: at('19:00') });
	expect(pairs(record(written.facts), at('19:00'))).toEqual([]);
	expect(pairs(record([...written.facts, ...endPair('notice', shown[0]!, () => 'gone').facts]), at('14:00'))).toEqual([]);
	expect(pairs(null, 0)).toEqual([]);
});

test('what waits for a second lead is told to nobody', async () => {
	const { write, made, warned } = held();
	await warned();
	const second = (code: string) => code === 'publish_account';
	await write(AMBER, (desk) => {
		const wished = decide(desk, made(AMBER), { code: 'publish_account', interim: false, params: { legal_note: 'Counsel agrees' } });
		if (!wished.may) throw new Error(wished.why);
		return wished.intention;
	});
	expect(untoldOf(made(AMBER), second)).toEqual([]);
	const publish = made(AMBER).sanctions.find((each) => each.code === 'publish_account')!;
	expect(untoldOf({ ...made(AMBER), sanctions: [{ ...publish, approvedBy: [id('tom')] }] }, second)).toMatchObject([{ code: 'publish_account' }]);
	await write(AMBER, (desk) => mark(desk, publish.id, 'lifted'));
	expect(untoldOf(made(AMBER), () => false)).toEqual([]);
});

describe('what a case is about', () => {
	test('several kinds of behaviour at once, “something else” among them, and a changed mind leaves a trace', async () => {
		const { replica } = held();
		const cases = () => replica.state.cases.filter((one) => one.id === AMBER);
		const views = () => cases().map((one) => one.view);
		expect(categoriesOf(views())).toEqual(['following']);
		for (const intention of setCategories(cases(), [{ code: 'something_else', yes: true }, { code: 'exclusionary_joke', yes: true }], newId)) await replica.write(intention);
		expect(categoriesOf(views())).toEqual(['exclusionary_joke', 'following', 'something_else']);

		for (const intention of setCategories(cases(), [{ code: 'following', yes: false }], newId)) await replica.write(intention);
		expect(categoriesOf(views())).toEqual(['exclusionary_joke', 'something_else']);
		expect(setCategories(cases(), [{ code: 'something_else', yes: true }], newId)).toEqual([]);
	});

	test('grounds and the three answers stand among leads only, each new word in place of the one before', async () => {
		const { replica, write } = held();
		const set = () => triage(replica.state.chairs.find((chair: ChairRecord) => chair.parent === AMBER)?.collections ?? new Map<string, Element[]>());
		await write(AMBER, (desk) => setTriage(desk, set(), { scope: 'ours', risk: 'repeat', grounds: ['gender', 'appearance'] }));
		expect(set()).toMatchObject({ scope: 'ours', risk: 'repeat', grounds: ['gender', 'appearance'] });
		await write(AMBER, (desk) => setTriage(desk, set(), { scope: 'elsewhere', grounds: [] }));
		expect(set()).toMatchObject({ scope: 'elsewhere', grounds: [] });
		expect(set().risk).toBeUndefined();
		expect(JSON.stringify(replica.state.cases.find((one) => one.id === AMBER)?.view)).not.toContain('appearance');
	});
});

test('what rests on a finding that has changed is told to nobody, and does not count as decided before', async () => {
	const { write, made, untold, warned, before } = held();
	await warned(false);
	await write(AMBER, (desk) => claim(desk, 'p', PERSON));
	await write(QUIET, (desk) => claim(desk, 'q', PERSON));
	expect(before(QUIET)).toHaveLength(1);
	expect(untold()).toEqual(['stands', 'warn_cease', 'no_contact']);

	await write(AMBER, (desk) => {
		const wished = find(desk, made(AMBER), 'does_not_stand', 'the witness was mistaken');
		if (!wished.may) throw new Error(wished.why);
		return wished.intention;
	});
	expect(untold()).toEqual(['does_not_stand']);
	expect(before(QUIET)).toEqual([]);
});

test('what protects for the time being is told before there is a finding, and a sanction is not while two differ', async () => {
	const { write, made, untold, warned } = held();
	await write(AMBER, (desk) => {
		const wished = decide(desk, made(AMBER), { code: 'no_contact', interim: true, until: at('19:00') });
		if (!wished.may) throw new Error(wished.why);
		return wished.intention;
	});
	expect(untold()).toEqual(['no_contact']);
	await warned(false);
	const two = made(AMBER);
	expect(untoldOf({ ...two, findings: [...two.findings, { ...two.findings[0]!, id: 'other', value: 'cannot_tell' }] }, () => false)).toMatchObject([{ code: 'no_contact' }, { code: 'no_contact' }]);
});
