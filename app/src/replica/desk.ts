/** Where intentions become signed changes, and where what the line brings is written down. One tab only. */
import { fromBinary } from '@bufbuild/protobuf';
import { Reason } from '../generated/wire/v1/frame_pb.ts';
import { PackSchema } from '../generated/wire/v1/pack_pb.ts';
import { readReport } from '../incident/report.ts';
import type { Draft, Id, Millis } from './api.ts';
import { hex, randomBytes, sameBytes, sha256 } from './bytes.ts';
import { type Author, documentOf, LIMITS, seal, unseal } from './envelope.ts';
import { halfTyped, isWrittenIn, untold } from './half-typed.ts';
import { type Intent, isAwake, type Kept, type Look, type Picture, type Unread } from './kept.ts';
import { Ledger, pictureKey } from './ledger.ts';
import { due, isNoUse } from './letting-go.ts';
import type { Earlier, Note, Refusal } from './line.ts';
import type { Readings } from './readings.ts';
import { wrongWith } from './signet.ts';
import type { Write } from './storage.ts';

export class Desk {
	constructor(
		private readonly ledger: Ledger,
		private readonly readings: Readings,
		private readonly author: Author,
		private readonly now: () => Millis,
		private readonly nextOrder: (now: Millis) => string
	) {}

	/** Answers with the documents that were touched. Rejects with `NotSaved`; the intents are still there then. */
	async settleIntents(): Promise<Id[]> {
		const touched: Id[] = [];
		for (const intent of this.ledger.intentsInOrder()) {
			if (intent.stuck !== undefined) continue;
			touched.push(intent.intention.document);
			await this.settleOne(intent);
		}
		return touched;
	}

	private async settleOne(intent: Intent): Promise<void> {
		const { document, kind } = intent.intention;
		let written: Awaited<ReturnType<Readings['write']>>;
		try {
			written = await this.readings.write(intent);
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			await this.stick(intent, 'not_a_fact');
			return;
		}
		const { change, done, undo } = written;
		if (change.length > LIMITS.change) {
			await undo();
			await this.stick(intent, 'too_big');
			return;
		}
		const known = this.ledger.ofDocument(document).some((kept) => kept.state !== 'refused');
		const sealed = await seal(this.author, document, kind, change, known ? undefined : this.birthOf(intent));
		const opened = await unseal({ ...sealed, $typeName: 'safehall.wire.v1.Envelope' });
		if (!opened) throw new Error('an envelope that was just closed');
		const kept: Kept = { ...opened.kept, order: this.ledger.nextOrder(), state: 'unsent', wrote: intent };
		try {
			await this.ledger.commitLeading([
				{ into: 'envelopes', key: kept.id, value: kept },
				{ outOf: 'intents', key: intent.order }
			]);
		} catch (error) {
			await undo(); // what is in memory must never be ahead of what is on disk
			throw error;
		}
		done(kept.id);
	}

	/** Whom a document is kept from must not get lost when the change that said so was refused. */
	private birthOf(intent: Intent): NonNullable<Intent['intention']['birth']> {
		const earlier = this.ledger.ofDocument(intent.intention.document).flatMap((kept) => (isAwake(kept) && kept.wrote?.intention.birth) || []);
		return intent.intention.birth ?? earlier[0] ?? {};
	}

	private stick(intent: Intent, stuck: string): Promise<void> {
		return this.ledger.commitLeading([{ into: 'intents', key: intent.order, value: { ...intent, stuck } }]);
	}

	/** Writes down what the line brought; answers with the documents that were touched. */
	async writeDown(note: Note): Promise<Id[]> {
		switch (note.note) {
			case 'epoch':
				return [...(await this.newEpoch(note)), ...(await this.letGo())];
			case 'took':
				return [...(await this.took(note)), ...(await this.letGo())];
			case 'kept':
				return this.kept(note.ids, note.at, note.earlier);
			case 'refused':
				return this.refused(note.refusals);
			case 'held':
				return this.held(note.ids);
			case 'rewrite':
				return this.rewrite(note.ids);
			case 'forget':
				await this.notLetGo([note.document]);
				return this.forget(note.document);
			case 'looked':
				await this.ledger.commitLeading(note.orders.map((order): Write => ({ outOf: 'looks', key: order })));
				return [];
			case 'sealed':
				await this.sealed(note);
				return [];
		}
	}

