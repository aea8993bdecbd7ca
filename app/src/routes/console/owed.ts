/** In words, what the reported person is told or was told. */
import { listed } from '../../incident/catalogue.ts';
import type { Owed } from '../../incident/owed.ts';
import { words } from '../../words/index.ts';
import type { Desk } from './desk.svelte.ts';

export function owedWords(each: Owed, desk: Desk): string {
	const { finding, sanctions, tell, appeal } = words.decision;
	const { within } = words.language;
	const title = (code: string) => listed(code, desk.state.pack).title;
	if ('code' in each) return each.interim ? `${title(each.code)} (${sanctions.interimTag})` : title(each.code);
	if ('value' in each) return finding.value[each.value];
	if ('ended' in each) return tell.ended(owedWords(each.ended, desk));
	return tell.onAppeal(within(each.decision ? appeal.effect[each.decision.effect] : appeal.declined(each.declined ?? '')));
}
