import type { Id } from '../../replica/api.ts';
import { Keeper } from '../phone/keeper.ts';
import type { Desk } from './desk.svelte.ts';

/**
 * What a lead is typing beside a case, or for the event, kept at every keystroke: a lock, a reload
 * or an empty battery in the middle of somebody's statement loses nothing.
 */
export class Jotting {
	fields: { [field: string]: string } = $state({});
	/** The device could not keep it. */
	trouble = $state(false);
	/** What was typed last is on its way to where it is kept. */
	saving = $state(false);
	/** Something was typed here that was neither written down nor thrown away. */
	kept = $state(false);
	/** Rises with whatever is typed or chosen: what was said about it before is old then. */
	strokes = $state(0);
	readonly #key: string;
	#id: Id;
	#startedAt: number;
	readonly #keeper = new Keeper(() => this.#store());

	/**
	 * `caseId`: null for a form of the event. `form`: which of the forms of a case it is, and of what in it where there are several.
	 * `first`: what stands there before anybody typed.
	 */
	constructor(
		private readonly desk: Desk,
		private readonly caseId: Id | null,
		form: string,
		private readonly first: { [field: string]: string } = {}
	) {
		this.#key = caseId === null ? form : `${form} ${caseId}`;
		const found = desk.state.drafts.find((draft) => draft.fields['desk'] === this.#key);
		this.#id = found?.id ?? desk.replica.newId();
		this.#startedAt = found?.startedAt ?? desk.replica.now();
		this.kept = found !== undefined;
		Object.assign(this.fields, first);
		const typed = found?.fields['typed'];
		if (typeof typed === 'object' && typed !== null) for (const [field, value] of Object.entries(typed)) if (typeof value === 'string') this.fields[field] = value;
	}

	/** Whether something was typed before and waits to be written down. */
	static waits(desk: Desk, caseId: Id, form: string): boolean {
		return desk.state.drafts.some((draft) => draft.fields['desk'] === `${form} ${caseId}`);
	}

	get(field: string): string {
		return this.fields[field] ?? '';
	}

	type(field: string, value: string): void {
		this.fields[field] = value;
		this.kept = true;
		this.strokes++;
		void this.#save();
	}

	async #save(): Promise<void> {
		this.saving = true;
		this.trouble = await this.#keeper.keep().then(
			() => false,
			() => true
		);
		this.saving = this.#keeper.busy;
	}

	/** Its form is open, and shows it. Answers what to call when it is not any more. */
	stand(): () => void {
		const { standing } = this.desk;
		standing.add(this.#key);
		return () => standing.delete(this.#key);
	}

	async #store(): Promise<void> {
		const { replica } = this.desk;
		// As part of the leads' document it is counted as only here, and leaves with the case. What is typed for the event is part of none.
		const note = this.caseId === null ? null : await replica.chairDocument(this.caseId);
		await replica.keepDraft({ id: this.#id, startedAt: this.#startedAt, savedAt: replica.now(), fields: { note, desk: this.#key, typed: { ...this.fields } } });
	}

	/** One of a few that was chosen before, while it still is one of them. */
	one<T extends string>(field: string, of: readonly T[]): T | undefined {
		return of.find((each) => each === this.fields[field]);
	}

	/** Several, typed as one. */
	list(field: string): string[] {
		return this.get(field).split(' ').filter(Boolean);
	}

	/** One more of several, or one less. */
	tick(field: string, value: string): void {
		const all = this.list(field);
		this.type(field, (all.includes(value) ? all.filter((each) => each !== value) : [...all, value]).join(' '));
	}

	/**
	 * Put aside: all of it waits. Without a word in `fields` nothing of it is worth keeping.
	 * False where the device could not keep it: then it stands nowhere but on the screen.
	 */
	async leave(fields: readonly string[]): Promise<boolean> {
		if (fields.every((field) => this.get(field).trim() === '')) await this.drop();
		else if (this.trouble || this.#keeper.busy) {
			await this.#save();
		}
		return !this.trouble;
	}

	/**
	 * It is written down by `write`, which is given the draft that has to go in the same step: there is no moment in which
	 * both are there, to be written down once more. Rejects as `write` does; all of it waits then.
	 */
	async written(write: (draft: Id | undefined) => Promise<void>): Promise<void> {
		await this.#keeper.rest();
		const strokes = this.strokes;
		await write(this.kept ? this.#id : undefined);
		if (this.strokes === strokes) this.#afresh();
		else await this.drop();
	}

	/** It was not wanted. Where the device refuses even this, it waits to be thrown away. */
	async drop(): Promise<void> {
		if (!this.kept) return;
		await this.#keeper.rest();
		await this.desk.replica.dropDraft(this.#id).catch(() => undefined);
		this.#afresh();
	}

	/** The form is as it was before anybody typed. */
	#afresh(): void {
		this.kept = this.trouble = false;
		[this.#id, this.#startedAt] = [this.desk.replica.newId(), this.desk.replica.now()];
		this.fields = { ...this.first };
	}
}
