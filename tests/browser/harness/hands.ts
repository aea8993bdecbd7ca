/** What a person means to do, one function for each thing, found by role and name. Their hand is a mouse, a thumb or keys. */
import { type Locator, type Page, expect } from '@playwright/test';
import { de } from '../../../app/src/words/de/index.ts';
import { en } from '../../../app/src/words/en/index.ts';
import { handOf, pick, press, type } from './hand.ts';

export interface Told {
	/** Their words, as they said them. */
	words: string;
	relation?: string;
	who?: { badge?: string; sure?: string; look?: string };
	/** `kind` as on its chip; `range` as the sheet shows it, such as `10:15–10:30`. */
	when?: { kind: string; range: string; words?: string };
	where?: string;
	stop?: { by: string; at: string; complied: string };
	others?: { kind: string; who: string }[];
	reporter?: { name: string; share?: string; safety?: string };
	/** `kind` as on its chip; who must not see it, by name. */
	staff?: { kind: string; away?: string[] };
}

/** "Is anyone in danger right now?" No. Leaves the support card open. */
export async function beginReport(page: Page): Promise<void> {
	await press(page.getByRole('link', { name: 'New report' }));
	await expect(page.getByRole('heading', { level: 1, name: 'Is anyone in danger right now?' })).toBeVisible();
	await press(page.getByRole('button', { name: /^No, everyone is safe/ }));
	await expect(page.getByRole('heading', { level: 1, name: 'Look after the person' })).toBeVisible();
}

/** What was typed last is kept, at a console as in a report: no hand is quicker to turn the page than that, but a test is. */
export async function kept(page: Page): Promise<void> {
	await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
	for (const { saving, notYetSaved } of [en.common, de.common]) await expect(page.getByText(saving, { exact: true }).or(page.getByText(notYetSaved, { exact: true }))).toHaveCount(0);
}

export function step(page: Page, title: string): Locator {
	return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
}

/** Answers one step of the support card, with words where it has a place for them. */
export async function answerStep(page: Page, title: string, answer: string, words?: string): Promise<void> {
	const card = step(page, title);
	const tick = card.getByRole('button', { name: title }).first();
	if ((await tick.getAttribute('aria-expanded')) !== 'true') await press(tick);
	if (words !== undefined) await type(card.getByRole('textbox'), words);
	const choice = card.getByRole('radio', { name: answer, exact: true });
	if ((await choice.getAttribute('aria-checked')) !== 'true') await pick(choice);
	await expect(card).toContainText(answer.split(',')[0] ?? answer);
}

/** Fills in the page "Write it down", from the support card. */
export async function writeDown(page: Page, told: Told): Promise<void> {
	await press(page.getByRole('link', { name: 'Write it down' }));
	await type(page.getByRole('textbox', { name: 'In their words' }), told.words);
	if (told.relation !== undefined) await choose(page, 'Who is telling you?', told.relation);
	if (told.who) {
		await fillWho(page, told.who);
		await closed(page, /^Who the report is about/);
	}
	if (told.when) {
		await open(page, /^When/, 'When did it happen?');
		await chooseTime(page, told.when);
		await closed(page, /^When/);
	}
	if (told.where !== undefined) {
		const sheet = await open(page, /^Where/, 'Where was it?');
		await choose(sheet, 'Rooms', told.where);
		await press(sheet.getByRole('button', { name: 'Use this place' }));
		await closed(page, /^Where/);
	}
	if (told.stop) {
		await fillStop(page, told.stop);
		await closed(page, /^Asked to stop/);
	}
	if (told.others) {
		const sheet = await open(page, /^Other people there/, 'Other people there');
		for (const { kind, who } of told.others) {
			await choose(sheet, 'What they have to do with it', kind);
			await type(sheet.getByRole('textbox', { name: /^Who:/ }), who);
			await press(sheet.getByRole('button', { name: 'Add this person' }));
		}
		await press(sheet.getByRole('button', { name: 'Done' }));
	}
	if (told.reporter) {
		const sheet = await open(page, /^Who told you/, 'Who told you?');
		await choose(sheet, 'What they want to say about themselves', 'Gives a name');
		await type(sheet.getByRole('textbox', { name: 'Name', exact: true }), told.reporter.name);
		if (told.reporter.safety !== undefined) await type(sheet.getByRole('textbox', { name: /^What they are worried about/ }), told.reporter.safety);
		if (told.reporter.share !== undefined) await choose(sheet, 'Who may know the name', told.reporter.share);
		await press(sheet.getByRole('button', { name: 'Seal it' }));
		await closed(page, /^Who told you/);
	}
	if (told.staff) {
		const sheet = await open(page, /^About staff or the chair/, 'Is it about staff or the chair?');
		await choose(sheet, 'Who it is about', told.staff.kind);
		for (const name of told.staff.away ?? []) {
			const choice = sheet.getByRole('group', { name: 'Who must not see it' }).getByRole('checkbox', { name });
			if ((await choice.getAttribute('aria-checked')) !== 'true') await pick(choice);
			await expect(choice).toHaveAttribute('aria-checked', 'true');
		}
		await press(sheet.getByRole('button', { name: 'Use this', exact: true }));
	}
	await expect(page.getByRole('dialog')).toBeHidden();
}

