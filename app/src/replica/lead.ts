/** What only leads may ask of the server. Nothing of it works without a connection, and nothing is kept for later. */
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import {
	DeviceRefSchema, EmptySchema, ExclusionSchema, GrantSchema, InviteSchema, Level, NewInviteSchema, type Role
} from '../generated/wire/v1/identity_pb.ts';
import type { Id, LeadCalls, Millis } from './api.ts';
import { hex, unhex } from './bytes.ts';
import { call } from './calls.ts';
import type { World } from './world.ts';

const LEVELS = { none: Level.NONE, read: Level.READ, append: Level.APPEND, write: Level.WRITE };

export class Leading implements LeadCalls {
	constructor(
		private readonly world: World,
		private readonly token: () => Promise<string>,
		readonly reloadTeam: () => Promise<void>
	) {}

	async invite(person: { staff?: Id; name?: string; roles?: Role[]; badgeLabel?: string; phone?: string }): Promise<{ link: string; endsAt: Millis }> {
		const message = {
			staff: unhex(person.staff ?? ''),
			name: person.name ?? '',
			roles: person.roles ?? [],
			badgeLabel: person.badgeLabel ?? '',
			phone: person.phone ?? ''
		};
		const invite = await call(this.world, '/v1/invites', { schema: NewInviteSchema, message }, InviteSchema, await this.token());
		await this.reloadTeam();
		// Behind the `#`: what stands there is never sent to a server and stays out of its logs.
		return { link: `${this.world.origin}/#i=${hex(invite.secret)}`, endsAt: Number(invite.endsAt) };
	}

	confirm(device: Id): Promise<void> {
		return this.order('/v1/devices/confirm', DeviceRefSchema, { device: unhex(device) });
	}

	revoke(device: Id): Promise<void> {
		return this.order('/v1/devices/revoke', DeviceRefSchema, { device: unhex(device) });
	}

	grant(caseId: Id, staff: Id, level: 'none' | 'read' | 'append' | 'write'): Promise<void> {
		return this.order('/v1/grants', GrantSchema, { document: unhex(caseId), staff: unhex(staff), level: LEVELS[level] });
	}

	exclude(caseId: Id, staff: Id): Promise<void> {
		return this.order('/v1/exclusions', ExclusionSchema, { document: unhex(caseId), staff: unhex(staff) });
	}

	private async order<In extends DescMessage>(path: string, schema: In, message: MessageInitShape<In>): Promise<void> {
		await call(this.world, path, { schema, message }, EmptySchema, await this.token());
		await this.reloadTeam();
	}
}
