import { describe, expect, it } from 'vitest';
import { Keeper } from '../src/routes/phone/keeper.ts';

/** A store whose writes end when the test says so. */
function slowStore() {
	const stored: string[] = [];
	const ends: { resolve: () => void; reject: (why: Error) => void }[] = [];
	let text = '';
	const keeper = new Keeper(
		() =>
			new Promise((resolve, reject) => {
				const taken = text;
				ends.push({
					resolve: () => {
						stored.push(taken);
						resolve();
					},
					reject
				});
			})
	);
	return { stored, ends, keeper, type: (next: string) => ((text = next), keeper.keep()) };
}

describe('keeping what is typed', () => {
	it('writes once while one write is in flight, and then the last of what was typed', async () => {
		const { stored, ends, type } = slowStore();
		void type('H');
		void type('He');
		const last = type('He k');
		ends[0]?.resolve();
		await Promise.resolve();
		await Promise.resolve();
		ends[1]?.resolve();
		await last;
		expect(stored).toEqual(['H', 'He k']);
	});

	it('says that it is kept only when the last is', async () => {
		const { ends, type } = slowStore();
		let kept = false;
		void type('H');
		void type('He').then(() => (kept = true));
		ends[0]?.resolve();
		await Promise.resolve();
		await Promise.resolve();
		await Promise.resolve();
		expect(kept).toBe(false);
	});

	it('tells that the store refused, and tries again with the next keystroke', async () => {
		const { stored, ends, type } = slowStore();
		const first = type('H');
		ends[0]?.reject(new Error('full'));
		await expect(first).rejects.toThrow('full');
		const second = type('He');
		ends[1]?.resolve();
		await second;
		expect(stored).toEqual(['He']);
	});

	it('rests once nothing is on its way, whether it got there or not, and stores nothing for it', async () => {
		const { stored, ends, keeper, type } = slowStore();
		await keeper.rest();
		type('H').catch(() => undefined);
		let rested = false;
		const rest = keeper.rest().then(() => (rested = true));
		await Promise.resolve();
		expect(rested).toBe(false);
		ends[0]?.reject(new Error('full'));
		await rest;
		expect([stored, ends.length]).toEqual([[], 1]);
	});
});
