import { describe, expect, test } from 'vitest';
import { group, groups, identityOf, linkIntentions, links, openCase, openIdentity, partOf, unlinkIntentions } from '../../src/incident/chair.ts';
import type { CaseView } from '../../src/incident/case.ts';
import { inbox } from '../../src/incident/inbox.ts';
import { placeOf } from '../../src/incident/place.ts';
import { newReport, plan } from '../../src/incident/report.ts';
import { decisions, disputes, policeAskedAgain, settleParty, settleRegister, type Dispute } from '../../src/incident/settle.ts';
import { accessTo, people } from '../../src/incident/team.ts';
import { letterOf, timeline } from '../../src/incident/timeline.ts';
import { many } from './many.ts';
import type { NewFact } from '../../src/replica/api.ts';
import { alma, AMBER, at, id, QUIET, team } from './journeys.ts';
import { put } from './memory.ts';

const TARGETS = { chair_told: 10, chair_told_alert: 15, meeting: 60, follow_up: 480 };
const ROOMS = [
	{ id: 'main-hall', name: 'Main Hall' },
	{ id: 'hall-2', name: 'Hall 2' },
	{ id: 'foyer', name: 'Foyer' },
	{ id: 'terrace', name: 'Terrace' }
];

function view(replica: ReturnType<typeof alma>, caseId: string) {
	return replica.state.cases.find((one) => one.id === caseId)!.view;
}

async function linked() {
	const replica = alma();
	const wish = { from: QUIET, chairDocument: await replica.chairDocument(QUIET), to: AMBER, kind: 'same_incident', reason: 'badge and time' } as const;
	const intentions = linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId());
	for (const intention of intentions) await replica.write(intention);
	return { replica, intentions };
}

const lines = (replica: ReturnType<typeof alma>, now = at('12:41')) => inbox(replica.state.cases, replica.state.chairs, id('alma'), ROOMS, TARGETS, now);

