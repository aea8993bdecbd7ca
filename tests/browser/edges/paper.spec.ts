/** What is printed: nothing of the app around it, black on white, nothing cut, and no trace of a case on what leaves the team. */
import { join } from 'node:path';
import { type Page, expect } from '@playwright/test';
import { choose, home } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { test } from '../harness/world.ts';
import { DANA, firstArrives, firstReport } from '../journeys/told.ts';

test.setTimeout(300_000);

const A4 = { width: 794, height: 1123 };
/** What would lead to the report, to whoever told it, or to whom it is about. */
const TRACES = [DANA.words, 'following', 'Dana', 'Okafor', '0417', 'hoodie', 'Amber', 'Foyer', 'Ben', 'coffee', '10:15', '10:42'];
const OFFICIAL = 'There was an incident at the conference today. It was against our code of conduct and we have taken official action.';

interface Paper {
	text: string;
	sheets: number;
}

/** Prints from a screen that is dark, and reads what would lie in the tray. */
async function printed(page: Page, press: () => Promise<void>): Promise<Paper> {
	const before = page.viewportSize();
	await page.evaluate(() => {
		document.documentElement.dataset['asked'] = '';
		window.print = () => (document.documentElement.dataset['asked'] = 'to print');
	});
	await press();
	await expect(page.locator('html')).toHaveAttribute('data-asked', 'to print');
	const paper = await lies(page);
	await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
	if (before) await page.setViewportSize(before);
	return paper;
}

async function lies(page: Page): Promise<Paper> {
	await page.setViewportSize(A4);
	await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
	const found = await page.evaluate(() => {
		const texts: Element[] = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) {
			const { parentElement: one, textContent } = walk.currentNode;
			if (one && textContent?.trim() && !one.closest('script, style, .sr') && one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) texts.push(one);
		}
		const ground = (one: Element | null): string => {
			for (let each = one; each; each = each.parentElement) {
				const { backgroundColor } = getComputedStyle(each);
				if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
			}
			return 'rgb(255, 255, 255)';
		};
		return {
			text: document.body.innerText,
			inks: [...new Set(texts.map((one) => getComputedStyle(one).color))],
			grounds: [...new Set(texts.map(ground))],
			controls: [...document.querySelectorAll('button, select, nav, dialog, input, [role="radio"], .dock')].filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 100)),
			cut: texts.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible').concat(texts.filter((one) => one.getBoundingClientRect().right > innerWidth + 1)).map((one) => one.outerHTML.slice(0, 100))
		};
	});
	// The command for pictures wants these, too.
	const { SCREENSHOTS: folder } = process.env;
	const name = `paper-${found.text.trim().slice(0, 20).replace(/\W+/g, '-').toLowerCase()}.png`;
	await test.info().attach(name, { body: await page.screenshot({ fullPage: true, ...(folder !== undefined && { path: join(folder, name) }) }), contentType: 'image/png' });
	// Last: once it is printed, the page is the app again.
	const pdf = await page.pdf({ format: 'A4' });
	await test.info().attach(`${found.text.slice(0, 24)}.pdf`, { body: pdf, contentType: 'application/pdf' });
	await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
	const what = found.text.slice(0, 40);
	expect(found.inks, `${what}: black`).toEqual(['rgb(0, 0, 0)']);
	expect(found.grounds, `${what}: on white`).toEqual(['rgb(255, 255, 255)']);
	expect(found.controls, `${what}: nothing to press`).toEqual([]);
	expect(found.cut, `${what}: nothing is cut`).toEqual([]);
	return { text: found.text, sheets: pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0 };
}

function withoutTrace(paper: Paper, ...may: string[]): void {
	for (const trace of TRACES.filter((trace) => !may.includes(trace))) expect(paper.text).not.toContain(trace);
	for (const frame of ['Safehall', 'Danger now', 'Contacts', 'Inbox', 'Print']) expect(paper.text).not.toContain(frame);
}

