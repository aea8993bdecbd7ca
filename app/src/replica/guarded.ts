/**
 * The replica behind the phone's lock. An open one exists only while the phone
 * is unlocked; locking drops it as a whole, with its keys, its documents and
 * everything that it had read.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { PackSchema } from '../generated/wire/v1/pack_pb.ts';
import {
	type Along, type Draft, type Enrolment, type Id, type Intention, type LeadCalls, type Lock, type LockCalls, type Locked, type Millis, NotSaved, type ParcelCalls, type PasskeyState, type PictureCalls, Refused, type Replica, type Secret, type State
} from './api.ts';
import { type Book, type Contact, publicPart } from './book.ts';
import { type Bytes, newId, sameBytes } from './bytes.ts';
import { lookUp } from './enrolment.ts';
import { caseOfNote } from './half-typed.ts';
import { takeIn } from './intake.ts';
import { documentOf } from './keys.ts';
import { Leading } from './lead.ts';
import { ended, heard, LEASE, mustEnd, NOTED_EVERY, passed, silent } from './lease.ts';
import { Ears, Leash } from './leash.ts';
import type { Ledger } from './ledger.ts';
import { EMPTY } from './opening.ts';
import { LocalReplica } from './replica.ts';
import type { NoKey } from './passkeys.ts';
import { isPlain } from './sealing.ts';
import type { Shelf } from './shelf.ts';
import { newSecrets, type Secrets, type SlotFile, Slots } from './slots.ts';
import { Shelter, Storage, type Write } from './storage.ts';
import { takeAllOut } from './taken.ts';
import { GUESSES, oneMore, stillToWait } from './tries.ts';
import {
	knows, type LockRecord, makeLock, openByPasskey, openBySecret, type Opened, passkeyOf, secretKind, weakness, withoutPasskey, withPasskey, WrongSecret
} from './vault.ts';
import type { World } from './world.ts';

/** What tabs tell each other about the lock. */
type Told = { kind: 'shut' } | { kind: 'lock' };

export class GuardedReplica implements Replica {
	state: State;
	readonly lock: LockCalls = {
		weakness,
		choose: (secret) => this.choose(secret),
		open: (secret) => this.tryToOpen(secret),
		openByPasskey: () => this.askPasskey(),
		addPasskey: (secret) => this.addPasskey(secret),
		dropPasskey: () => this.changeLock(withoutPasskey),
		shut: () => {
			this.shut();
			this.tell({ kind: 'shut' });
		},
		startAnew: () => this.saving(() => this.world.alone(() => this.empty()))
	};
	readonly enrolment: Enrolment = {
		look: (secret) => lookUp(this.world, secret),
		accept: async (secret) => this.unlocked().enrolment.accept(secret),
		check: async () => this.unlocked().enrolment.check()
	};
	/** Not while it is locked: only what is written down then goes under the key that an open phone alone reads. */
	readonly pictures: PictureCalls = {
		keep: async (...given) => this.unlocked().pictures.keep(...given),
		drop: async (...given) => this.unlocked().pictures.drop(...given),
		read: async (...given) => this.unlocked().pictures.read(...given)
	};
	readonly parcels: ParcelCalls = {
		seal: async () => this.unlocked().parcels.seal(),
		take: async (whole) => this.unlocked().parcels.take(whole),
		seen: async (id) => this.unlocked().parcels.seen(id)
	};
	private readonly nobodysLead: LeadCalls;
	private readonly subscribers = new Set<() => void>();
	private readonly ears: Ears;
	private sheltered: Promise<Shelter>;
	private inner: LocalReplica | undefined;
	private leash: Leash | undefined;
	private ending: Promise<void> = Promise.resolve();
	private beginning: Promise<void> = Promise.resolve();
	/** What is being sealed of a report that is written on the locked phone. */
	private sealing: Promise<unknown> = Promise.resolve();
	private book: Book = {};
	private waiting = false;
	/** The platform may have a lock that gives keys. */
	private passkeys = false;
	private follow = (): void => undefined;