describe('the inbox', () => {
	test('finds the cases of an incident in one walk as it finds them for each', () => {
		const { cases, chairs } = many(120).state;
		const all = links(chairs);
		const together = groups(cases, all);
		expect(cases.map((one) => together.get(one.id)?.map((member) => member.id))).toEqual(cases.map((one) => group(one.id, cases, all)));
		expect(new Set(together.values()).size).toBe(108);
	});

	test('puts a late case that nobody told the lead about before one that waits longer for its meeting', async () => {
		const replica = alma();
		await replica.write(openCase(AMBER, () => replica.newId()));
		expect(lines(replica).overdue.map((row) => row.codeName)).toEqual(['Quiet Delta', 'Silver Otter', 'Amber Kite']);
	});

	test('asks to open a case ten minutes after the report, and not a minute earlier', () => {
		const replica = alma();
		const silver = (clock: string) => [...lines(replica, at(clock)).overdue, ...lines(replica, at(clock)).onTime].find((row) => row.codeName === 'Silver Otter')!;
		expect(silver('12:30').standing.over).toBe(0);
		expect(silver('12:31').standing).toEqual({ next: 'open', due: at('12:30'), over: 60_000 });
	});

	test('finds nothing overdue when the lead was told by voice within ten minutes', () => {
		const row = lines(alma(), at('11:05')).onTime.find((one) => one.caseId === AMBER)!;
		expect(row.standing).toEqual({ next: 'open', due: at('11:42'), over: 0 });
		expect(row).toMatchObject({ categories: ['following'], notComplied: true, relation: 'affected', accounts: 1 });
	});

	test('counts the steps that the case itself shows as done, to the last', async () => {
		const replica = alma();
		const done = () => [...lines(replica).overdue, ...lines(replica).onTime].find((row) => row.caseId === AMBER)?.done;
		expect(done()).toBe(2); // reported, and told by voice
		const say = (into: string, name: string, fields: { [field: string]: string | number }) => replica.write({ document: 'c1'.padEnd(32, '0'), kind: 'chair', birth: { parent: AMBER }, facts: [{ into, id: id(name), fields }] });
		await say('meetings', 'm', { met_at: at('11:35'), what_happened: 'x', doing: 'yes' });
		await say('statements', 's', { text: 'no', heard_by: id('tom') });
		await say('findings', 'f', { value: 'stands', reason: 'x' });
		expect(done()).toBe(5);
		await say('marks', 't', { target: id('f'), mark: 'told', value: 'in_person' });
		await say('follow_ups', 'u', { told_at: at('14:05'), of: id('f') });
		await say('entries', 'shut', { kind: 'closed', text: 'Done' });
		expect(done()).toBe(7);
	});

	test('a closed case is never overdue, and comes last', async () => {
		const replica = alma();
		await replica.write({ document: 'c'.repeat(32), kind: 'chair', birth: { parent: QUIET }, facts: [{ into: 'entries', id: replica.newId(), fields: { kind: 'closed', text: 'Told.' } }] });
		expect(lines(replica).overdue.map((row) => row.codeName)).not.toContain('Quiet Delta');
		expect(lines(replica).onTime.at(-1)).toMatchObject({ codeName: 'Quiet Delta', standing: { next: 'closed', due: null, over: 0 } });
	});

	describe('a case that is closed', () => {
		const NOTES = 'c'.repeat(32);
		const next = (replica: ReturnType<typeof alma>) => [...lines(replica).overdue, ...lines(replica).onTime].find((row) => row.caseId === QUIET)?.standing.next;
		const unknown = ({ chair_knows: _, ...view }: CaseView): CaseView => view;
		async function shut() {
			const replica = alma();
			await replica.write({ document: NOTES, kind: 'chair', birth: { parent: QUIET }, facts: [{ into: 'entries', id: id('shut'), fields: { kind: 'closed', text: 'Told.' } }] });
			return replica;
		}

		test('asks for what was told afterwards, and no longer once it was closed again', async () => {
			const replica = await shut();
			const document = (of: string) => replica.documents.find((one) => one.id === of)!;
			const read = () => replica.write({ document: NOTES, kind: 'chair', facts: [{ into: 'marks', id: replica.newId(), fields: { target: 'x', mark: 'y' } }] });
			put(document(QUIET), 'entries', id('sorry'), id('jonas'), id('J1'), at('13:30'), { kind: 'feedback', text: 'That was not enough' }, at('13:31'));
			await read();
			expect(next(replica)).toBe('came_since');
			put(document(NOTES), 'entries', id('again'), id('alma'), id('A1'), at('13:40'), { kind: 'closed', text: 'Answered.' }, at('13:41'));
			await read();
			expect(next(replica)).toBe('closed');
		});

		test('asks for what a phone brought late, though it was written before', async () => {
			const replica = await shut();
			await replica.write({ document: QUIET, kind: 'case', facts: [{ into: 'entries', id: id('old'), fields: { kind: 'note', text: 'He came back' }, at: at('11:00') }] });
			expect(next(replica)).toBe('closed');
			replica.change({ cases: replica.state.cases.map((one) => (one.id === QUIET ? { ...one, view: { ...one.view, entries: one.view.entries.map((entry) => (entry.id === id('old') ? { ...entry, by: id('jonas') } : entry)) }, safekeeping: new Map([[id('old'), { where: 'sent' as const, at: at('15:00') }]]) } : one)) });
			expect(next(replica)).toBe('came_since');
		});

		test('says that an appeal waits', async () => {
			const replica = await shut();
			await replica.write({ document: NOTES, kind: 'chair', birth: { parent: QUIET }, facts: [{ into: 'appeals', id: id('appeal'), fields: { received: at('13:00'), grounds: 'Nobody heard me' } }] });
			expect(next(replica)).toBe('appeal');
		});

		test('does not hide another one that is linked with it and still open', async () => {
			const replica = await shut();
			const alone = lines(replica);
			const before = [...alone.overdue, ...alone.onTime].find((row) => row.caseId === AMBER)?.standing.next;
			expect(before).not.toBe('closed');
			await replica.write({ document: NOTES, kind: 'chair', birth: { parent: QUIET }, facts: [{ into: 'links', id: id('link'), fields: { other: AMBER, kind: 'same_incident' } }] });
			const row = [...lines(replica).overdue, ...lines(replica).onTime].find((one) => one.caseId === AMBER || one.under.some((each) => each.caseId === AMBER));
			expect(row?.standing.next).toBe('came_since');
		});

		test('does not hide another one that is linked with it and that no lead has seen', async () => {
			const replica = await shut();
			await replica.write({ document: NOTES, kind: 'chair', birth: { parent: QUIET }, facts: [{ into: 'links', id: id('link'), fields: { other: AMBER, kind: 'same_incident' } }] });
			replica.change({ cases: replica.state.cases.map((one) => (one.id === AMBER ? { ...one, view: unknown(one.view) } : one)) });
			const row = [...lines(replica).overdue, ...lines(replica).onTime].find((one) => one.caseId === AMBER || one.under.some((each) => each.caseId === AMBER));
			expect(row?.standing.next).toBe('came_since');
		});
	});

	test('holds nothing that a person typed', async () => {
		const { replica } = await linked();
		await replica.write({ document: AMBER, kind: 'case', facts: [{ into: 'answers', id: replica.newId(), fields: { report: id('a-rep'), field: 'place', value: 'behind Dana’s table' } }] });
		const shown = JSON.stringify(lines(replica));
		for (const typed of ['Dana', 'Ben', '0417', '417', 'hoodie', 'barista', 'shy', 'escort', 'table', 'wrong person', 'badge and time']) expect(shown).not.toContain(typed);
	});

	test('names the rooms that a phone wrote, by their ids', async () => {
		const replica = alma();
		const told = { ...newReport({ case: replica.newId(), report: replica.newId(), identity: replica.newId() }, at('12:40')), place: placeOf('Main Hall', ROOMS) };
		for (const { document, kind, facts, birth } of plan(told, () => replica.newId(), { policy: '', drill: false })) await replica.write({ document, kind, facts, ...(birth && { birth }) });
		const row = lines(replica).onTime.find((one) => one.caseId === told.case);
		expect(row?.rooms).toEqual(['main-hall']);
		await replica.write({ document: told.case, kind: 'case', facts: [{ into: 'answers', id: replica.newId(), fields: { report: told.report, field: 'place', value: 'Hall 2' } }] });
		expect(lines(replica).onTime.find((one) => one.caseId === told.case)?.rooms).toEqual(['main-hall', 'hall-2']);
	});

	test('shows linked cases under the earliest one and counts their accounts there', async () => {
		const { replica } = await linked();
		const rows = [...lines(replica).overdue, ...lines(replica).onTime];
		expect(rows.map((row) => row.codeName)).toEqual(['Amber Kite', 'Silver Otter']);
		expect(rows[0]).toMatchObject({ accounts: 2, under: [{ caseId: QUIET, codeName: 'Quiet Delta' }] });
	});
});