/** Reads it back, says what to say, saves. Ends on the page with the code name. */
export async function readBackAndSave(page: Page): Promise<void> {
	await press(page.getByRole('link', { name: 'Read it back' }));
	await press(page.getByRole('button', { name: '“That’s right”' }));
	await pick(page.getByRole('checkbox', { name: 'I said this' }));
	await press(page.getByRole('button', { name: 'Save report' }));
	await expect(page.getByText('Saved on this phone. The case is called')).toBeVisible();
}

/** "I told them", after a call. */
export async function noteTold(page: Page, how: string, whom: string): Promise<void> {
	await press(page.getByRole('button', { name: 'I told them' }));
	const sheet = page.getByRole('dialog', { name: 'How did you tell them?' });
	await choose(sheet, 'How did you tell them?', how);
	await choose(sheet, 'Whom did you tell?', whom);
	await press(sheet.getByRole('button', { name: 'Note it' }));
	await expect(sheet).toBeHidden();
}

/** Where the case of this page is, and whether the chair knows, as a screen reader says it. */
export function standing(scope: Page | Locator): Locator {
	return scope.getByRole('status', { name: 'Where this is, and whether the chair knows' });
}

/** The card of a case on the home screen. */
export function card(page: Page, codeName: string): Locator {
	return page.getByRole('article').filter({ has: page.getByRole('heading', { name: codeName }) });
}

