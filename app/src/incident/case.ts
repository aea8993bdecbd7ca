/**
 * What a case reads as: the shape that `docs/DOCUMENTS.md` describes and that
 * `crates/core/src/case` has in Rust. Both are held to `proto/vectors/documents`.
 */

/** The fields of an element beside `by`, `device` and `at`. */
export interface Fields {
	[field: string]: string | number | boolean | Time | undefined;
}

export type TimeKind = 'at' | 'around' | 'between' | 'before' | 'after' | 'repeated' | 'unknown';

/** When something happened, as exactly as somebody could say. */
export interface Time {
	kind: TimeKind;
	/** Milliseconds since 1970, UTC. */
	from?: number;
	to?: number;
	/** The teller's own words. */
	words?: string;
}

export interface Strike {
	id: string;
	by: string;
	at: number;
	reason?: string;
}

/** Something written down once, by one person, on one device. */
export interface Fact {
	id: string;
	by: string;
	device: string;
	/** The device's clock, milliseconds since 1970, UTC. */
	at: number;
	/** Server minus device clock, when it was last measured. */
	clock_off?: number;
	struck?: Strike[];
}

export interface Opened extends Fact {
	policy: string;
	drill: boolean;
}

export interface AccountVersion extends Fact {
	text: string;
	read_back?: 'yes' | 'no' | 'not_possible';
}

export interface Account {
	/** More than one: written on two phones that had not seen each other. */
	versions: AccountVersion[];
	earlier: AccountVersion[];
}

export interface Answer extends Fact {
	report: string;
	field: string;
	value?: string;
	time?: Time;
}

export interface Report extends Fact {
	reported_at: number;
	accounts: { words?: Account; seen?: Account };
	answers: { [field: string]: { versions: Answer[] } };
	embargo_told?: number; // `at` of the earliest `told` mark
}

export type PartyKind = 'reported' | 'affected' | 'witness' | 'other_involved';

export interface PartyVersion extends Fact {
	party: string;
	report?: string;
	kind: PartyKind;
	role?: string;
	name?: string;
	badge?: string;
	handle?: string;
	employer?: string;
	description?: string;
	confidence?: 'certain' | 'likely' | 'guess';
	contact?: string;
}

export interface Party {
	party: string;
	versions: PartyVersion[];
	earlier: PartyVersion[];
}

export interface Entry extends Fact {
	kind: string;
	text?: string;
	value?: string;
	field?: string;
	party?: string;
	who?: string;
	time?: Time;
	refs?: string;
	replaces?: string;
}

export interface StepMark extends Fact {
	step: string;
	/** `offered`: no answer to it was known then. */
	result: 'done' | 'offered' | 'declined' | 'not_needed';
	note?: string;
}

export interface Support extends Fact {
	kind: string;
	text?: string;
	who?: string;
	from?: string;
	to?: string;
	time?: Time;
	done?: Marked;
}

/** The earliest mark of its kind: who said first that it was done, and how. */
export interface Marked {
	id: string;
	by: string;
	at: number;
	value?: string;
}

export interface Aware extends Fact {
	who: string;
	how?: string;
	told?: Marked;
}

export interface Task extends Fact {
	what: string;
	needs?: string;
	done?: Marked;
}

/** A photo or a paper. Its bytes are kept apart from the document, under their hash. */
export interface Attachment extends Fact {
	sha256: string;
	mime: string;
	size: number;
	caption?: string;
	report?: string;
	/** That all its bytes came to the server. */
	arrived?: Marked;
}

export interface CaseView {
	opened?: Opened;
	reports: Report[];
	parties: Party[];
	entries: Entry[];
	steps: { step: string; marks: StepMark[] }[];
	support: Support[];
	aware: Aware[];
	tasks: Task[];
	attachments: Attachment[];
	registers: { [field: string]: { versions: Entry[] } };
	police: { state: 'unknown' | 'known' | 'ask_again'; versions: Entry[] };
	danger?: { value: 'yes' | 'unsure' | 'no'; entry: string };
	chair_knows?: { at: number; how: 'voice' | 'sms' | 'in_person' | 'opened'; by: string; entry: string };
	unread: number;
}
