/** Whose hand it is: a mouse, one thumb on glass, or keys alone. What a person means to do is the same for all three. */
import { type Locator, type Page, expect } from '@playwright/test';
import { thumbs } from './reader.ts';

export interface Hand {
	press(goal: Locator): Promise<void>;
	/** One of a group, or a box to tick. */
	pick(goal: Locator): Promise<void>;
	type(goal: Locator, text: string): Promise<void>;
	/** On the pad of the lock. */
	digits(page: Page, pin: string): Promise<void>;
	/** Goes from screen to screen by what stands on them, and by no address. */
	walks: boolean;
	/** A sheet over the page was closed. */
	closed?(opener: Locator): Promise<void>;
}

const held = new WeakMap<Page, Hand>();

export function handOf(of: Page | Locator): Hand {
	return held.get('page' in of ? of.page() : of) ?? mouse;
}

export function give(page: Page, hand: Hand): void {
	held.set(page, hand);
}

export const press = async (goal: Locator): Promise<void> => handOf(goal).press(goal);
export const pick = async (goal: Locator): Promise<void> => handOf(goal).pick(goal);
export const type = async (goal: Locator, text: string): Promise<void> => handOf(goal).type(goal, text);

export const mouse: Hand = {
	walks: false,
	press: async (goal) => goal.click(),
	pick: async (goal) => goal.click(),
	type: async (goal, text) => goal.fill(text),
	digits: async (page, pin) => page.keyboard.type(pin)
};

export interface Tap {
	what: string;
	/** Where on the screen: 0 at its top, 1 at its bottom. */
	at: number;
}

/** One thumb that taps. Everything on the screen is as large as it, and what a screen is for lies where it reaches. */
export function thumb(): Hand & { taps: Tap[] } {
	const taps: Tap[] = [];
	const tap = async (goal: Locator): Promise<void> => {
		await goal.scrollIntoViewIfNeeded();
		const { what, at } = await goal.evaluate((one) => {
			const { top, height } = one.getBoundingClientRect();
			return { what: (one.getAttribute('aria-label') ?? one.textContent).trim().replace(/\s+/g, ' '), at: (top + height / 2) / innerHeight };
		});
		await thumbs(goal.page(), `before a tap on ${what}`);
		taps.push({ what, at });
		await goal.tap();
	};
	return {
		taps,
		walks: true,
		press: tap,
		pick: tap,
		type: async (goal, text) => {
			await tap(goal);
			await expect(goal).toBeFocused();
			// As the keyboard on the glass does: whole words, and no key is pressed.
			for (const word of text.split(/(?<= )/)) await goal.page().keyboard.insertText(word);
		},
		digits: async (page, pin) => {
			// Straight on the glass: whatever looks for a button waits for the lock that these digits open.
			const places = await page.evaluate((pin) => {
				const buttons = [...document.querySelectorAll('button')];
				return [...pin].map((digit) => buttons.find((one) => one.textContent.trim() === digit)?.getBoundingClientRect().toJSON() as DOMRect);
			}, pin);
			for (const { x, y, width, height } of places) await page.touchscreen.tap(x + width / 2, y + height / 2);
		}
	};
}

export const keys: Hand = {
	walks: true,
	press: async (goal) => {
		await reach(goal);
		await goal.page().keyboard.press('Enter');
	},
	/** The Tab key leads into a group, the arrow keys to what is meant, and Space takes it. */
	pick: async (goal) => {
		const { keyboard } = goal.page();
		const role = await goal.evaluate((one) => (one instanceof HTMLInputElement ? one.type : one.getAttribute('role')));
		if (role === 'radio') {
			const group = goal.locator('xpath=ancestor::*[@role="radiogroup"]');
			await reach(group.locator('[tabindex="0"]'));
			for (let pressed = 0; pressed < 20 && !(await focused(goal)); pressed += 1) await keyboard.press('ArrowRight');
			if ((await goal.getAttribute('aria-checked')) !== 'true') await keyboard.press('Space');
		} else {
			await reach(goal);
			await keyboard.press('Space');
		}
	},
	type: async (goal, text) => {
		await reach(goal);
		await goal.page().keyboard.type(text);
	},
	digits: async (page, pin) => page.keyboard.type(pin),
	/** Where one was before: nobody who cannot see starts at the top again. */
	closed: async (opener) => expect(opener).toBeFocused()
};

const focused = async (goal: Locator): Promise<boolean> => goal.evaluate((one) => one === document.activeElement);

/** Goes there with the Tab key alone. Where one is, is seen: by a line around it or a change of its edge. */
export async function reach(goal: Locator): Promise<void> {
	await expect(goal).toBeVisible();
	for (let pressed = 0; pressed < 120 && !(await focused(goal)); pressed += 1) await goal.page().keyboard.press('Tab');
	expect(await focused(goal), `${String(goal)} is reached with the Tab key`).toBe(true);
	const seen = await goal.evaluate((one) => {
		const around = [one, one.closest('label')].filter((each): each is HTMLElement => each instanceof HTMLElement);
		return around.some((each) => {
			const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
			return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
		});
	});
	expect(seen, `${String(goal)} shows that it has the focus`).toBe(true);
}
