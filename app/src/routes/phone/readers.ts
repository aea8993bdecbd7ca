/** Who can read a case, as far as the phone that shows it can know; nothing of whom it is kept from. */
import type { CaseRecord, State } from '../../replica/api.ts';
import { words } from '../../words/index.ts';
import { isLead, leads } from './people.ts';

/**
 * Names only to whoever began the case: that phone knows whom it was kept from. Any other
 * does not, and would name somebody who cannot read it. `held`: nobody may receive it.
 */
export function readersLine(record: CaseRecord, state: State, held: boolean): string {
	const say = words.case.readers;
	if (isLead(state)) return say.lead;
	if (record.view.opened?.by !== state.self?.staff) return say.given;
	const names = held ? [] : leads(state, record).map((person) => person.name);
	const sent = record.lastSentAt !== undefined;
	if (names.length === 0) return sent ? say.some : say.here;
	return sent ? say.yours(names) : say.goes(names);
}
