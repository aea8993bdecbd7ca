/** Why the server did not do something, by the code that it gives. */
export const problems = {
	not_found: 'There is nothing here.',
	sign_in: 'This device needs to show again who it is.',
	revoked: 'This device no longer has access.',
	unreadable: 'The server could not read this message.',
	wrong_origin: 'This page may not speak to the server.',
	too_big: 'This message is too big.',
	too_slow: 'The message took too long to arrive.',
	no_such_invite: 'This invitation is unknown, used or out of date. Ask for a new one.',
	bad_proof: 'The server could not check who this is. Try again.',
	invalid: 'Something in this form is missing or too long.',
	does_not_fit: 'This cannot be taken into the case: it builds on something that is not there, or cannot be read.',
	too_often: 'Too many attempts. Wait a minute and try again.',
	busy: 'The server is busy. Try again in a moment.',
	not_saved: 'The server could not write this down. Nothing has changed. Try again.',
	broken: 'Something went wrong on the server. Nothing was promised.',
	last_lead: 'Nobody would be left to lead. Let another lead in first.',
	another_lead: 'The phone is not let in yet. You made its invite, so another lead compares the words.',
	would_tell: 'This case names another one, which not everybody may know of. It was not given: what is written cannot be taken out. Another lead may know more.',
	unreachable: 'The server could not be reached. Nothing has changed.',
	locked: 'This phone is locked.'
} as { readonly [code: string]: string };