	/** Takes in what an older app kept because it could not read it. Answers with the documents that were touched. */
	async readAgain(): Promise<Id[]> {
		const writes: Write[] = [];
		const fresh: Kept[] = [];
		let order = this.ledger.nextOrder();
		for (const unread of this.ledger.unread.values()) {
			const opened = await unseal({ ...unread, $typeName: 'safehall.wire.v1.Envelope' });
			if (!opened) continue;
			writes.push({ outOf: 'unread', key: unread.id });
			if (this.ledger.isForgotten(opened.kept.document)) continue;
			const kept: Kept = { ...opened.kept, order: order++, state: unread.offer === true ? 'unsent' : 'kept', keptAt: unread.receivedAt };
			writes.push({ into: 'envelopes', key: kept.id, value: kept });
			fresh.push(kept);
		}
		await this.ledger.commitLeading(writes);
		await this.readings.take(fresh);
		return [...new Set(fresh.map((kept) => kept.document))];
	}

	/** What has had its time here leaves. Answers with the documents that were touched. */
	async letGo(): Promise<Id[]> {
		const going = due(this.ledger, this.now() + (this.ledger.mark.clockOffset ?? 0));
		for (const one of going) {
			await this.ledger.commitLeading([Ledger.meta('letGo', [...(this.ledger.get('letGo') ?? []).filter(({ document }) => document !== one.document), one])]);
			await this.forget(one.document);
		}
		return going.map(({ document }) => document);
	}

	/** The server decides on these again. */
	private async notLetGo(documents: readonly Id[]): Promise<void> {
		const gone = this.ledger.get('letGo') ?? [];
		const left = gone.filter(({ document }) => !documents.includes(document));
		if (left.length < gone.length) await this.ledger.commitLeading([Ledger.meta('letGo', left)]);
	}

	private async newEpoch(note: Note & { note: 'epoch' }): Promise<Id[]> {
		const before = this.ledger.mark;
		const known = sameBytes(before.epoch, note.epoch);
		const writes: Write[] = [];
		if (!known && before.epoch.length > 0) {
			await this.ledger.wake(this.ledger.envelopes.keys());
			// The server went back to a backup: whatever any device still has, it gets again.
			for (const kept of this.ledger.awake()) {
				if (kept.state === 'kept') writes.push({ into: 'envelopes', key: kept.id, value: { ...kept, state: 'unsent' } });
			}
		}
		const touched = known || before.epoch.length === 0 ? [] : [...new Set([...this.ledger.envelopes.values()].flatMap((kept) => (kept.state === 'kept' ? [kept.document] : [])))];
		if (!known && before.epoch.length > 0) {
			for (const unread of this.ledger.unread.values()) writes.push({ into: 'unread', key: unread.id, value: { ...unread, offer: true } });
		}
		const allSent = touched.length === 0 && this.nothingWaits();
		const mark = known ? before : { ...before, epoch: note.epoch, cursor: new Uint8Array() };
		writes.push(Ledger.meta('line', { ...mark, clockOffset: note.clockOffset, ...(allSent && { allSentAt: this.now() }) }));
		await this.ledger.commitLeading(writes);
		return touched;
	}

