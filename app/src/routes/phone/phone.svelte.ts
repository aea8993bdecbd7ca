import type { Id, Lock, Millis, Replica, State } from '../../replica/api.ts';
import type { DueTargets } from '../../incident/due.ts';
import type { Room } from '../../incident/place.ts';
import { fits } from '../../incident/limits.ts';
import { keepWords, newReport, readReport, unasked } from '../../incident/report.ts';
import { words } from '../../words/index.ts';
import { tongue } from '../language.svelte.ts';
import { parse, to, type Route } from '../route.ts';
import { OwnParts } from './own_parts.svelte.ts';
import type { Note } from './note.svelte.ts';
import { isLead } from './people.ts';
import { AWAY, IDLE, watch } from './watch.ts';
import { Writing } from './writing.svelte.ts';

/** Screens that lead back to where somebody came from. */
const ASIDE: readonly Route['page'][] = ['contacts', 'list', 'policy'];
/** Screens that show nothing but a report that is being written. */
const WRITING: readonly Route['page'][] = ['check', 'support', 'write', 'hand', 'read'];

/** What all screens of the phone share: the replica's state, the time, and the reports that are open. */
export class Phone {
	#told: State = $state.raw() as State;
	/** What the replica says, in the language of this device. */
	readonly state: State = $derived(tongue.of(this.#told));
	now: Millis = $state(0);
	/** Shows the neutral screen. The phone is locked behind it. */
	hidden = $state(false);
	/** Shown for six seconds above the dock. */
	toast: string | null = $state(null);
	/** A picture is being taken, outside of this page: somebody holds the phone, and comes back. */
	picking = false;
	/** Whoever opened this last leads: at the lock they are told what it does not do. Kept nowhere. */
	leads = $state(false);
	/** The report whose teller holds this phone: they see their own text and nothing else. */
	handed: Id | null = $state(null);
	/** What the leads' board has of it. */
	readonly parts = new OwnParts(this);
	// None of these is shown: no screen has to follow them.
	/* eslint-disable svelte/prefer-svelte-reactivity */
	#open = new Map<Id, Writing>();
	/** What the lock took from the screen before the device had stored all of it. Nobody sees it until the phone is open. */
	#unkept = new Map<Id, Writing>();
	/** What is typed beside a report and the device has not stored. */
	readonly notes = new Set<Note>();
	/* eslint-enable svelte/prefer-svelte-reactivity */
	/** A report that somebody looks away from for a moment, to come back to it. */
	#aside: Id | null = null;

	constructor(readonly replica: Replica) {
		this.#told = replica.state;
		this.now = replica.now();
	}

	/** Follows the replica and the clock until the returned function is called. */
	start(): () => void {
		const stop = this.replica.subscribe(() => {
			const before = this.state;
			this.#told = { ...this.replica.state };
			this.now = this.replica.now();
			if (this.state.lock.state === 'open' && this.state.self) this.leads = isLead(this.state);
			if (turn(before.lock) !== turn(this.state.lock)) this.#drop(before.lock.state === 'locked' && this.state.lock.state === 'open');
			this.#takeNewer();
			if (!before.ready && this.state.ready) this.#takeUp();
		});
		const timer = setInterval(() => {
			this.now = this.replica.now();
			this.#keepAgain();
		}, 1000);
		const turned = () => {
			if (document.visibilityState === 'hidden') this.pause();
			else this.picking = false; // not every browser says that nothing was taken
		};
		// It looks how long nobody did before `turned` hears that somebody is back.
		const unwatch = watch({ now: () => this.replica.now(), away: () => (this.picking ? IDLE : AWAY), lock: () => this.shut() });
		document.addEventListener('visibilitychange', turned);
		window.addEventListener('pagehide', this.pause);
		return () => {
			stop();
			unwatch();
			clearInterval(timer);
			document.removeEventListener('visibilitychange', turned);
			window.removeEventListener('pagehide', this.pause);
		};
	}

	/** Writes down what is open. */
	pause = (): void => {
		for (const writing of [...this.#open.values(), ...this.#unkept.values()]) void writing.pause();
	};

	/** A device that was full may have space again. */
	#keepAgain(): void {
		for (const [id, writing] of this.#unkept) {
			if (writing.trouble !== null) void writing.pause();
			else if (!writing.open) this.#unkept.delete(id);
		}
		for (const note of this.notes) void note.keep();
	}

	get locked(): boolean {
		return this.state.lock.state === 'locked';
	}

	/** Whether this phone takes reports. A locked one does so too. */
	get member(): boolean {
		const { lock, self } = this.state;
		return lock.state === 'locked' ? lock.member : self?.state === 'active';
	}

	/** Locks the phone. What was typed is on disk; what could not be written down as facts yet is so after unlocking. */
	shut(): void {
		if (this.state.lock.state === 'open') {
			this.pause();
			this.replica.lock.shut();
		} else if (this.#open.size > 0) {
			this.#drop();
			location.hash = to.home;
		}
	}

	/** Somebody else holds the phone until they give it back. What was taken down before stays a version of its own: only words that can be one are handed over. */
	handOver(id: Id): void {
		const writing = this.#open.get(id);
		if (writing && !fits(writing.draft.words)) {
			this.toast = words.report.write.tooLong.title;
			return;
		}
		writing?.change((draft) => keepWords(draft, this.replica.now()));
		void writing?.pause();
		this.handed = id;
		location.hash = to.hand(id);
	}

	/** The PIN stands between whoever wrote here and everything else. */
	takeBack(): void {
		location.hash = to.write(this.handed ?? '');
		this.shut();
	}

	/** `back`: where it opens again; the address says no more than that. */
	hide(back: string = to.home): void {
		this.shut();
		this.hidden = true;
		location.hash = back;
	}

	/** What was open belongs to the time before. `opens`: whoever writes while it is opened goes on writing, with all that they typed. */
	#drop(opens = false): void {
		const route = opens ? parse(location.hash) : null;
		const here = route !== null && 'id' in route ? route.id : null;
		for (const [id, writing] of this.#open) {
			if (id === here) continue;
			this.#open.delete(id);
			if (writing.open || writing.trouble !== null) this.#unkept.set(id, writing);
		}
		if (this.state.lock.state !== 'open' && this.state.lock.state !== 'locked') {
			// Everything on this phone was destroyed.
			this.#unkept.clear();
			this.notes.clear();
		}
		if (this.handed !== here) this.handed = null;
		this.#aside = null;
		this.toast = null;
	}

	/** What another window kept of a report that is open here as well, or that it is over. */
	#takeNewer(): void {
		const { ready, drafts } = this.state;
		for (const [id, writing] of this.#open) {
			const draft = drafts.find((one) => one.id === id);
			const report = draft && readReport(draft.fields);
			if (report) writing.take(report, draft.savedAt);
			else if (!draft && ready && writing.lose()) this.#leave(id);
		}
	}

	/** Whoever looks at it is led to what is left. Whoever was handed the phone with it holds a locked one. */
	#leave(id: Id): void {
		this.forget(id);
		const route = parse(location.hash);
		if (this.handed === id) this.takeBack();
		else if ('id' in route && route.id === id && WRITING.includes(route.page)) location.hash = this.state.cases.some((one) => one.id === id) ? to.case(id) : to.home;
	}

