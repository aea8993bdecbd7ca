/** What the record did not take in. It is kept on this phone, in sight, and can be carried elsewhere. */
import type { CaseRecord, IdentityRecord, Pack } from '../../replica/api.ts';
import { quote } from '../../words/format.ts';
import { words } from '../../words/index.ts';
import { partyLine } from './summary.ts';
import { timeline, word } from './timeline.ts';

export interface KeptHere {
	id: string;
	text: string;
	why: string;
}

/** The elements of a case that were not taken in, as a person would read them out. The sealed name is only named as such. */
export function notTaken(record: CaseRecord, sealed: readonly IdentityRecord[], pack: Pack | null, now: number, zone: string): KeptHere[] {
	const say = words.case.notTaken;
	const texts = new Map<string, string>();
	for (const moment of timeline(record, pack, now, zone)) {
		const told = moment.account ? quote(moment.account.version.text) : '';
		texts.set(moment.id, [moment.clock.join(''), moment.bold, moment.text, moment.said && quote(moment.said), told].filter(Boolean).join(' '));
	}
	for (const party of record.view.parties) {
		for (const version of party.versions) {
			const line = partyLine(version);
			if (line) texts.set(version.id, [line.title, line.under].filter(Boolean).join(', '));
		}
	}
	const kept: KeptHere[] = [];
	for (const [id, place] of record.safekeeping) {
		if (place.where === 'not_accepted') kept.push({ id, text: texts.get(id) ?? say.other, why: word(say.why, place.reason) });
	}
	for (const identity of sealed) {
		const refused = identity.parent === record.id && [...identity.safekeeping.entries()].find(([, place]) => place.where === 'not_accepted');
		if (refused && refused[1].where === 'not_accepted') kept.push({ id: refused[0], text: say.name, why: word(say.why, refused[1].reason) });
	}
	return kept;
}
