/** After the event: whose time on the team still runs, which phones are empty, and until when anything is kept. */
import type { Id, Millis } from '../replica/api.ts';
import { isLead, onTeam, type Person, type Phone } from './team.ts';

export interface Ending {
	/** Whose time on the team runs on: everybody but the leads, who close what is open. */
	running: readonly Person[];
	/** Phones that said that they are empty. */
	emptied: readonly Phone[];
	/** Phones that have not said so yet. */
	held: readonly Phone[];
	/** Entries that phones still had to send when they were last heard of. */
	unsent: number;
	/** Phones that have something that is nowhere else, as they said last. */
	withUnsent: readonly Phone[];
}

export function ending(everyone: readonly Person[], now: Millis): Ending {
	const others = everyone.filter((person) => !isLead(person.roles));
	const phones = others.flatMap((person) => person.phones).filter((phone) => phone.state !== 'pending');
	const held = phones.filter((phone) => phone.wipedAt === undefined);
	return {
		running: others.filter((person) => onTeam(person, now)),
		emptied: phones.filter((phone) => phone.wipedAt !== undefined),
		held,
		unsent: held.reduce((sum, phone) => sum + phone.unsent, 0),
		withUnsent: held.filter((phone) => phone.unsent > 0)
	};
}

/** Whose time ends when the event is over, and what is left of it. */
export function leaving(one: Ending, now: Millis): { staff: Id; from: Millis; until: Millis }[] {
	return one.running.map((person) => ({ staff: person.id, ...endTerm(person, now) }));
}

/** A time on the team that ends now. Of somebody who was only to come nothing is left: it would end before it begins. */
export function endTerm({ from }: Pick<Person, 'from'>, now: Millis): { from: Millis; until: Millis } {
	return { from: from !== undefined && from < now ? from : 0, until: now };
}