	constructor(
		private readonly world: World,
		/** Starts the newer app. */
		readonly applyUpdate: () => void,
		private readonly loadShelf: (by: Id, device: Id, log: Ledger) => Promise<Shelf>
	) {
		this.state = { ...EMPTY, connection: { state: 'offline', since: world.now() } };
		this.ears = new Ears(world);
		this.ears.told.add((message) => this.hear(message as { kind: string }));
		const locked = (): Promise<never> => Promise.reject(new Refused('locked', 'This phone is locked.'));
		this.nobodysLead = new Leading(world, locked, locked, locked);
		this.sheltered = Shelter.open(world.indexedDB);
		this.look().catch((error: unknown) => this.broke(error));
		void world.passkeys.likely().then((likely) => {
			this.passkeys = likely;
			this.follow();
		});
		this.keepTime();
	}

	subscribe(changed: () => void): () => void {
		this.subscribers.add(changed);
		return () => this.subscribers.delete(changed);
	}

	newId(): Id {
		return newId();
	}

	now(): Millis {
		return this.world.now();
	}

	async write(what: Intention | readonly Intention[], along?: Along): Promise<void> {
		if (!this.inner) throw new NotSaved('blocked');
		return this.inner.write(what, along);
	}

	/** Locked, it is sealed so that only an unlocked phone reads it back. */
	async keepDraft(draft: Draft): Promise<void> {
		// What is typed while the records are opened would be sealed too late to be among them.
		for (let begun; begun !== this.beginning; ) await (begun = this.beginning);
		if (this.inner) return this.inner.keepDraft(draft);
		const sealed = this.seal(draft);
		this.sealing = Promise.allSettled([this.sealing, sealed]);
		return sealed;
	}

	private async seal(draft: Draft): Promise<void> {
		const { lock } = this.book;
		if (!lock) throw new NotSaved('blocked');
		try {
			const shelter = await this.sheltered;
			const kept: Draft = { ...draft, savedAt: this.world.now() };
			await shelter.keepTaken(draft.id, await takeIn(lock.intake.publicKey, draft.id, kept));
			this.set({ storageBroken: null });
			await this.countAgain();
		} catch (error) {
			this.broke(error);
			throw error instanceof NotSaved ? error : new NotSaved('blocked');
		}
	}

	async dropDraft(id: Id): Promise<void> {
		if (!this.inner) throw new NotSaved('blocked');
		return this.inner.dropDraft(id);
	}

	async chairDocument(caseId: Id): Promise<Id> {
		return documentOf('chair', caseId);
	}

	async eventDocument(kind: 'notice' | 'duty'): Promise<Id> {
		return this.unlocked().eventDocument(kind);
	}

	async drill(chair: string): Promise<Replica> {
		const { DrillReplica } = await import('./drill.ts');
		return new DrillReplica(this, chair);
	}

	async recoverySeen(): Promise<void> {
		await this.inner?.recoverySeen();
	}

	opened(caseId: Id): void {
		this.inner?.opened(caseId);
	}

	async recuse(caseId: Id): Promise<void> {
		if (!this.inner) throw new NotSaved('blocked');
		return this.inner.recuse(caseId);
	}

	get lead(): LeadCalls {
		return this.inner?.lead ?? this.nobodysLead;
	}

	tryNow(): void {
		this.inner?.tryNow();
	}

	updateIsWaiting(): void {
		this.waiting = true;
		this.inner?.updateIsWaiting();
		this.set({ updateWaiting: true });
	}

	async protectStorage(): Promise<boolean> {
		if (this.inner) return this.inner.protectStorage();
		const storageProtected = await this.world.persist();
		this.set({ storageProtected });
		return storageProtected;
	}

	/** What state this phone's lock is in, from what lies there. */
	private async look(): Promise<void> {
		const shelter = await this.sheltered;
		this.book = await shelter.book();
		const { lock, gone } = this.book;
		if (gone) {
			this.showShut({ state: 'gone', why: gone });
			return;
		}
		if (lock) {
			await this.showLocked();
			// The screen does not wait for this: it is bad news, and seldom.
			if (!(await (await this.slots()).read())) this.showShut({ state: 'lost' });
			return;
		}
		const must = await shelter.hasPlain();
		const emptied = !must && (await (await this.slots()).read())?.made === true;
		this.showShut(emptied ? { state: 'lost' } : { state: 'none', must });
	}

