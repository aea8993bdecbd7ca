/** Proves who this device is, and holds the token that comes of it, in memory only. */
import { ChallengeAskSchema, ChallengeSchema, TokenAskSchema, TokenSchema } from '../generated/wire/v1/identity_pb.ts';
import type { Id, Millis } from './api.ts';
import { concat, unhex, utf8 } from './bytes.ts';
import { call } from './calls.ts';
import { sign } from './keys.ts';
import type { World } from './world.ts';

/** A token is used no more so long before it ends. */
const MARGIN_MS = 60_000;

export class Tokens {
	private held: { token: string; until: Millis } | undefined;

	constructor(
		private readonly world: World,
		private readonly event: Id,
		private readonly device: Id,
		private readonly key: CryptoKey
	) {}

	/** Rejects with `Refused`. Works whatever the phone's clock says: only the time between two moments counts. */
	async token(): Promise<string> {
		if (this.held && this.held.until > this.world.now()) return this.held.token;
		const device = unhex(this.device);
		const { challenge } = await call(this.world, '/v1/auth/challenge', { schema: ChallengeAskSchema, message: { device } }, ChallengeSchema);
		const signature = await sign(this.key, concat(utf8('safehall/token/v1\0'), unhex(this.event), device, challenge));
		const answer = await call(this.world, '/v1/auth/token', { schema: TokenAskSchema, message: { device, challenge, signature } }, TokenSchema);
		this.held = { token: answer.token, until: this.world.now() + Number(answer.expiresAt - answer.serverTime) - MARGIN_MS };
		return answer.token;
	}

	drop(): void {
		this.held = undefined;
	}
}
