/** A phone without screens: takes one report after the other, as the form does, with the replica that ships. */
import { done, intend, newReport, plan, type ReportDraft } from '../../src/incident/report.ts';
import { GuardedReplica } from '../../src/replica/guarded.ts';
import { browser } from '../../src/replica/world.ts';

const replica = new GuardedReplica(browser(), () => undefined, async (by, device, ledger) => {
	const { openShelf } = await import('../../src/replica/shelf.ts');
	return openShelf(by, device, (document) => ledger.log(document));
});

function* pauses(number: number, now: number): Generator<(draft: ReportDraft) => ReportDraft> {
	const room = `room ${String(number + 1)}`;
	yield (draft) => ({ ...draft, asked: true, danger: { value: 'no', at: now }, words: `They followed me from ${room} to the lifts.` });
	yield (draft) => ({
		...draft,
		words: `They followed me from ${room} to the lifts and would not stop. I told them twice that I did not want company, and then I waited until others came.`,
		place: 'foyer',
		parties: { [replica.newId()]: { kind: 'reported', badge: String(1_000 + number), description: 'grey hoodie, about forty', confidence: 'likely' } }
	});
	yield (draft) => ({ ...draft, police: { value: 'does_not_want', at: now }, readBack: { value: 'yes', of: draft.words }, reporter: { name: `Person ${String(number)}`, contact: `+49 30 ${String(10_000 + number)}` } });
}

async function take(count: number): Promise<void> {
	for (let number = 0; number < count; number += 1) {
		let draft = newReport({ case: replica.newId(), report: replica.newId(), identity: replica.newId() }, replica.now());
		for (const more of pauses(number, replica.now())) {
			draft = more(draft);
			for (const next of plan(draft, () => replica.newId(), { policy: replica.state.pack?.policy?.version ?? '', drill: false })) {
				draft = intend(draft, next);
				const { document, kind, facts, birth } = next;
				await replica.write({ document, kind, facts, ...(birth && { birth }) });
				draft = done(draft, next);
			}
		}
	}
}

const unsent = (): number => [...replica.state.cases, ...replica.state.identities].reduce((sum, record) => sum + record.unsent, 0);
Object.assign(globalThis, { replica, take, unsent });
