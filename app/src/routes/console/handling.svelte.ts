import { reportedAt } from '../../incident/chair.ts';
import { decision, joined, type Decision } from '../../incident/decision.ts';
import type { Desk as Writer, Wish } from '../../incident/deciding.ts';
import { keptAway, keptFromSomebody, readers } from '../../incident/team.ts';
import { termsOf } from '../../incident/terms.ts';
import type { Term } from '../../incident/checker.ts';
import type { CaseRecord, ChairRecord, Id, Intention } from '../../replica/api.ts';
import { words } from '../../words/index.ts';
import type { Desk } from './desk.svelte.ts';
import type { Jotting } from './jotting.svelte.ts';

/** One incident in the hands of the leads: its cases together, and what was decided about them. */
export class Handling {
	readonly #members: () => readonly CaseRecord[];

	constructor(
		readonly desk: Desk,
		members: () => readonly CaseRecord[]
	) {
		this.#members = members;
	}

	readonly together: readonly CaseRecord[] = $derived.by(() => this.#members());
	readonly chairs: readonly ChairRecord[] = $derived.by(() => this.desk.chairs(this.together));
	readonly collections = $derived.by(() => joined(this.chairs));
	readonly made: Decision = $derived.by(() => decision(this.collections, this.together.map((one) => one.view)));
	/** Who must not be recognised in what the reported person is told. */
	readonly terms: readonly Term[] = $derived.by(() => termsOf(this.together, this.desk.state.identities, { except: ['reported'], single: true, staff: (id) => this.desk.people.find((person) => person.id === id)?.name }));

	/** The case that what is decided is written beside: the one that was reported first. */
	get primary(): CaseRecord | undefined {
		return this.together[0];
	}

	get reportedAt(): number {
		return Math.min(...this.together.map((one) => reportedAt(one.view)));
	}

	/** A question of the procedure, as the event words it; empty where it does not. */
	question(code: string): string {
		const step = this.desk.state.pack?.steps.find((one) => one.code === code);
		return step?.say || step?.title || '';
	}

	/** Whether somebody may read the case that a task of theirs would stand in. */
	reads(staff: Id): boolean {
		const { team } = this.desk.state;
		return team !== null && this.primary !== undefined && readers(team, this.primary, this.desk.now).includes(staff);
	}

	/** Who must not be given anything to do with it. */
	get away(): readonly Id[] {
		const { team } = this.desk.state;
		return this.together.flatMap((one) => [...one.excluded, ...(team ? keptAway(team, one.id).map((each) => each.staff) : [])]);
	}

	/** Whether anybody may not know of it: then nothing of it is ever written where the whole team reads. */
	get keptFromSomebody(): boolean {
		const { team } = this.desk.state;
		return this.together.some((one) => team === null || keptFromSomebody(team, one));
	}

	/** Writes what `make` says, in one step, as `Desk.write` does. The sentence to show when it was not done, else null. */
	async write(make: (writer: Writer) => Intention | Wish<keyof typeof words.decision.finding.why> | (Intention | null)[] | null, typed?: Jotting): Promise<string | null> {
		const { primary } = this;
		if (primary === undefined) return words.console.case.gone;
		const { replica } = this.desk;
		const made = make({ caseId: primary.id, document: await replica.chairDocument(primary.id), newId: () => replica.newId() });
		if (made === null) return null;
		if (Array.isArray(made)) return this.desk.write(made.filter((one) => one !== null), typed);
		if ('may' in made) return made.may ? this.desk.write(made.intention, typed) : words.decision.finding.why[made.why];
		return this.desk.write(made, typed);
	}
}
