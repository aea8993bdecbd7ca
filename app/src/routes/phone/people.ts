/** Who can be called, out of the team and the event pack. */
import { hex } from '../../bytes.ts';
import { Role, type Id, type State } from '../../replica/api.ts';
import { isLead as leadsBy, type KeptFrom } from '../../incident/team.ts';
import { words } from '../../words/index.ts';

export interface Person {
	id: Id;
	name: string;
	first: string;
	roles: string;
	phone: string;
	badge: string;
}

export function roleWord(role: Role): string {
	const say = words.common.role;
	switch (role) {
		case Role.RESPONDER:
			return say.responder;
		case Role.CHAIR:
			return say.chair;
		case Role.ALTERNATE_CHAIR:
			return say.alternate;
		case Role.EVENT_MANAGER:
			return say.manager;
		case Role.ANNOUNCER:
			return say.announcer;
		case Role.ADMIN:
			return say.admin;
		case Role.UNSPECIFIED:
			return '';
	}
}

export function roleWords(roles: readonly Role[]): string {
	return roles.map(roleWord).filter(Boolean).join(', ');
}

/** The whole team in the order of the team list. */
export function staff(state: State): (Person & { is: readonly Role[] })[] {
	const contacts = state.pack?.contacts ?? [];
	return (state.team?.staff ?? []).map((member) => ({
		id: hex(member.staff),
		name: member.name,
		first: member.name.split(' ')[0] ?? member.name,
		roles: roleWords(member.roles),
		phone: member.phone || contacts.find((contact) => contact.name === member.name)?.phone || '',
		badge: member.badgeLabel,
		is: member.roles
	}));
}

/** The chair, then the alternates, without those whom a case is kept from. Before the team is known: the contacts of the pack. */
export function leads(state: State, kept: KeptFrom = { restricted: 'none', excluded: [] }): Person[] {
	const team = staff(state);
	const found = [...team.filter((member) => member.is.includes(Role.CHAIR)), ...team.filter((member) => member.is.includes(Role.ALTERNATE_CHAIR) && !member.is.includes(Role.CHAIR))];
	if (found.length > 0) return found.filter((member) => !away(member, kept));
	if (kept.restricted !== 'none') return []; // nobody knows which of the contacts it is about
	return (state.pack?.contacts ?? [])
		.filter((contact) => contact.urgent)
		.map((contact) => ({ id: '', name: contact.name, first: contact.name.split(' ')[0] ?? contact.name, roles: contact.role, phone: contact.phone, badge: '' }));
}

/** Who can put something right that nobody did on purpose: whoever runs the event, then the leads. */
export function managers(state: State): Person[] {
	const run = staff(state).filter((member) => member.is.includes(Role.EVENT_MANAGER));
	return [...run, ...leads(state).filter((lead) => !run.some((member) => member.id === lead.id))];
}

/** Whom to call about a case that no lead knows of. Who has not answered for too long is not the first any more. */
export function callOrder(people: readonly Person[], late: boolean): { first: Person | undefined; others: Person[] } {
	const reached = people.filter((person) => tel(person.phone));
	const first = (late ? reached[1] : undefined) ?? reached[0];
	return { first, others: reached.filter((person) => person !== first) };
}

function away(member: { id: Id; is: readonly Role[] }, kept: KeptFrom): boolean {
	return kept.excluded.includes(member.id) || (kept.restricted === 'chair_named' && member.is.includes(Role.CHAIR));
}

/** Whom to turn to when nobody in the team may receive a case: who stands outside of it, else any contact whom it is not about. */
export function outside(state: State, kept: KeptFrom): { name: string; phone: string } | undefined {
	const contacts = (state.pack?.contacts ?? []).filter((contact) => tel(contact.phone));
	const named = staff(state)
		.filter((member) => away(member, kept))
		.map((member) => member.name);
	return contacts.find((contact) => contact.outside) ?? contacts.find((contact) => !named.includes(contact.name));
}

export function isLead(state: State): boolean {
	return leadsBy(state.self?.roles ?? []);
}

/** A name for somebody who wrote something. */
export function nameOf(state: State, id: Id): string {
	if (state.self?.staff === id) return words.common.you;
	return staff(state).find((member) => member.id === id)?.name ?? words.common.someone;
}

/** As people call each other. */
export function first(name: string): string {
	return name.split(' ')[0] ?? name;
}

/** A link that calls. Empty for no number. */
export function tel(number: string): string | undefined {
	const digits = number.replace(/[^+\d]/g, '');
	return digits ? `tel:${digits}` : undefined;
}

/** A link that opens a text message. `body` names nobody but its sender. */
export function sms(number: string, body: string): string | undefined {
	const digits = number.replace(/[^+\d]/g, '');
	return digits ? `sms:${digits}?body=${encodeURIComponent(body)}` : undefined;
}
