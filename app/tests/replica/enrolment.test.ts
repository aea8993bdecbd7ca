import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import {
	BeginEnrolSchema, DeviceRefSchema, EmptySchema, EnrolChallengeSchema, EnrolledSchema, EnrolStatus_State, EnrolStatusAskSchema, EnrolStatusSchema,
	FinishEnrolSchema, GrantSchema, InviteSchema, Level, NewInviteSchema, ProblemSchema, Role
} from '../../src/generated/wire/v1/identity_pb.ts';
import { Refused } from '../../src/replica/api.ts';
import { concat, hex, sha256, unhex, utf8 } from '../../src/replica/bytes.ts';
import { Enrolling } from '../../src/replica/enrolment.ts';
import { deviceId } from '../../src/replica/keys.ts';
import { Leading } from '../../src/replica/lead.ts';
import { Ledger } from '../../src/replica/ledger.ts';
import type { World } from '../../src/replica/world.ts';
import { EVENT, Hall, opened, STAFF, storageOf } from './hall.ts';

const SECRET = '5e'.repeat(16);
const CHALLENGE = new Uint8Array(32).fill(7);
const PORTAL = (): Response => new Response('<html>Welcome to the hotel</html>', { headers: { 'content-type': 'text/html' } });

type Answers = { [path: string]: (body: Uint8Array, token: string | null) => Response | Promise<Response> };

function answer<D extends DescMessage>(schema: D, message: MessageInitShape<D>, status = 200): Response {
	return new Response(toBinary(schema, create(schema, message)).slice(), { status, headers: { 'content-type': 'application/x-protobuf' } });
}

const problem = (code: string): Response => answer(ProblemSchema, { code, say: 'No.' }, 403);

function talking(hall: Hall, answers: Answers): World {
	return {
		...hall.world(),
		fetch: async (path, request) => {
			const act = answers[path];
			if (!act) throw new TypeError('no network');
			return act(request.body as Uint8Array, new Headers(request.headers).get('authorization'));
		}
	};
}

async function enrolling(hall: Hall, answers: Answers): Promise<{ enrolment: Enrolling; ledger: Ledger; changes: () => number }> {
	const ledger = new Ledger(await storageOf(hall));
	await ledger.reload();
	let changes = 0;
	return { enrolment: new Enrolling(talking(hall, answers), () => Promise.resolve(ledger), opened.wrapping, () => Promise.resolve(void (changes += 1))), ledger, changes: () => changes };
}

/** A server that takes an invite in as the treaty says, and checks the proof. */
function door(active: boolean): { answers: Answers; keys: string[] } {
	const keys: string[] = [];
	const answers: Answers = {
		'/v1/enrol/begin': async (body) => {
			if (hex(fromBinary(BeginEnrolSchema, body).inviteHash) !== hex(await sha256(unhex(SECRET)))) return problem('bad_invite');
			return answer(EnrolChallengeSchema, {
				event: unhex(EVENT), challenge: CHALLENGE, eventName: 'A fair', staffName: 'Noor', roles: [Role.RESPONDER], invitedBy: 'Alma', startsAt: 5n
			});
		},
		'/v1/enrol/finish': async (body) => {
			const asked = fromBinary(FinishEnrolSchema, body);
			const input = concat(
				utf8('safehall/enrol/v1\0'), unhex(EVENT), CHALLENGE, await sha256(unhex(SECRET)), await sha256(asked.signingKey), await sha256(asked.agreementKey)
			);
			const key = await crypto.subtle.importKey('raw', asked.signingKey.slice(), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
			if (!(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, asked.signature.slice(), input))) return problem('bad_signature');
			keys.push(hex(asked.signingKey));
			return answer(EnrolledSchema, { event: unhex(EVENT), device: await deviceId(asked.signingKey), staff: unhex(STAFF), active });
		}
	};
	return { answers, keys };
}

test('an invite is looked at before it is used, and looking uses nothing up', async () => {
	const { enrolment, ledger, changes } = await enrolling(new Hall(), door(true).answers);
	expect(await enrolment.look(SECRET)).toMatchObject({ eventName: 'A fair', staffName: 'Noor', roles: [Role.RESPONDER], invitedBy: 'Alma', startsAt: 5 });
	expect(ledger.get('keys')).toBeUndefined();
	expect(changes()).toBe(0);
});

test.each(['', 'not-hex', '5E'.repeat(16), '5e'.repeat(17)])('%o is no invite, and nobody is asked', async (secret) => {
	const { enrolment } = await enrolling(new Hall(), {});
	await expect(enrolment.look(secret)).rejects.toMatchObject({ code: 'bad_invite' });
});

