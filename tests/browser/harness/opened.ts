/** What is in a phone's storage, opened from outside with its PIN: written anew here, so that a mistake of the app shows. */
import { webcrypto } from 'node:crypto';
import type { Page } from '@playwright/test';
import { argon2id } from 'hash-wasm';
import { PIN } from './lock.ts';
import type { Phone } from './phone.ts';

const { subtle } = webcrypto;

interface Wrapped {
	nonce: string;
	bytes: string;
}
interface Found {
	lock: { unlockers: (Wrapped & { kind: string; salt: string; cost: { memory: number; passes: number; lanes: number } })[] };
	slots: string;
	rows: (Wrapped & { as: string; store: string; key: string })[];
}

/** All records of one store. */
export async function recordsOf<T>(phone: Phone, store: string): Promise<T[]> {
	const found = await taken(phone, store);
	const { own, cache } = await keysOf(found);
	return Promise.all(
		found.rows.map(async (row) => {
			const place = Buffer.from(`safehall/record/v1\0${row.as}\0${row.store}\0string\0${row.key}`);
			return unpacked(await opened(row.as === 'cached' ? cache : own, row, place)) as T;
		})
	);
}

/** Every secret from which the phone's storage could be opened, and the private scalars of its own keys. */
export async function secretsOf(phone: Phone): Promise<{ [name: string]: Uint8Array }> {
	const { local, stretched } = await keysOf(await taken(phone, 'meta'));
	const wrapping = await derived(local, Buffer.alloc(32), 'safehall/wrap/v1');
	const stored = await recordsOf<{ signing?: Pair; agreement?: Pair }>(phone, 'meta');
	const found: { [name: string]: Uint8Array } = { 'the local key': local, 'the stretched PIN': stretched };
	for (const record of stored) {
		for (const [name, pair] of Object.entries({ signing: record.signing, agreement: record.agreement })) {
			if (!pair) continue;
			const wrapped = { nonce: Buffer.from(pair.privateKey.nonce).toString('hex'), bytes: Buffer.from(pair.privateKey.bytes).toString('hex') };
			const key = await subtle.importKey('pkcs8', await opened(wrapping, wrapped, undefined), { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
			found[`the ${name} key`] = Buffer.from((await subtle.exportKey('jwk', key)).d ?? '', 'base64url');
		}
	}
	return found;
}

/** How many records still lie in the phone's storage, and whether its file of keys holds any. Needs no PIN. */
export async function leftOn(phone: Phone): Promise<{ records: number; keys: boolean }> {
	return phone.page.evaluate(async () => {
		const folder = await navigator.storage.getDirectory();
		// The browser may have thrown away both, which the server tells it at the very end.
		const file = await folder.getFileHandle('safehall-slots').catch(() => undefined);
		const slots = file ? new Uint8Array(await (await file.getFile()).arrayBuffer()) : new Uint8Array();
		const keys = slots.some((byte) => byte !== 0);
		if (!(await indexedDB.databases()).some(({ name }) => name === 'safehall')) return { records: 0, keys };
		const db = await new Promise<IDBDatabase>((resolve, reject) => {
			const opening = indexedDB.open('safehall');
			opening.onerror = () => reject(new Error('the phone’s storage does not open'));
			opening.onsuccess = () => resolve(opening.result);
		});
		const stores = [...db.objectStoreNames].filter((name) => name !== 'book'); // which says why it is empty
		const tx = db.transaction(stores);
		const counts = stores.map((name) => tx.objectStore(name).count());
		await new Promise((done) => (tx.oncomplete = done));
		db.close();
		return { records: counts.reduce((sum, { result }) => sum + result, 0), keys };
	});
}

/** What the browser keeps of one place. */
interface Place {
	databases: number;
	files: number;
	caches: number;
	workers: number;
}

/** How much of this place the browser still has, by kind. */
export async function placeOf(phone: Phone): Promise<Place> {
	const seen = await counted(phone.page);
	if (seen) return seen;
	// A page whose files were thrown away under it can stay unable to look. Another one of the same place can.
	const page = await phone.context.newPage();
	try {
		await page.goto(new URL('/healthz', phone.page.url()).href);
		const fresh = await counted(page);
		if (!fresh) throw new Error('no page of this browser can look at its files');
		return fresh;
	} finally {
		await page.close();
	}
}

async function counted(page: Page): Promise<Place | null> {
	return page.evaluate(async () => {
		let files = 0;
		try {
			for await (const _ of (await navigator.storage.getDirectory()) as unknown as AsyncIterable<unknown>) files += 1;
		} catch (error) {
			if (error instanceof DOMException && error.name === 'InvalidStateError') return null;
			throw error;
		}
		const databases = await indexedDB.databases();
		return { databases: databases.length, files, caches: (await caches.keys()).length, workers: (await navigator.serviceWorker.getRegistrations()).length };
	});
}

interface Pair {
	privateKey: { nonce: Uint8Array; bytes: Uint8Array };
}

async function keysOf(found: Found): Promise<{ local: Buffer; stretched: Uint8Array; own: webcrypto.CryptoKey; cache: webcrypto.CryptoKey }> {
	const unlocker = found.lock.unlockers.find(({ kind }) => kind === 'pin');
	if (unlocker === undefined) throw new Error('the phone has no PIN');
	const slots = bytes(found.slots);
	const salt = bytes(unlocker.salt);
	const { memory, passes, lanes } = unlocker.cost;
	const stretched = await argon2id({ password: PIN, salt, memorySize: memory, iterations: passes, parallelism: lanes, hashLength: 32, outputType: 'binary' });
	const key = await derived(Buffer.concat([stretched, slots.subarray(0, 32)]), salt, 'safehall/unlock/known/v1');
	const local = await opened(key, unlocker, undefined);
	const own = await derived(local, Buffer.alloc(32), 'safehall/records/v1');
	const cache = await derived(local, slots.subarray(32, 64), 'safehall/cache/v1');
	return { local, stretched, own, cache };
}

async function taken(phone: Phone, store: string): Promise<Found> {
	return phone.page.evaluate(async (store) => {
		const hex = (array: Uint8Array): string => Array.from(array, (byte) => byte.toString(16).padStart(2, '0')).join('');
		const plain = (value: unknown): unknown => {
			if (value instanceof Uint8Array) return hex(value);
			if (Array.isArray(value)) return value.map(plain);
			if (typeof value !== 'object' || value === null) return value;
			return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
		};
		const folder = await navigator.storage.getDirectory();
		const file = await (await folder.getFileHandle('safehall-slots')).getFile();
		const slots = hex(new Uint8Array(await file.arrayBuffer()));
		const db = await new Promise<IDBDatabase>((resolve, reject) => {
			const opening = indexedDB.open('safehall');
			opening.onerror = () => reject(new Error('the phone’s storage does not open'));
			opening.onsuccess = () => resolve(opening.result);
		});
		const tx = db.transaction(['book', store]);
		const lock = tx.objectStore('book').get('lock');
		const keys = tx.objectStore(store).getAllKeys();
		const values = tx.objectStore(store).getAll();
		await new Promise((done) => (tx.oncomplete = done));
		db.close();
		const rows = keys.result.map((key, at) => ({ store, key, ...(plain(values.result[at]) as object) }));
		return { lock: plain(lock.result), slots, rows } as Found;
	}, store);
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

async function derived(from: Uint8Array, salt: Uint8Array, info: string): Promise<webcrypto.CryptoKey> {
	const key = await subtle.importKey('raw', from, 'HKDF', false, ['deriveKey']);
	return subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: Buffer.from(info) }, key, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
}

async function opened(key: webcrypto.CryptoKey, wrapped: Wrapped, place: Uint8Array | undefined): Promise<Buffer> {
	const algorithm = { name: 'AES-GCM', iv: bytes(wrapped.nonce), ...(place && { additionalData: place }) };
	return Buffer.from(await subtle.decrypt(algorithm, key, bytes(wrapped.bytes)));
}

function unpacked(packed: Buffer): unknown {
	const size = packed.readUInt32LE(0);
	const lengths = Array.from({ length: packed.readUInt32LE(4) }, (_, index) => packed.readUInt32LE(8 + 4 * index));
	let at = 8 + 4 * lengths.length;
	const json = packed.subarray(at, (at += size)).toString('utf8');
	const arrays = lengths.map((length) => Uint8Array.from(packed.subarray(at, (at += length))));
	return JSON.parse(json, (_name, value: unknown) => (typeof value === 'object' && value !== null && '\0bytes' in value ? arrays[value['\0bytes'] as number] : value));
}