	private async slots(): Promise<Slots> {
		const { lock } = this.book;
		const file = lock?.weak === true ? undefined : await this.world.slots();
		if (lock?.weak === false && !file) throw new NotSaved('blocked'); // the file is there, and this page cannot get at it
		return new Slots(file ?? this.inTheBook());
	}

	/** Where the browser has no better place: to overwrite it may leave the old bytes on the disk for a while. */
	private inTheBook(): SlotFile {
		return {
			weak: true,
			read: async () => (await (await this.sheltered).book()).slots,
			write: async (at, bytes) => {
				const shelter = await this.sheltered;
				const value = (await shelter.book()).slots ?? new Uint8Array(at + bytes.length);
				value.set(bytes, at);
				await shelter.note({ name: 'slots', value });
			}
		};
	}

	private choose(secret: Secret): Promise<void> {
		return this.saving(() =>
			this.world.alone(async () => {
				const shelter = await this.sheltered;
				this.book = await shelter.book();
				if (this.book.lock) throw new Refused('locked', 'Another tab has chosen already.');
				const slots = await this.slots();
				const secrets = newSecrets();
				const { record, opened } = await makeLock(secret, secrets, slots.weak, this.world.stretch);
				await slots.put(secrets);
				const storage = new Storage(shelter, opened.sealer);
				const plain = (await shelter.rows()).flatMap(([into, key, stored]): Write[] =>
					isPlain(stored) && !(into === 'meta' && key === 'keys') ? [{ into, key, value: stored.record }] : []
				);
				await storage.commit([...plain, { into: 'book', entry: { name: 'lock', value: record } }, { into: 'book', entry: { name: 'gone', value: undefined } }]);
				await slots.made();
				this.book = await shelter.book();
				this.tell({ kind: 'lock' });
				await this.begin(opened);
			})
		);
	}

	private tryToOpen(secret: Secret): Promise<'open' | 'wrong' | 'wait'> {
		return this.opening((shelter, lock, secrets) => this.guess(shelter, async () => openBySecret(lock, secret, await secrets(), this.world.stretch)));
	}

	private async askPasskey(): Promise<'open' | 'wrong' | NoKey> {
		const passkey = passkeyOf(this.book.lock);
		if (!passkey) return 'none';
		// Nobody else has to wait until it was answered. Nothing is guessed by it, so it is not counted: the key is 256 bits, and the platform counts for itself.
		const held = await this.world.passkeys.ask(passkey);
		if (typeof held === 'string') return held;
		return this.opening<never>(async (shelter, lock, secrets) => {
			try {
				const opened = await openByPasskey(lock, held, await secrets());
				await this.rightGuess(shelter);
				return opened;
			} catch (error) {
				if (error instanceof WrongSecret) return 'wrong';
				throw error;
			} finally {
				held.fill(0);
			}
		});
	}

	/** `by` is given how to come by the secrets: only whoever may try needs them. */
	private opening<No extends string>(
		by: (shelter: Shelter, lock: LockRecord, secrets: () => Promise<Secrets & { cache: Bytes }>) => Promise<Opened | 'wrong' | No>
	): Promise<'open' | 'wrong' | No> {
		return this.saving(() =>
			this.world.alone(async () => {
				if (this.inner) return 'open';
				const shelter = await this.sheltered;
				this.book = await shelter.book();
				const { lock } = this.book;
				const slots = await this.slots();
				if (this.book.contact && mustEnd(this.book.contact, this.world.now())) await this.endLease(this.book.contact);
				const there = await slots.read();
				if (!lock || !there) {
					await this.look();
					return 'wrong';
				}
				const opened = await by(shelter, lock, async () => {
					if (there.cache) return { ...there, cache: there.cache };
					await shelter.dropCached(); // first: with a new key under the old records, nobody would ask for them again
					return { ...there, cache: await slots.renewCache() };
				});
				if (typeof opened === 'string') return opened;
				await this.begin(opened);
				return 'open';
			})
		);
	}

