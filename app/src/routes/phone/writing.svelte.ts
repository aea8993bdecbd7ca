import { NotSaved, type Id, type Millis } from '../../replica/api.ts';
import { done, intend, plan, remember, settle, unasked, type ReportDraft } from '../../incident/report.ts';
import { Keeper } from './keeper.ts';
import type { Phone } from './phone.svelte.ts';

/** After this long without a keystroke what was typed is written down as facts. */
const IDLE = 20_000;

/** One report while it is being written: kept at every keystroke, written down at every pause. */
export class Writing {
	draft: ReportDraft = $state.raw() as ReportDraft;
	/** When the phone's storage last said that all of it is on disk. */
	savedAt: Millis | null = $state(null);
	/** Something typed is not on disk yet. */
	open = $state(false);
	/** Why the last attempt to store did not work. What was typed stays. */
	trouble: NotSaved['because'] | null = $state(null);
	#keeper = new Keeper(() => this.#store());
	#pausing: Promise<void> = Promise.resolve();
	#idle: ReturnType<typeof setTimeout> | undefined;
	#ended = false;
	/** Read back and saved while the phone was locked: after unlocking it is written down by itself. */
	#finished = false;

	constructor(
		private readonly phone: Phone,
		draft: ReportDraft,
		private readonly startedAt: Millis,
		savedAt: Millis | null
	) {
		this.draft = draft;
		this.savedAt = savedAt;
	}

	get id(): Id {
		return this.draft.case;
	}

	/** Takes a keystroke or a tap. */
	change(step: (draft: ReportDraft) => ReportDraft): void {
		if (this.#ended) return;
		// A sheet hands over its own state; the phone's storage takes plain data only.
		this.draft = $state.snapshot(remember(this.draft, step(this.draft), this.phone.replica.now()));
		clearTimeout(this.#idle);
		this.#idle = setTimeout(() => void this.pause(), IDLE);
		void this.keep();
	}

	/** Stores the draft. Never rejects: `trouble` says why it did not work. */
	async keep(): Promise<boolean> {
		if (this.#ended) return false;
		this.open = true;
		try {
			await this.#keeper.keep();
			this.trouble = null;
			return true;
		} catch (error) {
			this.trouble = error instanceof NotSaved ? error.because : 'blocked';
			return false;
		} finally {
			if (!this.#keeper.busy && this.trouble === null) this.open = false;
		}
	}

	async #store(): Promise<void> {
		const savedAt = this.phone.replica.now();
		await this.phone.replica.keepDraft({ id: this.id, startedAt: this.startedAt, savedAt, fields: { report: this.draft, ...(this.#finished && { finished: true }) } });
		this.savedAt = savedAt;
	}

	/** The page that asks whom the report is about was left: what was said may become a case. */
	ask(): void {
		if (unasked(this.draft)) this.change((draft) => ({ ...draft, asked: true }));
		void this.pause();
	}

	/** Writes down as facts what differs. Resolves to whether everything is on disk. */
	pause(): Promise<boolean> {
		const attempt = this.#pausing.then(() => this.#writeDown());
		this.#pausing = attempt.then(() => undefined);
		return attempt;
	}

	async #writeDown(): Promise<boolean> {
		const { state, replica } = this.phone;
		// Nothing becomes a fact yet; what could not be kept is tried again all the same.
		if (unasked(this.draft)) return this.trouble === null || this.keep();
		if (this.#ended || !state.ready || state.self?.state !== 'active') return false;
		this.draft = settle(this.draft, (element) => [...state.cases, ...state.identities].some((record) => record.safekeeping.has(element)));
		const event = { policy: state.pack?.policy?.version ?? '', drill: state.pack?.drill ?? false };
		for (const next of plan(this.draft, () => replica.newId(), event)) {
			this.draft = intend(this.draft, next);
			if (!(await this.keep())) return false;
			const { document, kind, facts, birth } = next;
			try {
				await replica.write({ document, kind, facts, ...(birth && { birth }) });
			} catch (error) {
				this.trouble = error instanceof NotSaved ? error.because : 'blocked';
				return false;
			}
			this.draft = done(this.draft, next);
			if (!(await this.keep())) return false;
		}
		return this.trouble === null;
	}

	/** Ends the writing: everything becomes facts, and the draft goes. False when the phone could not write. */
	async finish(): Promise<boolean> {
		this.ask();
		if (this.phone.locked) return this.#leaveSealed();
		if (!(await this.pause())) return false;
		// What was typed while the last change was written.
		if (!(await this.pause())) return false;
		this.#ended = true;
		clearTimeout(this.#idle);
		try {
			await this.phone.replica.dropDraft(this.id);
		} finally {
			this.phone.forget(this.id);
		}
		return true;
	}

	async #leaveSealed(): Promise<boolean> {
		this.#finished = true;
		if (!(await this.keep())) return false;
		this.#ended = true;
		clearTimeout(this.#idle);
		this.phone.forget(this.id);
		return true;
	}
}
