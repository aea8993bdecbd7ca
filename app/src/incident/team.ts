/** Who is in the team and what each device was last heard to say. Ids as hex, times as numbers. */
import { Device_State, Level, type Device, type Role, type StaffMember, type Team } from '../generated/wire/v1/identity_pb.ts';
import type { Id, Millis } from '../replica/api.ts';

export type DeviceState = 'pending' | 'active' | 'revoked' | 'unknown';

export interface Phone {
	id: Id;
	staff: Id;
	label: string;
	state: DeviceState;
	words: readonly string[];
	enrolledAt: Millis;
	/** Absent: never. */
	lastSeen?: Millis;
	unsent: number;
}

export interface Person {
	id: Id;
	name: string;
	roles: readonly Role[];
	badgeLabel: string;
	phone: string;
	phones: readonly Phone[];
}

export type GrantLevel = 'none' | 'read' | 'append' | 'write';

export interface Access {
	staff: Id;
	level: Exclude<GrantLevel, 'none'>;
	from: Millis;
	until?: Millis;
}

export function hex(bytes: Uint8Array): Id {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const STATES = new Map<Device_State, DeviceState>([
	[Device_State.PENDING, 'pending'],
	[Device_State.ACTIVE, 'active'],
	[Device_State.REVOKED, 'revoked']
]);

function phone(device: Device): Phone {
	const seen = Number(device.lastSeen);
	const read: Phone = {
		id: hex(device.device),
		staff: hex(device.staff),
		label: device.label,
		state: STATES.get(device.state) ?? 'unknown',
		words: device.words,
		enrolledAt: Number(device.enrolledAt),
		unsent: device.unsent
	};
	return seen > 0 ? { ...read, lastSeen: seen } : read;
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
