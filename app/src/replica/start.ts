/** Puts the replica into a browser. */
import { GuardedReplica } from './guarded.ts';
import { keepApp } from './update.ts';
import { browser } from './world.ts';

export function startReplica(): GuardedReplica {
	let replica: GuardedReplica | undefined = undefined as GuardedReplica | undefined;
	const applyUpdate = keepApp(() => replica?.updateIsWaiting());
	replica = new GuardedReplica(browser(), applyUpdate, async (by, device, ledger) => {
		const { openShelf } = await import('./shelf.ts');
		return openShelf(by, device, (document) => ledger.logOf(document));
	});
	return replica;
}
