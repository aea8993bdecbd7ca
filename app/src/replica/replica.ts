/** This device's own copy of the event: what the screens are given. */
import { type Along, type Draft, type Enrolment, type Id, type Intention, type KeptPicture, type LeadCalls, type Millis, NotSaved, type OpenReplica, type ParcelCalls, type PictureCalls, Refused, type State } from './api.ts';
import { Binder } from './binder.ts';
import { Bulletin } from './bulletin.ts';
import { type Bytes, hex, newId, randomBytes } from './bytes.ts';
import { checkIntention } from './check.ts';
import { Enrolling } from './enrolment.ts';
import { halfTyped, noteOf } from './half-typed.ts';
import type { Intent, Look } from './kept.ts';
import { documentOf, type Keys, openKeys } from './keys.ts';
import { Leading } from './lead.ts';
import { Ledger, pictureKey } from './ledger.ts';
import { takeBack } from './letting-go.ts';
import { Liaison } from './liaison.ts';
import type { Middle, Told } from './middle.ts';
import { EMPTY, type Opening } from './opening.ts';
import { Readings } from './readings.ts';
import { Records } from './records.ts';
import { parcelsOf, picturesOf, recordsOf, shownOf } from './screenful.ts';
import type { Shelf } from './shelf.ts';
import { Standing } from './standing.ts';
import { Overtaken, type Write } from './storage.ts';
import { Suspicion } from './suspicion.ts';
import { Tokens } from './token.ts';
import type { Leadership, World } from './world.ts';

const PENDING_CHECK_MS = 4_000;
const RETRY_MS = 5_000;
/** After the first screens Automerge is brought, so that the first word does not wait for it. */
const WARM_MS = 3_000;
/** How often what nobody needed yet is looked at for damage, and how much of it. */
const AUDIT_MS = 5_000;
const AUDITED = 40;
/** How many documents without a view are read before they are shown. */
const READ_AT_ONCE = 8;
/** Reading takes longer than that: a screen says how far it is. */
const PATIENCE_MS = 1_000;

export class LocalReplica implements OpenReplica {
	state: State;
	readonly enrolment: Enrolment;
	readonly lead: LeadCalls;
	readonly pictures: PictureCalls = {
		keep: (document, bytes, mime, name) => this.keepPicture(document, bytes, mime, name),
		drop: async (document, sha256) => {
			const picture = (await this.whenOpen()).pictures.get(pictureKey({ document, sha256 }));
			if (picture) await this.commitPicture(document, Ledger.without(picture));
		},
		read: async (document, sha256) => {
			const ledger = await this.whenOpen();
			const { read } = await import('./pictures.ts');
			return read(this.world, ledger, () => this.token(), document, sha256);
		}
	};
	readonly parcels: ParcelCalls = {
		seal: async () => {
			const ledger = await this.whenOpen();
			await this.inTurn(() => this.settleIntents());
			const { seal } = await import('./parcels.ts');
			return seal(ledger, this.world.now());
		},
		take: async (whole) => {
			const ledger = await this.whenOpen();
			const { take } = await import('./parcels.ts');
			const { parcel, writes } = await take(ledger, whole, this.world.now());
			await this.commitParcel(writes);
			return parcel;
		},
		seen: (id) => this.commitParcel([{ outOf: 'parcels', key: id }])
	};
	private readonly subscribers = new Set<() => void>();
	private readonly opening: Promise<Ledger>;
	private ledger: Ledger | undefined;
	private keys: Keys | undefined;
	private ended = false;
	private readings: Readings | undefined;
	private binder: Binder | undefined;
	private readonly records = new Records();
	private tokens: Tokens | undefined;
	/** In the tab that leads, once there is somebody to speak for. */
	private liaison: Liaison | undefined;
	private leads = false;
	private leadership: Leadership | undefined;
	private starting: Promise<void> | undefined;
	private queue: Promise<void> = Promise.resolve();
	private lastOrder = 0;
	private readonly standing: Standing;
	private readonly suspicion: Suspicion;
	private readonly middle: Middle;
	private readonly bulletin: Bulletin;

