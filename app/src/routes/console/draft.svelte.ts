import { approve, drafts, keep, pass, readOut, type Draft, type Version } from '../../incident/announcing.ts';
import { mayStandHere } from '../../incident/board.ts';
import { check, type Hit, type Term } from '../../incident/checker.ts';
import { known, linked, lookedAt } from '../../incident/known.ts';
import type { Desk as Writer } from '../../incident/deciding.ts';
import type { CaseRecord, Id, Intention, Millis } from '../../replica/api.ts';
import { words } from '../../words/index.ts';
import type { Desk } from './desk.svelte.ts';
import type { Jotting } from './jotting.svelte.ts';

/** After this long without a keystroke the draft becomes its next version. */
const IDLE = 3_000;

/** One announcement while it is being written: checked at every keystroke, kept at every pause. */
export class Announcement {
	text = $state('');
	channel = $state('');
	keptAt: Millis | null = $state(null);
	/** Why the last version was not kept, in a sentence. */
	trouble: string | null = $state(null);
	#announcement: Id = '';
	/** The version that the next one replaces. */
	#version: Id | undefined = $state();
	#open = $state(false);
	#idle: ReturnType<typeof setTimeout> | undefined;
	#keeping: Promise<void> = Promise.resolve();

	constructor(
		private readonly desk: Desk,
		readonly caseId: Id
	) {
		const last = this.waiting.at(-1);
		if (last === undefined) this.#announcement = desk.replica.newId();
		else this.goOnWith(last);
	}

	get cases(): CaseRecord[] {
		return linked(this.caseId, { cases: this.desk.state.cases, links: this.desk.links });
	}

	/** The cases that it is checked against. */
	get against(): CaseRecord[] {
		return lookedAt(this.caseId, { cases: this.desk.state.cases, chairs: this.desk.state.chairs, links: this.desk.links });
	}

	/** Whether it can be read by everybody once it is approved. */
	get forAll(): boolean {
		return mayStandHere(this.cases, this.desk.state.team);
	}

	get all(): Draft[] {
		const chair = this.desk.state.chairs.find((one) => one.parent === this.caseId);
		return chair === undefined ? [] : drafts(chair.collections);
	}

	get waiting(): Draft[] {
		return this.all.filter((draft) => draft.approved === undefined);
	}

	/** Drafts that another lead wrote without knowing of this one. */
	get others(): Draft[] {
		return this.waiting.filter((draft) => draft.id !== this.#version);
	}

	get passed() {
		return this.all.find((draft) => draft.announcement === this.#announcement)?.passed ?? [];
	}

	get terms(): Term[] {
		const { state, links, people } = this.desk;
		return known(this.caseId, { cases: state.cases, identities: state.identities, chairs: state.chairs, links, rooms: state.pack?.rooms ?? [], talks: state.pack?.talks ?? [], name: (staff) => people.find((person) => person.id === staff)?.name });
	}

	get hits(): Hit[] {
		return check(this.text, this.terms);
	}

	get open(): boolean {
		return this.#open;
	}

	type(text: string): void {
		this.text = text;
		this.#changed();
	}

	choose(channel: string): void {
		this.channel = channel;
		this.#changed();
	}

	/** Another lead's draft instead of one's own; what it replaces stays readable. */
	goOnWith(draft: Draft): void {
		this.#announcement = draft.announcement;
		this.#version = draft.id;
		this.text = draft.text;
		this.channel = draft.channel;
		this.keptAt = draft.at;
	}

	/** Nobody typed here yet, and what this lead began before was still on its way to the disk when the page was made. */
	goOn(): void {
		if (this.#open || this.#version !== undefined || this.text !== '') return;
		const own = this.waiting.findLast((draft) => draft.by === this.desk.me);
		if (own) this.goOnWith(own);
	}

	#changed(): void {
		this.#open = true;
		clearTimeout(this.#idle);
		this.#idle = setTimeout(() => void this.keep(), IDLE);
	}

	/** Writes down what differs. Resolves to whether everything is on disk. */
	async keep(): Promise<boolean> {
		return (await this.#write(() => [])) === null;
	}

	/** The sentence to show when it was not written down, else null. */
	pass(word: string, reason: string, typed: Jotting): Promise<string | null> {
		return this.#write((notes) => [pass(notes, this.#announcement, word, reason)], typed);
	}

	/** The sentence to show when it was not approved, else null. */
	async approve(): Promise<string | null> {
		this.#open ||= this.#version === undefined;
		const notice = this.forAll ? await this.desk.replica.eventDocument('notice') : null;
		return this.#write((notes, draft) => {
			if (draft === undefined) return words.console.notDone;
			const wish = approve(notes, draft, this.hits, notice);
			return wish.may ? wish.intentions : words.people.draft.not[wish.why];
		});
	}

	/**
	 * Writes down what differs, and in the same step what `more` makes of the version that stands then; of none, where another
	 * lead's came after it. The sentence to show when it was not, else null.
	 */
	#write(more: (notes: Writer, draft: Version | undefined) => readonly Intention[] | string, typed?: Jotting): Promise<string | null> {
		clearTimeout(this.#idle);
		const attempt = this.#keeping.then(async () => {
			const { text, channel, passed } = this;
			const notes = await this.desk.notes(this.caseId);
			const next = this.#open ? keep(notes, { announcement: this.#announcement, text, channel, ...(this.#version !== undefined && { replaces: this.#version }) }) : undefined;
			const made = more(notes, next ? { id: next.id, text, channel, passed } : this.all.find((one) => one.id === this.#version));
			if (typeof made === 'string') return made;
			const all = next ? [next.intention, ...made] : made;
			if (all.length === 0) return null;
			const said = await this.desk.write(all, typed);
			if (!next) return said;
			this.trouble = said;
			if (said !== null) return said;
			this.#version = next.id;
			this.keptAt = this.desk.replica.now();
			this.#open = this.text !== text || this.channel !== channel;
			return null;
		});
		this.#keeping = attempt.then(() => undefined);
		return attempt;
	}

	async readOut(draft: Id, channel: string, at: Millis): Promise<string | null> {
		return this.desk.write(readOut(await this.desk.notes(this.caseId), draft, channel, at));
	}
}
