import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { ExclusionLineSchema, GrantLineSchema, Level, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { wouldTell } from '../../src/incident/apart.ts';
import type { Link } from '../../src/incident/chair.ts';
import { alma, AMBER, at, id, QUIET, team } from '../console/journeys.ts';

const SILVER = id('silver');
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** Jonas took the report of Quiet Delta. */
const cases = alma().state.cases.map((record) => (record.id === QUIET ? { ...record, view: { ...record.view, opened: { id: id('q-open'), by: id('jonas'), device: id('J1'), at: at('11:10'), policy: 'v', drill: false } } } : record));

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
