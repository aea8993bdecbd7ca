/** What was taken in while the phone was locked becomes what it is once it is open: reports that are being written. */
import type { Draft } from './api.ts';
import type { Bytes } from './bytes.ts';
import { takeOut } from './intake.ts';
import type { Shelter, Storage, Write } from './storage.ts';

export async function takeAllOut(shelter: Shelter, storage: Storage, key: CryptoKey, publicKey: Bytes): Promise<void> {
	const taken = await shelter.taken();
	if (taken.length === 0) return;
	const drafts = new Map((await storage.read()).drafts.map(([id, draft]) => [id, draft as Draft]));
	const writes: Write[] = [];
	for (const [id, sealed] of taken) {
		let draft: Draft;
		try {
			draft = (await takeOut(key, publicKey, id, sealed)) as Draft;
		} catch {
			continue; // it stays where it is, and counts as only here
		}
		if ((drafts.get(id)?.savedAt ?? 0) <= draft.savedAt) writes.push({ into: 'drafts', key: id, value: draft });
		writes.push({ outOf: 'intake', key: id });
	}
	await storage.commit(writes);
}
