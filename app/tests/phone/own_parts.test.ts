import { describe, expect, it } from 'vitest';
import type { State } from '../../src/replica/api.ts';
import { OwnParts } from '../../src/routes/phone/own_parts.svelte.ts';
import { saidOf } from '../../src/routes/phone/parts.ts';
import { alma } from '../console/journeys.ts';

const HEARD: Partial<State> = { ready: true, clockOffset: 0, storageProtected: null };
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A phone in the team, over which `now` tells what changed. `started`: the app anew over the same storage. */
function joined(begin: Partial<State>) {
	const replica = alma();
	replica.change(begin);
	const start = (installed: boolean) =>
		new OwnParts(
			{
				replica,
				get state() {
					return replica.state;
				},
				me: replica.state.self?.staff ?? ''
			},
			() => installed
		);
	let parts = start(false);
	return {
		replica,
		trouble: () => parts.broken,
		now: async (change: Partial<State> = {}) => {
			replica.change(change);
			parts.follow();
			await settled();
			return saidOf(replica.state);
		},
		started: (from: 'home' | 'browser') => {
			parts = start(from === 'home');
		}
	};
}

describe('what a phone can do', () => {
	it('is said by itself once the server was heard, before anybody has read the policy', async () => {
		const { now } = joined({ ...HEARD, ready: false, clockOffset: null });
		expect(await now()).toBeUndefined();
		expect(await now({ ready: true })).toBeUndefined();
		expect(await now({ clockOffset: 0 })).toBe('pack clock');
	});

	it('is said again when it is not true any more, and not at every start', async () => {
		const { now, started, replica } = joined(HEARD);
		await now();
		started('browser');
		expect([await now(), replica.steps]).toEqual(['pack clock', 1]);
		expect(await now({ clockOffset: 3_600_000 })).toBe('pack');
		expect([await now({ clockOffset: 0, storageProtected: true }), replica.steps]).toEqual(['pack storage clock', 3]);
	});

	it('stays on the home screen while somebody looks with the browser', async () => {
		const { now, started, replica } = joined(HEARD);
		started('home');
		expect(await now()).toBe('pack clock home');
		started('browser');
		expect([await now(), replica.steps]).toEqual(['pack clock home', 1]);
	});

	it('is not tried again and again where nothing can be written, and is after the next unlocking', async () => {
		const { now, replica, trouble } = joined(HEARD);
		replica.full = true;
		await now();
		expect(trouble()).toBe('full');
		replica.full = false;
		expect([await now(), replica.steps]).toEqual([undefined, 0]);
		await now({ ready: false });
		expect([await now({ ready: true }), trouble()]).toEqual(['pack clock', null]);
	});

	it('is said by nobody who is not in the team', async () => {
		const { now, replica } = joined(HEARD);
		const { self } = replica.state;
		expect(await now({ self: self && { ...self, state: 'pending' } })).toBeUndefined();
	});
});
