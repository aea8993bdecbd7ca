/** What the screens are given of what is in storage: the records, and what stands beside them. */
import { fromBinary } from '@bufbuild/protobuf';
import { type Team, TeamSchema } from '../generated/wire/v1/identity_pb.ts';
import { type Pack, PackSchema } from '../generated/wire/v1/pack_pb.ts';
import { compare } from '../incident/derive.ts';
import type { Id, State } from './api.ts';
import { type Bytes, hex } from './bytes.ts';
import type { Ledger } from './ledger.ts';
import { recusedBy } from './recusals.ts';
import type { Readings } from './readings.ts';
import type { Records } from './records.ts';

/** Bytes that are the same array say the same: read once, so that whoever derives from it need not derive again. */
const teams = new WeakMap<Bytes, Team>();
const packs = new WeakMap<Bytes, Pack>();

function once<T>(known: WeakMap<Bytes, T>, bytes: Bytes | undefined, read: (bytes: Bytes) => T): T | null {
	if (!bytes) return null;
	const made = known.get(bytes) ?? read(bytes);
	known.set(bytes, made);
	return made;
}

/** What stands beside the documents. */
export function shownOf(ledger: Ledger | undefined): Pick<State, 'pack' | 'team' | 'recovery' | 'ledgerAlarm'> {
	const team = once(teams, ledger?.get('team'), (bytes) => fromBinary(TeamSchema, bytes));
	const pack = once(packs, ledger?.get('pack')?.bytes, (bytes) => fromBinary(PackSchema, bytes));
	const last = Math.max(0, ...(team?.recoveries ?? []).map(Number));
	const recovery = last > (ledger?.get('recoverySeen') ?? 0) ? last : null;
	return { pack, team, recovery, ledgerAlarm: ledger?.get('ledgerAlarm') ?? null };
}

/** What is on its way, with what is known of how far it got. */
export function picturesOf(ledger: Ledger, before: State['pictures']): State['pictures'] {
	const percent = new Map(before.map((one) => [one.document + one.sha256, one.percent]));
	return [...ledger.pictures.values()]
		.sort((a, b) => a.keptAt - b.keptAt || compare(a.sha256, b.sha256))
		.map(({ document, sha256, mime, size, keptAt, stuck }) => {
			const known = percent.get(document + sha256);
			return { document, sha256, mime, size, keptAt, ...(known !== undefined && { percent: known }), ...(stuck !== undefined && { stuck }) };
		});
}

/** What is carried for others, oldest first. */
export function parcelsOf(ledger: Ledger): State['parcels'] {
	return [...ledger.parcels.values()].sort((a, b) => a.takenAt - b.takenAt || compare(a.id, b.id));
}

/** The records, of which the touched ones are read anew. Nothing of what the person stepped back from is among them. */
export function recordsOf(records: Records, ledger: Ledger, readings: Readings | undefined, touched: readonly Id[], { team, pack }: Pick<State, 'team' | 'pack'>): Partial<State> {
	const mark = ledger.mark;
	const recused = recusedBy(ledger, team, pack?.drill === true);
	return {
		...records.read(ledger, readings, touched, recused, new Set((team?.unrestricted ?? []).map(hex))),
		recused,
		drafts: [...ledger.drafts.values()].sort((a, b) => b.startedAt - a.startedAt || compare(a.id, b.id)),
		clockOffset: mark.clockOffset ?? null,
		allSentAt: mark.allSentAt ?? null
	};
}
