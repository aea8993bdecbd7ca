import { describe, expect, test } from 'vitest';
import { LATER, Rounds, SOON } from '../../src/replica/rounds.ts';

/** A clock that a test turns, and what waits for it. */
class Clock {
	time = 1_000_000;
	luck = 1;
	timers: { at: number; act: () => void }[] = [];

	now = (): number => this.time;
	chance = (): number => this.luck;
	after = (wait: number, act: () => void): (() => void) => {
		const timer = { at: this.time + wait, act };
		this.timers.push(timer);
		return () => (this.timers = this.timers.filter((one) => one !== timer));
	};

	async pass(ms: number): Promise<void> {
		this.time += ms;
		const due = this.timers.filter(({ at }) => at <= this.time);
		this.timers = this.timers.filter(({ at }) => at > this.time);
		for (const { act } of due) act();
		await settled();
	}
}

const settled = (): Promise<void> => new Promise(setImmediate);

/** A round that lasts until it is let go. */
function slow(clock: Clock, wait = Infinity): { rounds: Rounds; begun: () => number; end: () => Promise<void> } {
	let begun = 0;
	let end = (): void => undefined;
	const rounds = new Rounds(clock, async () => {
		begun += 1;
		await new Promise<void>((resolve) => (end = resolve));
		return wait;
	});
	return {
		rounds,
		begun: () => begun,
		end: async () => {
			end();
			await settled();
		}
	};
}

describe('one round at a time', () => {
	test('however often it is asked meanwhile, one more follows, and none after that', async () => {
		const { rounds, begun, end } = slow(new Clock());
		for (let time = 0; time < 5; time += 1) rounds.ask();
		expect(begun()).toBe(1);
		await end();
		expect(begun()).toBe(2);
		await end();
		expect(begun()).toBe(2);
	});

	test('the next one comes when the last one said, unless somebody asks before; then it does not come twice', async () => {
		const clock = new Clock();
		const { rounds, begun, end } = slow(clock, 5_000);
		rounds.ask();
		await end();
		await clock.pass(4_999);
		expect(begun()).toBe(1);
		rounds.ask();
		await end();
		await clock.pass(4_999);
		expect(begun()).toBe(2);
		await clock.pass(1);
		expect(begun()).toBe(3);
	});

	test('where nothing is to wait for, nothing waits', async () => {
		const clock = new Clock();
		const { rounds, end } = slow(clock);
		rounds.ask();
		await end();
		expect(clock.timers).toEqual([]);
	});
});

describe('once it is stopped', () => {
	test('no round is begun, not even one that was asked for, and nothing waits', async () => {
		const clock = new Clock();
		const { rounds, begun, end } = slow(clock, 5_000);
		rounds.ask();
		rounds.ask();
		rounds.stop();
		expect([rounds.isStopped(), rounds.signal.aborted]).toEqual([true, true]);
		await end();
		rounds.ask();
		rounds.now();
		expect([begun(), clock.timers.length]).toEqual([1, 0]);
	});

	test('what waited for the next round waits no more', async () => {
		const clock = new Clock();
		const { rounds, begun, end } = slow(clock, 5_000);
		rounds.ask();
		await end();
		rounds.stop();
		await clock.pass(60_000);
		expect(begun()).toBe(1);
	});
});

describe('what failed rests', () => {
	const lengths = (clock: Clock, rounds: Rounds, times: number, rest = SOON): number[] =>
		Array.from({ length: times }, () => {
			rounds.rest('a', rest);
			return rounds.untilRested(['a']);
		});

	test('twice as long each time, up to the most; half of it is chance', () => {
		const clock = new Clock();
		const rounds = new Rounds(clock, () => Promise.resolve(Infinity));
		expect(lengths(clock, rounds, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
		clock.luck = 0;
		expect(lengths(clock, new Rounds(clock, () => Promise.resolve(Infinity)), 3, LATER)).toEqual([15_000, 30_000, 60_000]);
		expect(lengths(clock, rounds, 2_000).at(-1)).toBe(30_000);
	});

	test('it is over when the time is; what got on begins anew', () => {
		const clock = new Clock();
		const rounds = new Rounds(clock, () => Promise.resolve(Infinity));
		rounds.rest('a', SOON);
		rounds.rest('a', SOON);
		clock.time += 1_999;
		expect(rounds.isResting('a')).toBe(true);
		clock.time += 1;
		expect([rounds.isResting('a'), rounds.isResting('b')]).toEqual([false, false]);
		rounds.gotOn('a');
		expect(lengths(clock, rounds, 1)).toEqual([1_000]);
	});

	test('nobody is waited for who does not rest or is not there; who has rested is waited for a moment', () => {
		const clock = new Clock();
		const rounds = new Rounds(clock, () => Promise.resolve(Infinity));
		rounds.rest('a', SOON);
		rounds.rest('b', LATER);
		expect(rounds.untilRested(['a', 'b', 'c'])).toBe(1_000);
		expect(rounds.untilRested(['b', 'c'])).toBe(30_000);
		expect(rounds.untilRested(['c'])).toBe(Infinity);
		clock.time += 2_000;
		expect(rounds.untilRested(['a'])).toBe(1);
	});

	test('whoever wants it now does not wait for it', () => {
		const clock = new Clock();
		let begun = 0;
		const rounds = new Rounds(clock, () => Promise.resolve((begun += 1, Infinity)));
		rounds.rest('a', LATER);
		rounds.now();
		expect([rounds.isResting('a'), begun]).toEqual([false, 1]);
	});
});
