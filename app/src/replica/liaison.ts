/** Works the line with the server, in the tab that leads: does what the line wants, and writes down what it brings. */
import { EmptySchema } from '../generated/wire/v1/identity_pb.ts';
import { type CaseRecord, type Id, type Intention, type Millis, NotSaved } from './api.ts';
import { newId } from './bytes.ts';
import { call } from './calls.ts';
import type { Carrier, Free } from './carrying.ts';
import type { Courier } from './courier.ts';
import { Desk } from './desk.ts';
import { type Author, envelopeOf } from './envelope.ts';
import { lastWords } from './leaving.ts';
import type { Ledger } from './ledger.ts';
import { Line } from './line.ts';
import type { Middle } from './middle.ts';
import { OnceMore } from './once-more.ts';
import { stepBack } from './recusals.ts';
import type { Readings } from './readings.ts';
import { Overtaken } from './storage.ts';
import type { Standing } from './standing.ts';
import type { Tokens } from './token.ts';
import { Wires } from './wires.ts';

const RETRY_MS = 5_000;
/** A device without access whose last words did not get through says them again: soon, and ever later up to a minute. */
const LAST_WORDS_FIRST_MS = 1_000;
const LAST_WORDS_MOST_MS = 60_000;
/** So long after a keystroke nobody types. */
const QUIET_MS = 3_000;

/** What the replica does for it, and nobody else. */
interface Behind {
	overtaken(): Promise<void>;
	/** The server has heard something that the team's list may show. */
	loadTeam(): Promise<void>;
	loadPackAndTeam(packHash: Uint8Array): Promise<void>;
	showAlarm(): void;
	nextOrder(now: Millis): string;
	/** Also one that the person stepped back from. */
	record(document: Id): CaseRecord | undefined;
	write(intention: Intention): Promise<void>;
	/** Destroys everything that this phone keeps, then says so. */
	empty(confirm: () => Promise<void>): void;
}

export class Liaison {
	private readonly line: Line;
	private readonly wires: Wires;
	private readonly desk: Desk;
	private stopWaiting: (() => void) | undefined;
	private over = false;
	/** How often the last words did not get through. */
	private lastTries = 0;
	private readonly steppingBack: OnceMore;
	/** Once there is a picture: most phones never carry one. */
	private carrier: Promise<Carrier | undefined> | undefined;
	/** Once there is something to bring for somebody else. */
	private courier: Promise<Courier | undefined> | undefined;
	private typedAt: Millis = 0;

	constructor(
		private readonly middle: Middle,
		private readonly ledger: Ledger,
		readings: Readings,
		private readonly author: Author,
		private readonly tokens: Tokens,
		private readonly standing: Standing,
		private readonly behind: Behind
	) {
		const { world } = middle;
		this.line = new Line(
			{
				waiting: () => ledger.unsent().map((kept) => ({ id: kept.id, envelope: envelopeOf(kept), root: ledger.rootOf(kept) })),
				mark: () => ledger.mark,
				packHash: () => ledger.get('pack')?.hash ?? new Uint8Array(),
				sealed: () => ledger.get('seal')?.size ?? 0,
				pictures: () => [...ledger.pictures.values()].filter(({ stuck }) => stuck === undefined).length,
				looks: () => [...ledger.looks.values()].sort((a, b) => (a.order < b.order ? -1 : 1))
			},
			() => world.chance()
		);
		this.wires = new Wires(world, this.line, tokens, () => this.settle(), () => middle.set({ connection: { state: 'signed_out' } }));
		this.desk = new Desk(ledger, readings, author, () => world.now(), (now) => behind.nextOrder(now));
		this.steppingBack = new OnceMore(() => this.stepBackOnce(), (act) => world.after(RETRY_MS, act));
	}

	begin(): void {
		void this.middle.inTurn(() => this.readAgain()).then(() => this.middle.inTurn(() => this.settleIntents()));
		this.line.tick(this.middle.world.now());
		void this.settle();
	}

	/** Another tab leads now. */
	end(): void {
		this.stop();
		this.wires.act({ do: 'hang_up' });
	}

	/** The phone locks: the server is told, where it hears. */
	goodbye(): void {
		this.line.goodbye();
		for (const action of this.line.poll()) if (action.do === 'send' || action.do === 'hang_up') this.wires.act(action);
		this.stop();
	}

