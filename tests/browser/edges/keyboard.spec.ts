import { type Locator, type Page, expect } from '@playwright/test';
import { DANA } from '../journeys/told.ts';
import { card, home, standing } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { test } from '../harness/world.ts';

test.setTimeout(240_000);

test('the whole of a first report is taken with keys alone, and each step shows where one is', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const { page } = noor;
	await noor.offline();
	await noor.nextCaseIs('Amber Kite');

	await press(page, page.getByRole('link', { name: 'New report' }));
	await press(page, page.getByRole('button', { name: /^No, everyone is safe/ }));
	await expect(page.getByRole('heading', { level: 1, name: 'Look after the person' })).toBeFocused();
	await unfold(page, page.getByRole('button', { name: /^Offer a private place to sit/ }).first());
	await pick(page, page.getByRole('radio', { name: 'Room 0.3' }), 'folds');
	await unfold(page, page.getByRole('button', { name: /^Police or security only if they ask/ }).first());
	await pick(page, page.getByRole('radio', { name: 'They do not want it' }), 'folds');

	await press(page, page.getByRole('link', { name: 'Write it down' }));
	await type(page, page.getByRole('textbox', { name: 'In their words' }), DANA.words);
	await pick(page, page.getByRole('radiogroup', { name: 'Who is telling you?' }).getByRole('radio', { name: 'It happened to them' }));

	const sheet = page.getByRole('dialog');
	const row = (name: RegExp): Locator => page.getByRole('button', { name });
	await press(page, row(/^When/));
	await expect(sheet).toBeVisible();
	await pick(page, sheet.getByRole('radio', { name: 'Around', exact: true }));
	await press(page, sheet.getByRole('button', { name: '5 minutes earlier' }));
	await type(page, sheet.getByRole('textbox', { name: 'Their words for it' }), 'after the second talk');
	await press(page, sheet.getByRole('button', { name: 'Use this time' }));
	await expect(row(/^When/)).toBeFocused();

	await press(page, row(/^Who the report is about/));
	for (const digit of '0417') await press(page, sheet.getByRole('button', { name: digit, exact: true }));
	await type(page, sheet.getByRole('textbox', { name: 'What they look like' }), 'tall, grey hoodie');
	await press(page, sheet.getByRole('button', { name: 'Use this', exact: true }));

	await press(page, row(/^Where/));
	await pick(page, sheet.getByRole('radio', { name: 'Foyer', exact: true }));
	await press(page, sheet.getByRole('button', { name: 'Use this place' }));

	await press(page, row(/^Asked to stop/));
	await pick(page, sheet.getByRole('radiogroup', { name: 'Asked to stop' }).getByRole('radio', { name: 'Yes', exact: true }));
	await pick(page, sheet.getByRole('radio', { name: 'They did not stop' }));
	await press(page, sheet.getByRole('button', { name: 'Use this', exact: true }));

	await press(page, row(/^Who told you/));
	await pick(page, sheet.getByRole('radio', { name: 'Gives a name' }));
	await type(page, sheet.getByRole('textbox', { name: 'Name', exact: true }), 'Dana Okafor');
	await press(page, sheet.getByRole('button', { name: 'Seal it' }));

	await press(page, page.getByRole('link', { name: 'Read it back' }));
	await press(page, page.getByRole('button', { name: '“That’s right”' }));
	await press(page, page.getByRole('checkbox', { name: 'I said this' }), 'Space');
	await press(page, page.getByRole('button', { name: 'Save report' }));
	await expect(page.getByText('Saved on this phone. The case is called')).toBeVisible();
	await press(page, page.getByRole('button', { name: 'I told them' }));
	await pick(page, sheet.getByRole('radio', { name: 'By phone' }));
	await pick(page, sheet.getByRole('radio', { name: 'Alma Reyes' }));
	await press(page, sheet.getByRole('button', { name: 'Note it' }));
	await expect(sheet).toBeHidden();

	await home(page);
	await noor.online();
	await expect(standing(card(page, 'Amber Kite'))).toContainText('Sent');
	await expect(standing(card(page, 'Amber Kite'))).toContainText('The chair knows since');
});

/** Goes there with the Tab key alone. Where one is, is seen: by a line around it or a change of its edge. */
async function reach(page: Page, goal: Locator): Promise<void> {
	const there = (): Promise<boolean> => goal.evaluate((one) => one === document.activeElement);
	await expect(goal).toBeVisible();
	for (let pressed = 0; pressed < 120 && !(await there()); pressed += 1) await page.keyboard.press('Tab');
	expect(await there(), `${String(goal)} is reached with the Tab key`).toBe(true);
	const seen = await goal.evaluate((one) => {
		const around = [one, one.closest('label')].filter((each): each is HTMLElement => each instanceof HTMLElement);
		return around.some((each) => {
			const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
			return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
		});
	});
	expect(seen, `${String(goal)} shows that it has the focus`).toBe(true);
}

async function press(page: Page, goal: Locator, key = 'Enter'): Promise<void> {
	await reach(page, goal);
	await page.keyboard.press(key);
}

/** The first step that is open is unfolded already. */
async function unfold(page: Page, goal: Locator): Promise<void> {
	if ((await goal.getAttribute('aria-expanded')) !== 'true') await press(page, goal);
}

async function type(page: Page, goal: Locator, text: string): Promise<void> {
	await reach(page, goal);
	await page.keyboard.type(text);
}

/** One of a group: the Tab key leads into it, the arrow keys to what is meant, and Space takes it. A step that is answered folds. */
async function pick(page: Page, goal: Locator, then: 'stays' | 'folds' = 'stays'): Promise<void> {
	const group = goal.locator('xpath=ancestor::*[@role="radiogroup"]');
	await reach(page, group.locator('[tabindex="0"]'));
	for (let pressed = 0; pressed < 20 && !(await goal.evaluate((one) => one === document.activeElement)); pressed += 1) await page.keyboard.press('ArrowRight');
	if ((await goal.getAttribute('aria-checked')) !== 'true') await page.keyboard.press('Space');
	if (then === 'folds') await expect(goal).toBeHidden();
	else await expect(goal).toHaveAttribute('aria-checked', 'true');
}