describe('the timeline', () => {
	test('interleaves two accounts by when it happened, each whole and with its own letter', () => {
		const replica = alma();
		const sources = [AMBER, QUIET].map((caseId, index) => ({ caseId, letter: letterOf(index), view: view(replica, caseId) }));
		const moments = timeline(sources);
		expect(moments.slice(0, 3).map((moment) => [moment.source.letter, moment.what.kind, moment.when])).toEqual([
			['A', 'account', at('10:15')],
			['A', 'asked_to_stop', at('10:30')],
			['B', 'account', at('10:30')]
		]);
		const texts = moments.flatMap((moment) => (moment.what.kind === 'account' ? moment.what.account.versions.map((version) => version.text) : []));
		expect(texts).toEqual([
			'He kept following me from the talk to the coffee place and said I should not be so shy. I told him to stop.',
			'a man with a grey hoodie, badge 417, wouldn’t leave Dana alone, around half past ten, Foyer'
		]);
	});

	test('keeps a struck entry, and says that an account was written down later', () => {
		const replica = alma();
		const moments = timeline([{ caseId: AMBER, letter: 'A', view: view(replica, AMBER) }]);
		const struck = moments.filter((moment) => moment.struck);
		expect(struck.map((moment) => moment.what.kind === 'entry' && moment.what.entry.struck?.[0]?.reason)).toEqual(['wrong person']);
		expect(moments[0]).toMatchObject({ later: true, writtenAt: at('10:42') });
	});

	test('counts the minutes from the report until the lead was told', () => {
		const replica = alma();
		const told = timeline([{ caseId: AMBER, letter: 'A', view: view(replica, AMBER) }]).find((moment) => moment.what.kind === 'chair_told')!;
		expect(told.what).toMatchObject({ minutes: 9 });
	});

	test('reads the marks of one go as one line without what another line tells, and keeps a second mark of the same step', () => {
		const replica = alma();
		const goes = timeline([{ caseId: AMBER, letter: 'A', view: view(replica, AMBER) }]).flatMap((moment) => (moment.what.kind === 'steps' ? [moment.what.marks.map((mark) => mark.step)] : []));
		expect(goes).toEqual([['IR5', 'IR6'], ['IR5']]);
	});
});

