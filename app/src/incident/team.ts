/** Who is in the team and what each device was last heard to say. Ids as hex, times as numbers. */
import { hex } from '../bytes.ts';
import { Device_State, Level, type Device, Role, type StaffMember, type Team } from '../generated/wire/v1/identity_pb.ts';
import type { Id, Millis, Restricted } from '../replica/api.ts';
import type { CaseView } from './case.ts';

export type DeviceState = 'pending' | 'active' | 'revoked' | 'unknown';

export interface Phone {
	id: Id;
	staff: Id;
	label: string;
	state: DeviceState;
	words: readonly string[];
	/** It waits, and another lead than this one has to compare its words. */
	anotherLead: boolean;
	enrolledAt: Millis;
	/** Absent: never. */
	lastSeen?: Millis;
	unsent: number;
	revokedAt?: Millis;
	/** When it said that it had emptied itself. */
	wipedAt?: Millis;
}

export interface Person {
	id: Id;
	name: string;
	roles: readonly Role[];
	badgeLabel: string;
	phone: string;
	/** On the team from this moment on; absent: from the beginning. */
	from?: Millis;
	/** And before this one; absent: to the end of the event. */
	until?: Millis;
	phones: readonly Phone[];
}

export type GrantLevel = 'none' | 'read' | 'append' | 'write';

export interface Access {
	staff: Id;
	level: Exclude<GrantLevel, 'none'>;
	from: Millis;
	until?: Millis;
}

const STATES = new Map<Device_State, DeviceState>([
	[Device_State.PENDING, 'pending'],
	[Device_State.ACTIVE, 'active'],
	[Device_State.REVOKED, 'revoked']
]);

function phone(device: Device): Phone {
	return {
		id: hex(device.device),
		staff: hex(device.staff),
		label: device.label,
		state: STATES.get(device.state) ?? 'unknown',
		words: device.words,
		anotherLead: device.anotherLead,
		enrolledAt: Number(device.enrolledAt),
		unsent: device.unsent,
		...(device.lastSeen > 0n && { lastSeen: Number(device.lastSeen) }),
		...(device.revokedAt > 0n && { revokedAt: Number(device.revokedAt) }),
		...(device.wipedAt > 0n && { wipedAt: Number(device.wipedAt) })
	};
}

/** Everybody with their phones, in the order of their badges. Revoked phones come last. */
export function people(team: Team): Person[] {
	const phones = team.devices.map(phone);
	const last = (one: Phone) => (one.state === 'revoked' ? 1 : 0);
	return team.staff
		.map((member: StaffMember) => {
			const id = hex(member.staff);
			return {
				id,
				name: member.name,
				roles: member.roles,
				badgeLabel: member.badgeLabel,
				phone: member.phone,
				...termOf(member),
				phones: phones.filter((one) => one.staff === id).sort((a, b) => last(a) - last(b) || a.enrolledAt - b.enrolledAt)
			};
		})
		.sort((a, b) => (a.badgeLabel < b.badgeLabel ? -1 : a.badgeLabel > b.badgeLabel ? 1 : a.name < b.name ? -1 : 1));
}

/** Who was given a case and holds it now. */
export function accessTo(team: Team, caseId: Id, now: Millis): Access[] {
	const found: Access[] = [];
	for (const line of team.grants) {
		const level = line.level === Level.READ ? 'read' : line.level === Level.APPEND ? 'append' : line.level === Level.WRITE ? 'write' : null;
		if (level === null || hex(line.document) !== caseId) continue;
		const until = Number(line.until);
		if (until > 0 && until <= now) continue;
		const access: Access = { staff: hex(line.staff), level, from: Number(line.from) };
		found.push(until > 0 ? { ...access, until } : access);
	}
	return found;
}

/** "Noor" out of "Noor Haddad". */
export function firstName(name: string): string {
	return name.trim().split(/\s+/)[0] ?? '';
}

function termOf(member: StaffMember): { from?: Millis; until?: Millis } {
	return { ...(member.from > 0n && { from: Number(member.from) }), ...(member.until > 0n && { until: Number(member.until) }) };
}

/** Whether somebody is on the team at this moment, as far as their own time goes. */
export function onTeam(person: { from?: Millis; until?: Millis }, now: Millis): boolean {
	return (person.from ?? 0) <= now && now < (person.until ?? Infinity);
}

