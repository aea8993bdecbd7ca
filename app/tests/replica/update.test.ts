import { afterEach, expect, test, vi } from 'vitest';
import { keepApp } from '../../src/replica/update.ts';

type State = 'installing' | 'installed' | 'activating' | 'activated';

class Worker extends EventTarget {
	state: State = 'installing';

	becomes(state: State): void {
		this.state = state;
		this.dispatchEvent(new Event('statechange'));
	}
}

class Registration extends EventTarget {
	installing: Worker | null = null;
	waiting: Worker | null = null;
	active: Worker | null = null;

	found(): Worker {
		this.installing = new Worker();
		this.dispatchEvent(new Event('updatefound'));
		return this.installing;
	}
}

/** A browser in which nothing is kept yet; `said` counts how often a newer app was announced. */
async function opened() {
	const registration = new Registration();
	const serviceWorker = Object.assign(new EventTarget(), { controller: null as Worker | null, register: () => Promise.resolve(registration) });
	vi.stubEnv('DEV', false);
	vi.stubGlobal('navigator', { serviceWorker });
	vi.stubGlobal('document', new EventTarget());
	const said = vi.fn();
	keepApp(said, Promise.resolve());
	await new Promise((done) => setImmediate(done));
	return { registration, serviceWorker, said };
}

afterEach(() => {
	vi.unstubAllGlobals();
	vi.unstubAllEnvs();
});

test('the first app that a phone keeps is no newer one, also where the browser tells late that it no longer waits', async () => {
	const { registration, serviceWorker, said } = await opened();
	const first = registration.found();
	registration.installing = null;
	registration.waiting = first;
	first.becomes('installed');
	// Seen in WebKit: it has the page already, and is still told of as waiting.
	serviceWorker.controller = first;
	first.becomes('activating');
	registration.active = first;
	first.becomes('activated');
	expect(said).not.toHaveBeenCalled();
});

test('an app that waits beside the one that runs is a newer one', async () => {
	const { registration, serviceWorker, said } = await opened();
	registration.active = serviceWorker.controller = new Worker();
	const newer = registration.found();
	expect(said).not.toHaveBeenCalled();
	registration.installing = null;
	registration.waiting = newer;
	newer.becomes('installed');
	expect(said).toHaveBeenCalledOnce();
});