	private stop(): void {
		this.over = true;
		this.stopWaiting?.();
		void this.carrier?.then((carrier) => carrier?.stop());
		void this.courier?.then((courier) => courier?.stop());
	}

	tryNow(): void {
		this.line.wake(this.middle.world.now());
		this.steppingBack.ask(); // a line that outlived the outage greets nobody anew
		void this.carrier?.then((carrier) => carrier?.now());
		void this.courier?.then((courier) => courier?.now());
		void this.settle();
	}

	/** Somebody is writing, in this tab or in another: pictures wait. */
	typed(): void {
		this.typedAt = this.middle.world.now();
	}

	/** Something about pictures may be to do. */
	carry(): void {
		if (this.over || this.ledger.pictures.size === 0) return;
		this.carrier ??= this.loadCarrier();
		void this.carrier.then((carrier) => (this.over ? carrier?.stop() : carrier?.ask()));
	}

	/** Something that this phone carries for others may be to send. */
	carryForOthers(): void {
		if (this.over || ![...this.ledger.parcels.values()].some(({ stuck }) => stuck === undefined)) return;
		this.courier ??= this.loadCourier();
		void this.courier.then((courier) => (this.over ? courier?.stop() : courier?.ask()));
	}

	tellLooks(): void {
		this.line.looked();
		void this.settle();
	}

	stepBack(): void {
		this.steppingBack.ask();
	}

	/** Who may read what is not as it was: what nobody could receive is offered again. */
	offerAgain(): void {
		this.line.offerAgain();
		void this.settle();
	}

	/** Turns what is written into signed changes. What cannot be now, stays durable and is tried again. */
	async settleIntents(): Promise<void> {
		const { middle } = this;
		if (this.over) return;
		try {
			const touched = await middle.saving(this.desk.settleIntents());
			middle.show(touched);
			if (touched.length > 0) middle.tell({ kind: 'stored' });
		} catch (error) {
			if (error instanceof Overtaken) {
				await this.behind.overtaken();
				return;
			}
			if (!(error instanceof NotSaved)) throw error;
		}
		this.line.wrote(middle.world.now());
		void this.settle();
	}

	showConnection(): void {
		if (this.over) return;
		const connection = this.standing.of(this.line, this.ledger.unsent().length, this.middle.state.connection);
		if (!connection) return;
		this.middle.set({ connection });
		this.middle.tell({ kind: 'connection', connection });
	}

	/** Asked again after a wait. */
	private isOver(): boolean {
		return this.over;
	}

	/** Does what the line wants, in order, then waits for the next moment. */
	private settle(): Promise<void> {
		const { line, wires, desk, middle, behind } = this;
		return middle.inTurn(async () => {
			if (this.over) return;
			let actions = line.poll();
			if (actions.length === 0) {
				line.push(middle.world.now()); // nothing is left to write down: what waits may go
				actions = line.poll();
			}
			for (; actions.length > 0; actions = line.poll()) {
				for (const action of actions) {
					if (action.do === 'write_down') {
						try {
							const touched = await middle.saving(desk.writeDown(action.note));
							middle.show(touched);
							if (touched.length > 0) middle.tell({ kind: 'stored' });
							if (action.note.note === 'sealed') behind.showAlarm();
							line.looked(); // what left this device is told
							if (action.note.note === 'epoch') void behind.loadPackAndTeam(action.note.packHash);
							if (action.note.note === 'epoch' || action.note.note === 'kept') this.steppingBack.ask();
						} catch (error) {
							if (error instanceof Overtaken) {
								await behind.overtaken();
								return;
							}
							line.notWrittenDown(middle.world.now());
							break; // what came after it was said on the ground that it was written down
						}
					} else if (action.do === 'renew_app') middle.set({ updateWaiting: true });
					else if (action.do === 'lost_access') await this.lostAccess();
					else wires.act(action);
				}
				line.push(middle.world.now());
			}
			this.showConnection();
			this.waitForNext();
			this.carry();
			this.carryForOthers();
		});
	}

