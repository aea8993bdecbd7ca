/** What J5 leaves behind for Alma's console: somebody named, somebody who stepped back, a lost phone, and notes that came late. */
import { create } from '@bufbuild/protobuf';
import { Kind } from '../../src/generated/wire/v1/frame_pb.ts';
import { Device_State, ExclusionLineSchema, LedgerPageSchema, QuarantineLine_Cause, QuarantineSchema, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { alma, AMBER, at, id, QUIET, team } from './journeys.ts';
import type { MemoryReplica } from './memory.ts';

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const of = (name: string) => bytes(id(name));

export function withRights(clock = '15:31'): MemoryReplica {
	const replica = alma(clock);
	const amber = replica.documents.find((one) => one.id === AMBER);
	if (amber) amber.restricted = 'staff_named';
	const known = team();
	const none = new Uint8Array();
	const line = (staff: string, by: string, since: string, asked = '') =>
		create(ExclusionLineSchema, { document: bytes(AMBER), staff: of(staff), by: by ? of(by) : none, since: BigInt(at(since)), liftAskedBy: asked ? of(asked) : none, liftAskedAt: asked ? BigInt(at('15:30')) : 0n });
	replica.change({
		team: create(TeamSchema, {
			...known,
			staff: known.staff.map((member) => (member.name === 'Mei Tanaka' ? { ...member, from: BigInt(at('16:00')), until: BigInt(at('18:30')) } : member)),
			devices: known.devices.map((device) => (device.label === 'M1' ? { ...device, state: Device_State.REVOKED, revokedAt: BigInt(at('15:20')), wipedAt: BigInt(at('15:26')) } : device)),
			exclusions: [line('rui', '', '11:05'), line('jonas', 'jonas', '15:28'), line('tom', 'alma', '15:00', 'tom')]
		})
	});
	const entry = (number: number, clock: string, what: string, who: string, label: string, document: string, more = {}) => ({ number: BigInt(number), at: BigInt(at(clock)), what, staff: who ? of(who) : none, device: label ? of(label) : none, document: document ? bytes(document) : none, ...more });
	const entries = [
		entry(9, '15:28', 'recused', 'jonas', 'J1', AMBER, { person: of('jonas') }),
		entry(8, '15:20', 'device_revoked', 'tom', 'T1', '', { aboutDevice: of('M1') }),
		entry(7, '15:00', 'excluded', 'alma', 'A1', AMBER, { person: of('tom') }),
		entry(6, '11:40', 'granted', 'alma', 'A1', AMBER, { person: of('jonas') }),
		entry(5, '11:06', 'opened', 'alma', 'A1', id('dana'), { deviceAt: BigInt(at('11:06')) }),
		entry(4, '11:06', 'opened', 'alma', 'A1', AMBER, { deviceAt: BigInt(at('11:06')) }),
		entry(3, '11:05', 'delivered', 'alma', 'A1', AMBER),
		entry(2, '11:05', 'document_made', 'noor', 'N1', AMBER),
		entry(1, '09:00', 'event_made', '', '', '', { detail: 'a dry run' })
	];
	const note = { document: bytes(QUIET), staff: of('mei'), device: of('M1'), kind: Kind.CASE };
	Object.assign(replica.lead, {
		ledger: () => Promise.resolve(create(LedgerPageSchema, { entries, more: true, checkpoint: { size: 812n } })),
		late: () =>
			Promise.resolve(
				create(QuarantineSchema, {
					lines: [
						{ ...note, changeId: bytes('e'.repeat(64)), receivedAt: BigInt(at('15:22')), cause: QuarantineLine_Cause.REVOKED, preview: 'Saw him again at the bar, 15:05. Same hoodie.' },
						{ ...note, changeId: bytes('f'.repeat(64)), receivedAt: BigInt(at('15:25')), cause: QuarantineLine_Cause.EQUIVOCATION, kind: Kind.IDENTITY }
					]
				})
			)
	});
	return replica;
}