export async function home(page: Page): Promise<void> {
	if (handOf(page).walks) await walkBack(page);
	else await page.evaluate(() => (location.hash = '#/'));
	await expect(page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
}

/** From wherever one is, by the way back that each screen has. */
async function walkBack(page: Page): Promise<void> {
	// By the address: the screen that is left may still stand there for a moment.
	for (let steps = 0; steps < 6 && !['', '#/'].includes(new URL(page.url()).hash); steps += 1) {
		const before = page.url();
		await press(page.getByRole('link', { name: 'Back', exact: true }));
		await page.waitForURL((url) => url.href !== before);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	}
}

export async function openCase(page: Page, codeName: string): Promise<void> {
	await home(page);
	await press(card(page, codeName).getByRole('link').first());
	await expect(page.getByRole('heading', { level: 1, name: codeName })).toBeVisible();
}

/** Opens "Add entry" on the case page and picks what kind. */
export async function addEntry(page: Page, kind: string, fill: (sheet: Locator) => Promise<void>): Promise<void> {
	await press(page.getByRole('button', { name: 'Add entry' }));
	const sheet = page.getByRole('dialog', { name: 'Add an entry' });
	await choose(sheet, 'What kind', kind);
	await fill(sheet);
	await press(sheet.getByRole('button', { name: 'Add it' }));
	await expect(sheet).toBeHidden();
}

/** What the person says about the police now, on the case page. */
export async function noteWish(page: Page, wish: string): Promise<void> {
	await press(page.getByRole('button', { name: 'Ask again' }));
	const sheet = page.getByRole('dialog', { name: 'Do they want police?' });
	await press(sheet.getByRole('button', { name: wish }));
	await expect(sheet).toBeHidden();
}

/** One line of a case's timeline. */
export function line(page: Page, text: string | RegExp): Locator {
	return page.getByRole('list', { name: 'Timeline' }).getByRole('listitem').filter({ hasText: text });
}

/** One radio of a group. */
export async function choose(scope: Page | Locator, group: string | RegExp, option: string): Promise<void> {
	const choice = scope.getByRole('radiogroup', { name: group }).getByRole('radio', { name: option, exact: true });
	if ((await choice.first().getAttribute('aria-checked')) !== 'true') await pick(choice.first());
	await expect(choice.first()).toHaveAttribute('aria-checked', 'true');
}

/** The sheet behind a row is closed, and one is where one was. */
async function closed(page: Page, row: RegExp): Promise<void> {
	await expect(page.getByRole('dialog')).toBeHidden();
	await handOf(page).closed?.(page.getByRole('button', { name: row }));
}

/** Opens the sheet behind one row. */
async function open(page: Page, row: RegExp, title: string): Promise<Locator> {
	await press(page.getByRole('button', { name: row }));
	const sheet = page.getByRole('dialog', { name: title });
	await expect(sheet).toBeVisible();
	return sheet;
}

async function fillWho(page: Page, who: NonNullable<Told['who']>): Promise<void> {
	const sheet = await open(page, /^Who the report is about/, 'Who is the report about?');
	if (/^\d*$/.test(who.badge ?? '')) for (const digit of who.badge ?? '') await press(sheet.getByRole('button', { name: digit, exact: true }));
	else {
		await press(sheet.getByRole('button', { name: 'ABC' }));
		await type(sheet.getByRole('textbox', { name: 'Badge number or letters' }), who.badge ?? '');
	}
	if (who.sure !== undefined) await choose(sheet, 'How sure is the number', who.sure);
	if (who.look !== undefined) await type(sheet.getByRole('textbox', { name: 'What they look like' }), who.look);
	await press(sheet.getByRole('button', { name: 'Use this', exact: true }));
}

async function fillStop(page: Page, stop: NonNullable<Told['stop']>): Promise<void> {
	const sheet = await open(page, /^Asked to stop/, 'Did anyone ask them to stop?');
	await choose(sheet, 'Asked to stop', 'Yes');
	await type(sheet.getByRole('textbox', { name: 'Who asked' }), stop.by);
	await press(sheet.getByRole('button', { name: /^When/ }));
	await chooseTime(page, { kind: 'At', range: stop.at });
	await choose(sheet, 'Did they stop?', stop.complied);
	await press(sheet.getByRole('button', { name: 'Use this', exact: true }));
}

/** Moves the range by its buttons until it reads as wanted. */
export async function chooseTime(page: Page, time: NonNullable<Told['when']>): Promise<void> {
	const sheet = page.getByRole('dialog');
	await choose(sheet, 'How sure', time.kind);
	const shown = sheet.getByRole('status').filter({ hasText: /\d\d:\d\d/ });
	const read = async (): Promise<{ from: number; to: number }> => minutes((await shown.textContent()) ?? '');
	const wanted = minutes(time.range);
	const push = async (name: string, times: number): Promise<void> => {
		for (let pressed = 0; pressed < times; pressed += 1) await press(sheet.getByRole('button', { name }));
	};
	const late = ((await read()).to - wanted.to) / 5;
	await push(late > 0 ? '5 minutes earlier' : '5 minutes later', Math.abs(late));
	const long = (wanted.to - wanted.from - ((await read()).to - (await read()).from)) / 5;
	await push(long > 0 ? 'Wider' : 'Narrower', Math.abs(long));
	await expect(shown).toHaveText(time.range);
	if (time.words !== undefined) await type(sheet.getByRole('textbox', { name: 'Their words for it' }), time.words);
	await press(sheet.getByRole('button', { name: 'Use this time' }));
}

function minutes(range: string): { from: number; to: number } {
	const [from, to] = range.split('–').map((clock) => {
		const [hours = NaN, minutes = NaN] = clock.trim().split(':').map(Number);
		return hours * 60 + minutes;
	});
	if (from === undefined || Number.isNaN(from)) throw new Error(`${range} is no time`);
	return { from, to: to ?? from };
}