	private async loadCarrier(): Promise<Carrier | undefined> {
		const { middle, ledger, desk, behind } = this;
		const leave = (act: () => Promise<void>, { document }: { document: Id }): Promise<void> => middle.inTurn(async () => {
			await middle.saving(act());
			middle.show([document]);
			middle.tell({ kind: 'stored' });
			this.steppingBack.ask(); // what was to be forgotten waited for it
		});
		try {
			const { Carrier } = await import('./carrying.ts');
			return new Carrier({
				world: middle.world,
				ledger,
				token: () => middle.token(),
				dropToken: () => this.tokens.drop(),
				free: () => this.free(),
				record: (document) => behind.record(document),
				write: (intention) => behind.write(intention),
				arrived: (picture) => leave(() => desk.arrived(picture), picture),
				stuck: (picture, because) => leave(() => desk.stuck(picture, because), picture),
				unnamed: (picture) => leave(() => desk.unnamed(picture), picture),
				show: (picture, percent) => middle.set({ pictures: middle.state.pictures.map((one) => (one.document === picture.document && one.sha256 === picture.sha256 ? { ...one, percent } : one)) })
			}, newId);
		} catch {
			this.carrier = undefined; // a part of the app that is not on this device yet
			return undefined;
		}
	}

	private async loadCourier(): Promise<Courier | undefined> {
		const { middle, ledger } = this;
		try {
			const { Courier } = await import('./courier.ts');
			return new Courier({
				world: middle.world,
				ledger,
				token: () => middle.token(),
				dropToken: () => this.tokens.drop(),
				free: () => !this.over && (this.line.greeted || this.line.idle),
				commit: (writes) => middle.inTurn(async () => {
					await middle.saving(ledger.commitLeading(writes));
					middle.show([]);
					middle.tell({ kind: 'stored' });
				})
			});
		} catch {
			this.courier = undefined; // a part of the app that is not on this device yet
			return undefined;
		}
	}

	/** Whether a picture may go now: words go first, and whoever types is not slowed down. */
	private free(): Free {
		const { line, ledger, middle } = this;
		if (this.over || !(line.greeted || line.idle)) return 'no';
		const words = ledger.unsent().some(({ held }) => !held) || [...ledger.intents.values()].some(({ stuck }) => stuck === undefined);
		return words || middle.world.now() < this.typedAt + QUIET_MS ? 'soon' : 'yes';
	}

	private waitForNext(): void {
		this.stopWaiting?.();
		const next = this.line.next();
		if (next === null) return;
		this.stopWaiting = this.middle.world.after(next - this.middle.world.now(), () => {
			this.line.tick(this.middle.world.now());
			void this.settle();
		});
	}

	/** What an older app kept unread, this one may be able to read; what has had its time here leaves. */
	private async readAgain(): Promise<void> {
		if (this.over) return;
		try {
			this.middle.show([...(await this.desk.readAgain()), ...(await this.desk.letGo())]);
		} catch (error) {
			if (!(error instanceof NotSaved) && !(error instanceof Overtaken)) throw error; // the next start tries again
		}
	}

	/** Tells the server what the person stepped back from. Rejects without a connection, or where the disk is full. */
	private async stepBackOnce(): Promise<void> {
		if (this.over) return;
		const { middle, desk, ledger, behind } = this;
		const forget = (document: Id) => middle.inTurn(async () => middle.show(await middle.saving(desk.writeDown({ note: 'forget', document }))));
		if (await stepBack(ledger, forget, async (message) => call(middle.world, '/v1/exclusions', message, EmptySchema, await middle.token()))) await behind.loadTeam();
	}

	/** The server says that this device has no access any more. */
	private async lostAccess(): Promise<void> {
		if (this.over) return;
		const { middle, ledger, desk, author, behind } = this;
		try {
			const confirm = await lastWords(middle.world, ledger, desk, author, middle.state, (now) => behind.nextOrder(now));
			const self = ledger.get('enrolled')?.self ?? null;
			if (confirm) behind.empty(confirm);
			else if (self?.state === 'active' && !this.isOver()) this.line.resume(middle.world.now());
			middle.set({ self });
		} catch {
			const wait = Math.min(LAST_WORDS_MOST_MS, LAST_WORDS_FIRST_MS * 2 ** Math.min(this.lastTries, 10));
			this.lastTries += 1;
			middle.world.after(wait * (0.5 + middle.world.chance() / 2), () => void middle.inTurn(() => this.lostAccess()));
		}
	}
}
