/**
 * The key slots of a phone: a few bytes outside the database, overwritten in
 * place, without which nothing in the database can be opened. Deleting from a
 * database leaves the bytes on the disk for a long time; a file of the origin's
 * own that is overwritten in place is gone at once, also without a network.
 */
import { type Bytes, randomBytes } from './bytes.ts';

const SIZE = 32;
/** `device` goes into the key of the phone, `cache` into the key of what the server has as well. */
const PLACES = { device: 0, cache: SIZE, made: 2 * SIZE } as const;
export const SLOT_BYTES = 2 * SIZE + 1;

/** Where the bytes are. */
export interface SlotFile {
	/** All of it; `undefined` when it was never written, or was taken away. */
	read(): Promise<Bytes | undefined>;
	/** Overwrites in place, and resolves when it is on the disk. */
	write(at: number, bytes: Bytes): Promise<void>;
	/** True where the browser has no such file: then what is overwritten may stay on the disk for a while. */
	readonly weak: boolean;
}

export interface Secrets {
	device: Bytes;
	/** `undefined`: destroyed, and everything under it with it. */
	cache: Bytes | undefined;
}

export class Slots {
	constructor(private readonly file: SlotFile) {}

	get weak(): boolean {
		return this.file.weak;
	}

	/** New secrets, in place of whatever was there. Until `made` is called nobody counts on them. */
	async put(secrets: Secrets & { cache: Bytes }): Promise<void> {
		const bytes = new Uint8Array(SLOT_BYTES);
		bytes.set(secrets.device, PLACES.device);
		bytes.set(secrets.cache, PLACES.cache);
		await this.file.write(0, bytes);
	}

	/** The database counts on the secrets from now on. */
	async made(): Promise<void> {
		await this.file.write(PLACES.made, Uint8Array.of(1));
	}

	async read(): Promise<(Secrets & { made: boolean }) | undefined> {
		const bytes = await this.file.read();
		if (bytes?.length !== SLOT_BYTES) return undefined;
		const device = bytes.slice(PLACES.device, PLACES.device + SIZE);
		const cache = bytes.slice(PLACES.cache, PLACES.cache + SIZE);
		if (isZero(device)) return undefined;
		return { device, cache: isZero(cache) ? undefined : cache, made: bytes[PLACES.made] === 1 };
	}

	async renewCache(): Promise<Bytes> {
		const cache = randomBytes(SIZE);
		await this.file.write(PLACES.cache, cache);
		return cache;
	}

	/** What the server has as well cannot be opened here any more. */
	async destroyCache(): Promise<void> {
		await this.file.write(PLACES.cache, new Uint8Array(SIZE));
	}

	/** Nothing in this phone's database can be opened any more, by anybody. */
	async destroyAll(): Promise<void> {
		await this.file.write(0, new Uint8Array(SLOT_BYTES));
	}
}

export function newSecrets(): Secrets & { cache: Bytes } {
	return { device: randomBytes(SIZE), cache: randomBytes(SIZE) };
}

function isZero(bytes: Uint8Array): boolean {
	return bytes.every((byte) => byte === 0);
}
