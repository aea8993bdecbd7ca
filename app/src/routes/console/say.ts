/** Turns what the rules decided into the words of the console. */
import type { Answer, Entry, Time } from '../../incident/case.ts';
import type { PerhapsBy } from '../../incident/casefile.ts';
import type { Row } from '../../incident/inbox.ts';
import type { LedgerLine } from '../../incident/ledger.ts';
import type { Dispute } from '../../incident/settle.ts';
import type { Moment } from '../../incident/timeline.ts';
import { Role } from '../../generated/wire/v1/identity_pb.ts';
import { beside, date, quote, spokenTime } from '../../words/format.ts';
import { words } from '../../words/index.ts';
import { languageName } from '../../words/languages.ts';
import type { Desk } from './desk.svelte.ts';

/** The word for a code, if there is one; else the code's own text. */
export function wordFor(table: { readonly [code: string]: string }, code: string | undefined): string {
	return code === undefined ? '' : (table[code] ?? code);
}

function sentence(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "5 min", "16 h", "2 days" */
export function span(milliseconds: number): string {
	const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
	if (minutes < 60) return words.sync.minutes(minutes);
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? words.sync.hours(hours) : words.sync.days(Math.floor(hours / 24));
}

/** "Following, not complied, reported by affected person. 2 accounts." No name and nothing typed. */
export function rowLine(row: Row, desk: Desk): string {
	const say = words.console;
	const titles = row.categories.map((code) => desk.state.pack?.categories.find((category) => category.code === code)?.title ?? '').map((title) => words.language.within(title));
	const about = [...row.rooms.map((room) => desk.place(room)), ...titles, row.notComplied ? say.inbox.notComplied : '', row.relation === null ? '' : wordOr(say.inbox.reportedBy, row.relation, '')].filter(Boolean);
	const told = row.accounts === 0 ? say.inbox.noAccount : say.inbox.accounts(row.accounts);
	return [about.length ? `${sentence(about.join(', '))}.` : '', `${told}.`].filter(Boolean).join(' ');
}

/** A word out of a closed table; anything else is left out, because somebody may have typed it. */
function wordOr(table: { readonly [code: string]: string }, code: string, other: string): string {
	return Object.hasOwn(table, code) ? (table[code] ?? other) : other;
}

export function nextLine(row: Row, desk: Desk): string {
	const say = words.console;
	const { next, due, over } = row.standing;
	const what = next === 'settle' ? say.inbox.next.settle(row.decisions) : say.inbox.next[next];
	if (due === null || next === 'none') return what;
	return `${what}. ${over > 0 ? say.inbox.was(desk.moment(due)) : say.inbox.by(desk.moment(due))}`;
}

export function fieldWord(field: string, desk: Desk): string {
	const say = words.console;
	if (field.startsWith('category/')) {
		const code = field.slice('category/'.length);
		return `${say.field.category}: ${desk.state.pack?.categories.find((category) => category.code === code)?.title ?? code}`;
	}
	return wordOr(say.field, field, say.field.other);
}

export function valueWord(field: string, value: string | undefined, desk: Desk): string {
	const say = words.console;
	if (value === undefined) return words.common.notKnown;
	if (field === 'place') return desk.place(value);
	if (field === 'language') return languageName(value);
	if (field === 'lead_responder') return desk.name(value);
	return wordFor(say.value, value);
}

/** "around 10:15–10:30, “after the second talk”". `now` null: on paper. */
export function timeWords(time: Time, desk: Desk, now: number | null = desk.now): string {
	return [spokenTime(time, now, desk.zone, words.sheets.time.spoken), time.words ? quote(time.words) : ''].filter(Boolean).join(', ');
}

/** Whether what was told of ended on another day than it began: a clock time alone would not say so. */
export function overnight(told: Time | undefined, desk: Desk): boolean {
	return told?.from !== undefined && told.to !== undefined && date(told.from, desk.now, desk.zone) !== date(told.to, desk.now, desk.zone);
}

/** One or two short lines for the time column: clock times, so an end on another day is not among them. */
export function atLines(moment: Moment, desk: Desk): string[] {
	const { told } = moment;
	if (!told || (told.from === undefined && told.to === undefined)) return [desk.clock(moment.when)];
	const from = told.from === undefined ? '' : desk.clock(told.from);
	const to = told.to === undefined || overnight(told, desk) ? '' : desk.clock(told.to);
	if (from && to && from !== to) return [from, `–${to}`];
	return [(told.kind === 'around' ? '~' : '') + (from || to)];
}

/** The bold part and the rest of a line. `mile`: a step of the procedure. */
export function entryWords(entry: PerhapsBy<Entry>, desk: Desk): { bold: string; text: string; mile: boolean } {
	const say = words.console;
	const story = say.story;
	const text = entry.text ?? '';
	const replaced = (entry.replaces ?? '').split(' ').filter(Boolean).length;
	switch (entry.kind) {
		case 'chair_told':
			return { bold: story.chairTold, text: [wordFor(story.by, entry.value), entry.who ?? ''].filter(Boolean).join(', '), mile: true };
		case 'chair_opened':
			return { bold: story.opened(entry.by === undefined ? '' : desk.name(entry.by)), text: '', mile: true };
		case 'danger':
			return { bold: wordFor(story.danger, entry.value), text, mile: entry.value !== 'no' };
		case 'police_wish': {
			const again = replaced > 1;
			const line = wordFor(again ? story.policeAgain : story.police, entry.value);
			return again ? { bold: line, text, mile: true } : { bold: '', text: [line, text].filter(Boolean).join('. '), mile: false };
		}
		case 'set':
			return { bold: '', text: story.set(fieldWord(entry.field ?? '', desk), valueWord(entry.field ?? '', entry.value, desk)), mile: false };
		case 'part_of':
			return { bold: '', text: entry.value ? story.partOf(desk.case(entry.value)?.codeName ?? '') : story.alone, mile: false };
		case 'left_early':
			return { bold: '', text: words.telling.left.entry, mile: false };
		case 'rather_speak_to':
			return { bold: '', text: words.telling.left.ratherEntry(entry.who ?? ''), mile: false };
		case 'routed_out':
			return { bold: words.telling.concern.entry(entry.who ?? ''), text, mile: true };
		case 'translation':
			return { bold: words.telling.rows.translation(languageName(entry.field ?? '')), text: text && quote(text), mile: false };
		case 'withdrawal':
			return { bold: [story.entry.withdrawal, entry.value ? wordFor(story.attested, entry.value) : ''].filter(Boolean).join(', '), text: text && quote(text), mile: true };
		case 'called_for':
			return { bold: '', text: story.calledFor(entry.who ?? '', text), mile: false };
		case 'met':
			return { bold: story.entry.met, text: [entry.who ?? '', text].filter(Boolean).join('. '), mile: true };
		default: {
			if (!Object.hasOwn(story.entry, entry.kind)) return { bold: '', text: text || story.unknownEntry, mile: false };
			const head = [wordFor(story.entry, entry.kind), entry.who ?? ''].filter(Boolean).join(' ');
			// A responder who typed the heading themselves does not need it twice.
			const bare = head !== '' && text.toLowerCase().startsWith(wordFor(story.entry, entry.kind).toLowerCase());
			return { bold: bare ? '' : head, text, mile: entry.kind === 'police_called' || entry.kind === 'security_called' };
		}
	}
}

/** What a later entry settles, by the times of what it replaced: of the entry's own day only the clock. */
export function settlesWords(entry: Entry, all: readonly Entry[], desk: Desk): string {
	const say = words.console;
	const replaced = (entry.replaces ?? '').split(' ').filter(Boolean);
	if (replaced.length < 2) return '';
	const times = all.filter((other) => replaced.includes(other.id)).map((other) => beside(entry.at, other.at, desk.zone));
	return times.length ? say.story.settles(times.join(say.story.and)) : '';
}

export function disputeTitle(dispute: Dispute, desk: Desk): string {
	const say = words.console;
	const what = dispute.of === 'account' ? say.dispute.account : dispute.of === 'party' ? say.dispute.person : fieldWord(dispute.field, desk);
	return say.dispute.title(what, dispute.versions.length);
}

export function answerWords(answer: Answer, desk: Desk): string {
	return answer.time ? timeWords(answer.time, desk) : valueWord(answer.field, answer.value, desk);
}

/** What each version of a dispute says, in a word or two. Accounts are not shortened: they are shown where they stand. */
export function disputeValues(dispute: Dispute, desk: Desk): string[] {
	if (dispute.of === 'register') return dispute.versions.map((version) => valueWord(dispute.field, version.value, desk));
	if (dispute.of === 'answer') {
		const about = desk.state.cases.find(({ view }) => view.reports.some(({ id }) => id === dispute.report))?.restricted;
		return dispute.versions.map((version) => (dispute.field === 'may_share_name_with' && version.value === 'chair' && about === 'chair_named' ? words.console.alternate : answerWords(version, desk)));
	}
	if (dispute.of === 'party') return dispute.versions.map((version) => [words.console.people.kind[version.kind], version.name, version.badge, version.description].filter(Boolean).join(', '));
	return [];
}

export function roles(of: readonly Role[]): string {
	const table = words.common.role;
	const word = (role: Role): string =>
		role === Role.RESPONDER ? table.responder : role === Role.CHAIR ? table.chair : role === Role.ALTERNATE_CHAIR ? table.alternate : role === Role.EVENT_MANAGER ? table.manager : role === Role.ANNOUNCER ? table.announcer : role === Role.ADMIN ? table.admin : '';
	return of.map(word).filter(Boolean).join(', ');
}

/** The line under one's own name: where the device stands. */
export function lineWords(desk: Desk): string {
	const say = words.console;
	const { connection, cases, chairs, identities } = desk.state;
	const line = say.line;
	const unsent = [...cases, ...chairs, ...identities].reduce((sum, record) => sum + record.unsent, 0);
	switch (connection.state) {
		case 'online':
			return unsent > 0 ? line.unsent(unsent) : line.upToDate;
		case 'sending':
			return line.sending;
		case 'offline':
			return line.offline(desk.moment(connection.since));
		case 'retrying':
			return line.retrying;
		case 'signed_out':
			return line.signedOut;
	}
}

/** Source letters A, B, C have their own colours; further ones share the last. */
export function sourceOf(letter: string): 'a' | 'b' | 'c' {
	return letter === 'A' ? 'a' : letter === 'B' ? 'b' : 'c';
}

export interface LedgerWords {
	what: string;
	/** Whom it was about, and which phone. */
	whom: string;
	phone: string;
	case: string;
	detail: string;
}

export function ledgerWords(line: LedgerLine, desk: Desk): LedgerWords {
	const table = words.rights.ledger;
	return {
		what: ledgerWhat(line, desk),
		whom: line.person === '' || line.person === line.staff ? '' : desk.name(line.person),
		phone: desk.label(line.aboutDevice),
		case: line.document === '' ? '' : (desk.codeName(line.document) ?? ''),
		detail: ledgerDetail(line, desk, table)
	};
}

function ledgerWhat(line: LedgerLine, desk: Desk): string {
	const table = words.rights.ledger;
	if (desk.isName(line.document)) {
		const of: { [what: string]: string } = { document_made: table.nameReceived, delivered: table.nameDelivered, opened: table.nameOpened, dropped: table.nameDropped };
		if (Object.hasOwn(of, line.what)) return of[line.what] ?? table.other;
	}
	if (desk.state.chairs.some((chair) => chair.id === line.document)) {
		if (line.what === 'document_made') return table.chairReceived;
		if (line.what === 'delivered') return table.chairDelivered;
	}
	// What the whole team has is no case: a lead who is kept from one does not look for it here.
	if (line.document !== '' && [desk.state.duty, desk.state.notice].some((one) => one?.id === line.document)) {
		if (line.what === 'document_made') return table.teamReceived;
		if (line.what === 'delivered') return table.teamDelivered;
	}
	return wordOr(table.whats, line.what, table.other);
}

/** "on paper, without who told it": codes of a closed list, as the server noted them. */
function copyWords(detail: string, table: typeof words.rights.ledger): string {
	const [form = '', ...parts] = detail.split(' ');
	const left = parts.map((part) => wordOr(table.copy.parts, part, '')).filter(Boolean);
	return [wordOr(table.copy.forms, form, ''), left.length > 0 ? table.copy.without(left.join(', ')) : ''].filter(Boolean).join(', ');
}

/** How the event was opened without a second lead, by the server's code for it. What another server wrote is shown as it is. */
export function openedWords(detail: string, table: typeof words.rights.ledger): string {
	const [, leads] = /^leads (\d+)$/.exec(detail) ?? [];
	if (leads !== undefined) return table.openedWith(Number(leads));
	if (detail === 'sample') return table.openedSample;
	return detail === '' ? '' : table.reason(detail);
}

function ledgerDetail(line: LedgerLine, desk: Desk, table: typeof words.rights.ledger): string {
	if (line.what === 'recused') return table.recusedDetail;
	const chair = desk.state.chairs.find((one) => one.parent === desk.caseOf(line.document));
	// The reason for which a name was opened stands in the leads' own notes.
	const opening = line.what === 'opened' && desk.isName(line.document) ? chair?.collections.get('openings')?.find((one) => one.fields['identity'] === line.document && one.by === line.staff) : undefined;
	const reason = typeof opening?.fields['reason'] === 'string' ? opening.fields['reason'] : '';
	// Which one it was: the server knows its hash only, and the case what it shows.
	if (line.what === 'attachment_came' || line.what === 'attachment_read') {
		return desk.state.cases.find((one) => one.id === line.document)?.view.attachments.find((one) => one.sha256 === line.detail)?.caption ?? '';
	}
	if (line.what === 'case_exported') return copyWords(line.detail, table);
	if (line.what === 'event_opened') return openedWords(line.detail, table);
	const detail = /^\d+$/.test(line.detail) ? table.entries(line.detail) : line.detail ? table.reason(line.detail) : reason ? table.reason(reason) : '';
	return [detail, line.deviceAt === undefined ? '' : table.byPhone(beside(line.at, line.deviceAt, desk.zone))].filter(Boolean).join(', ');
}
