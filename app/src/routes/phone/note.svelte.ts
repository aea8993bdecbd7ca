import { NotSaved, type Id } from '../../replica/api.ts';
import { Keeper } from './keeper.ts';
import type { Phone } from './phone.svelte.ts';

/** An entry while it is being typed: kept at every keystroke, like a report, under an id of its own. */
export class Note {
	fields: { [field: string]: string } = $state({});
	trouble: NotSaved['because'] | null = $state(null);
	readonly #id: Id;
	readonly #startedAt: number;
	readonly #keeper = new Keeper(() => this.#store());
	#kept = false;

	constructor(
		private readonly phone: Phone,
		private readonly document: Id
	) {
		const found = phone.state.drafts.find((draft) => draft.fields['note'] === document);
		this.#id = found?.id ?? phone.replica.newId();
		this.#startedAt = found?.startedAt ?? phone.replica.now();
		const said = found?.fields['said'];
		this.#kept = found !== undefined;
		if (typeof said === 'object' && said !== null) {
			for (const [field, value] of Object.entries(said)) if (typeof value === 'string') this.fields[field] = value;
		}
	}

	type(field: string, value: string): void {
		this.fields[field] = value;
		this.#kept = true;
		this.#keeper.keep().then(
			() => (this.trouble = null),
			(error: unknown) => (this.trouble = error instanceof NotSaved ? error.because : 'blocked')
		);
	}

	#store(): Promise<void> {
		return this.phone.replica.keepDraft({ id: this.#id, startedAt: this.#startedAt, savedAt: this.phone.replica.now(), fields: { note: this.document, said: { ...this.fields } } });
	}

	/** It is added by `write`, which is given the draft that has to go in the same step. Rejects as `write` does; all of it waits then. */
	async written(write: (draft: Id | undefined) => Promise<void>): Promise<void> {
		await this.#keeper.rest();
		const typed = { ...this.fields };
		await write(this.#kept ? this.#id : undefined);
		this.#kept = false;
		if (Object.entries(this.fields).every(([field, value]) => typed[field] === value)) return;
		await this.#keeper.rest();
		await this.phone.replica.dropDraft(this.#id).catch(() => undefined);
	}
}
