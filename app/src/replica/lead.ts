/** What only leads may ask of the server. Nothing of it works without a connection, and nothing is kept for later. */
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import {
	DeviceRefSchema, EmptySchema, ErasureReceiptSchema, ErasureSchema, type ErasureReceipt, ExclusionSchema, ExportAsk_Form as Form, ExportAsk_Part as Part, ExportAskSchema,
	type ExportPaper, ExportPaperSchema, GrantSchema, InviteSchema, LedgerAskSchema, type LedgerPage, LedgerPageSchema, Level, NewInviteSchema, type Quarantine, QuarantineSchema,
	QuarantineVerdictSchema, RestrictionSchema, type Role, StaffTermSchema, type Suggestions, SuggestionsSchema
} from '../generated/wire/v1/identity_pb.ts';
import type { ExportPart, Id, LeadCalls, Millis } from './api.ts';
import { hex, unhex } from './bytes.ts';
import { call } from './calls.ts';
import type { World } from './world.ts';

const LEVELS = { none: Level.NONE, read: Level.READ, append: Level.APPEND, write: Level.WRITE };
const FORMS = { paper: Form.PAPER, file: Form.FILE };
const PARTS: { readonly [part in ExportPart]: Part } = {
	reporter: Part.REPORTER, names: Part.NAMES, accounts: Part.ACCOUNTS, entries: Part.ENTRIES, attachments: Part.ATTACHMENTS, statement: Part.STATEMENT, decision: Part.DECISION
};

export class Leading implements LeadCalls {
	constructor(
		private readonly world: World,
		private readonly token: () => Promise<string>,
		readonly reloadTeam: () => Promise<void>,
		readonly acceptLedger: () => Promise<void>
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

	grant(caseId: Id, staff: Id, level: 'none' | 'read' | 'append' | 'write', until: Millis = 0): Promise<void> {
		return this.order('/v1/grants', GrantSchema, { document: unhex(caseId), staff: unhex(staff), level: LEVELS[level], until: BigInt(until) });
	}

	exclude(caseId: Id, staff: Id): Promise<void> {
		return this.order('/v1/exclusions', ExclusionSchema, { document: unhex(caseId), staff: unhex(staff) });
	}

	lift(caseId: Id, staff: Id, reason: string): Promise<void> {
		return this.order('/v1/exclusions', ExclusionSchema, { document: unhex(caseId), staff: unhex(staff), lift: true, reason });
	}

	unrestrict(caseId: Id, reason: string): Promise<void> {
		return this.order('/v1/restrictions', RestrictionSchema, { document: unhex(caseId), reason });
	}

	term(staff: Id, from: Millis, until: Millis): Promise<void> {
		return this.order('/v1/staff', StaffTermSchema, { staff: unhex(staff), from: BigInt(from), until: BigInt(until) });
	}

	async ledger(about: { caseId?: Id; device?: Id; before?: bigint }): Promise<LedgerPage> {
		const message = { document: unhex(about.caseId ?? ''), device: unhex(about.device ?? ''), before: about.before ?? 0n };
		return call(this.world, '/v1/ledger', { schema: LedgerAskSchema, message }, LedgerPageSchema, await this.token());
	}

	async late(): Promise<Quarantine> {
		return call(this.world, '/v1/quarantine', undefined, QuarantineSchema, await this.token());
	}

	judge(changeId: Id, admit: boolean): Promise<void> {
		return this.order('/v1/quarantine', QuarantineVerdictSchema, { changeId: unhex(changeId), admit });
	}

	async erase(caseId: Id, reason: string): Promise<ErasureReceipt> {
		const message = { document: unhex(caseId), reason };
		return call(this.world, '/v1/erasures', { schema: ErasureSchema, message }, ErasureReceiptSchema, await this.token());
	}

	async suggestions(): Promise<Suggestions> {
		return call(this.world, '/v1/suggestions', undefined, SuggestionsSchema, await this.token());
	}

	async exportCase(caseId: Id, form: 'paper' | 'file', leftOut: readonly ExportPart[]): Promise<ExportPaper> {
		const message = { document: unhex(caseId), form: FORMS[form], leftOut: leftOut.map((part) => PARTS[part]) };
		return call(this.world, '/v1/exports', { schema: ExportAskSchema, message }, ExportPaperSchema, await this.token());
	}

	private async order<In extends DescMessage>(path: string, schema: In, message: MessageInitShape<In>): Promise<void> {
		await call(this.world, path, { schema, message }, EmptySchema, await this.token());
		await this.reloadTeam();
	}
}
