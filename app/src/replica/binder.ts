/** Keeps views of what was read, a while after it last changed, in the tab that leads. */
import { type Id, type Millis, NotSaved } from './api.ts';
import type { Ledger } from './ledger.ts';
import type { Middle } from './middle.ts';
import type { Readings } from './readings.ts';
import { Overtaken, VIEWS, type Write } from './storage.ts';
import { type Page, READER, VIEWS_ON_A_PAGE } from './views.ts';

/** Whoever types is not to wait for it … */
const REST_MS = 1_500;
/** … and whoever never rests gets it all the same. */
const MOST_MS = 5_000;
/** How many pages are written at a time. */
const PAGES = 4;

export class Binder {
	private stop: (() => void) | undefined;
	private since: Millis | undefined;

	constructor(
		private readonly middle: Pick<Middle, 'world' | 'inTurn'>,
		private readonly ledger: Ledger,
		private readonly readings: Readings
	) {}

	/** Something was read anew, or may have been. */
	touched(): void {
		const now = this.middle.world.now();
		this.since ??= now;
		this.stop?.();
		this.stop = this.middle.world.after(Math.min(REST_MS, Math.max(0, this.since + MOST_MS - now)), () => {
			this.stop = this.since = undefined;
			void this.middle.inTurn(async () => {
				if (await this.bind()) this.touched();
			});
		});
	}

	/** What still waits is written now: the phone locks. */
	async end(): Promise<void> {
		const waits = this.stop !== undefined;
		this.rest();
		if (waits) while (await this.bind());
	}

	rest(): void {
		this.stop?.();
		this.stop = this.since = undefined;
	}

	/** Answers whether there is more. Nothing is lost when it cannot write: without a view everything is read from the changes. */
	private async bind(): Promise<boolean> {
		let more = false;
		try {
			await this.ledger.commitWhenLeading(() => {
				const { writes, left } = this.pages();
				more = left;
				return writes;
			});
		} catch (error) {
			if (!(error instanceof Overtaken) && !(error instanceof NotSaved)) throw error;
			return false;
		}
		return more;
	}

	private pages(): { writes: Write[]; left: boolean } {
		const { ledger, readings } = this;
		const all = [...ledger.bound];
		const outdated = all.filter(([, documents]) => documents.length === 0 || !documents.every((document) => readings.isFresh(document)));
		const small = all.filter((page) => !outdated.includes(page) && page[1].length < VIEWS_ON_A_PAGE / 2);
		const there = new Set<Id>(all.flatMap(([, documents]) => documents));
		const fresh = [...ledger.documents()].filter((document) => !there.has(document));
		if (outdated.length + fresh.length === 0 && small.length < 2) return { writes: [], left: false };
		// Small pages are gathered, so that there are never many.
		const going = [...outdated, ...small].slice(0, PAGES);
		const documents = [...going.flatMap(([, documents]) => documents), ...fresh];
		const views = documents.slice(0, PAGES * VIEWS_ON_A_PAGE).flatMap((document) => (ledger.isForgotten(document) ? [] : (readings.view(document) ?? [])));
		const writes: Write[] = going.map(([key]) => ({ outOf: VIEWS, key }));
		let next = Math.max(0, ...ledger.bound.keys());
		for (let at = 0; at < views.length; at += VIEWS_ON_A_PAGE) {
			const page: Page = { by: READER, views: views.slice(at, at + VIEWS_ON_A_PAGE) };
			writes.push({ into: VIEWS, key: (next += 1), value: page });
		}
		return { writes, left: documents.length > PAGES * VIEWS_ON_A_PAGE || outdated.length > PAGES };
	}
}
