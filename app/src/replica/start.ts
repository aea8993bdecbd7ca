/** Puts the replica into a browser. */
import { LocalReplica } from './replica.ts';
import { keepApp } from './update.ts';
import { browser } from './world.ts';

export function startReplica(): LocalReplica {
	let replica: LocalReplica | undefined = undefined as LocalReplica | undefined;
	const applyUpdate = keepApp(() => replica?.updateIsWaiting());
	replica = new LocalReplica(browser(), applyUpdate, async (by, device, ledger) => {
		const { openShelf } = await import('./shelf.ts');
		return openShelf(by, device, (document) => ledger.logOf(document));
	});
	return replica;
}
