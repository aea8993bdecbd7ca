/**
 * Carries pictures to the server: after the words, one piece at a time, and never
 * while somebody types. What is there is asked for each time, so that a line that
 * breaks, a restart or a locked phone costs one piece at most. In the leading tab.
 */
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { type BlobHas, BlobBeginSchema, BlobChunkSchema, BlobHasSchema } from '../generated/wire/v1/blob_pb.ts';
import { type CaseRecord, type Id, type Intention, type Millis, Refused } from './api.ts';
import { unhex } from './bytes.ts';
import { call } from './calls.ts';
import type { Picture } from './kept.ts';
import { type Ledger, pictureKey, pieceKey } from './ledger.ts';
import { PIECE_PATIENCE } from './pictures.ts';
import { Unreadable } from './sealing.ts';
import type { World } from './world.ts';

/** How soon to look again whether nothing else has to go first. */
const LOOK_AGAIN: Millis = 2_000;
const REST_FIRST: Millis = 1_000;
const REST_MOST: Millis = 60_000;
/** Who may receive a case, and how much a case or a device may send, changes slowly. */
const LATER_FIRST: Millis = 30_000;
const LATER_MOST: Millis = 10 * 60_000;
/** Between the bytes and the words that name them there is a moment; after so long the app died in it, and nobody was told that it is kept. */
const NAMED_WITHIN: Millis = 10 * 60_000;

/** The line broke, or the server is not itself: it is tried again soon. */
const SOON: ReadonlySet<string> = new Set(['unreachable', 'busy', 'broken', 'not_saved', 'sign_in', 'too_slow', 'not_begun']);
/** The bytes themselves are refused: asking again would not change it. */
const NEVER: ReadonlySet<string> = new Set(['invalid', 'too_big', 'wrong_chunk', 'wrong_whole', 'case_full', 'not_here']);

export type Free = 'yes' | 'soon' | 'no';

export interface Carried {
	readonly world: World;
	readonly ledger: Ledger;
	token(): Promise<string>;
	/** The server did not take the token. */
	dropToken(): void;
	/** `yes`: the line is there, no word waits for it, and nobody types. `no`: there is no line, and whoever has one again asks. */
	free(): Free;
	record(document: Id): CaseRecord | undefined;
	write(intention: Intention): Promise<void>;
	/** It may leave this device. */
	arrived(picture: Picture): Promise<void>;
	/** It stays, and is sent no more. */
	stuck(picture: Picture, because: string): Promise<void>;
	/** Nothing ever named it: it was never called kept. */
	unnamed(picture: Picture): Promise<void>;
	/** What the server has of it by now. */
	show(picture: Picture, percent: number): void;
}

/** Something else has to go first. */
class NotNow extends Error {
	constructor(readonly because: Free) {
		super('something else goes first');
	}
}

export class Carrier {
	private running = false;
	private again = false;
	private stopped = false;
	private stopWaiting: (() => void) | undefined;
	private readonly rests = new Map<string, { until: Millis; tries: number }>();
	private readonly flight = new AbortController();

	constructor(
		private readonly on: Carried,
		private readonly newId: () => Id
	) {}

	/** Something may have changed: the line, a word that was kept, a picture that was added. */
	ask(): void {
		if (this.running) this.again = true;
		else if (!this.stopped) void this.run();
	}

	/** The phone was locked, another tab leads, or a person asks that it be tried now. */
	stop(): void {
		this.stopped = true;
		this.stopWaiting?.();
		this.flight.abort();
	}

	/** Waits for nothing any more. */
	now(): void {
		this.rests.clear();
		this.ask();
	}

	private async run(): Promise<void> {
		this.running = true;
		this.stopWaiting?.();
		let free: Free;
		try {
			do {
				this.again = false;
				free = await this.all();
			} while (this.asked());
		} finally {
			this.running = false;
		}
		this.waitForNext(free);
	}

	/** Asked again after a wait. */
	private isStopped(): boolean {
		return this.stopped;
	}

	private asked(): boolean {
		return this.again && !this.stopped;
	}

	/** Answers with what stopped it, or `yes`. */
	private async all(): Promise<Free> {
		for (const picture of [...this.on.ledger.pictures.values()].sort((a, b) => a.keptAt - b.keptAt)) {
			const key = pictureKey(picture);
			const free = this.on.free();
			if (this.stopped || free !== 'yes') return free;
			if (picture.stuck !== undefined || (this.rests.get(key)?.until ?? 0) > this.on.world.now()) continue;
			try {
				await this.one(picture);
				this.rests.delete(key);
			} catch (error) {
				if (this.isStopped()) return 'no';
				if (error instanceof NotNow) return error.because;
				await this.failed(picture, error instanceof Refused ? error.code : error instanceof Unreadable ? 'not_here' : 'unreachable');
			}
		}
		return 'yes';
	}

