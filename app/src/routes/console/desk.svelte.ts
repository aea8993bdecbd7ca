import { SvelteSet } from 'svelte/reactivity';
import { alarms, type Alarm } from '../../incident/alarm.ts';
import { wouldTell } from '../../incident/apart.ts';
import type { DayEnd } from '../../incident/appeal.ts';
import { beside } from '../../incident/beside.ts';
import { board, type Board } from '../../incident/board.ts';
import type { DueTargets } from '../../incident/due.ts';
import { inbox, type Inbox } from '../../incident/inbox.ts';
import { group, links, type Link } from '../../incident/chair.ts';
import { lateNotes, type LateNote } from '../../incident/late.ts';
import { placeName } from '../../incident/place.ts';
import { suggested, warnedBefore, type Suggested } from '../../incident/suggestions.ts';
import type { Desk as CaseDesk } from '../../incident/deciding.ts';
import { firstName, people, readers, type Person, type Phone } from '../../incident/team.ts';
import { closedTo } from '../../incident/withdrawal.ts';
import type { CaseView } from '../../incident/case.ts';
import { NotSaved, Refused, Role, type Along, type CaseRecord, type ChairRecord, type Id, type Intention, type Millis, type Replica, type State } from '../../replica/api.ts';
import { clock, moment } from '../../words/format.ts';
import { words } from '../../words/index.ts';
import { dayEndAfter } from '../../words/zoned.ts';
import { tongue } from '../language.svelte.ts';
import type { Jotting } from './jotting.svelte.ts';

/** Where the console's own pages are. No name and nothing typed ever stands there. */
export const at = {
	inbox: '#/console',
	announcements: '#/console/announcements',
	announce: (id: Id) => `#/console/announce/${id}`,
	close: (id: Id) => `#/console/close/${id}`,
	readiness: '#/console/readiness',
	after: '#/console/after',
	team: '#/console/team',
	late: '#/console/late',
	ledger: '#/console/ledger',
	ledgerOf: (id: Id) => `#/console/ledger/${id}`,
	case: (id: Id) => `#/console/case/${id}`,
	/** One page of a case: what was told, the meeting, the decision. */
	page: (id: Id, page: 'reports' | 'meeting' | 'decision') => (page === 'reports' ? `#/console/case/${id}` : `#/console/case/${id}/${page}`)
};
/** Pages that are the same on every device. */
export const shared = { danger: '#/danger', dangerOf: (id: Id) => `#/case/${id}/danger`, report: '#/new', contacts: '#/contacts', policy: '#/policy' };

/** What is said of times and of what is due need not be truer than so. */
const MOMENT = 1_000;
/** How often the console asks whether late notes wait. */
const LATE_EVERY = 60_000;
/** How soon after the cases changed it asks again what belongs together, and how often when they did not. */
const SUGGESTED_SOON = 3_000;
const SUGGESTED_EVERY = 120_000;

/** What all pages of the console share: what the device knows, the time, and names for ids. */
export class Desk {
	state: State = $state.raw() as State;
	now: Millis = $state(0);
	/** Notes that wait for a lead's decision, as the server last told. */
	late: LateNote[] = $state.raw([]);
	/** The server has told: before, nobody knows whether any wait. */
	lateKnown = $state(false);
	#lateAt: Millis = 0;
	/** Which cases may belong together, as the server last told. Kept nowhere. */
	suggested: Suggested[] = $state.raw([]);
	#suggestedAt: Millis = 0;
	/** The cases that the last answer was about. */
	#suggestedOf: State['cases'] | undefined;

	/** Forms that are open, as `Jotting` names them: what was typed there is seen there. */
	readonly standing = new SvelteSet<string>();

	constructor(readonly replica: Replica) {
		this.state = tongue.of(replica.state);
		this.now = replica.now();
	}

