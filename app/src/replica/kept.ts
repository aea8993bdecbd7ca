/** What the records in storage look like. Plain data: it goes through structured clone. */
import { Restricted as WireRestricted } from '../generated/wire/v1/frame_pb.ts';
import type { Id, Intention, Kind, Millis, ParcelHere, Self } from './api.ts';
import type { Bytes } from './bytes.ts';

/** Something a person wrote that is durable and not a change yet. */
export interface Intent {
	/** Sorts by when it was written; unique over all tabs. */
	order: string;
	intention: Intention;
	at: Millis;
	clockOff?: number;
	/** Why it can never become a change. It stays visible, as not accepted. */
	stuck?: string;
}

/** A change and where it has got to. */
interface Change {
	/** The change id, hex. */
	id: Id;
	document: Id;
	kind: Kind;
	device: Id;
	/** Order of arrival on this device. */
	order: number;
	state: 'unsent' | 'kept' | 'refused';
	/** When the server had it on disk. */
	keptAt?: Millis;
	/** Why it was refused: `Reason` of the wire. */
	reason?: number;
	/** The phone of somebody else that brought it to the server first. */
	via?: string;
	/** Offered, and nobody may receive it now: it is offered again later. */
	held?: true;
	birth?: Birth;
}

/** A signed change as it stands in storage. */
export interface Kept extends Change {
	body: Bytes;
	signature: Bytes;
	/** What it was made of, for a change that this device wrote itself. */
	wrote?: Intent;
}

/** A change that the server has as well, and whose bytes nobody needed since the phone was unlocked: what its view says of it. */
export interface Asleep extends Change {
	state: 'kept';
	/** The elements that it made. */
	elements: readonly Id[];
	/** When this device wrote it. */
	savedAt?: Millis;
}

export type Held = Kept | Asleep;

/** Whom a document is kept from, and which case it belongs to. */
export interface Birth {
	parent?: Id;
	restricted: WireRestricted;
	excluded: Id[];
}

/**
 * What the births of a document say together. A phone that has lost what it had
 * sent goes on with a birth that keeps the document from nobody: as on the server,
 * none takes back what another one says.
 */
export function bornAs(changes: readonly Held[]): Birth | undefined {
	const births = changes.flatMap(({ birth }) => birth ?? []);
	if (births.length === 0) return undefined;
	const parent = births.find((birth) => birth.parent !== undefined)?.parent;
	return {
		...(parent !== undefined && { parent }),
		restricted: births.find(({ restricted }) => restricted !== WireRestricted.NONE)?.restricted ?? WireRestricted.NONE,
		excluded: [...new Set(births.flatMap(({ excluded }) => excluded))]
	};
}

export function isAwake(held: Held): held is Kept {
	return 'body' in held;
}

/** When this device wrote it, if it did. */
export function savedAt(held: Held): Millis | undefined {
	return isAwake(held) ? held.wrote?.at : held.savedAt;
}

/** An envelope that this app cannot read: written by a newer one, and kept for the day when this one is newer. */
export interface Unread {
	id: Id;
	body: Bytes;
	signature: Bytes;
	receivedAt: Millis;
	/** The server went back to a backup since: it may not have this any more. */
	offer?: boolean;
}

/** A case was looked at, and the server is not known to have heard of it. */
export interface Look {
	/** Sorts by when. */
	order: string;
	document: Id;
	at: Millis;
	/** It was no look: the document is not on this device any more. */
	gone?: true;
}

/**
 * A picture or a paper whose bytes the server is not known to have whole. The
 * bytes lie beside it, piece by piece; both leave once its case says that it arrived.
 */
export interface Picture {
	/** The case that it belongs to, or will. */
	document: Id;
	/** Of the whole, hex. */
	sha256: string;
	mime: string;
	size: number;
	/** SHA-256 of each piece. */
	hashes: Bytes[];
	keptAt: Millis;
	/** Why the server never takes it: it is sent no more, and stays. */
	stuck?: string;
}

/** Sealed words of somebody else, by the first 16 bytes of their SHA-256. What is sealed lies beside it, until it is told why it never goes. */
export type Parcel = ParcelHere;

/** "I should not be involved", said on this device. */
export interface Recusal {
	document: Id;
	at: Millis;
	/** The server has heard of it. */
	told: boolean;
}

/** A document that left this device by itself, and what that was decided from. */
export interface LetGo {
	document: Id;
	/** When the last word in it was written or kept. */
	last: Millis;
	/** A restricted case, of which only the person's own words were here. */
	restricted: boolean;
}

/** Where the line stands. Written together with what it brought. */
export interface LineMark {
	epoch: Bytes;
	cursor: Bytes;
	clockOffset?: number;
	allSentAt?: Millis;
}

export const KIND_NAMES: readonly Kind[] = ['case', 'identity', 'chair', 'notice', 'duty'];

/** Who this device is, as it stands in storage. */
export interface Enrolled {
	event: Id;
	/** Checks what the server signed: 64 hex digits. Absent: enrolled with an app that did not keep it. */
	serverKey?: Id;
	self: Self;
}
