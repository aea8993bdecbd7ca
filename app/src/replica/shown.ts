/** What the screens are shown of what is in storage beside the documents. */
import { fromBinary } from '@bufbuild/protobuf';
import { TeamSchema } from '../generated/wire/v1/identity_pb.ts';
import { PackSchema } from '../generated/wire/v1/pack_pb.ts';
import type { State } from './api.ts';
import type { Ledger } from './ledger.ts';

export function shownOf(ledger: Ledger | undefined): Pick<State, 'pack' | 'team' | 'recovery' | 'ledgerAlarm'> {
	const pack = ledger?.get('pack');
	const bytes = ledger?.get('team');
	const team = bytes ? fromBinary(TeamSchema, bytes) : null;
	const last = Math.max(0, ...(team?.recoveries ?? []).map(Number));
	const recovery = last > (ledger?.get('recoverySeen') ?? 0) ? last : null;
	return { pack: pack ? fromBinary(PackSchema, pack.bytes) : null, team, recovery, ledgerAlarm: ledger?.get('ledgerAlarm') ?? null };
}
