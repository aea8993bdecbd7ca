/**
 * What a locked phone may say, in clear. Nothing of it was typed by a person, and
 * nothing tells of a case: how to open the lock, whom to call in danger and
 * where this is (so that help never waits for a PIN; the pack's list of contacts
 * and rooms is in every team member's hands and on posters), how often somebody guessed wrong, when the
 * server was last heard, and how many records each store ought to have. Besides it, the
 * browser's local storage holds which language was chosen.
 */
import { create } from '@bufbuild/protobuf';
import { type Pack, PackSchema, TranslationSchema } from '../generated/wire/v1/pack_pb.ts';
import type { Millis } from './api.ts';
import type { Bytes } from './bytes.ts';
import type { LockRecord } from './vault.ts';

/** Wrong guesses in a row, and until when no further one is taken. */
export interface Tries {
	wrong: number;
	/** How long to wait, from `at` on. */
	wait: Millis;
	at: Millis;
}

/** When the server was last heard, and the latest moment that this phone has seen: a clock that is set back does not count. */
export interface Contact {
	heard: Millis;
	latest: Millis;
	/** It was not heard for so long that what it has as well was destroyed here. Once: an open phone is not locked for it again. */
	ended?: true;
}

export interface Book {
	lock?: LockRecord;
	/** The parts of the event pack that a locked phone shows, as an encoded `Pack`. */
	pack?: Bytes;
	/** Whether this phone takes reports. */
	member?: boolean;
	tries?: Tries;
	contact?: Contact;
	/** How many records each store has. */
	census?: { [store: string]: number };
	/** The key slots, where the browser has no file for them. */
	slots?: Bytes;
	/** The phone's own lock was asked for a key, and has none to give. */
	noPasskey?: boolean;
	/** This phone has no access any more and was emptied. */
	gone?: 'revoked' | 'guessed';
}

export type BookEntry = { [Name in keyof Book]-?: { name: Name; value: Book[Name] | undefined } }[keyof Book];

/** Whom to call, where this is, and what the rooms are called. */
export function publicPart(pack: Pack): Pack {
	const { name, timeZone, startsAt, endsAt, venue, rooms, contacts, emergency, drill, languages } = pack;
	const translations = pack.translations.map((each) => create(TranslationSchema, { language: each.language, emergency: each.emergency, contacts: each.contacts }));
	return create(PackSchema, { name, timeZone, startsAt, endsAt, rooms, contacts, emergency, drill, languages, translations, ...(venue && { venue }) });
}
