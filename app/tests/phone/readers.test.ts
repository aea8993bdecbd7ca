import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { Role, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import type { CaseRecord, State } from '../../src/replica/api.ts';
import { readersLine } from '../../src/routes/phone/readers.ts';

const bytes = (first: number) => new Uint8Array(16).fill(first);
const id = (first: number) => first.toString(16).padStart(2, '0').repeat(16);
const [NOOR, ALMA, TOM] = [1, 2, 3] as const;
const team = create(TeamSchema, {
	open: true,
	staff: [
		{ staff: bytes(NOOR), name: 'Noor Haddad', roles: [Role.RESPONDER] },
		{ staff: bytes(ALMA), name: 'Alma Reyes', roles: [Role.CHAIR] },
		{ staff: bytes(TOM), name: 'Tom Lindqvist', roles: [Role.ALTERNATE_CHAIR] }
	]
});
const on = (staff: number, roles: Role[] = [Role.RESPONDER], known: State['team'] = team) => ({ team: known, pack: null, self: { staff: id(staff), roles } }) as unknown as State;
const written = (more: Partial<CaseRecord> = {}): CaseRecord => ({ restricted: 'none', excluded: [], unsent: 0, lastSentAt: 5, view: { opened: { by: id(NOOR) } }, ...more }) as unknown as CaseRecord;

describe('who can read a case, as its phone says it', () => {
	it('names to its author whom it goes to, before and after it is sent', () => {
		expect(readersLine(written({ lastSentAt: undefined as never }), on(NOOR), false)).toBe('So far only you can read this. It goes to Alma Reyes and Tom Lindqvist, and to others only if those who lead the case decide so.');
		expect(readersLine(written(), on(NOOR), false)).toBe('As far as this phone knows, you, Alma Reyes and Tom Lindqvist can read this. Others only if those who lead the case decide so.');
	});

	it('names nobody whom its author kept it from, and does not say that there is somebody', () => {
		expect(readersLine(written({ restricted: 'chair_named' }), on(NOOR), false)).not.toContain('Alma');
		expect(readersLine(written({ excluded: [id(TOM)] }), on(NOOR), false)).toBe('As far as this phone knows, you and Alma Reyes can read this. Others only if those who lead the case decide so.');
	});

	it('names nobody on a phone that cannot know whom it is kept from', () => {
		for (const record of [written({ view: { opened: { by: id(9) } } as never }), written({ view: {} as never })]) expect(readersLine(record, on(NOOR), false)).toBe('You can read this because those who lead the case let you. They decide who else can.');
		expect(readersLine(written(), on(ALMA, [Role.CHAIR]), false)).toBe('Those who lead the case decide who can read this. The console shows who.');
	});

	it('says that nobody else can, where nobody may receive it', () => {
		const never = written({ lastSentAt: undefined as never });
		expect(readersLine(never, on(NOOR), true)).toBe('So far only you can read this.');
		expect(readersLine(written({ restricted: 'staff_unidentified' }), on(NOOR, [Role.RESPONDER], null), false)).toBe('You and those who lead the case can read this. Others only if they decide so.');
	});
});
