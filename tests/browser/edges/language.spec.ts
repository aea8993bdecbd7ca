import { type Page, expect } from '@playwright/test';
import { de } from '../../../app/src/words/de/index.ts';
import { en } from '../../../app/src/words/en/index.ts';
import { beginReport, choose, home, kept, readBackAndSave, writeDown } from '../harness/hands.ts';
import { PIN, enterPin } from '../harness/lock.ts';
import { readable } from '../harness/reader.ts';
import { invited, joined } from '../harness/team.ts';
import { test } from '../harness/world.ts';

test.setTimeout(240_000);

const TOLD = 'Er ist mir vom Vortrag bis zum Kaffee nachgelaufen und hat gesagt, ich soll nicht so schüchtern sein.';

test('a German phone says everything in German, from the invite to the call', async ({ world }) => {
	const noor = await world.phone('Noor Haddad', { locale: 'de-DE', byHand: true });
	const { page } = noor;
	await page.goto(invited(world, 'noor'));
	await expect(page.getByRole('button', { name: de.enrol.me })).toBeVisible();
	await german(page, 'invite');
	await page.getByRole('button', { name: de.enrol.me }).click();
	await expect(page.getByRole('heading', { level: 1, name: de.lock.choose.title })).toBeVisible();
	await german(page, 'choose a PIN');
	await page.keyboard.type(PIN);
	await expect(page.getByRole('heading', { level: 1, name: de.lock.choose.again })).toBeVisible();
	await page.keyboard.type(PIN);
	await expect(page.getByText(de.enrol.ready.pack)).toBeVisible();
	await german(page, 'ready');
	await page.evaluate(() => (location.hash = '#/'));
	await german(page, 'home');
	for (const hash of ['danger', 'contacts', 'list', 'policy'] as const) {
		await page.evaluate((hash) => (location.hash = `#/${hash}`), hash);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await german(page, hash);
	}
	await page.evaluate(() => (location.hash = '#/new'));
	await german(page, 'is anyone in danger');
	await page.getByRole('button', { name: de.report.check.no }).click();
	await expect(page.getByRole('heading', { level: 1, name: de.report.support.title })).toBeVisible();
	await german(page, 'support');
	await page.getByRole('link', { name: de.report.support.next }).click();
	await page.getByRole('textbox', { name: de.report.write.words }).fill(TOLD);
	await german(page, 'write');
	for (const row of ['when', 'where', 'who', 'stop', 'ongoing', 'others', 'reporter', 'staff'] as const) {
		await page.getByRole('button', { name: de.report.write[row] }).first().click();
		await expect(page.getByRole('dialog')).toBeVisible();
		await german(page, `the sheet about ${row}`);
		await page.getByRole('dialog').getByRole('button', { name: de.common.close }).click();
	}
	await page.getByRole('link', { name: de.report.write.next }).click();
	await page.getByRole('button', { name: de.report.readBack.right }).click();
	await german(page, 'read back');
	await page.getByRole('checkbox', { name: de.report.readBack.said }).click();
	await page.getByRole('button', { name: de.report.readBack.save }).click();
	await expect(page.getByText(de.report.tell.saved)).toBeVisible();
	await german(page, 'tell the chair');
	await page.evaluate(() => (location.hash = '#/'));
	await page.getByRole('article').getByRole('link').first().click();
	await expect(page.getByRole('list', { name: de.case.timeline.title })).toBeVisible();
	await german(page, 'case');
	await page.getByRole('button', { name: de.case.add.button }).click();
	await german(page, 'add an entry');
});

