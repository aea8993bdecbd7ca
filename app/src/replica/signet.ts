/** The server's own signature: under the seals of its ledger, and under orders to this device. */
import { verifyAsync } from '@noble/ed25519';
import type { Checkpoint } from '../generated/wire/v1/frame_pb.ts';
import type { Id, LedgerAlarm, Millis } from './api.ts';
import { type Bytes, concat, hex, sha256, unhex, utf8 } from './bytes.ts';

/** Whether the server with this key said it. Nothing that came over the network makes it throw. */
export async function saidByServer(serverKey: Id, said: Bytes, signature: Uint8Array): Promise<boolean> {
	try {
		return await verifyAsync(new Uint8Array(signature), said, unhex(serverKey));
	} catch {
		return false;
	}
}

/** The last seal of the ledger that this device took in. */
export interface Seal {
	size: number;
	head: Bytes;
	/** When, by this device's clock. */
	at: Millis;
}

/** Whether what the server shows now goes on from the seal that is kept. `undefined`: it does. */
export async function wrongWith(
	kept: Seal | undefined,
	shown: Checkpoint,
	covers: readonly Uint8Array[],
	server: { event: Id; key: Id }
): Promise<LedgerAlarm['because'] | undefined> {
	const size = new Uint8Array(8);
	new DataView(size.buffer).setBigUint64(0, shown.size);
	const said = concat(utf8('safehall/checkpoint/v1\0'), unhex(server.event), size, shown.head);
	if (!(await saidByServer(server.key, said, shown.signature))) return 'unsigned';
	if (!kept) return undefined;
	if (shown.size < BigInt(kept.size)) return 'back';
	let head = kept.head;
	let reached = BigInt(kept.size);
	for (const cover of covers) {
		reached += 1n;
		const number = new Uint8Array(8);
		new DataView(number.buffer).setBigUint64(0, reached);
		head = await sha256(utf8('safehall/seal/v1\0'), number, head, cover);
	}
	return reached === shown.size && hex(head) === hex(shown.head) ? undefined : 'forked';
}
