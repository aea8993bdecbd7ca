import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { ExclusionLineSchema, GrantLineSchema, Level, TeamSchema, type Team } from '../../src/generated/wire/v1/identity_pb.ts';
import { readsOf, tellings, wouldLearn, wouldTell } from '../../src/incident/apart.ts';
import type { Entry } from '../../src/incident/case.ts';
import { linkIntentions, links, unlinkIntentions, type Link } from '../../src/incident/chair.ts';
import { lastPartOf, ofCasesHere } from '../../src/incident/part_of.ts';
import type { CaseRecord, ChairRecord, Restricted } from '../../src/replica/api.ts';
import { alma, AMBER, at, id, QUIET, team } from '../console/journeys.ts';

const SILVER = id('silver');
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** Jonas took the report of Quiet Delta. */
const byJonas = (all: readonly CaseRecord[]) => all.map((record) => (record.id === QUIET ? { ...record, view: { ...record.view, opened: { id: id('q-open'), by: id('jonas'), device: id('J1'), at: at('11:10'), policy: 'v', drill: false } } } : record));
const cases = byJonas(alma().state.cases);

/** Who is kept away from Amber Kite, and by whom: nobody says it was the report itself. */
function kept(staff: string, by = '', more: { grants?: [string, string][]; links?: Link[]; to?: string } = {}): boolean {
	const exclusions = staff === '' ? [] : [create(ExclusionLineSchema, { document: bytes(AMBER), staff: bytes(id(staff)), by: by === '' ? new Uint8Array() : bytes(id(by)), since: BigInt(at('11:00')) })];
	const grants = (more.grants ?? []).map(([document, who]) => create(GrantLineSchema, { document: bytes(document), staff: bytes(id(who)), level: Level.READ, from: BigInt(at('11:00')) }));
	const now = create(TeamSchema, { ...team(), exclusions, grants });
	const there = more.to ?? QUIET;
	const both = [wouldTell({ from: AMBER, to: there }, cases, more.links ?? [], now, at('12:50')), wouldTell({ from: there, to: AMBER }, cases, more.links ?? [], now, at('12:50'))];
	expect(both[0]).toBe(both[1]); // from whichever end
	return both[0] ?? true;
}

describe('a link gives nothing away', () => {
	test('with nobody kept away it tells nobody anything', () => {
		expect(kept('')).toBe(false);
	});

	test('a lead who may not know of one would read of it in the other', () => {
		expect(kept('alma')).toBe(true);
		expect(kept('tom', 'alma')).toBe(true);
	});

	test('so would whoever wrote the other one, and whoever was given it', () => {
		expect(kept('jonas')).toBe(true);
		expect(kept('rui')).toBe(false);
		expect(kept('rui', '', { grants: [[QUIET, 'rui']] })).toBe(true);
	});

	test('whoever stepped back knows of it', () => {
		expect(kept('jonas', 'jonas')).toBe(false);
	});

	test('what is one incident with the other one counts, too', () => {
		const link: Link = { id: 'l', document: 'd', from: QUIET, to: SILVER, kind: 'same_incident', by: '', at: 0 };
		expect(kept('jonas', '', { to: SILVER })).toBe(false);
		expect(kept('jonas', '', { to: SILVER, links: [link] })).toBe(true);
	});

	test('as long as the team is not known, no link is made', () => {
		expect(wouldTell({ from: AMBER, to: QUIET }, cases, [], null, at('12:50'))).toBe(true);
	});
});

/** Quiet Delta was found to be part of Amber Kite; it may have ended since. */
async function linkedOnce(ended = false) {
	const replica = alma();
	const newId = () => replica.newId();
	const known = () => ({ cases: replica.state.cases, all: links(replica.state.chairs) });
	const wish = { from: AMBER, chairDocument: await replica.chairDocument(AMBER), to: QUIET, kind: 'same_incident' as const, reason: '' };
	for (const one of linkIntentions(wish, known().cases, known().all, newId)) await replica.write(one);
	const [link] = known().all;
	if (ended && link) for (const one of unlinkIntentions(link, known().cases, known().all, newId)) await replica.write(one);
	return { cases: byJonas(replica.state.cases), chairs: replica.state.chairs };
}

function teamOf(away: [string, string, string?][], grants: [string, string, Level?][] = []) {
	return create(TeamSchema, {
		...team(),
		exclusions: away.map(([document, staff, by = 'alma']) => create(ExclusionLineSchema, { document: bytes(document), staff: bytes(id(staff)), by: bytes(id(by)), since: BigInt(at('12:00')) })),
		grants: grants.map(([document, staff, level = Level.READ]) => create(GrantLineSchema, { document: bytes(document), staff: bytes(id(staff)), level, from: BigInt(at('11:00')) }))
	});
}