test('the language changes in the middle of a report, and not a word is lost', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor', { byHand: true });
	const { page } = noor;
	await noor.offline();
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await writeDown(page, { words: TOLD, where: 'Foyer' });
	await home(page);
	await page.getByRole('button', { name: 'Deutsch' }).click();

	// At once, and without the lock: the reporter still sits there.
	await expect(page.getByRole('heading', { level: 1, name: de.home.title })).toBeFocused();
	expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
	await page.getByRole('link', { name: de.home.carryOn }).first().click();
	const words = page.getByRole('textbox', { name: de.report.write.words });
	await expect(words).toHaveValue(TOLD);
	const all = `${TOLD} Dann bin ich gegangen.`;
	await words.fill(all);
	await german(page, 'the report in the middle of which the language changed');

	// The choice outlives the page, and so does what was typed.
	await kept(page);
	await page.reload();
	await expect(page.getByRole('heading', { level: 1, name: de.lock.enter.title })).toBeVisible();
	await german(page, 'lock');
	await enterPin(page);
	await expect(words).toHaveValue(all);
	await page.getByRole('link', { name: de.report.write.next }).click();
	await page.getByRole('button', { name: de.report.readBack.right }).click();
	await page.getByRole('checkbox', { name: de.report.readBack.said }).click();
	await page.getByRole('button', { name: de.report.readBack.save }).click();
	await expect(page.getByText('Amber Kite', { exact: true })).toBeVisible();
	await noor.online();

	// The chair reads English, the account stays as it was told, and the console changes as the phone does.
	const main = alma.page.getByRole('main');
	await main.getByRole('link', { name: /^Amber Kite/ }).click();
	await main.getByRole('link', { name: en.console.preview.open }).click();
	await expect(main).toContainText(all);
	await expect(main).toContainText('Foyer');
	await alma.page.getByRole('button', { name: 'Deutsch' }).click();
	await expect(alma.page.getByRole('button', { name: 'English' })).toBeVisible();
	await expect(main).toContainText(all);
	await german(alma.page, 'the case of a chair');
	for (const page of ['', '/team', '/late', '/ledger']) {
		await alma.page.evaluate((page) => (location.hash = `#/console${page}`), page);
		await expect(main.getByRole('heading', { level: 1 })).toBeFocused();
		await german(alma.page, `the console${page}`);
	}
	await alma.page.getByRole('button', { name: 'English' }).click();
	await expect(main.getByRole('heading', { level: 1, name: 'Access ledger' })).toBeVisible();
});

test('what a phone does that was long without a network stands on one line each, in either language, on a phone of usual width', async ({ world }) => {
	await joined(world, 'alma', { screen: 'laptop' });
	const mei = await joined(world, 'mei');
	const { page } = mei;
	await mei.offline();
	await beginReport(page);
	await page.getByRole('link', { name: en.report.support.next }).click();
	await page.getByRole('textbox', { name: 'In their words' }).fill(TOLD);
	await choose(page, 'Who is telling you?', 'It happened to them');
	await readBackAndSave(page);
	await world.becomes('10:30');
	await home(page);
	await page.setViewportSize({ width: 390, height: 844 });
	for (const { sync } of [en, de]) {
		const { walk, give, call } = sync.phone.longOffline;
		const [one, two, three] = [page.getByRole('button', { name: walk }), page.getByRole('link', { name: give }), page.getByRole('link', { name: call('Alma Reyes') })];
		await expect(one).toBeVisible();
		const heights = await Promise.all([one, two, three].map(async (button) => (await button.boundingBox())?.height));
		expect(heights).toEqual([56, 56, 56]); // two lines are higher
		if (sync === en.sync) await page.getByRole('button', { name: 'Deutsch' }).click();
	}
});

/** Nothing on the screen is one of our English sentences, and whoever hears it hears German. */
async function german(page: Page, screen: string): Promise<void> {
	const shown = await page.evaluate(() => {
		window.scrollTo(0, document.body.scrollHeight); // what the dock lies over while one scrolls is nobody's fault
		const said: string[] = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
		while (walk.nextNode()) {
			const node = walk.currentNode;
			if (node instanceof Element) {
				for (const name of ['aria-label', 'placeholder', 'title', 'alt']) said.push(node.getAttribute(name) ?? '');
			} else if (node.parentElement?.closest('script, style, [lang="en"]') === null) said.push(node.textContent ?? '');
		}
		return said.map((text) => text.trim()).filter(Boolean);
	});
	expect.soft(shown.filter((text) => ENGLISH.has(text)), screen).toEqual([]);
	expect(shown.length, `${screen}: something is shown`).toBeGreaterThan(3);
	await readable(page, `${screen}, in German`);
}

const ENGLISH = ((): ReadonlySet<string> => {
	const german = new Set(leaves(de));
	return new Set(leaves(en).filter((text) => /[a-z]{2}/i.test(text) && !german.has(text)));
})();

function leaves(words: unknown): string[] {
	if (typeof words === 'string') return [words];
	return typeof words === 'object' && words !== null ? Object.values(words).flatMap(leaves) : [];
}
