import { approve, drafts, keep, pass, readOut, type Draft } from '../../incident/announcing.ts';
import { mayStandHere } from '../../incident/board.ts';
import { check, type Hit, type Term } from '../../incident/checker.ts';
import { known, linked } from '../../incident/known.ts';
import type { CaseRecord, Id, Millis } from '../../replica/api.ts';
import { words } from '../../words/index.ts';
import type { Desk } from './desk.svelte.ts';

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
		return known(this.caseId, { cases: state.cases, identities: state.identities, links, rooms: state.pack?.rooms ?? [], name: (staff) => people.find((person) => person.id === staff)?.name });
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
	keep(): Promise<boolean> {
		clearTimeout(this.#idle);
		const attempt = this.#keeping.then(() => this.#writeDown());
		this.#keeping = attempt.then(() => undefined);
		return attempt;
	}

	async #writeDown(): Promise<boolean> {
		if (!this.#open) return this.trouble === null;
		const { text, channel } = this;
		const next = keep(await this.desk.notes(this.caseId), { announcement: this.#announcement, text, channel, ...(this.#version !== undefined && { replaces: this.#version }) });
		this.trouble = await this.desk.write(next.intention);
		if (this.trouble !== null) return false;
		this.#version = next.id;
		this.keptAt = this.desk.replica.now();
		this.#open = this.text !== text || this.channel !== channel;
		return true;
	}

	/** The sentence to show when it was not written down, else null. */
	async pass(word: string, reason: string): Promise<string | null> {
		if (!(await this.keep())) return this.trouble;
		return this.desk.write(pass(await this.desk.notes(this.caseId), this.#announcement, word, reason));
	}

	/** The sentence to show when it was not approved, else null. */
	async approve(): Promise<string | null> {
		this.#open ||= this.#version === undefined;
		if (!(await this.keep())) return this.trouble;
		const draft = this.all.find((one) => one.id === this.#version);
		if (draft === undefined) return words.console.notDone;
		const notice = this.forAll ? await this.desk.replica.eventDocument('notice') : null;
		const wish = approve(await this.desk.notes(this.caseId), draft, this.hits, notice);
		return wish.may ? this.desk.write(...wish.intentions) : words.people.draft.not[wish.why];
	}

	async readOut(draft: Id, channel: string, at: Millis): Promise<string | null> {
		return this.desk.write(readOut(await this.desk.notes(this.caseId), draft, channel, at));
	}
}
