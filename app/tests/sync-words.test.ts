import { describe, expect, it } from 'vitest';
import type { CaseView } from '../src/incident/case.ts';
import type { CaseRecord, Safekeeping, State } from '../src/replica/api.ts';
import { create } from '@bufbuild/protobuf';
import { Role, TeamSchema } from '../src/generated/wire/v1/identity_pb.ts';
import { newReport } from '../src/incident/report.ts';
import { speak } from '../src/words/index.ts';
import { banner, chairLine, entryTick, recordLine, waits } from '../src/words/state.ts';

const ZONE = 'Europe/Berlin';
const AT = (clock: string) => Date.parse(`2026-09-29T${clock}:00+02:00`);
const NOW = AT('14:00');
const NEXT_DAY = Date.parse('2026-09-30T09:00:00+02:00');

const view = (more: Partial<CaseView> = {}): CaseView => ({
	reports: [{ id: 'r', by: 's', device: 'd', at: AT('10:42'), reported_at: AT('10:42'), accounts: {}, answers: {} }],
	parties: [], entries: [], steps: [], support: [], aware: [], tasks: [], attachments: [], registers: {}, police: { state: 'unknown', versions: [] }, unread: 0,
	...more
});
const record = (more: Partial<CaseRecord>): CaseRecord => ({ id: 'c', kind: 'case', codeName: 'Amber Kite', restricted: 'none', excluded: [], held: false, view: view(), unsent: 0, safekeeping: new Map(), ...more });
const state = (more: Partial<State>): State => ({
	lock: { state: 'open', since: 0, by: 'pin', passkey: 'no', over: false }, lost: 0, read: true, ready: true, self: null, pack: null, team: null, connection: { state: 'online' }, allSentAt: null, clockOffset: null, storageProtected: true, storageBroken: null, ledgerAlarm: null,
	opening: null, cases: [], chairs: [], identities: [], notice: null, duty: null, recused: [], recovery: null, pictures: [], parcels: [], drafts: [], updateWaiting: false, ...more
});
const online: State['connection'] = { state: 'online' };
const shown = (line: { text: string; side?: string; spoken: string }) => [line.text, line.side, line.spoken];

