/** Puts the replica into a browser. */
import { GuardedReplica } from './guarded.ts';
import { completeApp, keepApp } from './update.ts';
import { browser } from './world.ts';

export function startReplica(): GuardedReplica {
	let replica: GuardedReplica | undefined = undefined as GuardedReplica | undefined;
	let known = (): void => undefined;
	// The lock is looked at by the key worker, the last thing that the page fetches to begin with.
	const applyUpdate = keepApp(() => replica?.updateIsWaiting(), new Promise((resolve) => (known = resolve)));
	const made = new GuardedReplica(browser(), applyUpdate, async (by, device, ledger) => {
		const { openShelf } = await import('./shelf.ts');
		return openShelf(by, device, (document) => ledger.log(document));
	});
	replica = made;
	let connected = false;
	made.subscribe(() => {
		const { self, connection, lock, storageBroken } = made.state;
		if (lock.state !== 'reading' || storageBroken !== null) known();
		const now = self?.state === 'active' && connection.state === 'online';
		if (now && !connected) completeApp();
		connected = now;
	});
	return made;
}
