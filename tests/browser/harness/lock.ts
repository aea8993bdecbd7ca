/** The PIN of every phone in the tests, and what a thumb does with it. */
import { type Page, expect } from '@playwright/test';
import { handOf } from './hand.ts';

export const PIN = '481592';

/** On the page that asks for a first PIN: twice the same. */
export async function choosePin(page: Page): Promise<void> {
	await expect(page.getByRole('heading', { level: 1, name: 'Choose a PIN with 6 digits' })).toBeVisible();
	await handOf(page).digits(page, PIN);
	await expect(page.getByRole('heading', { level: 1, name: 'Enter it once more' })).toBeVisible();
	await handOf(page).digits(page, PIN);
	await expect(page.getByRole('heading', { level: 1, name: 'Enter it once more' })).toBeHidden();
}

export const lockScreen = (page: Page) => page.getByRole('heading', { level: 1, name: 'Enter your PIN' });

export async function enterPin(page: Page, pin: string = PIN): Promise<void> {
	await handOf(page).digits(page, pin);
}

/** Opens the phone whenever it stands in the way of what the test does, as a person would. */
export async function unlocksItself(page: Page): Promise<void> {
	await page.addLocatorHandler(lockScreen(page), () => enterPin(page));
}

export async function unlocked(page: Page): Promise<void> {
	if (!(await lockScreen(page).isVisible())) return;
	await enterPin(page);
	// By looking alone: to wait for it as Playwright does would count as the lock standing in the way, and enter the PIN again.
	await expect.poll(() => lockScreen(page).isVisible(), { message: 'the PIN opens the phone' }).toBe(false);
}
