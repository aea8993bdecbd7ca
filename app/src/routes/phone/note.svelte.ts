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

	/** After it was added. */
	async drop(): Promise<void> {
		if (!this.#kept) return;
		await this.#keeper.keep().catch(() => undefined);
		await this.phone.replica.dropDraft(this.#id);
	}
}
