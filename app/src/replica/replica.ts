/** This device's own copy of the event: what the screens are given. */
import { fromBinary } from '@bufbuild/protobuf';
import { compare } from '../incident/derive.ts';
import { PackSchema } from '../generated/wire/v1/pack_pb.ts';
import { EmptySchema, TeamSchema } from '../generated/wire/v1/identity_pb.ts';
import { type Connection, type Draft, type Enrolment, type Id, type Intention, type LeadCalls, type Millis, NotSaved, type OpenReplica, Refused, type State } from './api.ts';
import { hex, newId, randomBytes, sha256 } from './bytes.ts';
import { call, exchange } from './calls.ts';
import { Desk } from './desk.ts';
import { Enrolling } from './enrolment.ts';
import type { Intent } from './kept.ts';
import { documentOf, type Keys, openKeys } from './keys.ts';
import { Leading } from './lead.ts';
import { lastWords } from './leaving.ts';
import { Ledger } from './ledger.ts';
import { takeBack } from './letting-go.ts';
import { Line } from './line.ts';
import { checkIntention } from './check.ts';
import { OnceMore } from './once-more.ts';
import { liftedBy, recusedBy, stepBack } from './recusals.ts';
import { Records } from './records.ts';
import type { Shelf } from './shelf.ts';
import { EMPTY, type Opening } from './opening.ts';
import { Overtaken } from './storage.ts';
import { shownOf } from './shown.ts';
import { Standing } from './standing.ts';
import { Tokens } from './token.ts';
import { Wires } from './wires.ts';
import { type Author, envelopeOf } from './envelope.ts';
import type { Leadership, World } from './world.ts';

const PENDING_CHECK_MS = 4_000;
const RETRY_MS = 5_000;
/** A tab that leads and does not answer for so long is frozen: the one in use takes over. */
const FROZEN_MS = 4_000;
/** A device without access whose last words did not get through says them again. */
const LAST_WORDS_RETRY_MS = 20_000;

/** What the leading tab tells the others. */
type Told = { kind: 'stored' } | { kind: 'connection'; connection: Connection } | { kind: 'try' } | { kind: 'hello' } | { kind: 'lead?' } | { kind: 'lead!' };

export class LocalReplica implements OpenReplica {
	state: State;
	readonly enrolment: Enrolment;
	readonly lead: LeadCalls;
	private readonly subscribers = new Set<() => void>();
	private readonly opening: Promise<Ledger>;
	private ledger: Ledger | undefined;
	private keys: Keys | undefined;
	private ended = false;
	private shelf: Shelf | undefined;
	private readonly records = new Records();
	private line: Line | undefined;
	private tokens: Tokens | undefined;
	private desk: Desk | undefined;
	private author: Author | undefined;
	private wires: Wires | undefined;
	private leads = false;
	private leadership: Leadership | undefined;
	private stopSuspecting: (() => void) | undefined;
	private starting: Promise<void> | undefined;
	private queue: Promise<void> = Promise.resolve();
	private stopWaiting: (() => void) | undefined;
	private lastOrder = 0;
	private readonly standing: Standing;
	private readonly steppingBack = new OnceMore(() => this.stepBackOnce(), (act) => this.world.after(RETRY_MS, act));