describe('the words about one record', () => {
	it('says that it is only on this phone', () => {
		expect(shown(recordLine(record({ unsent: 1, lastSavedAt: AT('10:48') }), online, NOW, ZONE))).toEqual(['Only on this phone', 'saved 10:48', 'Not sent. Only on this phone. Saved 10:48.']);
	});
	it('says that it is sending', () => {
		expect(shown(recordLine(record({ unsent: 5 }), { state: 'sending', done: 3, total: 8, back: false }, NOW, ZONE))).toEqual(['Sending', '3 of 8', 'Sending, 3 of 8 parts.']);
	});
	it('says that it is sent', () => {
		expect(shown(recordLine(record({ lastSentAt: AT('11:05') }), online, NOW, ZONE))).toEqual(['Sent', '11:05', 'Sent 11:05.']);
	});
	it('says that only pictures are left, once every word was sent', () => {
		const safekeeping = new Map<string, Safekeeping>([['a', { where: 'sent', at: AT('12:40') }]]);
		const left = (unsent: number) => shown(recordLine(record({ unsent, lastSentAt: AT('12:40'), safekeeping }), online, NOW, ZONE));
		expect(left(1)).toEqual(['1 picture only on this phone', 'rest sent 12:40', '1 picture not sent. The rest was sent 12:40.']);
		expect(left(2)[0]).toBe('2 pictures only on this phone');
	});
	it('says how many entries are not sent', () => {
		const safekeeping = new Map<string, Safekeeping>([['a', { where: 'phone' }], ['b', { where: 'sent', at: AT('12:40') }]]);
		expect(shown(recordLine(record({ unsent: 1, lastSentAt: AT('12:40'), safekeeping }), online, NOW, ZONE))).toEqual(['1 entry only on this phone', 'rest sent 12:40', '1 entry not sent. The rest was sent 12:40.']);
	});
	it('says until when the chair should know, and when that is past', () => {
		expect(shown(chairLine(view(), 10, AT('10:50'), ZONE))).toEqual(['Chair not told yet', 'aim: by 10:52', 'The chair has not been told. Aim: by 10:52.']);
		expect(chairLine(view(), 10, AT('10:53'), ZONE).side).toBe('was due 10:52');
	});
	it('says that nobody may receive it, whoever found out first', () => {
		const team = create(TeamSchema, { open: true, staff: [{ staff: new Uint8Array(16), name: 'Alma', roles: [Role.CHAIR] }] });
		const about = record({ unsent: 1, restricted: 'chair_named' });
		expect(waits(about, team, 0)).toBe(true);
		expect(waits(record({ unsent: 1 }), team, 0)).toBe(false);
		expect(waits(record({ unsent: 1, held: true }), team, 0)).toBe(true);
		expect(waits(record({ unsent: 1 }), create(TeamSchema, { ...team, open: false }), 0)).toBe(true);
		expect(waits({ ...about, lastSentAt: 5 }, team, 0)).toBe(false);
		expect(shown(recordLine(about, online, NOW, ZONE, true))).toEqual([
			'Waiting: nobody may receive this yet', 'Call the other contact. It stays on this phone.', 'Not sent: nobody may receive this yet. Call the other contact. It stays on this phone.'
		]);
	});
	it('never asks to tell the chair what is about the chair', () => {
		expect(shown(chairLine(view(), 10, AT('10:50'), ZONE, 'chair_named'))).toEqual(['Alternate chair not told yet', 'aim: by 10:52', 'The alternate chair has not been told. Aim: by 10:52.']);
		const knows = view({ chair_knows: { at: AT('10:51'), how: 'voice', by: 's', entry: 'e' } });
		expect(chairLine(knows, 10, AT('10:53'), ZONE, 'chair_named').spoken).toBe('The alternate chair knows since 10:51, told by phone.');
	});
	it('says since when the chair knows, and how', () => {
		expect(shown(chairLine(view({ chair_knows: { at: AT('10:51'), how: 'voice', by: 's', entry: 'e' } }), 10, AT('11:00'), ZONE))).toEqual(['Chair knows', '10:51, by phone', 'The chair knows since 10:51, told by phone.']);
		expect(chairLine(view({ chair_knows: { at: AT('11:06'), how: 'opened', by: 's', entry: 'e' } }), 10, AT('11:10'), ZONE).side).toBe('opened 11:06');
	});
	it('names the day of whatever was not today, in both languages', async () => {
		const safekeeping = new Map<string, Safekeeping>([['a', { where: 'phone' }]]);
		const knows = (how: 'voice' | 'opened') => view({ chair_knows: { at: AT('10:51'), how, by: 's', entry: 'e' } });
		const lines = () => [
			recordLine(record({ unsent: 1, lastSavedAt: AT('10:48') }), online, NEXT_DAY, ZONE),
			recordLine(record({ lastSentAt: AT('11:05') }), online, NEXT_DAY, ZONE),
			recordLine(record({ unsent: 1, lastSentAt: AT('12:40'), safekeeping }), online, NEXT_DAY, ZONE),
			chairLine(knows('voice'), 10, NEXT_DAY, ZONE),
			chairLine(knows('opened'), 10, NEXT_DAY, ZONE),
			chairLine(view(), 10, NEXT_DAY, ZONE)
		].map((line) => line.side);
		const tick = () => entryTick({ where: 'sent', at: AT('11:05') }, NEXT_DAY, ZONE)?.text;
		const since = () => banner(state({ connection: { state: 'offline', since: AT('10:20') } }), NEXT_DAY, ZONE)?.title;
		const said = () => [...lines(), tick(), since()];
		expect(said()).toEqual([
			'saved 29 September 10:48', '29 September 11:05', 'rest sent 29 September 12:40', '29 September 10:51, by phone', 'opened 29 September 10:51', 'was due 29 September 10:52',
			'sent 29 September 11:05', 'No connection since 29 September 10:20'
		]);
		await speak('de');
		expect(said()).toEqual([
			'gespeichert 29. September 10:48', '29. September 11:05', 'Rest gesendet 29. September 12:40', '29. September 10:51, am Telefon', 'geöffnet 29. September 10:51', 'war fällig 29. September 10:52',
			'gesendet 29. September 11:05', 'Keine Verbindung seit 29. September 10:20'
		]);
		await speak('en');
	});
	it('never says that an entry was sent before it was', () => {
		expect(entryTick({ where: 'phone' }, NOW, ZONE)?.text).toBe('only on this phone');
		expect(entryTick({ where: 'sent', at: AT('11:05') }, NOW, ZONE)?.text).toBe('sent 11:05');
		expect(entryTick(undefined, NOW, ZONE)).toBeUndefined();
	});
});