export function isLead(roles: readonly Role[]): boolean {
	return roles.includes(Role.CHAIR) || roles.includes(Role.ALTERNATE_CHAIR);
}

/** Whom a case must not reach, as far as its author said. */
export interface KeptFrom {
	restricted: Restricted;
	excluded: readonly Id[];
}

/** The leads who may receive a case: the chair first. Nobody: the case stays where it was written. */
export function receivers(team: Team, kept: KeptFrom, now: Millis): Id[] {
	const chair = (member: StaffMember) => member.roles.includes(Role.CHAIR);
	const free = team.staff.filter((member) => {
		if (!isLead(member.roles) || kept.excluded.includes(hex(member.staff))) return false;
		return onTeam(termOf(member), now) && !(kept.restricted === 'chair_named' && chair(member));
	});
	return free.sort((a, b) => Number(chair(b)) - Number(chair(a))).map((member) => hex(member.staff));
}

/**
 * Who reads everything that is written into a case now: the leads whom it may
 * reach, those whom it was given to, and whoever opened it, unless it is
 * restricted: then its author has their own words only.
 */
export function readers(team: Team, record: KeptFrom & { id: Id; view: CaseView }, now: Millis): Id[] {
	const away = new Set([...record.excluded, ...keptAway(team, record.id).map((one) => one.staff)]);
	const here = new Set(team.staff.filter((member) => onTeam(termOf(member), now)).map((member) => hex(member.staff)));
	const author = record.restricted === 'none' ? record.view.opened?.by : undefined;
	const given = accessTo(team, record.id, now).filter((one) => one.level !== 'append');
	const all = [...receivers(team, record, now), ...(author === undefined ? [] : [author]), ...given.map((one) => one.staff)];
	return [...new Set(all)].filter((staff) => here.has(staff) && !away.has(staff));
}

/** Whether a case waits because nobody may receive it. A team that is not known yet says nothing. */
export function waitsForSomebody(team: Team | null, kept: KeptFrom, now: Millis): boolean {
	return team !== null && (!team.open || receivers(team, kept, now).length === 0);
}

export interface KeptAway {
	staff: Id;
	/** Named when the case was opened, stepped back, or kept away by a lead. */
	cause: 'named' | 'stepped_back' | 'by_lead';
	/** The lead who decided it, where one did. */
	by?: Id;
	since: Millis;
	/** The lead who asked to let them near it again; a second one must agree. */
	liftAskedBy?: Id;
	liftAskedAt?: Millis;
}

/** Who is kept away from a case and why, the earliest first. */
export function keptAway(team: Team, caseId: Id): KeptAway[] {
	return team.exclusions
		.filter((line) => hex(line.document) === caseId)
		.map((line): KeptAway => {
			const staff = hex(line.staff);
			const by = hex(line.by);
			const since = Number(line.since);
			const asked = line.liftAskedBy.length > 0 ? { liftAskedBy: hex(line.liftAskedBy), liftAskedAt: Number(line.liftAskedAt) } : {};
			if (by === '') return { staff, cause: 'named', since, ...asked };
			return by === staff ? { staff, cause: 'stepped_back', since, ...asked } : { staff, cause: 'by_lead', by, since, ...asked };
		})
		.sort((a, b) => a.since - b.since || (a.staff < b.staff ? -1 : 1));
}

/** Whether somebody must not learn of a case, as its author or the server said. From whom it is kept is told to leads only. */
export function keptFromSomebody(team: Team | null, record: KeptFrom & { id: Id }): boolean {
	if (record.restricted !== 'none' || record.excluded.length > 0) return true;
	return team !== null && (keptAway(team, record.id).length > 0 || team.apart.some((one) => hex(one) === record.id));
}

/** In which cases somebody was named when they were opened. */
export function namedIn(team: Team, staff: Id): Id[] {
	return team.exclusions.filter((line) => hex(line.staff) === staff && line.by.length === 0).map((line) => hex(line.document));
}

/** Whether a person sees only their own words in a restricted case: nothing by anybody else has reached them. */
export function ownOnly(record: { restricted: Restricted; view: CaseView }, me: Id): boolean {
	const { opened, reports, entries, support, aware, parties, steps } = record.view;
	if (record.restricted === 'none' || opened?.by !== me) return false;
	const all = [...reports, ...entries, ...support, ...aware, ...parties.flatMap((party) => [...party.versions, ...party.earlier]), ...steps.flatMap((step) => step.marks)];
	return all.every((fact) => fact.by === me);
}
