/** Chooses the sync words for what is true now. Pure: the moment and the zone are arguments. */
import type { CaseView } from '../incident/case.ts';
import { readReport, unwritten } from '../incident/report.ts';
import { waitsForSomebody } from '../incident/team.ts';
import type { CaseRecord, Id, IdentityRecord, Restricted, Safekeeping, State } from '../replica/api.ts';
import type { BannerLine, SyncLine } from '../ui/lines.ts';
import { moment } from './format.ts';
import { words } from './index.ts';

const MINUTE = 60_000;
/** From here on, being offline with something unsent is worth getting it to a second place. */
export const LONG_OFFLINE = 20 * MINUTE;
/** A clock that is this far off is worth a word. */
export const CLOCK_OFF = 2 * MINUTE;
/** How long "All sent" stays. */
export const ALL_SENT_SHOWN = 4_000;

/** Whether nobody may receive a case: the server said so, or the team as this phone knows it does. */
export function waits(record: CaseRecord, team: State['team'], now: number): boolean {
	return record.unsent > 0 && record.lastSentAt === undefined && (record.held || waitsForSomebody(team, record, now));
}

/** Where the record is. `held`: nobody may receive it. `beside`: what else of it is only here. */
export function recordLine(record: CaseRecord, connection: State['connection'], now: number, zone: string, held = false, beside = 0): SyncLine {
	const say = words.sync;
	if (held) return { key: 'record', tone: 'wait', icon: 'phone', ...say.held };
	if (record.unsent > 0 && connection.state === 'sending') {
		const { done, total } = connection;
		return { key: 'record', tone: 'plain', icon: 'send', text: say.sending.text, side: say.sending.side(done, total), spoken: say.sending.spoken(done, total) };
	}
	const only = record.unsent > 0 || beside > 0;
	if (only && record.lastSentAt !== undefined) {
		const at = moment(record.lastSentAt, now, zone);
		const count = unsentEntries(record) + beside;
		// Every word was sent: what is left are pictures.
		if (count === 0) return { key: 'record', tone: 'wait', icon: 'phone', text: say.partSent.pictures(record.unsent), side: say.partSent.side(at), spoken: say.partSent.picturesSpoken(record.unsent, at) };
		return { key: 'record', tone: 'wait', icon: 'phone', text: say.partSent.text(count), side: say.partSent.side(at), spoken: say.partSent.spoken(count, at) };
	}
	if (only) {
		const at = record.lastSavedAt === undefined ? '' : moment(record.lastSavedAt, now, zone);
		return { key: 'record', tone: 'wait', icon: 'phone', text: say.onPhone.text, side: say.onPhone.side(at), spoken: say.onPhone.spoken(at) };
	}
	const refused = [...record.safekeeping.values()].filter((keeping) => keeping.where === 'not_accepted').length;
	if (refused > 0) return { key: 'record', tone: 'wait', icon: 'phone', text: say.notTaken.text(refused), side: say.notTaken.side, spoken: say.notTaken.spoken(refused) };
	if (record.lastSentAt === undefined) return { key: 'record', tone: 'plain', icon: 'check', text: say.sent.text, spoken: `${say.sent.text}.` };
	const at = moment(record.lastSentAt, now, zone);
	const via = record.lastVia;
	const by = via === undefined ? { side: say.sent.side(at), spoken: say.sent.spoken(at) } : { side: say.sent.sideVia(at, via), spoken: say.sent.spokenVia(at, via) };
	return { key: 'record', tone: 'plain', icon: 'check', text: say.sent.text, ...by };
}

function unsentEntries(record: CaseRecord | IdentityRecord): number {
	let count = 0;
	for (const keeping of record.safekeeping.values()) if (keeping.where === 'phone') count += 1;
	return count;
}

/** Whether the chair knows. `target`: minutes from the report, 0 for none. */
export function chairLine(view: CaseView, target: number, now: number, zone: string, restricted: Restricted = 'none'): SyncLine {
	const say = words.sync;
	const who = restricted === 'chair_named' ? say.lead.alternate : say.lead.chair;
	const knows = view.chair_knows;
	if (knows) {
		const at = moment(knows.at, now, zone);
		const opened = knows.how === 'opened';
		const how = knows.how === 'opened' ? '' : say.chairKnows.how[knows.how];
		return {
			key: 'chair',
			tone: 'know',
			icon: 'check2',
			text: say.chairKnows.text(who),
			side: opened ? say.chairKnows.opened(at) : say.chairKnows.side(at, how),
			spoken: opened ? say.chairKnows.spokenOpened(who, at) : say.chairKnows.spoken(who, at, how)
		};
	}
	const reported = view.reports[0]?.reported_at ?? view.opened?.at;
	const line: SyncLine = { key: 'chair', tone: 'wait', icon: 'clock', text: say.chairNotTold.text(who), spoken: say.chairNotTold.spoken(who) };
	if (reported === undefined || target === 0) return line;
	const due = reported + target * MINUTE;
	const by = moment(due, now, zone);
	return now > due ? { ...line, side: say.chairNotTold.was(by), spoken: say.chairNotTold.spokenWas(who, by) } : { ...line, side: say.chairNotTold.aim(by), spoken: say.chairNotTold.spokenAim(who, by) };
}