	/** Counts before it tries, so that a restart in the middle wins nothing. A wrong guess locks what was open. */
	private async guess<T>(shelter: Shelter, act: () => Promise<T>): Promise<T | 'wrong' | 'wait'> {
		const before = this.book.tries;
		if (before && before.at > this.world.now()) {
			// The clock was set back: the wait counts from now on, or it would not end before the old time came again.
			await shelter.note({ name: 'tries', value: { ...before, at: this.world.now() } });
			this.book = await shelter.book();
			if (!this.inner) await this.showLocked();
		}
		if (stillToWait(this.book.tries, this.world.now()) > 0) return 'wait';
		const tries = oneMore(this.book.tries, this.world.now());
		await shelter.note({ name: 'tries', value: tries });
		try {
			const done = await act();
			await this.rightGuess(shelter);
			return done;
		} catch (error) {
			if (!(error instanceof WrongSecret)) throw error;
			// To guess must not be a way to make somebody's report disappear: what nobody else has, stays, and what a phone gave that may be broken by now.
			if (tries.wrong >= GUESSES && (await shelter.onlyHere()) === 0 && !(await shelter.carries())) await this.empty('guessed');
			else {
				this.book = await shelter.book();
				if (this.inner) this.lock.shut();
				else await this.showLocked();
			}
			return 'wrong';
		}
	}

	private async rightGuess(shelter: Shelter): Promise<void> {
		await shelter.note({ name: 'tries', value: undefined });
		this.book = await shelter.book();
	}

	/** Whoever finds the phone open must not get a way in of their own: the PIN comes first. */
	private async addPasskey(secret: Secret): Promise<'added' | 'wrong' | 'wait' | NoKey> {
		const known = await this.withLock((shelter, lock, secrets) =>
			this.guess(shelter, async () => {
				await knows(lock, secret, secrets, this.world.stretch);
				return 'right' as const;
			})
		);
		if (known !== 'right') return known;
		const made = await this.world.passkeys.make();
		if (made === 'none') {
			await this.saving(async () => (await this.sheltered).note({ name: 'noPasskey', value: true }));
			this.book = { ...this.book, noPasskey: true };
			this.follow();
		}
		if (typeof made === 'string') return made;
		await this.changeLock((lock, secrets) => withPasskey(lock, secret, secrets, this.world.stretch, made));
		made.held.fill(0);
		return 'added';
	}

	private changeLock(change: (lock: LockRecord, secrets: Secrets) => LockRecord | Promise<LockRecord>): Promise<void> {
		return this.withLock(async (shelter, lock, secrets) => {
			await shelter.note({ name: 'lock', value: await change(lock, secrets) });
			this.book = await shelter.book();
			this.tell({ kind: 'lock' });
			this.follow();
		});
	}

	private withLock<T>(act: (shelter: Shelter, lock: LockRecord, secrets: Secrets) => Promise<T>): Promise<T> {
		return this.saving(() =>
			this.world.alone(async () => {
				const shelter = await this.sheltered;
				this.book = await shelter.book();
				const secrets = await (await this.slots()).read();
				if (!this.inner || !this.book.lock || !secrets) throw new Refused('locked', 'This phone is locked.');
				return act(shelter, this.book.lock, secrets);
			})
		);
	}

	private begin(opened: Opened): Promise<void> {
		const begun = this.openAll(opened);
		this.beginning = begun.catch(() => undefined);
		return begun;
	}

