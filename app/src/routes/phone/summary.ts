/** Answers as one line each, for the report's rows, the read-back and the case page. */
import type { PartyVersion, Time } from '../../incident/case.ts';
import type { PartyDraft } from '../../incident/report.ts';
import { quote, spokenTime } from '../../words/format.ts';
import { words } from '../../words/index.ts';

export interface Line {
	title: string;
	under?: string | undefined;
}

/** "Badge 0417 · likely", "tall, grey hoodie" */
export function partyLine(party: PartyDraft | PartyVersion): Line | undefined {
	const say = words.sheets.badge;
	const sure = party.confidence ? say.sureWord[party.confidence] : '';
	const first = [party.badge ? say.badge(party.badge) : '', party.name ?? ''].filter(Boolean).join(', ');
	const role = party.role === undefined || party.role === 'unknown' ? '' : (words.telling.person.roles[party.role] ?? party.role);
	const rest = [party.description, role, party.employer, party.handle, party.contact].filter(Boolean).join(', ');
	if (!first) return rest ? { title: rest } : undefined;
	return { title: sure ? `${first} · ${sure}` : first, under: rest || undefined };
}

/** "around 10:15–10:30", "“after the second talk”" */
export function timeLine(time: Time, now: number, zone: string): Line {
	return { title: spokenTime(time, now, zone, words.sheets.time.spoken), under: time.words ? quote(time.words) : undefined };
}

/** "Yes, 10:30. Did not stop" */
export function stopLine(answers: { [field: string]: string }, at: Time | undefined, now: number, zone: string): string | undefined {
	const say = words.sheets.stop;
	const asked = answers['asked_to_stop'];
	if (asked !== 'yes' && asked !== 'no' && asked !== 'unknown') return undefined;
	const when = at && at.kind !== 'unknown' ? spokenTime(at, now, zone, words.sheets.time.spoken) : '';
	const complied = answers['complied'];
	const first = [say.summary[asked], when].filter(Boolean).join(', ');
	const second = complied === 'yes' || complied === 'no' ? say.stopped[complied] : '';
	return [first, second].filter(Boolean).join('. ');
}