test('accepting proves the keys, and the device is in after a restart', async () => {
	const hall = new Hall();
	const { enrolment, changes } = await enrolling(hall, door(true).answers);
	await enrolment.accept(SECRET);
	expect(changes()).toBe(1);
	const { ledger } = await enrolling(hall, {});
	expect(ledger.get('enrolled')).toMatchObject({ event: EVENT, self: { state: 'active', staff: STAFF, name: 'Noor', words: [] } });
});

test('an answer that is lost on its way costs no second pair of keys', async () => {
	const hall = new Hall();
	const { answers, keys } = door(true);
	const finish = answers['/v1/enrol/finish']!;
	const lossy: Answers = {
		...answers,
		'/v1/enrol/finish': async (body, token) => {
			await finish(body, token);
			throw new TypeError('the Wi-Fi went away');
		}
	};
	await expect((await enrolling(hall, lossy)).enrolment.accept(SECRET)).rejects.toMatchObject({ code: 'unreachable' });
	await (await enrolling(hall, answers)).enrolment.accept(SECRET);
	expect(keys).toHaveLength(2);
	expect(new Set(keys).size).toBe(1);
});

test('until four words are confirmed the device waits, and shows them', async () => {
	const hall = new Hall();
	let state = EnrolStatus_State.PENDING;
	const { enrolment, ledger, changes } = await enrolling(hall, {
		...door(false).answers,
		'/v1/enrol/status': (body) => {
			expect(fromBinary(EnrolStatusAskSchema, body).signature).toHaveLength(64);
			return answer(EnrolStatusSchema, { state });
		}
	});
	await enrolment.accept(SECRET);
	expect(ledger.get('enrolled')?.self.state).toBe('pending');
	expect(ledger.get('enrolled')?.self.words).toHaveLength(4);
	await enrolment.check();
	expect(changes()).toBe(1);
	state = EnrolStatus_State.ACTIVE;
	await enrolment.check();
	expect(ledger.get('enrolled')?.self).toMatchObject({ state: 'active', words: [] });
	expect(changes()).toBe(2);
});

test('a device that is in takes no second invite', async () => {
	const { enrolment } = await enrolling(new Hall(), door(true).answers);
	await enrolment.accept(SECRET);
	await expect(enrolment.accept(SECRET)).rejects.toMatchObject({ code: 'already_enrolled' });
});

test.each([
	['a server that says no', () => problem('invite_used'), 'invite_used'],
	['a portal', PORTAL, 'unreachable'],
	['bytes that are no answer', () => new Response(Uint8Array.of(0xff), { headers: { 'content-type': 'application/x-protobuf' } }), 'unreachable']
])('%s enrols nobody', async (_name, say, code) => {
	const { enrolment, ledger } = await enrolling(new Hall(), { '/v1/enrol/begin': say });
	await expect(enrolment.accept(SECRET)).rejects.toMatchObject({ code });
	expect(ledger.get('enrolled')).toBeUndefined();
});

test('a lead invites, and the secret of the link stands behind the hash', async () => {
	let team = 0;
	const world = talking(new Hall(), {
		'/v1/invites': (body, token) => {
			expect(token).toBe('Bearer t');
			expect(fromBinary(NewInviteSchema, body)).toMatchObject({ name: 'Lena', roles: [Role.RESPONDER], badgeLabel: 'S 1' });
			return answer(InviteSchema, { secret: unhex(SECRET), endsAt: 9n });
		}
	});
	const lead = new Leading(world, () => Promise.resolve('t'), () => Promise.resolve(void (team += 1)), () => Promise.resolve());
	expect(await lead.invite({ name: 'Lena', roles: [Role.RESPONDER], badgeLabel: 'S 1' })).toEqual({ link: `https://hall.example/#i=${SECRET}`, endsAt: 9 });
	expect(team).toBe(1);
});

test('a lead confirms a device and grants a case; a refusal is said and reloads nothing', async () => {
	let team = 0;
	const world = talking(new Hall(), {
		'/v1/devices/confirm': (body) => {
			expect(hex(fromBinary(DeviceRefSchema, body).device)).toBe(SECRET);
			return answer(EmptySchema, {});
		},
		'/v1/grants': (body) => {
			expect(fromBinary(GrantSchema, body)).toMatchObject({ document: unhex(SECRET), staff: unhex(STAFF), level: Level.APPEND });
			return answer(EmptySchema, {});
		},
		'/v1/exclusions': () => problem('not_allowed')
	});
	const lead = new Leading(world, () => Promise.resolve('t'), () => Promise.resolve(void (team += 1)), () => Promise.resolve());
	await lead.confirm(SECRET);
	await lead.grant(SECRET, STAFF, 'append');
	await expect(lead.exclude(SECRET, STAFF)).rejects.toEqual(new Refused('not_allowed', 'No.'));
	expect(team).toBe(2);
});
