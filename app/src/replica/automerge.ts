/** Automerge, loaded late: the danger screen and the report form do not wait for 3.6 MB of WASM. */
import * as A from '@automerge/automerge/slim';
import wasm from '@automerge/automerge/automerge.wasm?url';
import type { Kind } from './api.ts';
import type { Bytes } from './bytes.ts';

export { A };

/** Resolves when documents can be read. The tests hand the bytes in. */
export async function loadAutomerge(bytes?: Uint8Array): Promise<void> {
	if (!A.isWasmInitialized()) await A.initializeWasm(bytes ?? wasm);
}

const BIRTHS = import.meta.glob<string>('../../../proto/document/*.v1.automerge', {
	query: '?inline',
	import: 'default',
	eager: true
});

/** The first change of every document of a kind: the same bytes everywhere. */
export function birthOf(kind: Kind): Bytes {
	const inline = BIRTHS[`../../../proto/document/${kind}.v1.automerge`];
	const base64 = inline?.slice(inline.indexOf(',') + 1);
	if (base64 === undefined) throw new Error(`the app was built without the birth of a ${kind}`);
	return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
