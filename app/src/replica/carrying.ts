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
import { LATER, Rounds, SOON } from './rounds.ts';
import { Unreadable } from './sealing.ts';
import type { World } from './world.ts';

/** How soon to look again whether nothing else has to go first. */
const LOOK_AGAIN: Millis = 2_000;
/** Between the bytes and the words that name them there is a moment; after so long the app died in it, and nobody was told that it is kept. */
const NAMED_WITHIN: Millis = 10 * 60_000;

/** The line broke, or the server is not itself. Else it is who may receive a case, or how much a case or a device may send. */
const AT_FAULT: ReadonlySet<string> = new Set(['unreachable', 'busy', 'broken', 'not_saved', 'sign_in', 'too_slow', 'not_begun']);
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
	private readonly rounds: Rounds;

	constructor(
		private readonly on: Carried,
		private readonly newId: () => Id
	) {
		this.rounds = new Rounds(on.world, async () => this.untilNext(await this.all()));
	}

	/** Something may have changed: the line, a word that was kept, a picture that was added. */
	ask(): void {
		this.rounds.ask();
	}

	/** The phone was locked, another tab leads, or a person asks that it be tried now. */
	stop(): void {
		this.rounds.stop();
	}

	now(): void {
		this.rounds.now();
	}

	/** Answers with what stopped it, or `yes`. */
	private async all(): Promise<Free> {
		for (const picture of [...this.on.ledger.pictures.values()].sort((a, b) => a.keptAt - b.keptAt)) {
			const key = pictureKey(picture);
			const free = this.on.free();
			if (this.rounds.isStopped() || free !== 'yes') return free;
			if (picture.stuck !== undefined || this.rounds.isResting(key)) continue;
			try {
				await this.one(picture);
				this.rounds.gotOn(key);
			} catch (error) {
				if (this.rounds.isStopped()) return 'no';
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
			if (this.rounds.isStopped() || free !== 'yes') throw new NotNow(free);
			const bytes = await this.on.ledger.piece(pieceKey(picture, number));
			has = await this.call('/v1/blobs/chunk', BlobChunkSchema, { ...of, number, bytes });
			this.rounds.gotOn(pictureKey(picture)); // the next break is a first one
		}
		this.on.show(picture, 100);
	}

	private async call<In extends DescMessage>(path: string, schema: In, message: MessageInitShape<In>): Promise<BlobHas> {
		return call(this.on.world, path, { schema, message }, BlobHasSchema, await this.on.token(), { patience: PIECE_PATIENCE, stop: this.rounds.signal });
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
		this.rounds.rest(pictureKey(picture), AT_FAULT.has(code) ? SOON : LATER);
	}

	private untilNext(free: Free): Millis {
		if (free === 'no' || this.on.ledger.pictures.size === 0) return Infinity;
		return free === 'soon' ? LOOK_AGAIN : this.rounds.untilRested(this.on.ledger.pictures.keys());
	}
}
