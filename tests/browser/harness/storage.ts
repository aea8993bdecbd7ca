/** A device whose storage takes its time, or refuses: what a page says then must be true. */
import type { Page } from '@playwright/test';

/** From now on the page’s storage takes writes and does not say that they are done. Answers what makes it say so. */
export async function heldBack(page: Page): Promise<() => Promise<void>> {
	await page.evaluate(() => {
		const own = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'oncomplete');
		if (own === undefined) throw new Error('this browser says in another way that a write is done');
		let held: (() => void)[] | null = [];
		Object.defineProperty(IDBTransaction.prototype, 'oncomplete', {
			...own,
			set(this: IDBTransaction, then: (event: Event) => void) {
				own.set?.call(this, (event: Event) => (held ? void held.push(() => then.call(this, event)) : then.call(this, event)));
			}
		});
		addEventListener('released', () => {
			const waiting = held ?? [];
			held = null;
			for (const say of waiting) say();
		});
	});
	return () => page.evaluate(() => void dispatchEvent(new Event('released')));
}

/** From now on the page’s storage does not say what it read of one store alone. Answers what makes it say so. */
export async function unread(page: Page, store: string): Promise<() => Promise<void>> {
	await page.evaluate((store) => {
		const own = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'oncomplete');
		if (own === undefined) throw new Error('this browser says in another way that a read is done');
		const released = new Promise((release) => addEventListener('released', release, { once: true }));
		Object.defineProperty(IDBTransaction.prototype, 'oncomplete', {
			...own,
			set(this: IDBTransaction, then: (event: Event) => void) {
				const late = this.mode === 'readonly' && [...this.objectStoreNames].join() === store;
				own.set?.call(this, (event: Event) => (late ? void released.then(() => then.call(this, event)) : then.call(this, event)));
			}
		});
	}, store);
	return () => page.evaluate(() => void dispatchEvent(new Event('released')));
}

/** From now on the page’s storage gives what it has and takes nothing more. Answers what makes it take it again. */
export async function refuses(page: Page): Promise<() => Promise<void>> {
	await page.evaluate(() => {
		const { transaction } = IDBDatabase.prototype;
		IDBDatabase.prototype.transaction = function (...asked) {
			if (asked[1] === 'readwrite') throw new DOMException('this device stores nothing', 'UnknownError');
			return transaction.apply(this, asked);
		};
		addEventListener('takes', () => (IDBDatabase.prototype.transaction = transaction), { once: true });
	});
	return () => page.evaluate(() => void dispatchEvent(new Event('takes')));
}

/** As in a private window of some browsers, or where its owner lets no page store data: no database opens, until `allowed`. */
export async function keepsNothing(page: Page): Promise<{ allowed: () => Promise<void> }> {
	await page.addInitScript(() => {
		if (location.search.includes('allowed')) return;
		IDBFactory.prototype.open = () => {
			throw new DOMException('no page may store data', 'SecurityError');
		};
	});
	return { allowed: async () => void (await page.goto(`${new URL(page.url()).origin}/?allowed`)) };
}