describe('somebody is kept away from a case that others name', () => {
	const said = (found: { cases: readonly CaseRecord[]; chairs: readonly ChairRecord[] }, known: Team) => tellings(found.cases, found.chairs, known, at('12:50')).map((one) => `${one.staff === id('jonas') ? 'jonas' : one.staff === id('rui') ? 'rui' : one.staff === id('tom') ? 'tom' : one.staff} in ${one.in === QUIET ? 'quiet' : 'amber'}`);

	test.each([false, true])('whoever wrote what names it reads of it, also when the link ended: %s', async (ended) => {
		const found = await linkedOnce(ended);
		expect(said(found, teamOf([]))).toEqual([]);
		expect(said(found, teamOf([[AMBER, 'jonas']]))).toEqual(['jonas in quiet']);
		expect(readsOf(AMBER, id('jonas'), found.cases, found.chairs, teamOf([]), at('12:50'))).toEqual([QUIET]);
		expect(readsOf(QUIET, id('jonas'), found.cases, found.chairs, teamOf([]), at('12:50'))).toEqual([]);
	});

	test('so does whoever was given it to read, and nobody who only adds to it', async () => {
		const found = await linkedOnce();
		expect(said(found, teamOf([[AMBER, 'rui']]))).toEqual([]);
		expect(said(found, teamOf([[AMBER, 'rui']], [[QUIET, 'rui', Level.WRITE]]))).toEqual(['rui in quiet']);
		expect(said(found, teamOf([[AMBER, 'rui']], [[QUIET, 'rui', Level.APPEND]]))).toEqual([]);
	});

	test('a lead reads of it from either end, because one of them stands in the leads’ notes', async () => {
		const found = await linkedOnce();
		expect(said(found, teamOf([[AMBER, 'tom']]))).toEqual(['tom in quiet']);
		expect(said(found, teamOf([[QUIET, 'tom']]))).toEqual(['tom in amber']);
		expect(said(found, teamOf([[QUIET, 'jonas']], [[AMBER, 'jonas']]))).toEqual([]);
	});

	test('whoever is kept away from both, or stepped back, is told nothing new', async () => {
		const found = await linkedOnce();
		expect(said(found, teamOf([[AMBER, 'jonas'], [QUIET, 'jonas']]))).toEqual([]);
		expect(said(found, teamOf([[AMBER, 'jonas', 'jonas']]))).toEqual([]);
	});

	test('the chair, where a case is about the chair, and everybody but its author, while nobody knows about whom', async () => {
		const found = await linkedOnce();
		const about = (restricted: Restricted) => ({ ...found, cases: found.cases.map((one) => (one.id === AMBER ? { ...one, restricted } : one)) });
		expect(said(about('chair_named'), teamOf([]))).toEqual([`${id('alma')} in quiet`]);
		expect(said(about('staff_unidentified'), teamOf([]))).toEqual(['jonas in quiet']);
		const ends = { from: QUIET, to: AMBER };
		for (const restricted of ['chair_named', 'staff_unidentified'] as const) expect(wouldTell(ends, about(restricted).cases, [], teamOf([]), at('12:50'))).toBe(true);
		expect(wouldTell(ends, about('staff_named').cases, [], teamOf([]), at('12:50'))).toBe(false);
	});

	test('what names a case is not given to who may not know of that', async () => {
		for (const ended of [false, true]) {
			const { cases } = await linkedOnce(ended);
			expect(wouldLearn(QUIET, id('rui'), cases, teamOf([[AMBER, 'rui']]))).toEqual([AMBER]);
			expect(wouldLearn(QUIET, id('mei'), cases, teamOf([[AMBER, 'rui']]))).toEqual([]);
			expect(wouldLearn(AMBER, id('rui'), cases, teamOf([[QUIET, 'rui']]))).toEqual([]);
			expect(wouldLearn(QUIET, id('rui'), cases, teamOf([[AMBER, 'rui', 'rui']]))).toEqual([]);
		}
	});
});

test('what stands in the leads’ notes concerns leads only', () => {
	const ends = { from: AMBER, to: QUIET };
	const told = (staff: string, whom: 'all' | 'leads') => wouldTell(ends, cases, [], teamOf([[AMBER, staff]]), at('12:50'), whom);
	expect([told('jonas', 'all'), told('jonas', 'leads'), told('tom', 'leads')]).toEqual([true, false, true]);
});

describe('what a case is part of', () => {
	const entry = (name: string, value: string, clock: string): Entry => ({ id: id(name), by: id('alma'), device: id('A1'), at: at(clock), kind: 'part_of', value });
	const note: Entry = { id: id('n'), by: id('jonas'), device: id('J1'), at: at('12:00'), kind: 'note', text: 'a note' };
	const then = [note, entry('p1', AMBER, '12:10'), entry('p2', '', '12:20')];

	test('is not shown of a case that is not here, nor that it ended', () => {
		expect(ofCasesHere(then, () => true)).toEqual(then);
		expect(ofCasesHere(then, () => false)).toEqual([note]);
		const again = [...then, entry('p3', SILVER, '12:30'), entry('p4', '', '12:40')];
		expect(ofCasesHere(again, (one) => one === SILVER).map((one) => one.id)).toEqual([note.id, id('p3'), id('p4')]);
	});

	test('is the last word on a phone: what ended names nothing there', () => {
		expect(lastPartOf(then)).toEqual([note, then[2]]);
		expect(lastPartOf(then.slice(0, 2))).toEqual(then.slice(0, 2));
	});
});
