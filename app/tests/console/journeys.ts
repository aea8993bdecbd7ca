/** J1 to J3: what Alma's device holds at about 12:41, after both phones have sent. */
import { create } from '@bufbuild/protobuf';
import { Device_State, Level, Role, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { PackSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import type { Fields } from '../../src/incident/case.ts';
import type { Id, Millis } from '../../src/replica/api.ts';
import { MemoryReplica, put, stored, type Stored } from './memory.ts';

export const id = (name: string): Id => Array.from(new TextEncoder().encode(name), (byte) => byte.toString(16)).join('').padEnd(32, '0').slice(0, 32);
export const bytes = (name: string) => Uint8Array.from(id(name).match(/../g)!, (pair) => parseInt(pair, 16));

/** "10:42" on 29 September 2026 in Berlin. */
export const at = (clock: string): Millis => Date.parse(`2026-09-29T${clock}:00+02:00`);

export const AMBER = id('amber');
export const QUIET = id('quiet');
const NEW = id('silver');

function writer(document: Stored, person: string, device: string) {
	return (into: string, name: string, clock: string, fields: Fields, received: string, register?: string) => put(document, into, id(name), id(person), id(device), at(clock), fields, at(received), register);
}

export function documents(): Stored[] {
	const amber = stored(AMBER, 'case', 'Amber Kite');
	const noor = writer(amber, 'noor', 'N1');
	noor('opened', 'a-open', '10:42', { policy: '2024-09-24', drill: false }, '11:05');
	noor('reports', 'a-rep', '10:42', { reported_at: at('10:42') }, '11:05');
	noor('accounts', 'a-acc0', '10:44', { report: id('a-rep'), part: 'words', text: 'He kept following me from the talk' }, '11:05');
	noor('accounts', 'a-acc', '10:46', { report: id('a-rep'), part: 'words', text: 'He kept following me from the talk to the coffee place and said I should not be so shy. I told him to stop.', replaces: id('a-acc0') }, '11:05');
	noor('marks', 'a-back', '10:48', { target: id('a-acc'), mark: 'read_back', value: 'yes' }, '11:05');
	const said: [string, Fields][] = [
		['relation', { value: 'affected' }],
		['channel', { value: 'in_person' }],
		['account_form', { value: 'transcribed' }],
		['occurred', { time: { kind: 'around', from: at('10:15'), to: at('10:30'), words: 'after the second talk' } }],
		['place', { value: 'foyer' }],
		['asked_to_stop', { value: 'yes' }],
		['asked_to_stop_at', { time: { kind: 'at', from: at('10:30') } }],
		['complied', { value: 'no' }],
		['category/following', { value: 'yes' }],
		['reporter', { value: 'named' }],
		['reporter_identity', { value: id('dana') }],
		['may_share_name_with', { value: 'chair' }]
	];
	for (const [field, value] of said) noor('answers', `a-${field}`, '10:46', { report: id('a-rep'), field, ...value }, '11:05');
	noor('parties', 'a-p1', '10:47', { party: id('p0417'), report: id('a-rep'), kind: 'reported', badge: '0417', description: 'tall, grey hoodie', confidence: 'likely' }, '11:05');
	noor('support', 'a-s1', '10:43', { kind: 'private_place', text: 'Room 0.3' }, '11:05');
	noor('support', 'a-s2', '10:43', { kind: 'fetch', text: 'Ben, Foyer, blue jacket' }, '11:05');
	for (const [step, result] of [['IR2', 'done'], ['IR3', 'done'], ['IR5', 'done'], ['IR6', 'done']] as const) noor('steps', `a-${step}`, '10:43', { step, result }, '11:05');
	noor('entries', 'a-pw0', '10:44', { kind: 'police_wish', value: 'does_not_want' }, '11:05');
	noor('entries', 'a-told', '10:51', { kind: 'chair_told', value: 'voice', who: 'Alma Reyes' }, '11:05');
	noor('entries', 'a-pl1', '12:02', { kind: 'set', field: 'place', value: 'terrace' }, '12:40', 'place');
	noor('parties', 'a-p2', '12:02', { party: id('barista'), kind: 'witness', description: 'barista, venue staff' }, '12:40');
	noor('steps', 'a-IR5b', '12:02', { step: 'IR5', result: 'done' }, '12:40');
	noor('entries', 'a-note', '12:02', { kind: 'note', text: 'Dana asks for escort at 18:00' }, '12:40');
	noor('entries', 'a-pw1', '12:01', { kind: 'police_wish', value: 'does_not_want', replaces: id('a-pw0') }, '12:40');
	const jonasIn = writer(amber, 'jonas', 'J1');
	jonasIn('entries', 'a-spoke', '11:58', { kind: 'spoke_with', text: 'Spoke with Ben in the Foyer' }, '12:40');
	jonasIn('strikes', 'a-strike', '12:05', { target: id('a-spoke'), reason: 'wrong person' }, '12:40');
	jonasIn('entries', 'a-pl2', '12:05', { kind: 'set', field: 'place', value: 'foyer' }, '12:40', 'place');
	jonasIn('entries', 'a-pw2', '12:04', { kind: 'police_wish', value: 'undecided', replaces: id('a-pw0') }, '12:40');

	const identity = stored(id('dana'), 'identity', '', AMBER);
	put(identity, 'persons', id('dana-p'), id('noor'), id('N1'), at('10:47'), { report: id('a-rep'), name: 'Dana Okafor', safety: 'he saw my badge' }, at('11:05'));

	const quiet = stored(QUIET, 'case', 'Quiet Delta');
	const jonas = writer(quiet, 'jonas', 'J1');
	jonas('opened', 'q-open', '11:10', { policy: '2024-09-24', drill: false }, '11:31');
	jonas('reports', 'q-rep', '11:10', { reported_at: at('11:10') }, '11:31');
	jonas('accounts', 'q-acc', '11:12', { report: id('q-rep'), part: 'words', text: 'a man with a grey hoodie, badge 417, wouldn’t leave Dana alone, around half past ten, Foyer' }, '11:31');
	jonas('answers', 'q-rel', '11:12', { report: id('q-rep'), field: 'relation', value: 'witness' }, '11:31');
	jonas('answers', 'q-occ', '11:12', { report: id('q-rep'), field: 'occurred', time: { kind: 'around', from: at('10:30') } }, '11:31');
	jonas('answers', 'q-place', '11:12', { report: id('q-rep'), field: 'place', value: 'foyer' }, '11:31');
	jonas('parties', 'q-p1', '11:13', { party: id('q417'), report: id('q-rep'), kind: 'reported', badge: '417', confidence: 'guess' }, '11:31');
	jonas('parties', 'q-p2', '11:13', { party: id('q-dana'), report: id('q-rep'), kind: 'affected', name: 'Dana', description: 'talk volunteer lanyard' }, '11:31');

	const silver = stored(NEW, 'case', 'Silver Otter');
	const mei = writer(silver, 'mei', 'M1');
	mei('opened', 's-open', '12:20', { policy: '2024-09-24', drill: false }, '12:36');
	mei('reports', 's-rep', '12:20', { reported_at: at('12:20') }, '12:36');
	mei('accounts', 's-acc', '12:22', { report: id('s-rep'), part: 'words', text: 'They would not stop commenting on my clothes.' }, '12:36');
	mei('answers', 's-place', '12:22', { report: id('s-rep'), field: 'place', value: 'hall-2' }, '12:36');
	mei('answers', 's-cat', '12:22', { report: id('s-rep'), field: 'category/comments', value: 'yes' }, '12:36');
	return [amber, identity, quiet, silver];
}

export function pack() {
	const room = (key: string, name: string) => ({ id: key, name });
	return create(PackSchema, {
		event: bytes('asg'),
		name: 'All Systems Go! (test)',
		timeZone: 'Europe/Berlin',
		startsAt: BigInt(at('09:00')),
		endsAt: BigInt(at('19:00') + 86_400_000),
		rooms: [room('main-hall', 'Main Hall'), room('hall-2', 'Hall 2'), room('foyer', 'Foyer'), room('terrace', 'Terrace')],
		categories: [
			{ code: 'following', title: 'Following' },
			{ code: 'comments', title: 'Unwelcome comments' }
		],
		steps: [
			{ code: 'IR2', title: 'Private place', when: 'now' },
			{ code: 'IR3', title: 'Trusted person', when: 'now' },
			{ code: 'IR5', title: 'Emergency contacts', when: 'now' },
			{ code: 'IR6', title: 'Police or security', when: 'now' },
			{ code: 'CM1', title: 'What happened?', say: 'What happened?', when: 'after CM0' },
			{ code: 'CM2', title: 'Are we doing anything about it?', say: 'Are we doing anything about it?', when: 'after CM0' },
			{ code: 'CM3', title: 'Who is doing those things?', say: 'Who is doing those things?', when: 'after CM0' },
			{ code: 'CM4', title: 'When are they doing them?', say: 'When are they doing them?', when: 'after CM0' }
		],
		targets: { chairTold: 10, chairToldAlert: 15, meeting: 60, followUp: 480 }
	});
}

export function team() {
	const staff = (key: string, name: string, role: Role, badge: string) => ({ staff: bytes(key), name, roles: [role], badgeLabel: badge, phone: '' });
	const device = (label: string, owner: string, seen: string, unsent: number, state = Device_State.ACTIVE, words: string[] = []) => ({
		device: bytes(label),
		staff: bytes(owner),
		label,
		state,
		words,
		enrolledAt: BigInt(at('08:30')),
		lastSeen: BigInt(at(seen)),
		unsent
	});
	return create(TeamSchema, {
		open: true,
		staff: [
			staff('alma', 'Alma Reyes', Role.CHAIR, 'STAFF 01'),
			{ ...staff('tom', 'Tom Lindqvist', Role.EVENT_MANAGER, 'STAFF 02'), roles: [Role.EVENT_MANAGER, Role.ALTERNATE_CHAIR], phone: '+49 30 5550 102' },
			staff('noor', 'Noor Haddad', Role.RESPONDER, 'STAFF 11'),
			staff('jonas', 'Jonas Brandt', Role.RESPONDER, 'STAFF 12'),
			staff('mei', 'Mei Tanaka', Role.RESPONDER, 'STAFF 13'),
			staff('rui', 'Rui Costa', Role.RESPONDER, 'STAFF 21')
		],
		devices: [
			device('A1', 'alma', '12:40', 0),
			device('T1', 'tom', '12:40', 0),
			device('N1', 'noor', '12:40', 0),
			device('J1', 'jonas', '12:31', 0),
			device('M1', 'mei', '11:40', 2),
			device('R1', 'rui', '12:39', 0, Device_State.PENDING, ['amber', 'ladder', 'violet', 'harbour'])
		],
		grants: [{ document: bytes('amber'), staff: bytes('jonas'), level: Level.WRITE, from: BigInt(at('11:40')), until: 0n, by: bytes('alma') }]
	});
}

/** Alma's laptop at `clock`, connected. */
export function alma(clock = '12:41', held = documents()): MemoryReplica {
	return new MemoryReplica(
		held,
		{
			lock: { state: 'open', since: 0, by: 'pin', passkey: 'no', over: false },
			lost: 0,
			ready: true,
			opening: null,
			self: { state: 'active', device: id('A1'), staff: id('alma'), name: 'Alma Reyes', roles: [Role.CHAIR], badgeLabel: 'STAFF 01', label: 'A1', words: [] },
			pack: pack(),
			team: team(),
			connection: { state: 'online' },
			allSentAt: at(clock),
			clockOffset: 0,
			storageProtected: true,
			read: true,
			storageBroken: null,
			ledgerAlarm: null,
			pictures: [],
			parcels: [],
			drafts: [],
			recused: [],
			recovery: null,
			updateWaiting: false
		},
		() => at(clock)
	);
}
