/** The event's pack and its team, as the server has them now. */
import { fromBinary } from '@bufbuild/protobuf';
import { TeamSchema } from '../generated/wire/v1/identity_pb.ts';
import { PackSchema } from '../generated/wire/v1/pack_pb.ts';
import { hex, sha256 } from './bytes.ts';
import { exchange } from './calls.ts';
import { Ledger } from './ledger.ts';
import type { Middle } from './middle.ts';
import { liftedBy } from './recusals.ts';
import { shownOf } from './screenful.ts';

export class Bulletin {
	constructor(
		private readonly middle: Middle,
		private readonly opening: Promise<Ledger>,
		/** Who may read what may be other than it was. */
		private readonly changed: () => void
	) {}

	/** Never rejects: what did not come is asked for again with the next connection. */
	async load(packHash: Uint8Array): Promise<void> {
		const { middle } = this;
		try {
			const ledger = await this.opening;
			if (hex(packHash) !== hex(ledger.get('pack')?.hash ?? new Uint8Array())) {
				const bytes = new Uint8Array(await exchange(middle.world, '/v1/pack', undefined, await middle.token()));
				fromBinary(PackSchema, bytes); // what cannot be read does not replace what can
				await middle.saving(ledger.commit([Ledger.meta('pack', { bytes, hash: await sha256(bytes) })]));
			}
			await this.loadTeam();
		} catch {
			middle.set(shownOf(await this.opening.catch(() => undefined)));
		}
	}

	async loadTeam(): Promise<void> {
		const { middle } = this;
		const ledger = await this.opening;
		const bytes = new Uint8Array(await exchange(middle.world, '/v1/team', undefined, await middle.token()));
		const team = fromBinary(TeamSchema, bytes);
		const enrolled = ledger.get('enrolled');
		const me = team.staff.find((member) => hex(member.staff) === enrolled?.self.staff);
		const changed = hex(ledger.get('team') ?? new Uint8Array()) !== hex(bytes);
		const writes = [Ledger.meta('team', bytes)];
		writes.push(...liftedBy(ledger, team));
		if (enrolled && me) writes.push(Ledger.meta('enrolled', { ...enrolled, self: { ...enrolled.self, name: me.name, roles: [...me.roles], badgeLabel: me.badgeLabel } }));
		await middle.saving(ledger.commit(writes));
		middle.set({ self: ledger.get('enrolled')?.self ?? null, ...shownOf(ledger) });
		middle.show([]);
		middle.tell({ kind: 'stored' });
		if (changed) this.changed();
	}
}
