/** One phone: a browser profile of its own, with a clock, a Wi-Fi and a plug that the test holds. */
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, type Page, chromium } from '@playwright/test';
import { type Hand, give } from './hand.ts';
import { unlocked, unlocksItself } from './lock.ts';
import { chromium as executablePath, root } from './machine.ts';

export interface Make {
	/** 390 by 844 with touch, or 1280 by 800 with a mouse. */
	screen?: 'phone' | 'laptop';
	dark?: boolean;
	/** What its owner reads; else British English. */
	locale?: string;
	/** What its owner does everything with; else a mouse. */
	hand?: Hand;
	/** The test enters the PIN itself. Otherwise the phone is opened whenever its lock stands in the way. */
	byHand?: boolean;
	/** What its camera sees: the path of a film, which may be made later. */
	film?: string;
	/** Leaves it the machine’s clock and real timers, so that time can be measured on it. */
	ownClock?: boolean;
}

export class Phone {
	/** Its disk. */
	readonly folder: string;
	private readonly made: Make;
	private running: BrowserContext | undefined;
	private offlineNow = false;

	private constructor(
		/** Whose it is. */
		readonly name: string,
		private readonly now: () => number,
		made: Make
	) {
		this.folder = mkdtempSync(join(tmpdir(), 'safehall-phone-'));
		this.made = made;
	}

	static async make(name: string, now: () => number, made: Make = {}): Promise<Phone> {
		const phone = new Phone(name, now, made);
		await phone.switchOn();
		return phone;
	}

	get context(): BrowserContext {
		if (this.running === undefined) throw new Error(`${this.name}’s phone is off`);
		return this.running;
	}

	/** The tab that the person looks at. */
	get page(): Page {
		const page = this.context.pages()[0];
		if (page === undefined) throw new Error(`${this.name}’s phone shows nothing`);
		return page;
	}

	async switchOn(): Promise<void> {
		const laptop = this.made.screen === 'laptop';
		this.running = await chromium.launchPersistentContext(this.folder, {
			executablePath,
			chromiumSandbox: false,
			headless: true,
			viewport: laptop ? { width: 1280, height: 800 } : { width: 390, height: 844 },
			hasTouch: !laptop,
			isMobile: !laptop,
			locale: this.made.locale ?? 'en-GB',
			timezoneId: 'Europe/Berlin',
			colorScheme: this.made.dark === true ? 'dark' : 'light',
			offline: this.offlineNow,
			args: ['--disable-dev-shm-usage', ...(this.made.film === undefined ? [] : ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${this.made.film}`])]
		});
		// As long as an expectation: a button that is not there is said at once, not at the end of the test.
		this.running.setDefaultTimeout(15_000);
		const { hand } = this.made;
		if (hand !== undefined) {
			for (const page of this.running.pages()) give(page, hand);
			this.running.on('page', (page) => give(page, hand));
		}
		if (this.made.byHand !== true) {
			for (const page of this.running.pages()) await unlocksItself(page);
			this.running.on('page', (page) => void unlocksItself(page));
		}
		if (this.made.ownClock !== true) await this.running.clock.install({ time: this.now() });
	}

	/** Lets the phone's clock catch up with the journey's; timers that fell due meanwhile fire once. */
	async tick(): Promise<void> {
		if (this.running === undefined) return;
		const here = await this.page.evaluate(() => Date.now());
		const ahead = this.now() - here;
		if (ahead > 0) await this.running.clock.fastForward(ahead);
		else await this.running.clock.setSystemTime(this.now());
		// Somebody takes the phone up: it locks now if it lay there for too long, and else not in the middle of the next tap.
		await this.page.evaluate(() => {
			document.dispatchEvent(new Event('pointerdown'));
			return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
		});
		// Whoever took it up again would be asked for the PIN by now.
		if (this.made.byHand !== true) await unlocked(this.page);
	}

	async offline(): Promise<void> {
		this.offlineNow = true;
		await this.context.setOffline(true);
	}

	async online(): Promise<void> {
		this.offlineNow = false;
		await this.context.setOffline(false);
	}

	/** The battery is empty: every process of this browser dies in the middle of what it does. */
	async kill(): Promise<void> {
		const [, pid] = /-(\d+)$/.exec(readlinkSync(join(this.folder, 'SingletonLock'))) ?? [];
		if (pid === undefined) throw new Error('the browser has no lock');
		const closed = new Promise((closed) => this.context.once('close', closed));
		process.kill(Number(pid), 'SIGKILL');
		await closed;
		this.running = undefined;
		rmSync(join(this.folder, 'SingletonLock'), { force: true });
	}

	async switchOff(): Promise<void> {
		await this.running?.close();
		this.running = undefined;
	}

	async remove(): Promise<void> {
		await this.switchOff();
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	}

	/**
	 * The next case that is begun on this phone gets this code name. A name follows from the first 32 bits of the
	 * random id, so it is enough that chance begins with these. Where no report is begun, chance is chance: a phone that
	 * notes something by itself meanwhile does not take the name away.
	 */
	async nextCaseIs(codeName: string): Promise<void> {
		await this.page.evaluate((start) => {
			const uuid = crypto.randomUUID.bind(crypto);
			const fill = crypto.getRandomValues.bind(crypto);
			const restore = (): void => {
				crypto.randomUUID = uuid;
				crypto.getRandomValues = fill;
			};
			const begins = (): boolean => /^#\/(new|danger)/.test(location.hash);
			crypto.randomUUID = () => {
				if (!begins()) return uuid();
				restore();
				const hex = start.map((byte) => byte.toString(16).padStart(2, '0')).join('');
				return `${hex}${uuid().slice(8)}` as ReturnType<typeof uuid>;
			};
			crypto.getRandomValues = (<T extends ArrayBufferView<ArrayBuffer>>(array: T): T => {
				fill(array);
				if (begins() && array instanceof Uint8Array && array.length === 16) {
					restore();
					array.set(start);
				}
				return array;
			}) as typeof fill;
		}, startOf(codeName));
	}

	async cdp(): Promise<CDPSession> {
		return this.context.newCDPSession(this.page);
	}
}

/** The first four bytes of an id whose case has this code name. */
export function startOf(codeName: string): number[] {
	return codeName
		.toLowerCase()
		.split(' ')
		.flatMap((word, index) => {
			const list = index === 0 ? 'first' : 'second';
			const at = readFileSync(join(root, `proto/words/${list}.txt`), 'utf8').split('\n').indexOf(word);
			if (at < 0) throw new Error(`${word} is not in the ${list} list`);
			return [at >> 2, (at & 3) << 6];
		});
}