	private async took(note: Note & { note: 'took' }): Promise<Id[]> {
		const writes: Write[] = [];
		const fresh: Kept[] = [];
		let order = this.ledger.nextOrder();
		const all = await Promise.all(note.envelopes.map(async (envelope) => ({ envelope, opened: await unseal(envelope) })));
		await this.ledger.wake(all.flatMap(({ opened }) => opened?.kept.id ?? []));
		const born = new Set(all.flatMap(({ opened }) => (opened?.kept.birth ? [opened.kept.document] : [])));
		for (const [at, { envelope, opened }] of all.entries()) {
			const keptAt = note.receivedAt[at] ?? 0;
			if (!opened) {
				const id = hex(await sha256(envelope.body));
				const unread: Unread = { id, body: new Uint8Array(envelope.body), signature: new Uint8Array(envelope.signature), receivedAt: keptAt };
				writes.push({ into: 'unread', key: id, value: unread }); // the cursor goes past it, and it is never sent again
				continue;
			}
			if (isNoUse(this.ledger, opened.kept.document, born)) continue;
			const held = this.ledger.whole(opened.kept.id);
			const kept: Kept = held ? { ...free(held), state: 'kept', keptAt } : { ...opened.kept, order: order++, state: 'kept', keptAt };
			delete kept.reason;
			writes.push({ into: 'envelopes', key: kept.id, value: kept });
			if (!held || held.state === 'refused') fresh.push(kept);
		}
		const documents = new Set(fresh.map((kept) => kept.document));
		const forgotten = this.ledger.get('forgotten') ?? [];
		if (forgotten.some((id) => documents.has(id))) writes.push(Ledger.meta('forgotten', forgotten.filter((id) => !documents.has(id))));
		const gone = this.ledger.get('letGo') ?? [];
		if (gone.some(({ document }) => documents.has(document))) writes.push(Ledger.meta('letGo', gone.filter(({ document }) => !documents.has(document))));
		writes.push(Ledger.meta('line', { ...this.ledger.mark, cursor: note.cursor })); // the cursor, in the same transaction as what it stands for
		await this.ledger.commitLeading(writes);
		await this.readings.take(fresh);
		return [...new Set(writes.flatMap((write) => ('into' in write && write.into === 'envelopes' ? [(write.value as Kept).document] : [])))];
	}

	private async kept(ids: readonly Id[], at: Millis, earlier: readonly Earlier[]): Promise<Id[]> {
		const before = new Map(earlier.map((one) => [one.id, one]));
		await this.ledger.wake(ids);
		const forgotten = new Set(this.ledger.get('forgotten') ?? []);
		const writes: Write[] = [];
		const touched = new Set<Id>();
		const gone = new Set<Id>();
		for (const id of ids) {
			const kept = this.ledger.whole(id);
			if (!kept) continue;
			touched.add(kept.document);
			if (forgotten.has(kept.document)) {
				writes.push({ outOf: 'envelopes', key: id });
				const left = this.ledger.ofDocument(kept.document).filter((other) => !ids.includes(other.id));
				if (left.length === 0) gone.add(kept.document);
			} else {
				const came = before.get(id);
				writes.push({ into: 'envelopes', key: id, value: { ...free(kept), state: 'kept', keptAt: came?.at ?? at, ...(came && { via: came.via }) } });
			}
		}
		for (const document of gone) writes.push(this.goneFrom(document));
		if (this.nothingWaits(new Set(ids))) writes.push(Ledger.meta('line', { ...this.ledger.mark, allSentAt: at }));
		await this.ledger.commitLeading(writes);
		return [...touched];
	}

	private async refused(refusals: readonly Refusal[]): Promise<Id[]> {
		const writes: Write[] = [];
		const own = new Map<Id, Kept>();
		const touched = new Set<Id>();
		const erased = new Set<Id>();
		await this.ledger.wake(refusals.map(({ id }) => id));
		for (const { id, reason } of refusals) {
			const kept = this.ledger.whole(id);
			if (!kept) continue;
			touched.add(kept.document);
			if (reason === Reason.FORGOTTEN) erased.add(kept.document);
			else if (kept.device === this.author.device) {
				writes.push({ into: 'envelopes', key: id, value: { ...free(kept), state: 'refused', reason } });
				own.set(kept.document, kept);
			} else writes.push({ into: 'envelopes', key: id, value: { ...kept, state: 'kept' } }); // theirs to send: this device only offered a copy
		}
		await this.ledger.commitLeading(writes);
		for (const document of erased) await this.drop(document);
		for (const [document, kept] of own) if (!erased.has(document)) await this.rewriteDocument(document, kept.kind);
		return [...touched];
	}

