import { NotSaved, type Draft, type Id } from '../../replica/api.ts';
import { Keeper } from './keeper.ts';
import type { Phone } from './phone.svelte.ts';

/** Something that is being typed beside a report: kept at every keystroke, like it, under an id of its own. */
export class Note {
	fields: { [field: string]: string } = $state({});
	trouble: NotSaved['because'] | null = $state(null);
	readonly #id: Id;
	readonly #startedAt: number;
	readonly #keeper = new Keeper(() => this.#store());
	#kept = false;

	/**
	 * `document`: the case that it is part of. `form`: what else it is, where it is no entry; then it is about that case at
	 * the most, counts as nothing that is only here, and is gone when the case is.
	 */
	constructor(
		private readonly phone: Phone,
		private readonly document: Id | null,
		private readonly form?: string
	) {
		const before = open(phone, document, form);
		const found = before?.draft() ?? lying(phone, document, form);
		this.#id = found?.id ?? phone.replica.newId();
		this.#startedAt = found?.startedAt ?? phone.replica.now();
		const said = found?.fields['said'];
		this.#kept = found !== undefined;
		if (typeof said === 'object' && said !== null) {
			for (const [field, value] of Object.entries(said)) if (typeof value === 'string') this.fields[field] = value;
		}
		if (before) {
			this.trouble = before.trouble;
			before.#kept = false;
			phone.notes.delete(before);
			phone.notes.add(this);
		}
	}

	/** Whether something was typed before, and neither written down nor thrown away. */
	static waits(phone: Phone, document: Id, form: string): boolean {
		return (open(phone, document, form) ?? lying(phone, document, form)) !== undefined;
	}

	type(field: string, value: string): void {
		this.fields[field] = value;
		this.#kept = true;
		void this.keep();
	}

	/** Stores it. Where the device refuses, the phone tries again, also when the lock took it from the screen. */
	async keep(): Promise<void> {
		try {
			await this.#keeper.keep();
			this.trouble = null;
			this.phone.notes.delete(this);
		} catch (error) {
			this.trouble = error instanceof NotSaved ? error.because : 'blocked';
			if (this.#kept) this.phone.notes.add(this);
		}
	}

	#store(): Promise<void> {
		return this.phone.replica.keepDraft(this.draft());
	}

	draft(): Draft {
		return { id: this.#id, startedAt: this.#startedAt, savedAt: this.phone.replica.now(), fields: { ...this.#place(), said: { ...this.fields } } };
	}

	is(document: Id | null, form: string | undefined): boolean {
		return this.document === document && this.form === form;
	}

	#place(): Draft['fields'] {
		return this.form === undefined ? { note: this.document } : { note: null, form: this.form, about: this.document };
	}

	/** It is added by `write`, which is given the draft that has to go in the same step. Rejects as `write` does; all of it waits then. */
	async written(write: (draft: Id | undefined) => Promise<void>): Promise<void> {
		await this.#keeper.rest();
		const typed = { ...this.fields };
		// Tried again in the middle of it, it would be there once more afterwards.
		const waits = this.phone.notes.delete(this);
		try {
			await write(this.#kept ? this.#id : undefined);
		} catch (error) {
			if (waits) this.phone.notes.add(this);
			throw error;
		}
		this.#over();
		if (Object.entries(this.fields).every(([field, value]) => typed[field] === value)) return;
		await this.#keeper.rest();
		await this.phone.replica.dropDraft(this.#id).catch(() => undefined);
	}

	#over(): void {
		this.#kept = false;
		this.phone.notes.delete(this);
	}

	/** It was not wanted. Where the device refuses even this, it waits to be thrown away. */
	async drop(): Promise<void> {
		if (!this.#kept) return;
		this.#over();
		await this.#keeper.rest();
		await this.phone.replica.dropDraft(this.#id).catch(() => undefined);
	}
}

/** What the device has not stored. */
function open(phone: Phone, document: Id | null, form: string | undefined): Note | undefined {
	return [...phone.notes].find((note) => note.is(document, form));
}

function lying(phone: Phone, document: Id | null, form: string | undefined): Draft | undefined {
	return phone.state.drafts.find(({ fields }) => (form === undefined ? fields['note'] === document : fields['form'] === form && fields['about'] === document));
}
