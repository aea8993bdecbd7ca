import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { Level, Role, TeamSchema, type Team } from '../../src/generated/wire/v1/identity_pb.ts';
import type { CaseView, Entry } from '../../src/incident/case.ts';
import { hex } from '../../src/bytes.ts';
import { keptAway, namedIn, onTeam, ownOnly, people, readers, receivers, waitsForSomebody, type KeptFrom } from '../../src/incident/team.ts';

const id = (digit: string) => digit.repeat(32);
const bytes = (digit: string) => Uint8Array.from({ length: 16 }, () => parseInt(digit.repeat(2), 16));
const [ALMA, TOM, NOOR, RUI, CASE] = ['a', 'b', 'c', 'd', 'e'] as const;
const NOW = 1_000_000;

const member = (staff: string, roles: Role[], more: { from?: bigint; until?: bigint } = {}) => ({ staff: bytes(staff), name: staff, roles, ...more });
const chair = member(ALMA, [Role.CHAIR]);
const alternate = member(TOM, [Role.EVENT_MANAGER, Role.ALTERNATE_CHAIR]);
const responder = member(NOOR, [Role.RESPONDER]);
const team = (staff: ReturnType<typeof member>[], more: { open?: boolean; exclusions?: object[] } = {}): Team => create(TeamSchema, { staff, open: true, ...more });
const about = (restricted: KeptFrom['restricted'], ...excluded: string[]): KeptFrom => ({ restricted, excluded: excluded.map(id) });

describe('who may receive a case', () => {
	const everybody = team([alternate, responder, chair]);

	test.each([
		['a plain one', about('none'), [ALMA, TOM]],
		['one about a responder', about('staff_named', RUI), [ALMA, TOM]],
		['one about somebody on staff, not known who', about('staff_unidentified'), [ALMA, TOM]],
		['one about the chair, whoever was picked', about('chair_named'), [TOM]],
		['one about the alternate chair', about('staff_named', TOM), [ALMA]],
		['one about the chair that names the alternate as well', about('chair_named', TOM), []]
	])('%s', (_, kept, expected) => {
		expect(receivers(everybody, kept, NOW)).toEqual(expected.map(id));
		expect(waitsForSomebody(everybody, kept, NOW)).toBe(expected.length === 0);
	});

	test('nobody whose time on the team has ended or has not begun', () => {
		const staff = [member(ALMA, [Role.CHAIR], { until: BigInt(NOW) }), member(TOM, [Role.ALTERNATE_CHAIR], { from: BigInt(NOW + 1) })];
		expect(receivers(team(staff), about('none'), NOW)).toEqual([]);
		expect(receivers(team(staff), about('none'), NOW - 1)).toEqual([id(ALMA)]);
		expect(receivers(team(staff), about('none'), NOW + 1)).toEqual([id(TOM)]);
	});

	test('nobody before a second lead has joined; and nothing is said while the team is not known', () => {
		expect(waitsForSomebody(team([chair, alternate], { open: false }), about('none'), NOW)).toBe(true);
		expect(waitsForSomebody(null, about('chair_named'), NOW)).toBe(false);
	});
});

describe('who is kept away', () => {
	const line = (staff: string, by: string, since: number, asked = '') => ({
		document: bytes(CASE), staff: bytes(staff), by: by ? bytes(by) : new Uint8Array(), since: BigInt(since), liftAskedBy: asked ? bytes(asked) : new Uint8Array(), liftAskedAt: asked ? 9n : 0n
	});
	const known = team([chair, alternate, responder], { exclusions: [line(NOOR, NOOR, 3), line(ALMA, TOM, 2, TOM), line(RUI, '', 1), { ...line(TOM, '', 1), document: bytes('f') }] });

	test('has a cause that follows from who said it, and the first of two words', () => {
		expect(keptAway(known, id(CASE))).toEqual([
			{ staff: id(RUI), cause: 'named', since: 1 },
			{ staff: id(ALMA), cause: 'by_lead', by: id(TOM), since: 2, liftAskedBy: id(TOM), liftAskedAt: 9 },
			{ staff: id(NOOR), cause: 'stepped_back', since: 3 }
		]);
	});

	test('is named in a case only where its author said so', () => {
		expect(namedIn(known, id(RUI))).toEqual([id(CASE)]);
		expect(namedIn(known, id(NOOR))).toEqual([]);
	});
});

