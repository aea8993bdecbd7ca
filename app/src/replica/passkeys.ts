/**
 * The phone's own lock (a finger, a face, its code) as something that gives a
 * key: a passkey with the PRF extension. Whether the platform really has it
 * shows only when a passkey was made.
 */
import { type Bytes, randomBytes } from './bytes.ts';

export interface Passkey {
	credential: Bytes;
	/** What the key is asked for with. */
	salt: Bytes;
}

/** `none`: this phone's lock gives no key. `cancelled`: the person or the platform ended it, and it may be tried again. */
export type NoKey = 'none' | 'cancelled';

export interface Passkeys {
	/** Whether it is worth asking at all. */
	likely(): Promise<boolean>;
	/** `held`: the key, 32 bytes. Only within a tap. */
	make(): Promise<(Passkey & { held: Bytes }) | NoKey>;
	/** The same key again. Needs no network. Only within a tap. */
	ask(passkey: Passkey): Promise<Bytes | NoKey>;
}

const KEY_BYTES = 32;
const PATIENCE_MS = 60_000;
const NAME = 'Safehall';

export function platformPasskeys(): Passkeys {
	return { likely, make, ask };
}

async function likely(): Promise<boolean> {
	// Passkeys belong to a name: there are none for a bare address.
	if (!('PublicKeyCredential' in globalThis) || /^[\d.]+$|:/.test(location.hostname)) return false;
	try {
		// Older browsers do not say what they can.
		const can = 'getClientCapabilities' in PublicKeyCredential ? await PublicKeyCredential.getClientCapabilities() : {};
		return can['extension:prf'] !== false && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());
	} catch {
		return false;
	}
}

async function make(): Promise<(Passkey & { held: Bytes }) | NoKey> {
	const salt = randomBytes(KEY_BYTES);
	const publicKey: PublicKeyCredentialCreationOptions = {
		challenge: randomBytes(32),
		rp: { name: NAME },
		// A new one each time: the same one on the person's other devices would take the place of theirs. And no name: the platform shows it.
		user: { id: randomBytes(16), name: NAME, displayName: NAME },
		pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -257 }],
		authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
		attestation: 'none',
		timeout: PATIENCE_MS,
		extensions: { prf: { eval: { first: salt } } }
	};
	let made: Credential | null;
	try {
		made = await navigator.credentials.create({ publicKey });
	} catch (error) {
		return whyNot(error);
	}
	if (!(made instanceof PublicKeyCredential)) return 'none';
	const credential = new Uint8Array(made.rawId);
	const { prf } = made.getClientExtensionResults();
	const held = prf?.enabled === true ? (keyIn(prf.results?.first) ?? (await ask({ credential, salt }))) : 'none';
	if (typeof held !== 'string') return { credential, salt, held };
	await forget(made.id);
	return held;
}

async function ask({ credential, salt }: Passkey): Promise<Bytes | NoKey> {
	const publicKey: PublicKeyCredentialRequestOptions = {
		challenge: randomBytes(32),
		allowCredentials: [{ type: 'public-key', id: credential, transports: ['internal'] }],
		userVerification: 'required',
		timeout: PATIENCE_MS,
		extensions: { prf: { eval: { first: salt } } }
	};
	try {
		const given = await navigator.credentials.get({ publicKey });
		if (!(given instanceof PublicKeyCredential)) return 'none';
		return keyIn(given.getClientExtensionResults().prf?.results?.first) ?? 'none';
	} catch (error) {
		return whyNot(error);
	}
}

function keyIn(result: BufferSource | undefined): Bytes | undefined {
	if (!result) return undefined;
	const bytes = result instanceof ArrayBuffer ? new Uint8Array(result) : new Uint8Array(result.buffer, result.byteOffset, result.byteLength);
	return bytes.length === KEY_BYTES ? bytes : undefined;
}

/** Browsers say the same for "no", "too late" and "not found", so that a page cannot tell them apart. */
function whyNot(error: unknown): NoKey {
	return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError') ? 'cancelled' : 'none';
}

/** A passkey that opens nothing does not stay in the person's list, where the browser lets us say so. */
async function forget(credentialId: string): Promise<void> {
	if (!('signalUnknownCredential' in PublicKeyCredential)) return;
	await PublicKeyCredential.signalUnknownCredential({ rpId: location.hostname, credentialId }).catch(() => undefined);
}