	/** Nobody may receive these now: they stay, and are shown as waiting. */
	private async held(ids: readonly Id[]): Promise<Id[]> {
		await this.ledger.wake(ids);
		const waiting = ids.flatMap((id) => this.ledger.whole(id) ?? []);
		await this.ledger.commitLeading(waiting.map((kept): Write => ({ into: 'envelopes', key: kept.id, value: { ...kept, held: true } })));
		return [...new Set(waiting.map((kept) => kept.document))];
	}

	private async rewrite(ids: readonly Id[]): Promise<Id[]> {
		await this.ledger.wake(ids);
		const touched = new Map<Id, Kept>();
		for (const id of ids) {
			const kept = this.ledger.whole(id);
			if (!kept) continue; // written anew already
			if (kept.device === this.author.device && kept.wrote) touched.set(kept.document, kept);
			else await this.refused([{ id, reason: Reason.DEPENDENCIES }]);
		}
		for (const kept of touched.values()) await this.rewriteDocument(kept.document, kept.kind);
		return [...touched.keys()];
	}

	/** Own unsent changes become intents again, and then new changes under a new actor, on top of what is kept. */
	private async rewriteDocument(document: Id, kind: Kept['kind']): Promise<void> {
		const writes: Write[] = [];
		for (const kept of this.ledger.ofDocument(document)) {
			if (kept.state !== 'unsent' || kept.device !== this.author.device || !isAwake(kept) || !kept.wrote) continue;
			writes.push({ outOf: 'envelopes', key: kept.id }, { into: 'intents', key: kept.wrote.order, value: kept.wrote });
		}
		await this.ledger.commitLeading(writes);
		await this.readings.rebuild(document, kind);
		await this.settleIntents();
	}

	/** Not to be shown any more. What only this device holds is sent first: it may be somebody's words. */
	private async forget(document: Id): Promise<Id[]> {
		const typed = this.writtenOut(this.typedIn(document));
		if (typed.length > 0) await this.ledger.commitLeading(typed);
		await this.settleIntents(); // on top of what is still here
		const writes: Write[] = [];
		for (const kept of this.ledger.ofDocument(document)) if (kept.state === 'kept') writes.push({ outOf: 'envelopes', key: kept.id });
		writes.push(...this.unreadOf(document), ...this.picturesOf(document), ...this.askedAbout(document));
		const forgotten = new Set(this.ledger.get('forgotten') ?? []).add(document);
		writes.push(Ledger.meta('forgotten', [...forgotten]));
		if (this.ledger.ofDocument(document).every((kept) => kept.state === 'kept')) writes.push(this.goneFrom(document));
		await this.ledger.commitLeading(writes);
		this.readings.forget(document);
		return [document];
	}

	/** Erased for good, here as on the server. */
	private async drop(document: Id): Promise<Id[]> {
		await this.ledger.commitLeading([
			...this.ledger.ofDocument(document).map((kept): Write => ({ outOf: 'envelopes', key: kept.id })),
			...this.ledger.intentsOf(document).map((intent): Write => ({ outOf: 'intents', key: intent.order })),
			...this.unreadOf(document),
			...this.picturesOf(document),
			...this.askedAbout(document),
			...this.writtenOut(this.typedIn(document), document),
			this.goneFrom(document)
		]);
		this.readings.forget(document);
		await this.settleIntents();
		return [document];
	}

	/**
	 * What is half typed in a case, and the report that is told in it: nobody comes back to them. A name is another
	 * document, and leaves as soon as it is safe elsewhere: its report goes on.
	 */
	private typedIn(document: Id): Draft[] {
		const drafts = [...this.ledger.drafts.values()];
		return [...halfTyped(drafts, document), ...drafts.filter((draft) => draft.id === document || readReport(draft.fields)?.case === document)];
	}

