/**
 * The phone's own key, and what opens it.
 *
 * The local key is random and never stored: each unlocker (a PIN, a passphrase,
 * a passkey) keeps a wrapped copy of it. What the person knows or holds is mixed
 * with the device secret of the key slots, so that a copy of the database alone
 * opens with nothing, and so that overwriting the slots ends it for good.
 */
import type { Secret } from './api.ts';
import { type Bytes, concat, randomBytes, utf8 } from './bytes.ts';
import type { Cost } from './keys.worker.ts';
import { Sealer } from './sealing.ts';
import type { Secrets } from './slots.ts';

/** What a guess costs. Written here and nowhere else: no server and no record can make it cheaper. */
export const FLOOR: Cost = { memory: 65_536, passes: 3, lanes: 1 };
export const PIN_DIGITS = 6;
export const PASSPHRASE_CHARACTERS = 12;

interface Wrapped {
	nonce: Bytes;
	bytes: Bytes;
}
export interface KnownUnlocker extends Wrapped {
	kind: 'pin' | 'passphrase';
	salt: Bytes;
	cost: Cost;
}
export interface PasskeyUnlocker extends Wrapped {
	kind: 'passkey';
	salt: Bytes;
	credential: Bytes;
}

/** What stands in the database, in clear: useless without the slots and one of the unlockers. */
export interface LockRecord {
	unlockers: (KnownUnlocker | PasskeyUnlocker)[];
	intake: { publicKey: Bytes; privateKey: Wrapped };
	/** The slots are in the database, where the browser has no better place: overwriting them may leave the old bytes on the disk. */
	weak: boolean;
}

/** What an open phone holds in memory. Dropped as a whole when it locks. */
export interface Opened {
	sealer: Sealer;
	/** Wraps private keys. */
	wrapping: CryptoKey;
	/** Opens what was taken in while the phone was locked. */
	intake: CryptoKey;
}

export class WrongSecret extends Error {
	constructor() {
		super('this does not open the phone');
		this.name = 'WrongSecret';
	}
}

export type Stretch = (secret: Bytes, salt: Bytes, cost: Cost) => Promise<Bytes>;

/** Why a new PIN or passphrase is not good enough. */
export function weakness(secret: Secret): 'short' | 'easy' | undefined {
	const { text } = secret;
	if (secret.kind === 'passphrase') {
		if (Array.from(text.trim()).length < PASSPHRASE_CHARACTERS) return 'short';
		return new Set(text.toLowerCase()).size < 5 ? 'easy' : undefined;
	}
	if (!/^\d+$/.test(text) || text.length < PIN_DIGITS) return 'short';
	const steps = new Set(Array.from(text).slice(1).map((digit, at) => (Number(digit) - Number(text[at]) + 10) % 10));
	const runs = steps.size === 1 && (steps.has(0) || steps.has(1) || steps.has(9));
	const half = text.slice(0, text.length / 2);
	const repeats = new Set(text).size < 3 || half + half === text;
	return runs || repeats || ['147258', '258369', '159753', '123321', '112233', '123654', '696969', '102030'].includes(text) ? 'easy' : undefined;
}

/** A new local key with its first unlocker. */
export async function makeLock(secret: Secret, slots: Secrets & { cache: Bytes }, weak: boolean, stretch: Stretch): Promise<{ record: LockRecord; opened: Opened }> {
	if (weakness(secret)) throw new RangeError('a secret that anybody could guess');
	const local = randomBytes(32);
	const unlocker = await wrapUnder(secret, local, slots, stretch);
	const wrapping = await wrappingKey(local);
	const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
	const intake = { publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)), privateKey: await wrapPrivate(wrapping, pair.privateKey) };
	const record: LockRecord = { unlockers: [unlocker], intake, weak };
	const opened = await openWith(local, record, slots.cache);
	local.fill(0);
	return { record, opened };
}

/** Rejects with `WrongSecret`. */
export async function openBySecret(record: LockRecord, secret: Secret, slots: Secrets & { cache: Bytes }, stretch: Stretch): Promise<Opened> {
	const local = await localKey(record, secret, slots, stretch);
	const opened = await openWith(local, record, slots.cache);
	local.fill(0);
	return opened;
}

/** Rejects with `WrongSecret`. `held`: what the passkey answered. */
export async function openByPasskey(record: LockRecord, held: Bytes, slots: Secrets & { cache: Bytes }): Promise<Opened> {
	const unlocker = passkeyOf(record);
	if (!unlocker) throw new WrongSecret();
	const local = await unwrapLocal(unlocker, await passkeyKey(held, unlocker.salt, slots.device));
	const opened = await openWith(local, record, slots.cache);
	local.fill(0);
	return opened;
}

/** Rejects with `WrongSecret` unless this opens the lock. */
export async function knows(record: LockRecord, secret: Secret, slots: Secrets, stretch: Stretch): Promise<void> {
	(await localKey(record, secret, slots, stretch)).fill(0);
}

export function passkeyOf(record: LockRecord | undefined): PasskeyUnlocker | undefined {
	return record?.unlockers.find((one) => one.kind === 'passkey');
}

export function secretKind(record: LockRecord | undefined): Secret['kind'] {
	return record?.unlockers.some((one) => one.kind === 'passphrase') === true ? 'passphrase' : 'pin';
}

