import type { Id } from '../../replica/api.ts';
import { Keeper } from '../phone/keeper.ts';
import type { Desk } from './desk.svelte.ts';

/**
 * What a lead is typing beside a case, kept at every keystroke: a lock, a reload
 * or an empty battery in the middle of somebody's statement loses nothing.
 */
export class Jotting {
	readonly fields: { [field: string]: string } = $state({});
	/** The device could not keep it. */
	trouble = $state(false);
	readonly #key: string;
	readonly #id: Id;
	readonly #startedAt: number;
	readonly #keeper = new Keeper(() => this.#store());
	#kept: boolean;

	/** `form`: which of the forms of a case it is. `first`: what stands there before anybody typed. */
	constructor(
		private readonly desk: Desk,
		private readonly caseId: Id,
		form: string,
		first: { [field: string]: string } = {}
	) {
		this.#key = `${form} ${caseId}`;
		const found = desk.state.drafts.find((draft) => draft.fields['desk'] === this.#key);
		this.#id = found?.id ?? desk.replica.newId();
		this.#startedAt = found?.startedAt ?? desk.replica.now();
		this.#kept = found !== undefined;
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
		this.#kept = true;
		this.#keeper.keep().then(
			() => (this.trouble = false),
			() => (this.trouble = true)
		);
	}

	async #store(): Promise<void> {
		const { replica } = this.desk;
		// As part of the leads' document it is counted as only here, and leaves with the case.
		const note = await replica.chairDocument(this.caseId);
		await replica.keepDraft({ id: this.#id, startedAt: this.#startedAt, savedAt: replica.now(), fields: { note, desk: this.#key, typed: { ...this.fields } } });
	}

	/** After it was written down, or was not wanted. */
	async drop(): Promise<void> {
		if (!this.#kept) return;
		await this.#keeper.keep().catch(() => undefined);
		await this.desk.replica.dropDraft(this.#id);
		this.#kept = false;
	}
}