	/** Without the drafts, and with facts of what is in them alone. For an erased document and what was born under it there are none. */
	private writtenOut(drafts: readonly Draft[], erased?: Id): Write[] {
		const pack = this.ledger.get('pack');
		const { policy, drill } = pack ? fromBinary(PackSchema, pack.bytes) : { policy: undefined, drill: false };
		const at = this.now();
		return drafts.flatMap((draft): Write[] => {
			const left = untold(draft, isWrittenIn(this.ledger, draft), { policy: policy?.version ?? '', drill }).filter((intention) => draft.id !== erased && intention.document !== erased);
			const intents = left.map((intention): Intent => ({ order: this.nextOrder(at), intention, at: draft.savedAt, ...(this.ledger.mark.clockOffset !== undefined && { clockOff: this.ledger.mark.clockOffset }) }));
			return [...intents.map((intent): Write => ({ into: 'intents', key: intent.order, value: intent })), { outOf: 'drafts', key: draft.id }];
		});
	}

	/** What was typed beside it, to be asked of the team. */
	private askedAbout(document: Id): Write[] {
		return [...this.ledger.drafts.values()].flatMap(({ id, fields }): Write[] => (fields['about'] === document ? [{ outOf: 'drafts', key: id }] : []));
	}

	/** The server is told, once it can be. */
	private goneFrom(document: Id): Write {
		const at = this.now();
		const order = `${String(at).padStart(16, '0')}-${hex(randomBytes(4))}`;
		return { into: 'looks', key: order, value: { order, document, at, gone: true } satisfies Look };
	}

	/** Never goes back: what does not go on from the seal that is kept, is shown and not taken in. */
	private async sealed({ checkpoint, covers }: Note & { note: 'sealed' }): Promise<void> {
		const enrolled = this.ledger.get('enrolled');
		if (enrolled?.serverKey === undefined) return;
		const kept = this.ledger.get('seal');
		const wrong = await wrongWith(kept, checkpoint, covers, { event: enrolled.event, key: enrolled.serverKey });
		const at = this.now();
		if (wrong === undefined) {
			await this.ledger.commitLeading([Ledger.meta('seal', { size: Number(checkpoint.size), head: new Uint8Array(checkpoint.head), at })]);
		} else if (!this.ledger.get('ledgerAlarm')) {
			await this.ledger.commitLeading([Ledger.meta('ledgerAlarm', { since: at, because: wrong, keptAt: kept?.at ?? at })]);
		}
	}

	private unreadOf(document: Id): Write[] {
		return [...this.ledger.unread.values()].filter(({ body }) => documentOf(body) === document).map(({ id }) => ({ outOf: 'unread', key: id }));
	}

	/** Its bytes are on the server, and its case says so there. */
	async arrived(picture: Picture): Promise<void> {
		const last = this.nothingWaits(new Set(), picture);
		await this.ledger.commitLeading([...Ledger.without(picture), ...(last ? [Ledger.meta('line', { ...this.ledger.mark, allSentAt: this.now() })] : [])]);
	}

	/** No more is tried: it stays, and is seen. */
	async stuck(picture: Picture, because: string): Promise<void> {
		await this.ledger.commitLeading([{ into: 'pictures', key: pictureKey(picture), value: { ...picture, stuck: because } satisfies Picture }]);
	}

	/** Nobody was told that it is kept, and nothing names it. */
	async unnamed(picture: Picture): Promise<void> {
		await this.ledger.commitLeading(Ledger.without(picture));
	}

	private picturesOf(document: Id): Write[] {
		return [...this.ledger.pictures.values()].filter((picture) => picture.document === document).flatMap((picture) => Ledger.without(picture));
	}

	private nothingWaits(but: ReadonlySet<Id> = new Set(), except?: Picture): boolean {
		const carried = [...this.ledger.pictures.values()].some((one) => one.stuck === undefined && (!except || pictureKey(one) !== pictureKey(except)));
		return !carried && this.ledger.intents.size === 0 && this.ledger.unsent().every((kept) => but.has(kept.id));
	}
}

/** A change that was answered for good waits for nobody any more. */
function free(kept: Kept): Kept {
	const { held: _, ...rest } = kept;
	return rest;
}