test('somebody is on the team from the first moment of their time to before the last', () => {
	const [noor] = people(team([member(NOOR, [Role.RESPONDER], { from: 10n, until: 20n })]));
	expect([9, 10, 19, 20].map((now) => onTeam(noor!, now))).toEqual([false, true, true, false]);
	expect(onTeam({}, 0)).toBe(true);
});

describe('an author', () => {
	const entry = (by: string): Entry => ({ id: by, by, device: '', at: 1, kind: 'note' });
	const view = (...entries: Entry[]): CaseView => ({ opened: { id: '', by: NOOR, device: '', at: 0, policy: '', drill: false }, reports: [], parties: [], entries, steps: [], support: [], aware: [], tasks: [], attachments: [], registers: {}, police: { state: 'unknown', versions: [] }, unread: 0 });

	test('reads only their own words in a restricted case, until somebody else’s reach them', () => {
		expect(ownOnly({ restricted: 'staff_named', view: view(entry(NOOR)) }, NOOR)).toBe(true);
		expect(ownOnly({ restricted: 'staff_named', view: view(entry(NOOR), entry(ALMA)) }, NOOR)).toBe(false);
		expect(ownOnly({ restricted: 'staff_named', view: view(entry(NOOR)) }, TOM)).toBe(false);
		expect(ownOnly({ restricted: 'none', view: view(entry(NOOR)) }, NOOR)).toBe(false);
	});
});

test('a phone tells when it lost its access and when it emptied itself, and nothing where it did not', () => {
	const device = { device: bytes('1'), staff: bytes(NOOR), label: 'N1', revokedAt: 5n, wipedAt: 7n };
	const known = create(TeamSchema, { staff: [responder], devices: [device, { ...device, device: bytes('2'), revokedAt: 0n, wipedAt: 0n }] });
	const phones = people(known)[0]!.phones.map(({ id, revokedAt, wipedAt }) => ({ id, revokedAt, wipedAt }));
	expect(phones).toEqual([{ id: hex(bytes('1')), revokedAt: 5, wipedAt: 7 }, { id: hex(bytes('2')), revokedAt: undefined, wipedAt: undefined }]);
});

describe('who reads what is written into a case', () => {
	const grant = (staff: string, level: Level, until = 0n) => ({ document: bytes(CASE), staff: bytes(staff), level, from: 1n, until, by: bytes(ALMA) });
	const view = { opened: { by: id(NOOR) } } as CaseView;
	const read = (kept: KeptFrom, grants: ReturnType<typeof grant>[] = [], exclusions: object[] = [], staff = [chair, alternate, responder, member(RUI, [Role.RESPONDER])]) =>
		readers(create(TeamSchema, { staff, open: true, grants, exclusions }), { ...kept, id: id(CASE), view }, NOW);

	test('leads, its author, and those whom it was given to for now', () => {
		expect(read(about('none'))).toEqual([ALMA, TOM, NOOR].map(id));
		expect(read(about('none'), [grant(RUI, Level.READ)])).toEqual([ALMA, TOM, NOOR, RUI].map(id));
		expect(read(about('none'), [grant(RUI, Level.APPEND)])).toEqual([ALMA, TOM, NOOR].map(id));
		expect(read(about('none'), [grant(RUI, Level.WRITE, BigInt(NOW))])).toEqual([ALMA, TOM, NOOR].map(id));
	});

	test('of a restricted one its author has their own words only, and nobody who is kept away reads it', () => {
		expect(read(about('staff_named', RUI), [grant(RUI, Level.READ)])).toEqual([ALMA, TOM].map(id));
		expect(read(about('none'), [], [{ document: bytes(CASE), staff: bytes(NOOR), by: bytes(NOOR), since: 1n }])).toEqual([ALMA, TOM].map(id));
	});

	test('nobody who has left the team', () => {
		expect(read(about('none'), [], [], [chair, alternate, member(NOOR, [Role.RESPONDER], { until: BigInt(NOW) })])).toEqual([ALMA, TOM].map(id));
	});
});