/** Where one entry is. Entries of others came from the server: they have no tick of their own. */
export function entryTick(keeping: Safekeeping | undefined, now: number, zone: string): SyncLine | undefined {
	const say = words.sync.tick;
	switch (keeping?.where) {
		case undefined:
			return undefined;
		case 'phone':
			return { key: 'tick', tone: 'wait', icon: 'phone', text: say.phone, spoken: say.phoneSpoken };
		case 'sent':
			return sentTick(moment(keeping.at, now, zone), keeping.via);
		case 'not_accepted':
			return { key: 'tick', tone: 'wait', icon: 'phone', text: say.notAccepted, spoken: say.notAcceptedSpoken };
	}
}

function sentTick(at: string, via: string | undefined): SyncLine {
	const say = words.sync.tick;
	if (via !== undefined) return { key: 'tick', tone: 'plain', icon: 'check', text: say.sentVia(at, via), spoken: words.sync.sent.spokenVia(at, via) };
	return { key: 'tick', tone: 'plain', icon: 'check', text: say.sent(at), spoken: say.sentSpoken(at) };
}

/** Reports that are being written and are no case yet. */
export function looseReports(state: State): number {
	return state.drafts.filter((draft) => readReport(draft.fields) && !state.cases.some((record) => record.id === draft.id)).length;
}

/** Whether an element stands in what this device holds. */
export function isWritten(state: State): (element: Id) => boolean {
	return (element) => [...state.cases, ...state.identities].some((record) => record.safekeeping.has(element));
}

/** What of a case is only here, beside its own entries: what was typed in its report and is not written down yet, and who told it. */
export function besides(state: State, id: Id): number {
	const told = state.identities.filter((identity) => identity.parent === id && identity.unsent > 0);
	return told.reduce((sum, identity) => sum + Math.max(1, unsentEntries(identity)), typed(state, id));
}

function typed(state: State, id: Id): number {
	const draft = state.drafts.find((one) => one.id === id);
	const report = draft && readReport(draft.fields);
	return report ? unwritten(report, isWritten(state)) : 0;
}

/** Whether something is typed and not written down yet, in a report or in a case. */
export function stillTyped(state: State): boolean {
	return looseReports(state) > 0 || state.cases.some((record) => typed(state, record.id) > 0);
}

/** Cases that only this device holds, in whole or in part, also those that their writer stepped back from. A report that is no case yet is one of them: somebody told it. */
export function unsentCases(state: State): number {
	return looseReports(state) + state.cases.filter((record) => record.unsent > 0 || besides(state, record.id) > 0).length + state.recused.filter(({ only }) => only).length;
}

/** The one banner of the phone: the worst that is true. */
export function banner(state: State, now: number, zone: string): BannerLine | undefined {
	const say = words.sync.phone;
	const connection = state.connection;
	if (state.self?.state === 'revoked') return { key: 'revoked', tone: 'plain', icon: 'lock', ...say.revoked, live: 'assertive' };
	if (state.storageBroken) return { key: 'broken', tone: 'wait', icon: 'drive', ...words.common.notSaved[state.storageBroken], live: 'assertive' };
	const unsent = unsentCases(state);
	if (state.storageProtected === false && (unsent > 0 || state.drafts.some((draft) => draft.fields['note'] !== undefined))) return { key: 'storage', tone: 'wait', icon: 'drive', ...say.storage, live: 'polite' };
	if (connection.state === 'offline') {
		const long = now - connection.since;
		if (long >= LONG_OFFLINE && unsent > 0) {
			return { key: 'long', tone: 'wait', icon: 'offline', title: say.longOffline.title(unsent), text: say.longOffline.text(Math.floor(long / MINUTE)), live: 'assertive' };
		}
		return { key: 'offline', tone: 'plain', icon: 'offline', title: say.offline.title(moment(connection.since, now, zone)), text: say.offline.text, live: 'polite' };
	}
	if (connection.state === 'retrying') {
		const seconds = Math.max(1, Math.ceil((connection.at - now) / 1000));
		return { key: 'retry', tone: 'wait', icon: 'refresh', title: say.retry.title(seconds), text: say.retry.text, live: 'off' };
	}
	if (connection.state === 'signed_out') return { key: 'signed_out', tone: 'plain', icon: 'lock', ...say.signedOut, live: 'polite' };
	if (connection.state === 'sending') {
		const { done, total, back } = connection;
		return { key: 'sending', tone: 'plain', icon: 'send', title: back ? say.back(done, total) : say.sending(done, total), live: 'polite' };
	}
	if (state.clockOffset !== null && Math.abs(state.clockOffset) >= CLOCK_OFF) {
		return { key: 'clock', tone: 'wait', icon: 'clock', title: say.clock.title(roughly(Math.abs(state.clockOffset))), text: say.clock.text, live: 'polite' };
	}
	if (unsent === 0 && state.allSentAt !== null && now - state.allSentAt < ALL_SENT_SHOWN) {
		return { key: 'sent', tone: 'know', icon: 'check2', title: say.allSent(moment(state.allSentAt, now, zone)), live: 'polite' };
	}
	return undefined;
}

function roughly(span: number): string {
	if (span < 60 * MINUTE) return words.sync.minutes(Math.round(span / MINUTE));
	if (span < 48 * 60 * MINUTE) return words.sync.hours(Math.round(span / (60 * MINUTE)));
	return words.sync.days(Math.round(span / (24 * 60 * MINUTE)));
}
