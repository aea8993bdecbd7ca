/** A device whose storage takes its time: what a page says meanwhile must be true. */
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