describe('the one banner', () => {
	const title = (more: Partial<State>, now: string) => banner(state(more), AT(now), ZONE)?.title;
	it('is the worst that is true', () => {
		const offline: Partial<State> = { connection: { state: 'offline', since: AT('10:20') } };
		expect(title(offline, '10:49')).toBe('No connection since 10:20');
		const unsent = { ...offline, cases: [record({ unsent: 1 })] };
		expect(banner(state(unsent), AT('10:48'), ZONE)).toMatchObject({ title: '1 case only on this phone', text: 'No connection for 28 minutes. Get it to a second place:', live: 'assertive' });
		expect(title({ ...unsent, storageProtected: false }, '10:48')).toBe('This phone may clear stored reports');
		expect(title({ ...offline, storageProtected: false }, '10:48')).toBe('No connection since 10:20'); // nothing is here that could be lost
		expect(title({ ...offline, storageProtected: false, drafts: [{ id: 'n', startedAt: AT('10:40'), savedAt: AT('10:41'), fields: { note: 'c', said: {} } }] }, '10:48')).toBe('This phone may clear stored reports');
		expect(title({ ...unsent, storageBroken: 'full' }, '10:48')).toBe('Not saved: this phone is full');
	});
	it('counts a report that is still being written among what is only here', () => {
		const report = newReport({ case: 'd', report: 'r', identity: 'i' }, AT('14:08'));
		const offline: Partial<State> = { connection: { state: 'offline', since: AT('14:10') }, drafts: [{ id: 'd', startedAt: AT('14:08'), savedAt: AT('14:12'), fields: { report } }] };
		expect(title(offline, '14:35')).toBe('1 case only on this phone');
		expect(title({ ...offline, cases: [record({ unsent: 1 })] }, '14:35')).toBe('2 cases only on this phone');
		expect(title({ ...offline, cases: [record({ id: 'd' })] }, '14:35')).toBe('No connection since 14:10'); // what it became was sent
	});
	it('counts the seconds to the next attempt', () => {
		expect(title({ connection: { state: 'retrying', at: AT('10:00') + 30_000 } }, '10:00')).toBe('Could not send. Trying again in 30 seconds');
	});
	it('says that it is back, and goes four seconds after all is sent', () => {
		expect(title({ connection: { state: 'sending', done: 3, total: 8, back: true } }, '11:05')).toBe('Back online. Sending 3 of 8');
		expect(title({ allSentAt: AT('11:05') - 3_000 }, '11:05')).toBe('All sent 11:04');
		expect(title({ allSentAt: AT('11:05') - 5_000 }, '11:05')).toBeUndefined();
	});
	it('says by how much the clock is off', () => {
		expect(title({ clockOffset: -2 * 3_600_000 }, '11:05')).toBe('This phone’s clock is off by about 2 hours');
	});
});
