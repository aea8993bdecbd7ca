/**
 * The one place that every record passes on its way to and from storage. What
 * lies there is ciphertext; the mark `as` tells how it was written, so that a
 * newer app reads what an older one kept.
 *
 * - `sealed`: under the phone's own key. What only this phone has is always so.
 * - `cached`: what the server has as well. Its key can be destroyed without
 *   anybody unlocking the phone, and the rest stays readable.
 * - `plain`: by an app that had no lock yet. The first PIN seals it.
 */
import type { Draft, Id, Kind } from './api.ts';
import { type Bytes, hex, randomBytes, unhex, utf8 } from './bytes.ts';
import { caseOfNote } from './half-typed.ts';
import type { Intent, Kept, Picture } from './kept.ts';
import { pack, unpack } from './packing.ts';
import type { Key, PIECES, StoreName, VIEWS } from './storage.ts';

type Store = StoreName | typeof PIECES | typeof VIEWS;

export interface Sealed {
	as: 'sealed' | 'cached';
	nonce: Bytes;
	bytes: Bytes;
	/**
	 * There when only this phone has it: a pseudonym of its document, in clear and
	 * indexed. The lock screen counts with it how much is only here, which is
	 * nothing that a phone may need a PIN to say.
	 */
	only?: string;
}

/** What lies in storage was changed or its key is not here any more. */
export class Unreadable extends Error {
	constructor() {
		super('a record cannot be opened');
		this.name = 'Unreadable';
	}
}

export class Sealer {
	constructor(
		private readonly own: CryptoKey,
		private readonly cache: CryptoKey,
		/** HMAC. */
		private readonly pseudonyms: CryptoKey
	) {}

	async encode(store: Store, key: Key, record: unknown): Promise<Sealed> {
		const { cached, only } = placeOf(store, key, record);
		const as = cached ? 'cached' : 'sealed';
		const nonce = randomBytes(12);
		const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: whereabouts(as, store, key) };
		const bytes = new Uint8Array(await crypto.subtle.encrypt(algorithm, cached ? this.cache : this.own, pack(record)));
		return { as, nonce, bytes, ...(only !== undefined && { only: await this.pseudonym(only) }) };
	}

	/** Rejects with `Unreadable`. */
	async decode(store: Store, key: Key, stored: unknown): Promise<unknown> {
		if (isPlain(stored)) return stored.record;
		if (!isSealed(stored)) throw new Error('a record was written by a newer app');
		const algorithm = { name: 'AES-GCM', iv: stored.nonce, additionalData: whereabouts(stored.as, store, key) };
		try {
			return unpack(new Uint8Array(await crypto.subtle.decrypt(algorithm, stored.as === 'cached' ? this.cache : this.own, stored.bytes)));
		} catch {
			throw new Unreadable();
		}
	}

	private async pseudonym(document: Id): Promise<string> {
		return hex(new Uint8Array(await crypto.subtle.sign('HMAC', this.pseudonyms, unhex(document))).slice(0, 8));
	}
}

export function isPlain(stored: unknown): stored is { as: 'plain'; record: unknown } {
	return typeof stored === 'object' && stored !== null && 'as' in stored && stored.as === 'plain' && 'record' in stored;
}

export function isSealed(stored: unknown): stored is Sealed {
	return (
		typeof stored === 'object' && stored !== null && 'as' in stored && (stored.as === 'sealed' || stored.as === 'cached') &&
		'nonce' in stored && stored.nonce instanceof Uint8Array && 'bytes' in stored && stored.bytes instanceof Uint8Array
	);
}

/** A record that was moved to another place is not opened there. */
function whereabouts(as: Sealed['as'], store: Store, key: Key): Bytes {
	return utf8(`safehall/record/v1\0${as}\0${store}\0${typeof key}\0${key}`);
}

/**
 * A name is counted with the case that it belongs to: nobody has two reports because somebody said who they are.
 * Nor has anybody one because their phone noted, without a network, that it is ready: what the team shares is no case.
 */
function caseOf(document: Id, kind: Kind, birth: { parent?: Id } | undefined): { only?: Id } {
	return kind === 'duty' || kind === 'notice' ? {} : { only: birth?.parent ?? document };
}

/** Under which key a record belongs, and which document it is part of when only this phone has it. */
function placeOf(store: Store, key: Key, record: unknown): { cached: boolean; only?: Id } {
	switch (store) {
		case 'envelopes': {
			const kept = record as Kept;
			if (kept.state === 'kept') return { cached: true };
			return { cached: false, ...((kept.state === 'unsent' || kept.wrote) && caseOf(kept.document, kept.kind, kept.birth ?? kept.wrote?.intention.birth)) };
		}
		case 'intents': {
			const { intention } = record as Intent;
			return { cached: false, ...caseOf(intention.document, intention.kind, intention.birth) };
		}
		case 'drafts': {
			const draft = record as Draft;
			if (draft.fields['note'] === null) return { cached: false }; // typed for the event: neither a report nor part of a case
			return { cached: false, only: caseOfNote(draft) ?? draft.id };
		}
		case 'pictures':
			return { cached: false, only: (record as Picture).document };
		case 'pieces':
		case 'parcels': // somebody else’s: their phone has it as well
			return { cached: false };
		case 'unread':
			return { cached: true };
		case 'meta':
			return { cached: key === 'team' || key === 'line' }; // without what it stands for, the cursor would say that nothing is missing
		case 'looks':
			return { cached: false };
		case 'views':
			return { cached: true }; // most of what it says is the server’s as well; of the rest, the change is here
	}
}
