import { NotSaved, type Id, type Millis } from '../../replica/api.ts';
import { isWritten } from '../../words/state.ts';
import { born, done, holdsBack, intend, lastSaid, plan, readReport, remember, settle, together, unasked, unwritten, type ReportDraft } from '../../incident/report.ts';
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
	/** How much of it is being written down. */
	#writing = 0;
	/** How often the draft was stored. */
	#stored = 0;
	/** The replica has shown its draft. */
	#shown: boolean;
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
		this.#shown = savedAt !== null;
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

	/**
	 * Another window kept a newer one. What is typed here and is not stored yet stands. Where both stored at once, what was said
	 * last stands, and the window that made it a case knows what is written down. Of a case both windows write what they have:
	 * it keeps the versions of both, and asks which holds.
	 */
	take(report: ReportDraft, savedAt: Millis): void {
		this.#shown = true;
		if (this.#busy || this.savedAt === null || savedAt <= this.savedAt) return;
		const { written, planned } = report;
		if (born(this.draft)) {
			if (born(report) || planned || lastSaid(report) <= lastSaid(this.draft)) return;
			this.draft = { ...report, written: this.draft.written };
			void this.keep();
		} else if (lastSaid(report) < lastSaid(this.draft)) {
			this.draft = { ...this.draft, written, ...(planned && { planned }) };
			void this.keep();
		} else {
			this.draft = report;
			this.savedAt = savedAt;
		}
	}

	/** Its draft is not there any more: another window ended it, or its case was taken away, with all that was stored. Ends this, unless something in it is only here; answers whether it did. */
	lose(): boolean {
		const { state } = this.phone;
		if (!this.#shown || this.#busy) return false;
		if (state.cases.some(({ id }) => id === this.id) && unwritten(this.draft, isWritten(state)) > 0) return false;
		this.#end();
		return true;
	}

	get #busy(): boolean {
		return this.#ended || this.open || this.trouble !== null || this.#writing > 0;
	}

	#end(): void {
		this.#ended = true;
		clearTimeout(this.#idle);
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
		this.#stored += 1;
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
		return this.#inTurn(() => this.#writeDown(false));
	}

	#inTurn(act: () => Promise<boolean>): Promise<boolean> {
		this.#writing += 1;
		const attempt = this.#pausing.then(act).finally(() => (this.#writing -= 1));
		this.#pausing = attempt.then(() => undefined);
		return attempt;
	}

	/** All of it in one step. `end`: with it the draft goes, unless something was typed meanwhile, or the draft alone holds a part of it. */
	async #writeDown(end: boolean): Promise<boolean> {
		const { state, replica } = this.phone;
		// What could not be kept is tried again first, also where nothing becomes a fact yet.
		if (this.trouble !== null && !(await this.keep())) return false;
		if (unasked(this.draft)) return true;
		if (this.#ended || !state.ready || state.self?.state !== 'active') return false;
		this.draft = settle(this.draft, isWritten(state));
		const last = end && !holdsBack(this.draft);
		const event = { policy: state.pack?.policy?.version ?? '', drill: state.pack?.drill ?? false };
		const plans = plan(this.draft, () => replica.newId(), event);
		const step = together(plans);
		if (step) {
			this.draft = intend(this.draft, step);
			if (!(await this.keep())) return false;
		} else if (!last) return this.trouble === null;
		await this.#keeper.rest();
		const stored = this.#stored;
		try {
			if (step) await replica.write(plans.map(({ document, kind, facts, birth }) => ({ document, kind, facts, ...(birth && { birth }) })), last ? { draft: this.id } : {});
			else await replica.dropDraft(this.id);
		} catch (error) {
			this.trouble = error instanceof NotSaved ? error.because : 'blocked';
			return false;
		}
		// Stored once more meanwhile, the draft is still there, and goes with the next step.
		const over = last && this.#stored === stored;
		if (over) this.#end();
		if (step) this.draft = done(this.#newest(), step);
		return over || this.keep();
	}

	/** What another window kept while this one made it a case, if nothing was typed here since: words that were written down go over no newer ones. */
	#newest(): ReportDraft {
		const kept = this.phone.state.drafts.find(({ id }) => id === this.id);
		const report = kept && readReport(kept.fields);
		return !report || this.open || born(this.draft) || born(report) || kept.savedAt <= (this.savedAt ?? kept.savedAt) ? this.draft : report;
	}

	/** Ends the writing: everything becomes facts, and the draft goes. False when the phone could not write, or while something is too long. */
	async finish(): Promise<boolean> {
		if (unasked(this.draft)) this.change((draft) => ({ ...draft, asked: true }));
		if (this.phone.locked && holdsBack(this.draft)) return false;
		if (this.phone.locked && (await this.#leaveSealed())) return true;
		if (this.phone.locked) return false;
		// What was typed while it was written is written as well.
		let kept: boolean;
		do kept = await this.#inTurn(() => this.#writeDown(true));
		while (kept && !this.#ended && !holdsBack(this.draft));
		if (!this.#ended) return false;
		this.phone.forget(this.id);
		return true;
	}

	async #leaveSealed(): Promise<boolean> {
		this.#finished = true;
		// Opened meanwhile, it is written down like any other, at once or as soon as everything was read.
		if (!(await this.keep()) || this.phone.state.ready) return false;
		this.#end();
		this.phone.forget(this.id);
		return true;
	}
}