	private async openAll(opened: Opened): Promise<void> {
		await Promise.all([this.ending, this.sealing]);
		const shelter = await this.sheltered;
		const lost = Object.values(await shelter.losses()).reduce((sum, count) => sum + count, 0);
		const storage = new Storage(shelter, opened.sealer);
		if (this.book.lock) await takeAllOut(shelter, storage, opened.intake, this.book.lock.intake.publicKey);
		const leash = new Leash(this.world, this.ears);
		const since = this.world.now();
		const inner = new LocalReplica(leash.world, this.applyUpdate, this.loadShelf, {
			storage: Promise.resolve(storage),
			wrapping: opened.wrapping,
			heard: since - silent(this.book.contact, since),
			empty: (confirm) => void this.leave(confirm).catch((error: unknown) => this.broke(error))
		});
		if (this.waiting) inner.updateIsWaiting();
		this.leash = leash;
		this.inner = inner;
		if (!this.book.contact) await this.noteContact(heard(since));
		const follow = (): void => {
			const { connection } = inner.state;
			const now = this.world.now();
			const old = silent(this.book.contact, now);
			const connected = connection.state === 'online' || connection.state === 'sending';
			if (connected && old >= NOTED_EVERY) void this.noteContact(heard(now)).catch((error: unknown) => this.broke(error));
			const lock: Lock = { state: 'open', since, by: secretKind(this.book.lock), passkey: this.passkeyState(), over: !connected && old >= LEASE };
			this.set({ ...inner.state, lock, lost: inner.state.lost + lost, updateWaiting: this.waiting });
			void this.noteForTheLock(shelter, inner.state);
		};
		inner.subscribe(follow);
		this.follow = follow;
		follow();
	}

	private passkeyState(): PasskeyState {
		if (passkeyOf(this.book.lock)) return 'set';
		return this.passkeys && this.book.noPasskey !== true ? 'offered' : 'no';
	}

	private keepTime(): void {
		this.world.after(NOTED_EVERY, () => {
			this.watchLease().catch((error: unknown) => this.broke(error)).finally(() => this.keepTime());
		});
	}

	/** Notes that time passes, and ends what a phone may hold that nobody hears of. In turn with the lock, so that nobody is locked out who has just opened it. */
	private async watchLease(): Promise<void> {
		await this.world.alone(async () => {
			const { lock, contact } = await (await this.sheltered).book();
			if (!lock || !contact) return;
			const now = this.world.now();
			const { state } = this.state.connection;
			const next = this.inner && (state === 'online' || state === 'sending') ? heard(now) : passed(contact, now);
			await this.noteContact(next);
			if (mustEnd(next, now)) await this.endLease(next);
		});
		this.follow();
	}

	private async noteContact(contact: Contact): Promise<void> {
		this.book = { ...this.book, contact };
		await (await this.sheltered).note({ name: 'contact', value: contact });
	}

	/** What the server has as well cannot be opened here any more; that needs no PIN. Only for whoever holds the lock alone. */
	private async endLease(contact: Contact): Promise<void> {
		this.lock.shut();
		await this.ending;
		await (await this.slots()).destroyCache();
		await this.noteContact(ended(contact));
	}

	/** Keeps up to date what a locked phone may say. */
	private async noteForTheLock(shelter: Shelter, state: State): Promise<void> {
		const member = state.self?.state === 'active';
		const pack = state.pack && toBinary(PackSchema, publicPart(state.pack));
		if (!state.read || (this.book.member === member && (!pack || sameBytes(pack, this.book.pack ?? new Uint8Array())))) return;
		this.book = { ...this.book, member, ...(pack && { pack: new Uint8Array(pack) }) };
		try {
			await shelter.note({ name: 'member', value: member }, ...(pack ? [{ name: 'pack' as const, value: new Uint8Array(pack) }] : []));
		} catch (error) {
			this.broke(error);
		}
	}

	private shut(): void {
		const { inner, leash } = this;
		if (!inner) return;
		this.inner = this.leash = undefined;
		this.follow = () => undefined;
		const { cases, drafts } = inner.state;
		// What is typed for the event is part of no case.
		const only = new Set([...cases.flatMap(({ id, unsent }) => (unsent > 0 ? [id] : [])), ...drafts.flatMap((draft) => (draft.fields['note'] === null ? [] : [caseOfNote(draft) ?? draft.id]))]);
		this.showShut(this.locked({ only: only.size, carries: inner.state.parcels.some(({ stuck }) => stuck === undefined) }));
		this.ending = inner.end().then(
			() => leash?.end(),
			() => leash?.end()
		);
		void this.ending.then(() => this.countAgain()).catch((error: unknown) => this.broke(error));
	}