test('what a lead prints is what it says and nothing else: the sheet for the talk, the announcement, the text for all, the case', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop', dark: true });
	const tom = await joined(world, 'tom', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	const { page } = alma;
	const main = page.getByRole('main');
	for (const lead of [alma, tom]) {
		await lead.page.getByRole('main').getByRole('link', { name: 'Open case' }).click();
		await lead.page.getByRole('link', { name: /^Meeting/ }).click();
	}

	await test.step('the sheet for the talk', async () => {
		await main.getByRole('button', { name: 'Write down the meeting' }).click();
		await main.getByRole('textbox', { name: '1. What happened?' }).fill('Repeated following and comments after being asked to stop');
		await choose(main, '2. Are we doing anything about it?', 'Yes');
		await main.getByRole('button', { name: 'Write it down' }).click();
		await main.getByRole('button', { name: 'Make the sheet' }).click();
		await main.getByRole('textbox', { name: 'What will be said' }).fill('This morning we were told: somebody was not left alone after a clear no. Our code does not allow this.\n\nWhat is your side?');
		await main.getByRole('button', { name: 'Keep these words' }).click();
		await tom.page.getByRole('button', { name: 'I have read it: it points at nobody' }).click();
		await expect(main).toContainText('Second check: Tom Lindqvist');
		const paper = await printed(page, async () => main.getByRole('button', { name: 'Print', exact: true }).click());
		expect(paper.text.trim()).toBe('This morning we were told: somebody was not left alone after a clear no. Our code does not allow this.\n\nWhat is your side?');
		expect(paper.sheets).toBe(1);
		withoutTrace(paper);
	});

	await test.step('a copy of the case, whole', async () => {
		await main.getByRole('link', { name: /^Reports/ }).click();
		const paper = await printed(page, async () => {
			await main.getByRole('button', { name: 'Case file' }).click();
			await page.getByRole('dialog', { name: 'Case file' }).getByRole('button', { name: 'Print it' }).click();
		});
		for (const part of ['Amber Kite', DANA.words, '0417', 'Repeated following']) expect(paper.text).toContain(part);
		for (const frame of ['Safehall', 'Danger now', 'Inbox']) expect(paper.text).not.toContain(frame);
	});

	await test.step('the announcement, in letters for a stage', async () => {
		await main.getByRole('link', { name: 'Announcement', exact: true }).click();
		await page.getByRole('region', { name: 'Suggested text' }).getByRole('button', { name: 'Use this' }).click();
		await choose(page, 'Where it goes', 'In the plenary, from the stage');
		await page.getByRole('button', { name: 'Approve' }).click();
		const approved = page.getByRole('region', { name: 'Approved' });
		await expect(approved).toContainText(OFFICIAL);
		const paper = await printed(page, async () => approved.getByRole('button', { name: /print/i }).click());
		expect(paper.text.trim()).toMatch(new RegExp(`^${OFFICIAL}[^\\n]*STAFF badge\\.$`));
		expect(paper.sheets).toBe(1);
		withoutTrace(paper);
	});

	await test.step('the card for venue staff: whom to call, and nothing else', async () => {
		await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Readiness' }).click();
		const paper = await printed(page, async () => main.getByRole('button', { name: 'Print the card' }).click());
		for (const part of ['Then security or the police first', 'Put them in touch with our team at once', 'Alma Reyes', '110', 'STAFF on the badge']) expect(paper.text).toContain(part);
		expect(paper.sheets).toBe(1);
		withoutTrace(paper);
	});

	await test.step('the form for a report without a phone: the questions in their order, room to write, one sheet', async () => {
		const paper = await printed(page, async () => main.getByRole('button', { name: 'Print the form' }).click());
		const order = ['in danger right now?', '110', 'Read this out', 'a private place', 'friend or trusted person', 'how can I help?', 'in their words', 'name or badge number', 'When it happened', 'Who else was there', 'call a lead at once', 'Alma Reyes', 'Tom Lindqvist', 'Code name'];
		const at = order.map((part) => [part, paper.text.toLowerCase().indexOf(part.toLowerCase())] as const);
		expect(at.filter(([, index]) => index < 0)).toEqual([]);
		expect(at.map(([part]) => part)).toEqual(at.toSorted(([, a], [, b]) => a - b).map(([part]) => part));
		expect(paper.sheets).toBe(1);
		for (const trace of TRACES) expect(paper.text).not.toContain(trace);
		await page.getByRole('button', { name: 'Deutsch' }).click();
		const german = await printed(page, async () => main.getByRole('button', { name: 'Formular drucken' }).click());
		expect([german.text.includes('in ihren Worten'), german.sheets]).toEqual([true, 1]);
		await page.getByRole('button', { name: 'English' }).click();
	});

	await test.step('the text for everybody, after the event', async () => {
		await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'After the event' }).click();
		await expect(main.getByRole('article')).toContainText('at least one report');
		const said = (await main.getByRole('article').innerText()).replace(/\s+/g, ' ');
		const paper = await printed(page, async () => main.getByRole('button', { name: /print/i }).click());
		expect(paper.text.trim().replace(/\s+/g, ' ')).toBe(said.trim());
		expect(paper.sheets).toBe(1);
		withoutTrace(paper);
	});
});

test('what a phone prints can be given away: the list of contacts without a case, the sheet for who goes on without a name', async ({ world }) => {
	const noor = await joined(world, 'noor', { dark: true });
	const { page } = noor;
	await firstReport(world, noor);
	await firstArrives(world, noor);

	await test.step('the list, with its code to scan', async () => {
		await page.evaluate(() => (location.hash = '#/list'));
		await expect(page.getByRole('img', { name: 'QR code of this list' })).toBeVisible();
		const paper = await printed(page, async () => page.getByRole('button', { name: 'Print it' }).click());
		expect(paper.text).toContain('Alma Reyes');
		withoutTrace(paper);
	});

	await test.step('the sheet for Jonas has the code name and nothing that was told', async () => {
		await home(page);
		await page.evaluate(() => (location.hash = '#/end'));
		await page.getByRole('radio', { name: 'Jonas Brandt' }).click();
		const before = page.viewportSize();
		const paper = await lies(page);
		if (before) await page.setViewportSize(before);
		expect(paper.text).toContain('Amber Kite');
		withoutTrace(paper, 'Amber', 'Foyer', '10:42');
		expect(paper.text).toContain('Jonas');
	});
});
