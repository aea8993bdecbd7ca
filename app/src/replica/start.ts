/** Puts the replica into a browser. */
import { GuardedReplica } from './guarded.ts';
import { completeApp, keepApp } from './update.ts';
import { browser } from './world.ts';

export function startReplica(): GuardedReplica {
	let replica: GuardedReplica | undefined = undefined as GuardedReplica | undefined;
	const applyUpdate = keepApp(() => replica?.updateIsWaiting());
	const made = new GuardedReplica(browser(), applyUpdate, async (by, device, ledger) => {
		const { openShelf } = await import('./shelf.ts');
		return openShelf(by, device, (document) => ledger.logOf(document));
	});
	replica = made;
	let connected = false;
	made.subscribe(() => {
		const { self, connection } = made.state;
		const now = self?.state === 'active' && connection.state === 'online';
		if (now && !connected) completeApp();
		connected = now;
	});
	return made;
}
