import type { BrowserContext, Page } from '@playwright/test';
import { answerStep, beginReport, card, home, noteTold, openCase, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

/** Twelve ways to make words act. Each would call `acted` with its number. */
const PAYLOADS = [
	'<script>acted(1)</script>',
	'<img src=x onerror=acted(2)>',
	'<svg onload=acted(3)>',
	'"><script>acted(4)</script>',
	"' autofocus onfocus=acted(5) x='",
	'javascript:acted(6)',
	"{{constructor.constructor('acted(7)')()}}",
	'${acted(8)}',
	'</textarea><iframe srcdoc="<script>parent.acted(9)</script>">',
	'<a href="javascript:acted(10)">tap</a>',
	'<math><mtext><style><img src=x onerror=acted(11)>',
	'data:text/html,<script>acted(12)</script>'
] as const;

const [SCRIPT, IMG, SVG, BREAKOUT, FOCUS, LINK, BRACES, DOLLAR, , ANCHOR] = PAYLOADS;

/** What a browser says when something acted, or when the policy had to stop it. */
async function watched(context: BrowserContext, alarms: string[]): Promise<void> {
	await context.exposeFunction('acted', (number: number) => alarms.push(`acted: ${String(number)}`));
	await context.exposeFunction('violated', (what: string) => alarms.push(`violated: ${what}`));
	const listen = (): void => {
		document.addEventListener('securitypolicyviolation', (event) => {
			void (window as unknown as { violated: (what: string) => void }).violated(`${event.violatedDirective} ${event.blockedURI}`);
		});
	};
	await context.addInitScript(listen);
	for (const page of context.pages()) {
		page.on('dialog', (dialog) => {
			alarms.push(`asked: ${dialog.message()}`);
			void dialog.dismiss();
		});
		await page.evaluate(listen);
	}
}

/** Whether anything in the page was made of somebody's words. */
async function madeOfWords(page: Page): Promise<number> {
	return await page.evaluate(
		() =>
			document.querySelectorAll(
				'[onerror], [onload], [onfocus], iframe, math, img[src="x"], a[href^="javascript:" i], a[href^="data:" i], body script:not([src])'
			).length
	);
}

test('twelve kinds of words that would like to act are only words, in every field and on every screen', async ({ world }) => {
	test.slow();
	const alarms: string[] = [];
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await watched(alma.context, alarms);
	await watched(noor.context, alarms);
	let looked = 0;
	const look = async (page: Page): Promise<void> => {
		expect(await madeOfWords(page)).toBe(0);
		expect(alarms).toEqual([]);
		looked += 1;
	};

	const { page } = noor;
	await noor.nextCaseIs('Silver Otter');
	await beginReport(page);
	await answerStep(page, 'Ask for a friend or trusted person', 'Fetch', IMG);
	await answerStep(page, 'Ask how you can help', 'Done', SVG);
	await look(page);
	await writeDown(page, {
		words: PAYLOADS.join('\n'),
		who: { badge: '0417', look: BREAKOUT },
		when: { kind: 'Around', range: '09:45–09:55', words: FOCUS },
		stop: { by: ANCHOR, at: '09:55', complied: 'They did not stop' },
		others: PAYLOADS.slice(0, 3).map((who) => ({ kind: 'Affected', who })),
		reporter: { name: SCRIPT, share: 'Only the chair', safety: LINK }
	});
	await look(page);
	await page.getByRole('link', { name: 'Read it back' }).click();
	await expect(page.getByRole('button', { name: '“That’s right”' })).toBeVisible();
	await expect(page.getByRole('main')).toContainText(IMG);
	await look(page);
	await page.goBack();
	await readBackAndSave(page);
	await look(page);
	await noteTold(page, 'By phone', 'Alma Reyes');
	await openCase(page, 'Silver Otter');
	for (const payload of PAYLOADS) {
		await expect(standing(page)).toContainText(/Sent \d\d:\d\d\./);
		await page.getByRole('button', { name: 'Add entry' }).click();
		const sheet = page.getByRole('dialog', { name: 'Add an entry' });
		await sheet.getByRole('textbox', { name: 'What happened' }).fill(payload);
		await sheet.getByRole('button', { name: 'Add it' }).click();
		await expect(sheet).toBeHidden();
		await expect(page.getByRole('list', { name: 'Timeline' })).toContainText(payload);
		await look(page);
	}
	await home(page);
	await expect(standing(card(page, 'Silver Otter'))).toContainText(/Sent \d\d:\d\d\./);
	await look(page);

	const main = alma.page.getByRole('main');
	await main.getByRole('link', { name: /^Silver Otter/ }).click();
	await look(alma.page);
	await main.getByRole('link', { name: 'Open case' }).click();
	for (const payload of PAYLOADS) await expect(main).toContainText(payload);
	await look(alma.page);
	await alma.page.getByRole('navigation').getByRole('link', { name: /^Team/ }).click();
	await expect(main).toContainText('Noor Haddad');
	await look(alma.page);

	// An address can be written by anybody, too.
	for (const hash of [BRACES, DOLLAR, LINK, SVG]) {
		await page.evaluate((hash) => (location.hash = `#/${hash}`), hash);
		await look(page);
	}
	expect(looked).toBeGreaterThanOrEqual(24);
});

test('the app’s own policy stops code that is not its own, whoever brings it', async ({ world }) => {
	const noor = await joined(world, 'noor');
	// Out of a timer: what the test itself evaluates is exempt.
	const tried = await noor.page.evaluate(
		async (server) =>
			await new Promise<{ [what: string]: string }>((done) => {
				setTimeout(() => {
					const outcomes: { [what: string]: string } = {};
					const attempt = (what: string, act: () => unknown): void => {
						try {
							act();
							outcomes[what] = 'ran';
						} catch {
							outcomes[what] = 'blocked';
						}
					};
					attempt('eval', () => (0, eval)('1'));
					attempt('new Function', () => new Function('return 1')());
					attempt('innerHTML', () => (document.createElement('p').innerHTML = '<b>bold</b>'));
					attempt('insertAdjacentHTML', () => document.body.insertAdjacentHTML('beforeend', '<b>bold</b>'));
					attempt('document.write', () => document.write('<b>bold</b>'));
					attempt('a script with text', () => (document.createElement('script').text = 'window.ran = true'));
					attempt('a script from elsewhere', () => (document.createElement('script').src = 'https://elsewhere.example/x.js'));
					// Refused in silence: what counts is whether it acts.
					setTimeout('window.ran = true' as unknown as () => void);
					attempt('a worker of its own', () => new Worker(URL.createObjectURL(new Blob(['']))));
					attempt('a policy of its own', () => {
						const types = (window as unknown as { trustedTypes: { createPolicy: (name: string, rules: object) => unknown } }).trustedTypes;
						types.createPolicy('mine', { createHTML: (text: string) => text });
					});
					const image = new Promise<string>((loaded) => {
						const image = new Image();
						image.onload = () => loaded('ran');
						image.onerror = () => loaded('blocked');
						image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
					});
					const elsewhere = fetch(server.replace(/:\d+$/, ':1')).then(
						() => 'ran',
						() => 'blocked'
					);
					const later = new Promise<string>((later) => setTimeout(() => later('ran' in window ? 'ran' : 'blocked'), 200));
					void Promise.all([image, elsewhere, later]).then(([image, elsewhere, later]) => {
						outcomes['a timer with text'] = later;
						outcomes['a picture out of an address'] = image;
						outcomes['a call elsewhere'] = elsewhere;
						done(outcomes);
					});
				}, 0);
			}),
		world.server.url
	);

	expect(Object.keys(tried)).toHaveLength(12);
	expect(Object.entries(tried).filter(([, outcome]) => outcome !== 'blocked')).toEqual([]);
});