export function withoutPasskey(record: LockRecord): LockRecord {
	return { ...record, unlockers: record.unlockers.filter((one) => one.kind !== 'passkey') };
}

/** The lock with a passkey as another way in. Needs the PIN or passphrase once more. Rejects with `WrongSecret`. */
export async function withPasskey(
	record: LockRecord, secret: Secret, slots: Secrets, stretch: Stretch, passkey: { credential: Bytes; salt: Bytes; held: Bytes }
): Promise<LockRecord> {
	const local = await localKey(record, secret, slots, stretch);
	const key = await passkeyKey(passkey.held, passkey.salt, slots.device);
	const unlocker: PasskeyUnlocker = { kind: 'passkey', salt: passkey.salt, credential: passkey.credential, ...(await wrapLocal(key, local)) };
	local.fill(0);
	return { ...record, unlockers: [...withoutPasskey(record).unlockers, unlocker] };
}

export async function wrapPrivate(wrapping: CryptoKey, key: CryptoKey): Promise<Wrapped> {
	const nonce = randomBytes(12);
	return { nonce, bytes: new Uint8Array(await crypto.subtle.wrapKey('pkcs8', key, wrapping, { name: 'AES-GCM', iv: nonce })) };
}

/** The handle cannot be exported, and lives in memory only. */
export function unwrapPrivate(wrapping: CryptoKey, wrapped: Wrapped, algorithm: 'ECDSA' | 'ECDH'): Promise<CryptoKey> {
	const use: KeyUsage[] = algorithm === 'ECDSA' ? ['sign'] : ['deriveBits'];
	return crypto.subtle.unwrapKey('pkcs8', wrapped.bytes, wrapping, { name: 'AES-GCM', iv: wrapped.nonce }, { name: algorithm, namedCurve: 'P-256' }, false, use);
}

async function localKey(record: LockRecord, secret: Secret, slots: Secrets, stretch: Stretch): Promise<Bytes> {
	const unlocker = record.unlockers.find((one): one is KnownUnlocker => one.kind === secret.kind);
	if (!unlocker) throw new WrongSecret();
	return unwrapLocal(unlocker, await secretKey(secret, unlocker.salt, unlocker.cost, slots.device, stretch));
}

async function wrapUnder(secret: Secret, local: Bytes, slots: Secrets, stretch: Stretch): Promise<KnownUnlocker> {
	const salt = randomBytes(32);
	const key = await secretKey(secret, salt, FLOOR, slots.device, stretch);
	return { kind: secret.kind, salt, cost: FLOOR, ...(await wrapLocal(key, local)) };
}

/** Refuses a record that would make guessing cheaper, whoever wrote it. */
async function secretKey(secret: Secret, salt: Bytes, cost: Cost, device: Bytes, stretch: Stretch): Promise<CryptoKey> {
	if (!(cost.memory >= FLOOR.memory && cost.passes >= FLOOR.passes && cost.lanes === FLOOR.lanes)) throw new RangeError('a lock that is too cheap to guess');
	return mixed(await stretch(utf8(secret.text.normalize('NFKC')), salt, cost), device, salt, 'safehall/unlock/known/v1');
}

function passkeyKey(held: Bytes, salt: Bytes, device: Bytes): Promise<CryptoKey> {
	return mixed(held, device, salt, 'safehall/unlock/passkey/v1');
}

async function mixed(known: Bytes, device: Bytes, salt: Bytes, purpose: string): Promise<CryptoKey> {
	const both = await crypto.subtle.importKey('raw', concat(known, device), 'HKDF', false, ['deriveKey']);
	return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8(purpose) }, both, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function wrapLocal(key: CryptoKey, local: Bytes): Promise<Wrapped> {
	const nonce = randomBytes(12);
	return { nonce, bytes: new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, local)) };
}

async function unwrapLocal(wrapped: Wrapped, key: CryptoKey): Promise<Bytes> {
	try {
		return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: wrapped.nonce }, key, wrapped.bytes));
	} catch {
		throw new WrongSecret();
	}
}

function derive(from: CryptoKey, salt: Bytes, purpose: string, as: AesKeyGenParams | HmacKeyGenParams, use: KeyUsage[]): Promise<CryptoKey> {
	return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8(purpose) }, from, as, false, use);
}

const AES: AesKeyGenParams = { name: 'AES-GCM', length: 256 };
const NO_SALT = new Uint8Array(32);

async function wrappingKey(local: Bytes): Promise<CryptoKey> {
	const from = await crypto.subtle.importKey('raw', local, 'HKDF', false, ['deriveKey']);
	return derive(from, NO_SALT, 'safehall/wrap/v1', AES, ['wrapKey', 'unwrapKey']);
}

async function openWith(local: Bytes, record: LockRecord, cache: Bytes): Promise<Opened> {
	const from = await crypto.subtle.importKey('raw', local, 'HKDF', false, ['deriveKey']);
	const wrapping = await wrappingKey(local);
	const sealer = new Sealer(
		await derive(from, NO_SALT, 'safehall/records/v1', AES, ['encrypt', 'decrypt']),
		await derive(from, cache, 'safehall/cache/v1', AES, ['encrypt', 'decrypt']),
		await derive(from, NO_SALT, 'safehall/pseudonyms/v1', { name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign'])
	);
	return { sealer, wrapping, intake: await unwrapPrivate(wrapping, record.intake.privateKey, 'ECDH') };
}