	private async one(picture: Picture): Promise<void> {
		const record = this.on.record(picture.document);
		const named = record?.view.attachments.filter(({ sha256 }) => sha256 === picture.sha256) ?? [];
		if (!record || named.length === 0) {
			const { document, keptAt } = picture;
			// A case that cannot be read at the moment may name it all the same.
			const isUnread = !record && (this.on.ledger.logOf(document).length > 0 || this.on.ledger.intentsOf(document).length > 0);
			if (!isUnread && !this.isDrafted(picture) && keptAt + NAMED_WITHIN < this.on.world.now()) await this.on.unnamed(picture);
			return;
		}
		const where = (element: Id) => record.safekeeping.get(element)?.where;
		if (named.every(({ id }) => where(id) === 'not_accepted')) return this.on.stuck(picture, 'not_accepted');
		const sent = named.filter(({ id }) => where(id) === 'sent');
		if (sent.length === 0) return; // the words that name it go first
		const unmarked = sent.filter(({ arrived }) => !arrived);
		if (unmarked.length === 0) {
			if (!sent.every(({ arrived }) => arrived && where(arrived.id) !== 'phone')) return;
			// Anybody who writes in the case can say that it arrived. The bytes leave on the word of the server alone, which this person's own mark was made on.
			if (!sent.every(({ arrived }) => arrived?.by === this.on.ledger.get('enrolled')?.self.staff)) await this.bring(picture);
			return this.on.arrived(picture);
		}
		await this.bring(picture);
		await this.on.write({ document: picture.document, kind: 'case', facts: unmarked.map(({ id }) => ({ into: 'marks', id: this.newId(), fields: { target: id, mark: 'arrived' } })) });
	}

	/** All pieces that the server does not have. */
	private async bring(picture: Picture): Promise<void> {
		const { document, sha256, size, hashes } = picture;
		const of = { document: unhex(document), sha256: unhex(sha256) };
		let has = await this.call('/v1/blobs/begin', BlobBeginSchema, { ...of, size, chunkHashes: hashes });
		const tried = new Set<number>();
		while (!has.complete) {
			this.on.show(picture, Math.floor((100 * has.have.length) / hashes.length));
			const number = hashes.findIndex((_, at) => !has.have.includes(at) && !tried.has(at));
			if (number < 0) throw new Refused('broken', 'The server has all of it, and does not say so.');
			tried.add(number);
			const free = this.on.free();
			if (this.stopped || free !== 'yes') throw new NotNow(free);
			const bytes = await this.on.ledger.piece(pieceKey(picture, number));
			has = await this.call('/v1/blobs/chunk', BlobChunkSchema, { ...of, number, bytes });
			this.rests.delete(pictureKey(picture)); // it got somewhere: the next break is a first one
		}
		this.on.show(picture, 100);
	}

	private async call<In extends DescMessage>(path: string, schema: In, message: MessageInitShape<In>): Promise<BlobHas> {
		return call(this.on.world, path, { schema, message }, BlobHasSchema, await this.on.token(), { patience: PIECE_PATIENCE, stop: this.flight.signal });
	}

	/** A report that is still being written will name it. */
	private isDrafted({ document, sha256 }: Picture): boolean {
		const draft = this.on.ledger.drafts.get(document);
		return draft !== undefined && JSON.stringify(draft.fields).includes(sha256);
	}

	private async failed(picture: Picture, code: string): Promise<void> {
		if (code === 'sign_in') this.on.dropToken();
		if (NEVER.has(code)) {
			await this.on.stuck(picture, code).catch(() => undefined); // the next round finds it as it is
			return;
		}
		const key = pictureKey(picture);
		const tries = (this.rests.get(key)?.tries ?? 0) + 1;
		const [first, most] = SOON.has(code) ? [REST_FIRST, REST_MOST] : [LATER_FIRST, LATER_MOST];
		const wait = Math.min(most, first * 2 ** Math.min(tries - 1, 10));
		this.rests.set(key, { until: this.on.world.now() + wait * (0.5 + this.on.world.chance() / 2), tries });
	}

	private waitForNext(free: Free): void {
		const resting = [...this.rests].flatMap(([key, { until }]) => (this.on.ledger.pictures.has(key) ? [until - this.on.world.now()] : []));
		if (this.stopped || free === 'no' || this.on.ledger.pictures.size === 0) return;
		const wait = Math.min(...(free === 'soon' ? [LOOK_AGAIN] : resting.map((rest) => Math.max(rest, 1))));
		if (wait < Infinity) this.stopWaiting = this.on.world.after(wait, () => this.ask());
	}
}