	/** The order to wipe is carried out even when nobody hears any more that it was. */
	private async leave(confirm: () => Promise<void>): Promise<void> {
		await this.world.alone(() => this.empty('revoked'));
		await confirm().catch(() => undefined);
		// The browser has thrown everything away by now, this word too: it is all that is written again.
		(await this.sheltered).close();
		this.sheltered = Shelter.open(this.world.indexedDB);
		await (await this.sheltered).note({ name: 'gone', value: 'revoked' });
	}

	/** Keys first, so that whatever is left of the rest opens with nothing. */
	private async empty(gone?: 'revoked' | 'guessed'): Promise<void> {
		const slots = await this.slots();
		const { inner, leash } = this;
		this.inner = this.leash = undefined;
		this.follow = () => undefined;
		await slots.destroyAll();
		leash?.end();
		await inner?.end();
		await (await this.sheltered).empty(...(gone ? [{ name: 'gone' as const, value: gone }] : []));
		this.book = gone ? { gone } : {};
		this.showShut(gone ? { state: 'gone', why: gone } : { state: 'none', must: false });
		this.tell({ kind: 'lock' });
	}

	private hear(message: { kind: string }): void {
		if (message.kind === 'shut') this.shut();
		else if (message.kind === 'lock') (this.inner ? this.readBook() : this.look()).catch((error: unknown) => this.broke(error));
	}

	/** Another tab changed the lock of an open phone. */
	private async readBook(): Promise<void> {
		this.book = await (await this.sheltered).book();
		this.follow();
	}

	private async showLocked(): Promise<void> {
		this.showShut(this.locked(await this.count()));
	}

	private async countAgain(): Promise<void> {
		const count = await this.count();
		const { lock } = this.state; // now, not before the count: somebody may have opened it meanwhile
		if (lock.state === 'locked') this.set({ lock: { ...lock, ...count } });
	}

	private async count(): Promise<Pick<Locked, 'only' | 'carries'>> {
		const shelter = await this.sheltered;
		return { only: await shelter.onlyHere(), carries: await shelter.carries() };
	}

	private locked(count: Pick<Locked, 'only' | 'carries'>): Lock {
		const { lock, member, tries } = this.book;
		const now = this.world.now();
		return {
			state: 'locked',
			since: now,
			by: secretKind(lock),
			passkey: passkeyOf(lock) !== undefined,
			...count,
			member: member ?? false,
			wrong: tries?.wrong ?? 0,
			until: now + stillToWait(tries, now)
		};
	}

	/** Nothing of what was open is left in the state. */
	private showShut(lock: Lock): void {
		const { pack } = this.book;
		const { storageProtected, storageBroken, updateWaiting } = this.state;
		const now = this.world.now();
		this.set({ ...EMPTY, lock, read: true, pack: pack ? fromBinary(PackSchema, pack) : null, connection: { state: 'offline', since: now }, storageProtected, storageBroken, updateWaiting });
	}

	private unlocked(): LocalReplica {
		if (!this.inner) throw new Refused('locked', 'This phone is locked.');
		return this.inner;
	}

	private async saving<T>(act: () => Promise<T>): Promise<T> {
		try {
			return await act();
		} catch (error) {
			if (error instanceof Refused || error instanceof RangeError) throw error;
			this.broke(error);
			throw error instanceof NotSaved ? error : new NotSaved('blocked');
		}
	}

	private broke(error: unknown): void {
		this.set({ storageBroken: error instanceof NotSaved ? error.because : 'blocked' });
	}

	private tell(message: Told): void {
		this.world.channel.tell(message);
	}

	private set(part: Partial<State>): void {
		this.state = { ...this.state, ...part };
		for (const changed of this.subscribers) changed();
	}
}
