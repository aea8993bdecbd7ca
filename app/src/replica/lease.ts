/** How long a phone may show what it holds without having heard from the server. */
import type { Millis } from './api.ts';
import type { Contact } from './book.ts';

const HOUR: Millis = 3_600_000;
/** After so long nothing of a case is shown until the server is heard again: it may have been lost, and its access withdrawn. */
export const LEASE: Millis = 24 * HOUR;
/** From here on, what the server has as well is destroyed. What only this phone has stays sealed and is sent. */
export const LEASE_WIPE: Millis = LEASE + HOUR;
/** How often the time is noted: no more is won by setting the clock back. */
export const NOTED_EVERY: Millis = 60_000;

/** The server was heard now. Its word also counts against a clock that had run ahead. */
export function heard(now: Millis): Contact {
	return { heard: now, latest: now };
}

/** Time passes, and never goes back. */
export function passed(contact: Contact, now: Millis): Contact {
	return { ...contact, latest: Math.max(contact.latest, now) };
}

/** What the server has as well was destroyed. What is written from now on came after it. */
export function ended(contact: Contact): Contact {
	return { ...contact, ended: true };
}

/** Whether what the server has as well is still here, and must not be any more. */
export function mustEnd(contact: Contact, now: Millis): boolean {
	return contact.ended !== true && silent(contact, now) >= LEASE_WIPE;
}

/** How long the server was not heard. */
export function silent(contact: Contact | undefined, now: Millis): Millis {
	return contact ? Math.max(contact.latest, now) - contact.heard : 0;
}