describe('a link', () => {
	test('is an element in a chair document, and tells the later case whose part it is', async () => {
		const { replica, intentions } = await linked();
		expect(intentions.map((one) => [one.kind, one.document === QUIET || one.document === AMBER ? one.document : 'chair', one.facts.map((fact) => fact.into)])).toEqual([
			['chair', 'chair', ['links']],
			['case', QUIET, ['entries']]
		]);
		expect(partOf(view(replica, QUIET))).toBe(AMBER);
		expect(partOf(view(replica, AMBER))).toBeNull();
		expect(group(QUIET, replica.state.cases, links(replica.state.chairs))).toEqual([AMBER, QUIET]);
	});

	test('ends with a strike, and both cases read as before', async () => {
		const before = alma();
		const { replica } = await linked();
		const [link] = links(replica.state.chairs);
		for (const intention of unlinkIntentions(link!, replica.state.cases, links(replica.state.chairs), () => replica.newId())) await replica.write(intention);
		expect(links(replica.state.chairs)).toEqual([]);
		expect(partOf(view(replica, QUIET))).toBeNull();
		expect(group(QUIET, replica.state.cases, [])).toEqual([QUIET]);
		for (const caseId of [AMBER, QUIET]) {
			const { entries: now, ...rest } = view(replica, caseId);
			const { entries: then, ...old } = view(before, caseId);
			expect(rest).toEqual(old);
			expect(now.filter((entry) => entry.kind !== 'part_of')).toEqual(then);
		}
	});

	test('of another kind leaves both cases apart', () => {
		const replica = alma();
		const wish = { from: AMBER, chairDocument: 'c', to: QUIET, kind: 'same_reported_person', reason: '' } as const;
		const intentions = linkIntentions(wish, replica.state.cases, [], () => replica.newId());
		expect(intentions.map((one) => one.kind)).toEqual(['chair']);
		expect(intentions[0]?.facts[0]?.fields).toEqual({ other: QUIET, kind: 'same_reported_person' });
	});

	test('to an earlier case moves the whole group under it', async () => {
		const { replica } = await linked();
		const silver = id('silver');
		const wish = { from: silver, chairDocument: 'c2', to: QUIET, kind: 'same_incident', reason: '' } as const;
		for (const intention of linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId())) await replica.write(intention);
		expect(partOf(view(replica, silver))).toBe(AMBER);
		expect(group(silver, replica.state.cases, links(replica.state.chairs))).toEqual([AMBER, QUIET, silver]);
	});
});

