/**
 * What stands where everybody reads and may not any more: two people kept apart,
 * a card, something to do, about a case that somebody is kept from meanwhile; and
 * what a lead ended among the leads' own notes only, as an appeal does, or one who
 * did not know yet that it stands here. It is taken back by the first console that
 * sees it, so that nobody has to think of it.
 */
import type { CaseRecord, ChairRecord, EventRecord, Id, Intention } from '../replica/api.ts';
import type { Team } from '../generated/wire/v1/identity_pb.ts';
import { mayStandHere } from './board.ts';
import { standing, type Link } from './chair.ts';
import { joined } from './decision.ts';
import { linked } from './known.ts';

/** The elements of `notice` that may not stand there any more. */
export function stray(notice: EventRecord | null, cases: readonly CaseRecord[], chairs: readonly ChairRecord[], links: readonly Link[], team: Team | null): Id[] {
	if (notice === null || team === null) return [];
	const shown = [...standing(notice.collections, 'pairs'), ...standing(notice.collections, 'cards').filter((card) => card.fields['kind'] === 'task' || card.fields['kind'] === 'may_say')];
	if (shown.length === 0) return [];
	const over = ended(chairs);
	const kept = cases.filter((one) => !mayStandHere(linked(one.id, { cases, links }), team));
	const names = new Set(kept.map((one) => one.codeName));
	// A name is no key: what is found by name only goes with any case of that name, rather than stay with one.
	const sources = new Set(kept.flatMap((one) => chairs.filter((chair) => chair.parent === one.id).flatMap((chair) => [...(chair.collections.get('sanctions') ?? []), ...(chair.collections.get('actions') ?? [])].map((element) => element.id))));
	return shown.filter(({ fields }) => [fields['sanction'], fields['action']].some((source) => typeof source === 'string' && (sources.has(source) || over.has(source))) || (typeof fields['code_name'] === 'string' && names.has(fields['code_name']))).map((element) => element.id);
}

/** The sanctions that were lifted, and what was struck or replaced of them and of what was to be done, in whichever notes that was said. */
function ended(chairs: readonly ChairRecord[]): Set<Id> {
	const notes = joined(chairs);
	const gone = (name: string) => {
		const stands = new Set(standing(notes, name));
		return (notes.get(name) ?? []).filter((element) => !stands.has(element)).map((element) => element.id);
	};
	const lifted = standing(notes, 'marks').flatMap(({ fields: { mark, target } }) => (mark === 'lifted' && typeof target === 'string' ? [target] : []));
	return new Set([...gone('sanctions'), ...gone('actions'), ...lifted]);
}

/** Takes all of it back in one change. It stays readable in the document, and is shown to nobody. */
export function takeAllBack(document: Id, targets: readonly Id[], newId: () => Id): Intention {
	return { document, kind: 'notice', facts: targets.map((target) => ({ into: 'strikes', id: newId(), fields: { target } })), birth: {} };
}
