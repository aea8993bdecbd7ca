/** A change on its way: what is signed, and how it is taken apart again. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ChangeBody, ChangeBodySchema, BirthSchema, type Envelope, EnvelopeSchema, Kind as WireKind, Restricted } from '../generated/wire/v1/frame_pb.ts';
import type { Id, Intention, Kind, Restricted as RestrictedName } from './api.ts';
import { type Bytes, concat, hex, sha256, unhex, utf8 } from './bytes.ts';
import { KIND_NAMES, type Kept } from './kept.ts';
import { sign } from './keys.ts';

export const LIMITS = { change: 262_144, body: 270_336 };

const RESTRICTED: Record<RestrictedName, Restricted> = {
	none: Restricted.NONE,
	staff_named: Restricted.STAFF_NAMED,
	chair_named: Restricted.CHAIR_NAMED,
	staff_unidentified: Restricted.STAFF_UNIDENTIFIED
};
export function restrictedName(wire: Restricted | undefined): RestrictedName {
	for (const name of Object.keys(RESTRICTED) as RestrictedName[]) if (RESTRICTED[name] === wire) return name;
	return 'staff_unidentified'; // a newer word: the narrowest circle that this app knows
}

const WIRE_KINDS: Record<Kind, WireKind> = {
	case: WireKind.CASE,
	identity: WireKind.IDENTITY,
	chair: WireKind.CHAIR,
	notice: WireKind.NOTICE,
	duty: WireKind.DUTY
};

export interface Author {
	event: Id;
	device: Id;
	key: CryptoKey;
}

/** Signs one change; the birth goes along when this device knows nothing of the document yet. */
export async function seal(author: Author, document: Id, kind: Kind, change: Uint8Array, birth: Intention['birth']): Promise<{ body: Bytes; signature: Bytes }> {
	const body = toBinary(
		ChangeBodySchema,
		create(ChangeBodySchema, {
			event: unhex(author.event),
			document: unhex(document),
			kind: WIRE_KINDS[kind],
			device: unhex(author.device),
			change: new Uint8Array(change),
			...(birth && {
				birth: create(BirthSchema, {
					parent: unhex(birth.parent ?? ''),
					restricted: RESTRICTED[birth.restricted ?? 'none'],
					excluded: (birth.excluded ?? []).map(unhex)
				})
			})
		})
	);
	return { body, signature: await sign(author.key, concat(utf8('safehall/change/v1\0'), await sha256(body))) };
}

/** What an envelope says, or `undefined` when it says nothing that this app can read. */
export async function unseal(envelope: Envelope): Promise<{ kept: Omit<Kept, 'order' | 'state'>; body: ChangeBody } | undefined> {
	let body: ChangeBody;
	try {
		body = fromBinary(ChangeBodySchema, envelope.body);
	} catch {
		return undefined;
	}
	const kind = KIND_NAMES[body.kind - 1];
	if (!kind || body.document.length !== 16 || body.device.length !== 16) return undefined;
	const kept: Omit<Kept, 'order' | 'state'> = {
		id: hex(await sha256(envelope.body)),
		document: hex(body.document),
		kind,
		device: hex(body.device),
		body: new Uint8Array(envelope.body),
		signature: new Uint8Array(envelope.signature)
	};
	if (body.birth) {
		kept.birth = { restricted: body.birth.restricted, excluded: body.birth.excluded.map(hex) };
		if (body.birth.parent.length === 16) kept.birth.parent = hex(body.birth.parent);
	}
	return { kept, body };
}

/** The document that a body names, as far as that can be read. */
export function documentOf(body: Uint8Array): Id | undefined {
	try {
		return hex(fromBinary(ChangeBodySchema, body).document);
	} catch {
		return undefined;
	}
}

export function changeOf(kept: Kept): Uint8Array {
	return fromBinary(ChangeBodySchema, kept.body).change;
}

export function envelopeOf(kept: Kept): Envelope {
	return create(EnvelopeSchema, { body: kept.body, signature: kept.signature });
}
