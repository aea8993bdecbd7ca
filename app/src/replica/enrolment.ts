/** How this device gets in: an invite, its own keys, four words, a confirmation. */
import { fourWords } from '../incident/codename.ts';
import {
	BeginEnrolSchema, type EnrolChallenge, EnrolChallengeSchema, EnrolledSchema, EnrolStatus_State, EnrolStatusAskSchema, EnrolStatusSchema, FinishEnrolSchema
} from '../generated/wire/v1/identity_pb.ts';
import { type Enrolment, type InviteSeen, Refused } from './api.ts';
import { concat, hex, sha256, unhex, utf8 } from './bytes.ts';
import { call } from './calls.ts';
import { makeKeys, openKeys, publicBytes, sign } from './keys.ts';
import { Ledger } from './ledger.ts';
import { APP_VERSION } from './line.ts';
import type { World } from './world.ts';

/** Looks an invite up. Needs nothing of this phone. */
export async function lookUp(world: World, secret: string): Promise<InviteSeen> {
	const seen = await begin(world, secret);
	return {
		eventName: seen.eventName,
		staffName: seen.staffName,
		roles: seen.roles,
		badgeLabel: seen.badgeLabel,
		invitedBy: seen.invitedBy,
		deviceLabel: seen.deviceLabel,
		startsAt: Number(seen.startsAt),
		endsAt: Number(seen.endsAt),
		place: seen.place
	};
}

export class Enrolling implements Enrolment {
	constructor(
		private readonly world: World,
		private readonly ledger: () => Promise<Ledger>,
		private readonly wrapping: CryptoKey,
		/** Who this device is has changed. */
		private readonly changed: () => Promise<void>
	) {}

	look(secret: string): Promise<InviteSeen> {
		return lookUp(this.world, secret);
	}

	async accept(secret: string): Promise<void> {
		const ledger = await this.ledger();
		if (ledger.get('enrolled')) throw new Refused('already_enrolled', 'This device is enrolled already.');
		const seen = await begin(this.world, secret);
		// The keys are on disk before the server hears of them: a device that is enrolled and lost its key helps nobody.
		const kept = ledger.get('keys') ?? (await makeKeys(this.wrapping));
		if (!ledger.get('keys')) await ledger.commit([Ledger.meta('keys', kept)]);
		const keys = await openKeys(this.wrapping, kept);
		const signingKey = await publicBytes(keys.signing);
		const agreementKey = await publicBytes(keys.agreement);
		const inviteSecret = unhex(secret);
		const input = concat(
			utf8('safehall/enrol/v1\0'), seen.event, seen.challenge, await sha256(inviteSecret), await sha256(signingKey), await sha256(agreementKey)
		);
		const enrolled = await call(
			this.world,
			'/v1/enrol/finish',
			{
				schema: FinishEnrolSchema,
				message: {
					inviteSecret, challenge: seen.challenge, signingKey, agreementKey, signature: await sign(keys.signing.privateKey, input), appVersion: APP_VERSION
				}
			},
			EnrolledSchema
		);
		const words = fourWords(hex((await sha256(utf8('safehall/words/v1\0'), input)).slice(0, 5)));
		await ledger.commit([
			Ledger.meta('enrolled', {
				event: hex(enrolled.event),
				serverKey: hex(enrolled.serverKey),
				self: {
					state: enrolled.active ? 'active' : 'pending',
					device: hex(enrolled.device),
					staff: hex(enrolled.staff),
					name: seen.staffName,
					roles: [...seen.roles],
					badgeLabel: seen.badgeLabel,
					label: seen.deviceLabel,
					...(seen.invitedBy && { invitedBy: seen.invitedBy }),
					words: enrolled.active ? [] : words
				}
			})
		]);
		await this.changed();
	}

	async check(): Promise<void> {
		const ledger = await this.ledger();
		const enrolled = ledger.get('enrolled');
		const kept = ledger.get('keys');
		if (enrolled?.self.state !== 'pending' || !kept) return;
		const keys = await openKeys(this.wrapping, kept);
		const device = unhex(enrolled.self.device);
		const signature = await sign(keys.signing.privateKey, concat(utf8('safehall/status/v1\0'), unhex(enrolled.event), device));
		const { state } = await call(this.world, '/v1/enrol/status', { schema: EnrolStatusAskSchema, message: { device, signature } }, EnrolStatusSchema);
		if (state !== EnrolStatus_State.ACTIVE) return;
		await ledger.commit([Ledger.meta('enrolled', { ...enrolled, self: { ...enrolled.self, state: 'active', words: [] } })]);
		await this.changed();
	}
}

function begin(world: World, secret: string): Promise<EnrolChallenge> {
	if (!/^[0-9a-f]{32}$/.test(secret)) return Promise.reject(new Refused('bad_invite', 'This is not an invite.'));
	return sha256(unhex(secret)).then((inviteHash) => call(world, '/v1/enrol/begin', { schema: BeginEnrolSchema, message: { inviteHash } }, EnrolChallengeSchema));
}