	constructor(
		private readonly world: World,
		/** Starts the newer app. */
		readonly applyUpdate: () => void,
		/** Brings Automerge; apart, so that nothing else waits for it. */
		private readonly loadShelf: (by: Id, device: Id, log: Ledger) => Promise<Shelf>,
		private readonly behind: Opening
	) {
		this.standing = new Standing(world, behind.heard);
		this.state = { ...EMPTY, connection: this.standing.atFirst };
		this.opening = this.open();
		this.enrolment = new Enrolling(world, () => this.opening, behind.wrapping, () => this.selfChanged());
		this.lead = new Leading(world, () => this.token(), () => this.loadTeam(), () => this.acceptLedger());
		world.channel.hear((message) => this.hear(message as Told));
		world.onReturn(() => this.tryNow());
		world.onLeave(() => this.showConnection());
		this.boot().catch((error: unknown) => this.broke(error));
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

	async write(intention: Intention): Promise<void> {
		checkIntention(intention);
		const ledger = await this.whenOpen();
		const now = this.world.now();
		const clockOff = ledger.mark.clockOffset;
		const order = this.nextOrder(now);
		const intent: Intent = { order, intention: structuredClone(intention), at: now, ...(clockOff !== undefined && { clockOff }) };
		await this.saving(ledger.commit([{ into: 'intents', key: order, value: intent }]));
		this.show([intention.document]);
		this.tell({ kind: 'stored' });
		if (this.leads) void this.inTurn(() => this.settleIntents());
		else this.suspect();
	}

	async keepDraft(draft: Draft): Promise<void> {
		const ledger = await this.whenOpen();
		const kept = { ...structuredClone(draft), savedAt: this.world.now() };
		await this.saving(ledger.commit([{ into: 'drafts', key: draft.id, value: kept }]));
		this.show([]);
		this.tell({ kind: 'stored' });
	}

	async dropDraft(id: Id): Promise<void> {
		const ledger = await this.whenOpen();
		await this.saving(ledger.commit([{ outOf: 'drafts', key: id }]));
		this.show([]);
		this.tell({ kind: 'stored' });
	}

	readonly chairDocument = (caseId: Id): Promise<Id> => documentOf('chair', caseId);
	readonly eventDocument = async (kind: 'notice' | 'duty'): Promise<Id> => documentOf(kind, (await this.whenOpen()).get('enrolled')?.event ?? '');

	opened(caseId: Id): void {
		const at = this.world.now();
		const order = this.nextOrder(at);
		// On disk first: it was offline, or the app is closed before the server hears of it.
		const done = this.whenOpen().then((ledger) => this.saving(ledger.commit([{ into: 'looks', key: order, value: { order, document: caseId, at } }])));
		done.then(() => (this.line ? this.tellLooks() : this.tell({ kind: 'stored' }))).catch(() => undefined); // `storageBroken` says it
	}

	async recuse(caseId: Id): Promise<void> {
		const ledger = await this.whenOpen();
		const said = ledger.get('recusals') ?? [];
		if (!said.some((one) => one.document === caseId)) {
			await this.saving(ledger.commit([Ledger.meta('recusals', [...said, { document: caseId, at: this.world.now(), told: false }])]));
		}
		this.show([]);
		this.tell({ kind: 'stored' });
		if (this.leads) this.steppingBack.ask();
		else this.suspect();
	}

	async recoverySeen(): Promise<void> {
		const ledger = await this.whenOpen();
		await this.saving(ledger.commit([Ledger.meta('recoverySeen', this.state.recovery ?? 0)]));
		this.set(shownOf(this.ledger));
		this.tell({ kind: 'stored' });
	}

	tryNow(): void {
		if (this.line) {
			this.line.wake(this.world.now());
			this.steppingBack.ask(); // a line that outlived the outage greets nobody anew
			void this.settle();
		} else {
			this.tell({ kind: 'try' });
			this.suspect();
		}
	}

	updateIsWaiting(): void {
		this.set({ updateWaiting: true });
	}

	async protectStorage(): Promise<boolean> {
		const storageProtected = await this.world.persist();
		this.set({ storageProtected });
		return storageProtected;
	}

	/** Ends everything that was begun, once what is being written is written. The memory of it goes with the replica. */
	async end(): Promise<void> {
		this.line?.goodbye();
		for (const action of this.line?.poll() ?? []) if (action.do === 'send' || action.do === 'hang_up') this.wires?.act(action);
		this.ended = true;
		this.stopWaiting?.();
		this.trust();
		this.subscribers.clear();
		this.keys = undefined;
		await this.queue;
	}

	private async open(): Promise<Ledger> {
		const ledger = new Ledger(await this.behind.storage);
		await ledger.reload();
		this.ledger = ledger;
		return ledger;
	}

	private async whenOpen(): Promise<Ledger> {
		try {
			return await this.opening;
		} catch (error) {
			this.broke(error);
			throw error instanceof NotSaved ? error : new NotSaved('blocked');
		}
	}

	private async boot(): Promise<void> {
		const ledger = await this.opening;
		this.set({ self: ledger.get('enrolled')?.self ?? null, lost: ledger.unreadable, ...shownOf(this.ledger) });
		this.show([...ledger.documents()]);
		this.set({ read: true });
		this.tell({ kind: 'hello' });
		this.set({ storageProtected: (await this.world.persisted()) ? true : null });
		await this.selfChanged();
		this.leadership = this.world.lead(
			() => this.beginToLead(ledger),
			() => void this.inTurn(() => this.standDown())
		);
		this.suspect();
	}

	private beginToLead(ledger: Ledger): void {
		this.inTurn(() => this.startLeading(ledger)).then(
			() => this.startLine(),
			(error: unknown) => {
				this.broke(error);
				this.world.after(RETRY_MS, () => this.beginToLead(ledger));
			}
		);
	}

	private async startLeading(ledger: Ledger): Promise<void> {
		await this.saving(ledger.takeLead());
		this.leads = true;
		this.trust();
		this.tell({ kind: 'lead!' });
		// The tab that led may have written until the very end.
		const touched = await ledger.reload();
		await this.saving(takeBack(ledger, this.world.now() + (ledger.mark.clockOffset ?? 0)));
		await this.shelfOnly();
		await this.followShelf(touched);
	}

	/** Another tab leads: this one follows, from what is in storage. */
	private async standDown(): Promise<void> {
		this.leads = false;
		this.ledger?.loseLead();
		this.stopWaiting?.();
		this.wires?.act({ do: 'hang_up' });
		this.line = this.wires = this.desk = undefined;
		const touched = await this.ledger?.reload();
		if (touched) await this.followShelf(touched);
		this.tell({ kind: 'hello' }); // how the line is, the one that leads knows
	}

	/** Asks whether the tab that leads is alive. */
	private suspect(): void {
		if (this.leads || this.stopSuspecting) return;
		this.tell({ kind: 'lead?' });
		this.stopSuspecting = this.world.after(FROZEN_MS, () => {
			this.stopSuspecting = undefined;
			if (!this.leads) this.leadership?.takeOver();
		});
	}

	private trust(): void {
		this.stopSuspecting?.();
		this.stopSuspecting = undefined;
	}

	/** Enrolled, confirmed or new name: whatever hangs on it starts. */
	private async selfChanged(): Promise<void> {
		await this.openKeys();
		const enrolled = this.ledger?.get('enrolled');
		this.set({ self: enrolled?.self ?? null, ...shownOf(this.ledger) });
		this.tell({ kind: 'stored' });
		if (!enrolled) return;
		if (enrolled.self.state === 'pending') {
			this.world.after(PENDING_CHECK_MS, () => {
				this.enrolment.check().catch(() => undefined).finally(() => {
					if (this.state.self?.state === 'pending') void this.selfChanged();
				});
			});
		}
		void this.inTurn(() => this.shelfOnly()).then(() => this.startLine());
	}

	/** The device's own keys, as handles, once there are any. */
	private async openKeys(): Promise<void> {
		const kept = this.ledger?.get('keys');
		if (kept && !this.ended) this.keys ??= await openKeys(this.behind.wrapping, kept);
	}

	/** Loads Automerge and the documents, once. */
	private shelfOnly(): Promise<void> {
		const enrolled = this.ledger?.get('enrolled');
		const ledger = this.ledger;
		if (!enrolled || !ledger) return Promise.resolve();
		this.starting ??= (async () => {
			const shelf = await this.loadShelf(enrolled.self.staff, enrolled.self.device, ledger);
			await shelf.take([...ledger.envelopes.values()].filter((kept) => kept.state !== 'refused'));
			this.shelf = shelf;
			this.set({ ready: true });
			this.show([...ledger.documents()]);
		})().catch((error: unknown) => {
			this.starting = undefined;
			throw error;
		});
		return this.starting;
	}

	private startLine(): void {
		const ledger = this.ledger;
		const enrolled = ledger?.get('enrolled');
		const keys = this.keys;
		if (this.ended || !this.leads || this.line || !ledger || !keys || enrolled?.self.state !== 'active' || !this.shelf) return;
		const tokens = new Tokens(this.world, enrolled.event, enrolled.self.device, keys.signing.privateKey);
		const line = new Line(
			{
				waiting: () => ledger.unsent().map((kept) => ({ id: kept.id, envelope: envelopeOf(kept), root: ledger.rootOf(kept) })),
				mark: () => ledger.mark,
				packHash: () => ledger.get('pack')?.hash ?? new Uint8Array(),
				sealed: () => ledger.get('seal')?.size ?? 0,
				looks: () => [...ledger.looks.values()].sort((a, b) => (a.order < b.order ? -1 : 1))
			},
			() => this.world.chance()
		);
		this.tokens = tokens;
		this.line = line;
		this.wires = new Wires(this.world, line, tokens, () => this.settle(), () => this.set({ connection: { state: 'signed_out' } }));
		this.author = { event: enrolled.event, device: enrolled.self.device, key: keys.signing.privateKey };
		this.desk = new Desk(ledger, this.shelf, this.author, () => this.world.now());
		void this.inTurn(() => this.readAgain()).then(() => this.inTurn(() => this.settleIntents()));
		line.tick(this.world.now());
		void this.settle();
	}

	/** Does what the line wants, in order, then waits for the next moment. */
	private settle(): Promise<void> {
		return this.inTurn(async () => {
			const { line, wires, desk } = this;
			if (!line || !wires || !desk) return;
			let actions = line.poll();
			if (actions.length === 0) {
				line.push(this.world.now()); // nothing is left to write down: what waits may go
				actions = line.poll();
			}
			for (; actions.length > 0; actions = line.poll()) {
				for (const action of actions) {
					if (action.do === 'write_down') {
						try {
							const touched = await this.saving(desk.writeDown(action.note));
							this.show(touched);
							if (touched.length > 0) this.tell({ kind: 'stored' });
							if (action.note.note === 'sealed') this.showAlarm();
							line.looked(); // what left this device is told
							if (action.note.note === 'epoch') void this.loadPackAndTeam(action.note.packHash);
							if (action.note.note === 'epoch' || action.note.note === 'kept') this.steppingBack.ask();
						} catch (error) {
							if (error instanceof Overtaken) {
								await this.standDown();
								return;
							}
							line.notWrittenDown(this.world.now());
							break; // what came after it was said on the ground that it was written down
						}
					} else if (action.do === 'renew_app') this.set({ updateWaiting: true });
					else if (action.do === 'lost_access') await this.lostAccess();
					else wires.act(action);
				}
				line.push(this.world.now());
			}
			this.showConnection();
			this.waitForNext();
		});
	}

	private waitForNext(): void {
		this.stopWaiting?.();
		const next = this.line?.next() ?? null;
		if (next === null) return;
		this.stopWaiting = this.world.after(next - this.world.now(), () => {
			this.line?.tick(this.world.now());
			void this.settle();
		});
	}

	/** Turns what is written into signed changes. What cannot be now, stays durable and is tried again. */
	private async settleIntents(): Promise<void> {
		const desk = this.desk;
		if (!this.leads || !desk) return;
		try {
			const touched = await this.saving(desk.settleIntents());
			this.show(touched);
			if (touched.length > 0) this.tell({ kind: 'stored' });
		} catch (error) {
			if (error instanceof Overtaken) {
				await this.standDown();
				return;
			}
			if (!(error instanceof NotSaved)) throw error;
		}
		this.line?.wrote(this.world.now());
		void this.settle();
	}

	/** What an older app kept unread, this one may be able to read; what has had its time here leaves. */
	private async readAgain(): Promise<void> {
		try {
			this.show([...((await this.desk?.readAgain()) ?? []), ...((await this.desk?.letGo()) ?? [])]);
		} catch (error) {
			if (!(error instanceof NotSaved) && !(error instanceof Overtaken)) throw error; // the next start tries again
		}
	}

	/** Tells the server what the person stepped back from. Rejects without a connection, or where the disk is full. */
	private async stepBackOnce(): Promise<void> {
		const { desk, ledger } = this;
		if (!this.leads || !desk || !ledger) return;
		const forget = (document: Id) => this.inTurn(async () => this.show(await this.saving(desk.writeDown({ note: 'forget', document }))));
		if (await stepBack(ledger, forget, async (message) => call(this.world, '/v1/exclusions', message, EmptySchema, await this.token()))) await this.loadTeam();
	}

	private tellLooks(): void {
		this.line?.looked();
		void this.settle();
	}

	/** The server says that this device has no access any more. */
	private async lostAccess(): Promise<void> {
		const { ledger, desk, author } = this;
		if (!this.leads || !ledger || !desk || !author) return;
		try {
			const confirm = await lastWords(this.world, ledger, desk, author, this.state, (now) => this.nextOrder(now));
			const self = ledger.get('enrolled')?.self ?? null;
			if (confirm) this.behind.empty(confirm);
			else if (self?.state === 'active' && !this.ended) this.line?.resume(this.world.now());
			this.set({ self });
		} catch {
			this.world.after(LAST_WORDS_RETRY_MS, () => void this.inTurn(() => this.lostAccess()));
		}
	}

	private async token(): Promise<string> {
		const enrolled = this.ledger?.get('enrolled');
		const keys = this.keys;
		if (enrolled?.self.state !== 'active' || !keys) throw new Refused('not_enrolled', 'This device is not enrolled.');
		this.tokens ??= new Tokens(this.world, enrolled.event, enrolled.self.device, keys.signing.privateKey);
		return this.tokens.token();
	}

	private async loadPackAndTeam(packHash: Uint8Array): Promise<void> {
		try {
			const ledger = await this.opening;
			if (hex(packHash) !== hex(ledger.get('pack')?.hash ?? new Uint8Array())) {
				const bytes = new Uint8Array(await exchange(this.world, '/v1/pack', undefined, await this.token()));
				fromBinary(PackSchema, bytes); // what cannot be read does not replace what can
				await this.saving(ledger.commit([Ledger.meta('pack', { bytes, hash: await sha256(bytes) })]));
			}
			await this.loadTeam();
		} catch {
			this.set(shownOf(this.ledger)); // asked for again with the next connection
		}
	}

	private async loadTeam(): Promise<void> {
		const ledger = await this.opening;
		const bytes = new Uint8Array(await exchange(this.world, '/v1/team', undefined, await this.token()));
		const team = fromBinary(TeamSchema, bytes);
		const enrolled = ledger.get('enrolled');
		const me = team.staff.find((member) => hex(member.staff) === enrolled?.self.staff);
		const changed = hex(ledger.get('team') ?? new Uint8Array()) !== hex(bytes);
		const writes = [Ledger.meta('team', bytes)];
		writes.push(...liftedBy(ledger, team));
		if (enrolled && me) writes.push(Ledger.meta('enrolled', { ...enrolled, self: { ...enrolled.self, name: me.name, roles: [...me.roles], badgeLabel: me.badgeLabel } }));
		await this.saving(ledger.commit(writes));
		this.set({ self: ledger.get('enrolled')?.self ?? null, ...shownOf(this.ledger) });
		this.show([]);
		this.tell({ kind: 'stored' });
		if (!changed || !this.line) return;
		this.line.offerAgain();
		void this.settle();
	}

	private showAlarm(): void {
		const { ledgerAlarm } = shownOf(this.ledger);
		if (this.state.ledgerAlarm?.since === ledgerAlarm?.since) return;
		this.set({ ledgerAlarm });
		this.tell({ kind: 'stored' });
	}

	private async acceptLedger(): Promise<void> {
		const ledger = await this.whenOpen();
		await this.saving(ledger.commit([{ outOf: 'meta', key: 'ledgerAlarm' }, { outOf: 'meta', key: 'seal' }]));
		this.showAlarm();
	}

	private hear(message: Told): void {
		if (message.kind === 'stored') {
			const ledger = this.ledger;
			if (!ledger) return;
			void this.inTurn(async () => {
				await this.followShelf(await ledger.reload());
				await this.openKeys();
				await this.shelfOnly();
				await this.settleIntents();
			}).then(() => {
				this.startLine();
				this.tellLooks();
				this.steppingBack.ask();
			});
		} else if (message.kind === 'lead?') {
			if (this.leads) this.tell({ kind: 'lead!' });
		} else if (message.kind === 'lead!') this.trust();
		else if (message.kind === 'connection' && !this.leads) this.set({ connection: message.connection });
		else if (message.kind === 'try' && this.line) this.tryNow();
		else if (message.kind === 'hello' && this.line) this.tell({ kind: 'connection', connection: this.state.connection });
	}

	/** Documents that another tab touched are made anew from what is in storage. */
	private async followShelf(touched: Set<Id>): Promise<void> {
		for (const document of touched) {
			const [first] = this.ledger?.logOf(document) ?? [];
			if (first) await this.shelf?.rebuild(document, first.kind);
			else this.shelf?.forget(document);
		}
		this.refresh(touched);
	}

	private refresh(touched: Iterable<Id>): void {
		this.set({ self: this.ledger?.get('enrolled')?.self ?? null, ...shownOf(this.ledger) });
		this.show([...touched]);
	}

	/** Reads the touched documents anew and shows what is there. */
	private show(touched: readonly Id[]): void {
		const ledger = this.ledger;
		if (!ledger) return;
		const { cases, chairs, identities, ...event } = this.records.read(ledger, this.shelf, touched);
		const mark = ledger.mark;
		const recused = recusedBy(ledger, this.state.team);
		const near = (record: { id: Id; parent?: Id }): boolean => !recused.some(({ id }) => id === record.id || id === record.parent);
		this.set({
			cases: cases.filter(near),
			chairs: chairs.filter(near),
			identities: identities.filter(near),
			...event,
			recused,
			drafts: [...ledger.drafts.values()].sort((a, b) => b.startedAt - a.startedAt || compare(a.id, b.id)),
			clockOffset: mark.clockOffset ?? null,
			allSentAt: mark.allSentAt ?? null
		});
	}

	private showConnection(): void {
		if (!this.line) return;
		const connection = this.standing.of(this.line, this.ledger?.unsent().length ?? 0, this.state.connection);
		if (connection) this.set({ connection });
		if (connection) this.tell({ kind: 'connection', connection });
	}

	private nextOrder(now: Millis): string {
		this.lastOrder = Math.max(this.lastOrder + 1, now);
		return `${String(this.lastOrder).padStart(16, '0')}-${hex(randomBytes(4))}`;
	}

	/** One thing at a time: what decides on storage must not be overtaken. After the end nothing is begun any more. */
	private inTurn(act: () => Promise<void>): Promise<void> {
		const done = this.queue.then(() => (this.ended ? undefined : act()));
		this.queue = done.catch(() => undefined);
		return done;
	}

	private async saving<T>(work: Promise<T>): Promise<T> {
		try {
			const done = await work;
			if (this.state.storageBroken !== null) this.set({ storageBroken: null });
			return done;
		} catch (error) {
			if (!(error instanceof Overtaken)) this.broke(error);
			throw error;
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
