/** What leads decide in the journeys, on the pages of the case that is open on their laptop. */
import type { Locator, Page } from '@playwright/test';
import { choose } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { stop } from '../harness/reader.ts';
import { expect, type World } from '../harness/world.ts';

/** One page of the case that is open, by its cell of the path. */
export async function step(lead: Phone, name: RegExp): Promise<Locator> {
	await lead.page.getByRole('list', { name: 'Path of this case' }).getByRole('link', { name }).click();
	return lead.page.getByRole('main');
}

export async function dialog(page: Page, name: string): Promise<Locator> {
	const sheet = page.getByRole('dialog', { name });
	await expect(sheet).toBeVisible();
	return sheet;
}

/** Their side is left out, with the reason. */
export async function declined(lead: Phone, why: string): Promise<void> {
	const main = await step(lead, /^Their side/);
	await main.getByRole('button', { name: 'They declined' }).click();
	const sheet = await dialog(lead.page, 'Go on without their side?');
	await sheet.getByRole('textbox').fill(why);
	await sheet.getByRole('button', { name: 'Go on without it' }).click();
	await expect(sheet).toBeHidden();
}

/** Decides whether the report stands, on the page of the decision. */
export async function finds(lead: Phone, button: string, value: string, why: string): Promise<void> {
	await lead.page.getByRole('button', { name: button, exact: true }).click();
	const sheet = await dialog(lead.page, 'Does the report stand?');
	await sheet.getByRole('radio', { name: value }).check();
	await sheet.getByRole('textbox', { name: 'Why' }).fill(why);
	await stop(lead.page, 'console-sheet-finding');
	await sheet.getByRole('button', { name: 'Write it down' }).click();
	await expect(sheet).toBeHidden();
}

/** A warning, on the page of the decision. */
export async function warns(lead: Phone): Promise<void> {
	await lead.page.getByRole('main').getByRole('button', { name: /^Warning to stop/ }).click();
	const sheet = await dialog(lead.page, 'Warning to stop; further reports bring sanctions');
	await sheet.getByRole('button', { name: 'Decide it' }).click();
	await expect(sheet).toBeHidden();
}

/** Their side is left out with a reason, the report stands, and a warning is told at 13:45. */
export async function warnsAndTells(world: World, lead: Phone): Promise<void> {
	await declined(lead, 'he did not want to talk to us');
	await step(lead, /^Finding/);
	await finds(lead, 'Decide', 'The report stands', 'two accounts agree');
	await warns(lead);
	await world.becomes('13:45');
	await tells(lead);
}

/** No contact until the event ends, in code on every phone of the team. */
export async function keepsApart(lead: Phone): Promise<void> {
	const main = lead.page.getByRole('main');
	await main.getByText('Add from the list').click();
	await main.getByRole('button', { name: /^No contact/ }).first().click();
	const sheet = await dialog(lead.page, 'No contact with the affected person until the event ends');
	await stop(lead.page, 'console-sheet-sanction');
	await sheet.getByRole('button', { name: 'Decide it' }).click();
	await expect(sheet).toBeHidden();
	await expect(main.getByRole('row').filter({ hasText: 'No contact' })).toContainText('until 30 September 19:00');
	await main.getByRole('button', { name: 'The affected person knows, and it gives nobody away' }).click();
}

/** The reported person is told in person, now. */
export async function tells(lead: Phone): Promise<void> {
	await lead.page.getByRole('main').getByRole('button', { name: 'Note that they were told' }).click();
	const sheet = await dialog(lead.page, 'The reported person was told');
	await choose(sheet, 'How', 'in person');
	await sheet.getByRole('button', { name: 'Write it down' }).click();
	await expect(sheet).toBeHidden();
}

/** The numbers for leads on “After the event”, each by its name. */
export async function countsAre(lead: Phone, numbers: { readonly [what: string]: number }): Promise<void> {
	const main = lead.page.getByRole('main');
	for (const [what, count] of Object.entries(numbers)) await expect(main.locator('dt', { hasText: new RegExp(`^${what}$`) }).locator('xpath=following-sibling::dd[1]')).toHaveText(String(count));
}
