/** The views that a phone keeps of its documents, as somebody sees them who cannot open them. */
import { type Page, expect } from '@playwright/test';

/** Waits until nothing more is written: there is a view of everything. */
export async function settled(page: Page): Promise<void> {
	let last = '';
	await expect
		.poll(
			async () => {
				const before = last;
				last = await page.evaluate(pages);
				return last !== '' && last === before;
			},
			{ intervals: [6_000], timeout: 300_000 } // longer than a phone lets a view wait
		)
		.toBe(true);
}

export async function throwViewsAway(page: Page): Promise<void> {
	await page.evaluate(
		() =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open('safehall');
				opening.onerror = () => reject(new Error('no database'));
				opening.onsuccess = () => {
					const tx = opening.result.transaction('views', 'readwrite');
					tx.objectStore('views').clear();
					tx.oncomplete = () => {
						opening.result.close();
						resolve();
					};
				};
			})
	);
}

function pages(): Promise<string> {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open('safehall');
		opening.onerror = () => reject(new Error('no database'));
		opening.onsuccess = () => {
			const keys = opening.result.transaction('views').objectStore('views').getAllKeys();
			keys.onsuccess = () => {
				opening.result.close();
				resolve(String(keys.result));
			};
		};
	});
}