	constructor(
		private readonly world: World,
		/** Starts the newer app. */
		readonly applyUpdate: () => void,
		private readonly loadShelf: (by: Id, device: Id, log: Ledger) => Promise<Shelf>,
		private readonly behind: Opening
	) {
		this.standing = new Standing(world, behind.heard);
		this.state = { ...EMPTY, connection: this.standing.atFirst };
		this.opening = this.open();
		this.middle = this.asMiddle();
		this.bulletin = new Bulletin(this.middle, this.opening, () => this.liaison?.offerAgain());
		this.suspicion = new Suspicion(world, () => this.tell({ kind: 'lead?' }), () => {
			if (!this.leads) this.leadership?.takeOver();
		});
		this.enrolment = new Enrolling(world, () => this.opening, behind.wrapping, () => this.selfChanged());
		this.lead = new Leading(world, () => this.token(), () => this.bulletin.loadTeam(), () => this.acceptLedger());
		world.channel.hear((message) => this.hear(message as Told));
		world.onReturn(() => this.tryNow());
		world.onLeave(() => this.liaison?.showConnection());
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

	async write(what: Intention | readonly Intention[], along: Along = {}): Promise<void> {
		const intentions = 'facts' in what ? [what] : what;
		const ledger = await this.whenOpen();
		const writes = this.intents(ledger, intentions);
		if (along.draft !== undefined) writes.push({ outOf: 'drafts', key: along.draft });
		if (along.opened !== undefined) writes.push(this.look(along.opened));
		await this.saving(ledger.commit(writes));
		this.wrote(intentions);
		if (along.opened !== undefined) this.liaison?.tellLooks();
	}

	/** Of one moment: what belongs together is told together. */
	private intents(ledger: Ledger, intentions: readonly Intention[]): Write[] {
		for (const intention of intentions) checkIntention(intention);
		const at = this.world.now();
		const clockOff = ledger.mark.clockOffset;
		return intentions.map((intention): Write => {
			const order = this.nextOrder(at);
			return { into: 'intents', key: order, value: { order, intention: structuredClone(intention), at, ...(clockOff !== undefined && { clockOff }) } satisfies Intent };
		});
	}

	private wrote(intentions: readonly Intention[]): void {
		this.show(intentions.map(({ document }) => document));
		this.tell({ kind: 'stored' });
		if (this.leads) void this.inTurn(() => this.settleIntents());
		else this.suspect();
	}

	async keepDraft(draft: Draft): Promise<void> {
		const ledger = await this.whenOpen();
		const kept = { ...structuredClone(draft), savedAt: this.world.now() };
		this.liaison?.typed();
		await this.saving(ledger.commit([{ into: 'drafts', key: draft.id, value: kept }]));
		this.show([]);
		this.tell({ kind: 'stored' });
	}

	private async keepPicture(document: Id, bytes: Bytes, mime: string, name?: (kept: KeptPicture) => Intention): Promise<KeptPicture> {
		const { cut, hasRoom } = await import('./pictures.ts');
		if (!(await hasRoom(this.world, bytes))) throw new NotSaved('full');
		const { picture, writes } = await cut(document, bytes, mime, this.world.now());
		const kept = { sha256: picture.sha256, size: picture.size };
		const named = name ? [name(kept)] : [];
		await this.commitPicture(document, [...writes, ...this.intents(await this.whenOpen(), named)]);
		if (name) this.wrote(named);
		return kept;
	}

	private async commitPicture(document: Id, writes: readonly Write[]): Promise<void> {
		const ledger = await this.whenOpen();
		await this.saving(ledger.commit(writes));
		this.show([document]);
		this.tell({ kind: 'stored' });
		this.liaison?.carry();
	}

	private async commitParcel(writes: readonly Write[]): Promise<void> {
		await this.saving((await this.whenOpen()).commit(writes));
		this.show([]);
		this.tell({ kind: 'stored' });
		this.liaison?.carryForOthers();
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
		const look = this.look(caseId);
		// On disk first: it was offline, or the app is closed before the server hears of it.
		const done = this.whenOpen().then((ledger) => this.saving(ledger.commit([look])));
		done.then(() => (this.liaison ? this.liaison.tellLooks() : this.tell({ kind: 'stored' }))).catch(() => undefined); // `storageBroken` says it
	}

	private look(document: Id): Write {
		const at = this.world.now();
		const order = this.nextOrder(at);
		return { into: 'looks', key: order, value: { order, document, at } satisfies Look };
	}

	async recuse(caseId: Id): Promise<void> {
		const ledger = await this.whenOpen();
		const said = ledger.get('recusals') ?? [];
		if (!said.some((one) => one.document === caseId)) {
			const half = halfTyped(ledger.drafts.values(), caseId);
			const notes = half.flatMap((draft) => noteOf(draft) ?? []);
			const recusal = { document: caseId, at: this.world.now(), told: false };
			await this.saving(ledger.commit([...this.intents(ledger, notes), ...half.map(({ id }): Write => ({ outOf: 'drafts', key: id })), Ledger.meta('recusals', [...said, recusal])]));
			if (notes.length > 0) this.wrote(notes);
		}
		this.show([]);
		this.tell({ kind: 'stored' });
		if (this.leads) this.liaison?.stepBack();
		else this.suspect();
	}

	async recoverySeen(): Promise<void> {
		const ledger = await this.whenOpen();
		await this.saving(ledger.commit([Ledger.meta('recoverySeen', this.state.recovery ?? 0)]));
		this.set(shownOf(this.ledger));
		this.tell({ kind: 'stored' });
	}

	tryNow(): void {
		if (this.liaison) this.liaison.tryNow();
		else {
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
		this.liaison?.goodbye();
		this.ended = true;
		this.suspicion.rest();
		this.subscribers.clear();
		this.keys = undefined;
		await this.queue;
		await this.binder?.end();
	}

	private async open(): Promise<Ledger> {
		const ledger = new Ledger(await this.behind.storage);
		await ledger.reload();
		this.readings = new Readings(ledger, () => {
			const self = ledger.get('enrolled')?.self;
			return self ? this.loadShelf(self.staff, self.device, ledger) : Promise.reject(new Error('nobody to write for'));
		});
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
		this.suspicion.rest();
		this.tell({ kind: 'lead!' });
		// The tab that led may have written until the very end.
		const touched = await ledger.reload();
		await this.saving(takeBack(ledger, this.world.now() + (ledger.mark.clockOffset ?? 0)));
		if (this.readings) this.binder = new Binder(this.middle, ledger, this.readings);
		await this.readTheRest();
		await this.follow(touched);
		this.binder?.touched();
		this.world.after(WARM_MS, () => void this.warmUp());
		this.auditLater(ledger);
	}

	/** Another tab leads: this one follows, from what is in storage. */
	private async standDown(): Promise<void> {
		this.leads = false;
		this.ledger?.loseLead();
		this.liaison?.end();
		this.liaison = undefined;
		this.binder?.rest();
		this.binder = undefined;
		const touched = await this.ledger?.reload();
		if (touched) await this.follow(touched);
		this.tell({ kind: 'hello' }); // how the line is, the one that leads knows
	}

	private suspect(): void {
		if (!this.leads) this.suspicion.rise();
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
		void this.inTurn(() => this.readTheRest()).then(() => this.startLine());
	}

	/** The device's own keys, as handles, once there are any. */
	private async openKeys(): Promise<void> {
		const kept = this.ledger?.get('keys');
		if (kept && !this.ended) this.keys ??= await openKeys(this.behind.wrapping, kept);
	}

	/** Reads the documents that have no view, once. Most often there are none, and Automerge is not needed yet. */
	private readTheRest(): Promise<void> {
		const { readings } = this;
		if (!this.ledger?.get('enrolled') || !readings) return Promise.resolve();
		this.starting ??= (async () => {
			const missing = readings.missing();
			const cases = missing.filter((document) => this.ledger?.logOf(document)[0]?.kind === 'case');
			const begun = this.world.now();
			for (let at = 0; at < missing.length && !this.ended; at += READ_AT_ONCE) {
				const some = missing.slice(at, at + READ_AT_ONCE);
				await readings.make(some);
				this.show(some);
				const left = new Set(missing.slice(at + READ_AT_ONCE));
				if (left.size > 0 && this.world.now() - begun >= PATIENCE_MS) {
					this.set({ opening: { done: cases.filter((document) => !left.has(document)).length, of: cases.length } });
				}
			}
			this.set({ ready: true, opening: null });
		})().catch((error: unknown) => {
			this.starting = undefined;
			this.set({ opening: null });
			throw error;
		});
		return this.starting;
	}

	/** Where it does not work now, whoever needs it first tries again. */
	private async warmUp(): Promise<void> {
		if (this.ended || !this.leads || !this.ledger?.get('enrolled')) return;
		await this.readings?.open().catch(() => undefined);
	}

	/** Changes whose views were shown were not opened: what of them is damaged counts as lost, too. */
	private auditLater(ledger: Ledger): void {
		this.world.after(AUDIT_MS, () => {
			if (this.ended || !this.leads) return;
			void this.inTurn(async () => {
				const lost = await ledger.audit(AUDITED);
				if (!lost) return;
				if (lost.length > 0) {
					this.set({ lost: ledger.unreadable });
					await this.follow(new Set(lost));
				}
				this.auditLater(ledger);
			}).catch((error: unknown) => this.broke(error));
		});
	}

	private startLine(): void {
		const ledger = this.ledger;
		const enrolled = ledger?.get('enrolled');
		const keys = this.keys;
		if (this.ended || !this.leads || this.liaison || !ledger || !keys || enrolled?.self.state !== 'active' || !this.readings || !this.state.ready) return;
		this.tokens = new Tokens(this.world, enrolled.event, enrolled.self.device, keys.signing.privateKey);
		const author = { event: enrolled.event, device: enrolled.self.device, key: keys.signing.privateKey };
		this.liaison = new Liaison(this.middle, ledger, this.readings, author, this.tokens, this.standing, {
			overtaken: () => this.standDown(),
			loadTeam: () => this.bulletin.loadTeam(),
			loadPackAndTeam: (packHash) => this.bulletin.load(packHash),
			showAlarm: () => this.showAlarm(),
			record: (document) => this.records.ofCase(document),
			write: (intention) => this.write(intention),
			nextOrder: (now) => this.nextOrder(now),
			empty: (confirm) => this.behind.empty(confirm)
		});
		this.liaison.begin();
	}

	private async settleIntents(): Promise<void> {
		if (this.leads) await this.liaison?.settleIntents();
	}

	private async token(): Promise<string> {
		const enrolled = this.ledger?.get('enrolled');
		const keys = this.keys;
		if (enrolled?.self.state !== 'active' || !keys) throw new Refused('not_enrolled', 'This device is not enrolled.');
		this.tokens ??= new Tokens(this.world, enrolled.event, enrolled.self.device, keys.signing.privateKey);
		return this.tokens.token();
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
			this.liaison?.typed();
			void this.inTurn(async () => {
				await this.follow(await ledger.reload());
				await this.openKeys();
				await this.readTheRest();
				await this.settleIntents();
			}).then(() => {
				this.startLine();
				this.liaison?.tellLooks();
				this.liaison?.stepBack();
			});
		} else if (message.kind === 'lead?') {
			if (this.leads) this.tell({ kind: 'lead!' });
		} else if (message.kind === 'lead!') this.suspicion.rest();
		else if (message.kind === 'connection' && !this.leads) this.set({ connection: message.connection });
		else if (message.kind === 'try') this.liaison?.tryNow();
		else if (message.kind === 'hello' && this.liaison) this.tell({ kind: 'connection', connection: this.state.connection });
	}

	/** Documents that another tab touched are read anew from what is in storage. */
	private async follow(touched: Set<Id>): Promise<void> {
		for (const document of touched) await this.readings?.follow(document);
		this.refresh(touched);
	}

	private refresh(touched: Iterable<Id>): void {
		this.set({ self: this.ledger?.get('enrolled')?.self ?? null, ...shownOf(this.ledger) });
		this.show([...touched]);
	}

	/** Reads the touched documents anew and shows what is there. */
	private show(touched: readonly Id[]): void {
		if (this.ledger) this.set({ ...recordsOf(this.records, this.ledger, this.readings, touched, this.state), pictures: picturesOf(this.ledger, this.state.pictures), parcels: parcelsOf(this.ledger) });
		if (touched.length > 0) this.binder?.touched();
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

	private asMiddle(): Middle {
		const state = (): State => this.state;
		return {
			world: this.world,
			get state() {
				return state();
			},
			set: (part) => this.set(part),
			show: (touched) => this.show(touched),
			tell: (message) => this.tell(message),
			inTurn: (act) => this.inTurn(act),
			saving: (work) => this.saving(work),
			token: () => this.token()
		};
	}

	private tell(message: Told): void {
		this.world.channel.tell(message);
	}

	private set(part: Partial<State>): void {
		this.state = { ...this.state, ...part };
		for (const changed of this.subscribers) changed();
	}
}
