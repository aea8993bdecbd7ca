/**
 * What must not happen on the thread of the screen: stretching a PIN takes a
 * second on a phone, and only a worker may overwrite a file in place.
 */
import { argon2id } from 'hash-wasm';

export interface Cost {
	/** KiB. */
	memory: number;
	passes: number;
	lanes: number;
}

export type Ask =
	| { do: 'slots' }
	| { do: 'read' }
	| { do: 'write'; at: number; bytes: Uint8Array<ArrayBuffer> }
	| { do: 'stretch'; secret: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer>; cost: Cost };

interface Handle {
	getSize(): number;
	read(into: Uint8Array<ArrayBuffer>, where: { at: number }): number;
	write(from: Uint8Array<ArrayBuffer>, where: { at: number }): number;
	flush(): void;
	close(): void;
}
interface SlotHandle extends FileSystemFileHandle {
	createSyncAccessHandle(): Promise<Handle>;
}

const FILE = 'safehall-slots';

/** One tab at a time: a handle that overwrites in place is exclusive. */
function open<T>(create: boolean, act: (handle: Handle) => T): Promise<T | undefined> {
	return navigator.locks.request(FILE, async () => {
		const folder = await navigator.storage.getDirectory();
		let file: FileSystemFileHandle;
		try {
			file = await folder.getFileHandle(FILE, { create });
		} catch (error) {
			if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
			throw error;
		}
		const handle = await (file as SlotHandle).createSyncAccessHandle();
		try {
			return act(handle);
		} finally {
			handle.close();
		}
	});
}

async function answer(ask: Ask): Promise<unknown> {
	switch (ask.do) {
		case 'slots': {
			// Some browsers have the folder and no handle, some have neither in a private window.
			if (typeof FileSystemFileHandle === 'undefined' || !('createSyncAccessHandle' in FileSystemFileHandle.prototype)) return false;
			return navigator.storage.getDirectory().then(
				() => true,
				() => false
			);
		}
		case 'read':
			return open(false, (handle) => {
				const bytes = new Uint8Array(handle.getSize());
				handle.read(bytes, { at: 0 });
				return bytes;
			});
		case 'write':
			await open(true, (handle) => {
				if (handle.write(ask.bytes, { at: ask.at }) !== ask.bytes.length) throw new DOMException('no room', 'QuotaExceededError');
				handle.flush();
			});
			return undefined;
		case 'stretch':
			return argon2id({
				password: ask.secret,
				salt: ask.salt,
				memorySize: ask.cost.memory,
				iterations: ask.cost.passes,
				parallelism: ask.cost.lanes,
				hashLength: 32,
				outputType: 'binary'
			});
	}
}

addEventListener('message', (event: MessageEvent<{ id: number; ask: Ask }>) => {
	const { id, ask } = event.data;
	answer(ask).then(
		(done) => postMessage({ id, done }),
		(error: unknown) => postMessage({ id, failed: error instanceof Error ? error.name : 'Error' })
	);
});