describe('a dispute', () => {
	const place = (replica: ReturnType<typeof alma>) => disputes(view(replica, AMBER)).find((dispute): dispute is Extract<Dispute, { of: 'register' }> => dispute.of === 'register')!;

	test('about how to know somebody is settled with one of its versions, and no longer asked for', async () => {
		const replica = alma();
		const party = (name: string, badge: string): NewFact => ({ into: 'parties', id: id(name), fields: { party: id('who'), report: id('a-rep'), kind: 'reported', badge, description: 'tall' } });
		await replica.write({ document: AMBER, kind: 'case', facts: [party('one', '0417'), party('two', '0471')] });
		const found = () => disputes(view(replica, AMBER)).find((dispute): dispute is Extract<Dispute, { of: 'party' }> => dispute.of === 'party' && dispute.party === id('who'));
		const before = decisions(view(replica, AMBER));
		await replica.write(settleParty(AMBER, found()!, found()!.versions[1]!, () => replica.newId()));

		expect(found()).toBeUndefined();
		expect(decisions(view(replica, AMBER))).toBe(before - 1);
		expect(view(replica, AMBER).parties.find((one) => one.party === id('who'))).toMatchObject({ versions: [{ badge: '0471', description: 'tall', kind: 'reported' }], earlier: [{ badge: '0417' }, { badge: '0471' }] });
	});

	test('about an account is nobody’s to decide: both are read, and the case goes on', async () => {
		const replica = alma();
		const before = decisions(view(replica, AMBER));
		await replica.write({ document: AMBER, kind: 'case', facts: [{ into: 'accounts', id: id('twice'), fields: { report: id('a-rep'), part: 'words', text: 'Told to another phone' } }] });
		expect(disputes(view(replica, AMBER)).some((dispute) => dispute.of === 'account')).toBe(true);
		expect(decisions(view(replica, AMBER))).toBe(before);
	});

	test('is settled by one more entry that names both, and by the register that points at it', async () => {
		const replica = alma();
		const intention = settleRegister(AMBER, place(replica), 'foyer', () => replica.newId());
		expect(intention.facts).toMatchObject([{ into: 'entries', fields: { kind: 'set', field: 'place', value: 'foyer', replaces: `${id('a-pl1')} ${id('a-pl2')}` }, register: 'place' }]);
		await replica.write(intention);
		expect(disputes(view(replica, AMBER))).toEqual([]);
		expect(view(replica, AMBER).entries.filter((entry) => entry.field === 'place').map((entry) => entry.value)).toEqual(['terrace', 'foyer', 'foyer']);
	});

	test('about the police ends only with a new answer, and the old ones stay', async () => {
		const replica = alma();
		const { police } = view(replica, AMBER);
		expect(police.state).toBe('ask_again');
		await replica.write(policeAskedAgain(AMBER, police.versions, 'does_not_want', () => replica.newId()));
		expect(view(replica, AMBER).police.state).toBe('known');
		expect(view(replica, AMBER).entries.filter((entry) => entry.kind === 'police_wish')).toHaveLength(4);
	});
});

describe('a name', () => {
	test('stays closed until this lead opened it with a reason', async () => {
		const replica = alma();
		const read = () => identityOf(id('a-rep'), id('alma'), replica.state.identities, replica.state.chairs.find((chair) => chair.parent === AMBER));
		expect(read()).toEqual({ document: id('dana') });
		await replica.write(openIdentity(AMBER, await replica.chairDocument(AMBER), id('dana'), ' to call her back ', () => replica.newId()));
		expect(read()).toMatchObject({ name: 'Dana Okafor', safety: 'he saw my badge', openedAt: at('12:41') });
		const tom = identityOf(id('a-rep'), id('tom'), replica.state.identities, replica.state.chairs[0]);
		expect(tom).toEqual({ document: id('dana') });
		expect(replica.written.at(-1)?.facts[0]?.fields).toEqual({ identity: id('dana'), reason: 'to call her back' });
	});
});

describe('the team', () => {
	test('lists everybody with their phones, in the order of their badges', () => {
		expect(people(team()).map((person) => [person.badgeLabel, person.phones.map((phone) => phone.label + ' ' + phone.state)])).toContainEqual(['STAFF 21', ['R1 pending']]);
	});

	test('knows who was given a case and still holds it', () => {
		expect(accessTo(team(), AMBER, at('12:41'))).toEqual([{ staff: id('jonas'), level: 'write', from: at('11:40') }]);
		expect(accessTo(team(), QUIET, at('12:41'))).toEqual([]);
	});
});
