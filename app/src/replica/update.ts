/** This phone is in a team and has a connection: whatever of the app it does not have yet is taken in. */
export function completeApp(): void {
	if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
	void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ kind: 'complete' }));
}

/** Keeps the app on the phone, and says when a newer one is waiting. */
import { trustedAddress } from './trusted.ts';

/**
 * `waiting` is called when a newer app is here. Answers with what starts it. `begun`: the page has what it begins
 * with, so that the service worker finds it in the browser's cache and nothing is fetched twice.
 */
export function keepApp(waiting: () => void, begun: Promise<void>): () => void {
	if (!('serviceWorker' in navigator) || import.meta.env.DEV) return () => location.reload();
	let registered: ServiceWorkerRegistration | undefined;
	let asked = false;
	navigator.serviceWorker.addEventListener('controllerchange', () => {
		if (asked) location.reload(); // only on the person's word, never in the middle of a form
	});
	const look = (registration: ServiceWorkerRegistration): void => {
		registered = registration;
		const see = (): void => {
			// The first one waits for a moment, too, and some browsers say so once it has already taken over.
			if (registration.waiting?.state === 'installed' && registration.active) waiting();
		};
		see();
		registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', see));
		document.addEventListener('visibilitychange', () => {
			// Without a network there is no newer app, which is no mistake.
			if (document.visibilityState === 'visible') registration.update().catch(() => undefined);
		});
	};
	// A browser that refuses leaves an app that works while it is open.
	void begun.then(() => navigator.serviceWorker.register(trustedAddress('/sw.js'), { updateViaCache: 'none' })).then(look, () => undefined);
	return () => {
		asked = true;
		if (registered?.waiting) registered.waiting.postMessage({ kind: 'take-over' });
		else location.reload();
	};
}