	/** Follows the replica and the clock until the returned function is called. */
	start(): () => void {
		const look = () => {
			const before = this.state;
			this.state = { ...tongue.of(this.replica.state) };
			const now = this.replica.now();
			if (before.cases !== this.state.cases || before.chairs !== this.state.chairs || Math.abs(now - this.now) >= MOMENT) this.now = now;
			if (this.connected && this.now - this.#lateAt > LATE_EVERY) void this.loadLate();
			const patience = this.state.cases === this.#suggestedOf ? SUGGESTED_EVERY : SUGGESTED_SOON;
			if (this.connected && this.now - this.#suggestedAt > patience) void this.loadSuggested();
		};
		const stop = this.replica.subscribe(look);
		look();
		const timer = setInterval(look, 10_000);
		return () => {
			stop();
			clearInterval(timer);
		};
	}

	// With each word of the line the state is another one. What is derived of hundreds of cases follows only what it is made of.
	readonly #me: Id = $derived(this.state.self?.staff ?? '');
	readonly #held = $derived(this.state.cases);
	readonly #chairs = $derived(this.state.chairs);
	readonly #pack = $derived(this.state.pack);
	readonly #team = $derived(this.state.team);
	readonly #notice = $derived(this.state.notice);
	readonly #duty = $derived(this.state.duty);

	get me(): Id {
		return this.#me;
	}

	/** The event's time zone; empty before the pack is there: the device's own. */
	get zone(): string {
		return this.state.pack?.timeZone ?? '';
	}

	get connected(): boolean {
		return this.state.connection.state === 'online' || this.state.connection.state === 'sending';
	}

	/** The time as the server has it, for what it is asked to end: this device's clock may be off. */
	get serverNow(): Millis {
		return this.replica.now() + (this.state.clockOffset ?? 0);
	}

	/** Asks the server what waits. The sentence to show when it did not answer, else null. */
	loadLate(): Promise<string | null> {
		this.#lateAt = this.replica.now();
		return this.ask(async () => {
			this.late = lateNotes(await this.replica.lead.late());
			this.lateKnown = true;
		});
	}

	/** Asks the server what may belong together. Without an answer the last one stands. */
	loadSuggested(): Promise<string | null> {
		this.#suggestedAt = this.replica.now();
		this.#suggestedOf = this.state.cases;
		return this.ask(async () => (this.suggested = suggested(await this.replica.lead.suggestions())));
	}

	/** Whether what may be the same person was warned before this was reported. */
	warned(members: readonly Id[]): boolean {
		const records = members.flatMap((id) => this.case(id) ?? []);
		return records.length > 0 && warnedBefore(records, this.suggested, this.state.cases, this.state.chairs).length > 0;
	}

	readonly links: Link[] = $derived(links(this.#chairs));
	readonly people: Person[] = $derived(this.#team ? people(this.#team) : []);
	readonly targets: DueTargets = $derived({ chair_told: this.#pack?.targets?.chairTold ?? 0, chair_told_alert: this.#pack?.targets?.chairToldAlert ?? 0, meeting: this.#pack?.targets?.meeting ?? 0, follow_up: this.#pack?.targets?.followUp ?? 0 });
	readonly inbox: Inbox = $derived.by(() => {
		const rooms = this.#pack?.rooms ?? [];
		return inbox(this.#held, this.#chairs, this.me, rooms, this.targets, this.now);
	});

	/** New cases that this lead has not answered, the most urgent first. */
	readonly alarms: Alarm[] = $derived(this.me === '' ? [] : alarms(this.#held, this.#team, this.me, this.targets, this.now));

	readonly board: Board = $derived(board(this.#notice, this.#duty, this.people));

	// Made anew with the cases, and never changed.
	// eslint-disable-next-line svelte/prefer-svelte-reactivity
	readonly #cases = $derived(new Map(this.#held.map((one) => [one.id, one])));

	case(id: Id): CaseRecord | undefined {
		return this.#cases.get(id);
	}

	/** The cases of one incident, the primary first. */
	together(id: Id): CaseRecord[] {
		return group(id, this.state.cases, this.links).flatMap((one) => this.case(one) ?? []);
	}

	chairs(cases: readonly CaseRecord[]): ChairRecord[] {
		return this.state.chairs.filter((chair) => cases.some((one) => one.id === chair.parent));
	}

	/** Whether a lead reads one of these cases who may not know of the other. */
	tells(from: Id, to: Id): boolean {
		return wouldTell({ from, to }, this.state.cases, this.links, this.state.team, this.now, 'leads');
	}

	name(staff: Id): string {
		return this.people.find((person) => person.id === staff)?.name ?? (staff === this.me ? (this.state.self?.name ?? words.common.someone) : words.common.someone);
	}

	first(staff: Id): string {
		return firstName(this.name(staff));
	}

	phone(device: Id): Phone | undefined {
		return this.people.flatMap((person) => person.phones).find((phone) => phone.id === device);
	}

	/** "N1", or nothing where it is not known. */
	label(device: Id): string {
		return this.phone(device)?.label ?? '';
	}

	/** The case that a document is or belongs to, as far as this device knows. */
	caseOf(document: Id): Id {
		return [...this.state.chairs, ...this.state.identities].find((one) => one.id === document)?.parent ?? document;
	}

	isName(document: Id): boolean {
		return this.state.identities.some((one) => one.id === document);
	}

	/** The code name of the case that a document belongs to; nothing for one that is not on this device. */
	codeName(document: Id): string | undefined {
		const id = this.caseOf(document);
		return (this.case(id) ?? this.state.recused.find((one) => one.id === id))?.codeName;
	}

	/** Whether a reporter's name may be opened here: once they asked to be left alone, by the chair only. */
	nameOpens(source: { caseId: Id; view: CaseView }): boolean {
		const { team, self } = this.state;
		const record = this.case(source.caseId);
		const has = record && team ? readers(team, record, this.now) : [];
		const chairHasIt = this.people.some((person) => person.roles.includes(Role.CHAIR) && has.includes(person.id));
		return !closedTo(source.view, self?.roles ?? [], chairHasIt);
	}

	/** A room's name, or the place as it was typed. */
	place(value: string): string {
		const pack = this.state.pack;
		return placeName(value, [...(pack?.rooms ?? []), ...(pack?.quietRooms ?? [])]);
	}

	/** Where something is announced, in the event's words, or as it was typed. */
	channel(code: string): string {
		return this.state.pack?.channels.find((one) => one.id === code)?.name ?? code;
	}

	/** One of the event's sentences, or its code where the event does not have it any more. */
	sentence(code: string): string {
		return this.state.pack?.sentences.find((one) => one.id === code)?.text ?? code;
	}

	clock(time: Millis): string {
		return clock(time, this.zone);
	}

	/** "10:46", with the day before it when it is not today. */
	moment(time: Millis): string {
		return moment(time, this.now, this.zone);
	}

	/** "29 September 2026 10:46": a paper is read on another day than it is printed. */
	onPaper(time: Millis): string {
		return moment(time, null, this.zone);
	}

	/** The end of the day that is so many days later, at the event. */
	readonly dayEnd: DayEnd = (from, days) => dayEndAfter(from, days, this.zone);

	/** Where the leads write about a case. */
	async notes(caseId: Id): Promise<CaseDesk> {
		return { caseId, document: await this.replica.chairDocument(caseId), newId: () => this.replica.newId() };
	}

	/**
	 * Writes down all that one tap says, in one step: a device that cannot, or that dies meanwhile, has none of it. `typed`:
	 * what it was typed in, which ends in the same step. The sentence to show when the device could not, else null.
	 */
	async write(what: Intention | readonly Intention[], typed?: Jotting, along: Along = {}): Promise<string | null> {
		const all = beside([what].flat(), this.state.chairs, () => this.replica.newId(), (one, other) => this.tells(one, other));
		try {
			if (typed) await typed.written((draft) => this.replica.write(all, { ...along, ...(draft !== undefined && { draft }) }));
			else await this.replica.write(all, along);
			return null;
		} catch (error) {
			return sayFailure(error);
		}
	}

	/** Asks the server. The sentence to show when it did not do it, else null. */
	async ask(call: () => Promise<unknown>): Promise<string | null> {
		if (!this.connected) return words.console.notConnected;
		try {
			await call();
			return null;
		} catch (error) {
			return sayFailure(error);
		}
	}
}

function sayFailure(error: unknown): string {
	if (error instanceof NotSaved) {
		const said = words.common.notSaved[error.because];
		return `${said.title}. ${said.text}`;
	}
	return (error instanceof Refused ? words.problems[error.code] : undefined) ?? words.console.notDone;
}