	/** What was told on the locked phone, or typed right before the lock, is written down: nobody may open its report again. */
	#takeUp(): void {
		for (const { id, fields } of this.state.drafts) {
			const report = readReport(fields);
			if (fields['finished'] === true) void this.writing(id)?.finish();
			else if (report && !unasked(report)) this.writing(id);
		}
		this.pause();
	}

	/** The event's time zone; empty before the pack is there: the phone's own. */
	get zone(): string {
		return this.state.pack?.timeZone ?? '';
	}

	/** The event's rooms; none before the pack is there. */
	get rooms(): readonly Room[] {
		return this.state.pack?.rooms ?? [];
	}

	/** By when what should have happened, in minutes; 0 before the pack is there: no target. */
	get targets(): DueTargets {
		const { targets } = this.state.pack ?? {};
		return { chair_told: targets?.chairTold ?? 0, chair_told_alert: targets?.chairToldAlert ?? 0, meeting: targets?.meeting ?? 0, follow_up: targets?.followUp ?? 0 };
	}

	get me(): Id {
		return this.state.self?.staff ?? '';
	}

	/** Opens a new report. It is kept from its first answer on. */
	begin(): Writing {
		const { replica } = this;
		const now = replica.now();
		const draft = newReport({ case: replica.newId(), report: replica.newId(), identity: replica.newId() }, now);
		const writing = new Writing(this, draft, now, null);
		this.#open.set(draft.case, writing);
		return writing;
	}

	/** The report that is being written under this id, if there is one. */
	writing(id: Id): Writing | undefined {
		// Read first: whoever follows this has to hear of the lock, which drops what is open.
		const { drafts } = this.state;
		const open = this.#open.get(id) ?? (this.locked ? undefined : this.#unkept.get(id));
		if (open) {
			this.#unkept.delete(id);
			this.#open.set(id, open);
			return open;
		}
		const kept = drafts.find((draft) => draft.id === id);
		const report = kept && readReport(kept.fields);
		if (!kept || !report) return undefined;
		const writing = new Writing(this, report, kept.startedAt, kept.savedAt);
		this.#open.set(id, writing);
		return writing;
	}

	/**
	 * The page that asks whom a report is about was left. When the lock took it away, nobody has left it: it is asked
	 * after unlocking. Looks only at what is open: while a page goes, Svelte shows it the state from before, in which the
	 * report could be opened once more, on a locked phone.
	 */
	left(id: Id): void {
		this.#open.get(id)?.ask();
	}

	/** The same, unless the way leads to a screen that leads back: whoever looks up a number has not answered yet. */
	leftFor(id: Id, page: Route['page']): void {
		if (ASIDE.includes(page)) this.#aside = id;
		else this.left(id);
	}

	/** Where somebody is now. Who does not go back to the report has left it after all. */
	came(route: Route): void {
		const id = this.#aside;
		if (id === null || ASIDE.includes(route.page)) return;
		this.#aside = null;
		if (!('id' in route && route.id === id)) this.left(id);
	}

	forget(id: Id): void {
		this.#open.delete(id);
		this.#unkept.delete(id);
	}
}

/** Names one time between two turns of the lock. */
function turn(lock: Lock): string {
	return lock.state === 'open' || lock.state === 'locked' ? `${lock.state} ${lock.since}` : lock.state;
}
