/** What is known of a case, as rows; and where two answers stand side by side. */
import type { Answer, CaseView, PartyVersion, Report } from '../../incident/case.ts';
import { placeName, type Room } from '../../incident/place.ts';
import type { NewFact } from '../../replica/api.ts';
import type { IconName } from '../../ui/icons.ts';
import { words } from '../../words/index.ts';
import { languageName } from '../../words/languages.ts';
import { partyLine, stopLine, timeLine, type Line } from './summary.ts';

export interface Row {
	/** The register, where it is one. */
	key: string;
	icon: IconName;
	label: string;
	value: string;
	under?: string | undefined;
}

export interface Dispute {
	/** The row that it stands beside. */
	key: string;
	label: string;
	icon: IconName;
	versions: { id: string; by: string; at: number; shown: string }[];
	/** What keeping both would say, where both can be true at once. */
	both?: string;
	/** What to write down when somebody chooses a version by its id, or `both`. */
	settle(chosen: string, newId: () => string): NewFact;
}

/** Answers that are shown on a row of their own. */
const ANSWERS = ['occurred', 'asked_to_stop', 'asked_to_stop_at', 'complied'] as const;

/** Answers about the telling itself. */
const TOLD = [
	['circumstances', 'eye'],
	['minor', 'person'],
	['channel', 'ear'],
	['language', 'book']
] as const;

function toldWord(field: string, value: string): string {
	const { rows } = words.telling;
	if (field === 'language') return languageName(value);
	return (field === 'channel' ? rows.channels[value] : field === 'minor' ? rows.minors[value] : undefined) ?? value;
}

export function facts(view: CaseView, rooms: readonly Room[], now: number, zone: string): Row[] {
	const say = words.case;
	const rows: Row[] = [];
	const place = view.registers['place']?.versions ?? [];
	if (place.length > 0) rows.push({ key: 'place', icon: 'pin', label: say.facts.where, value: say.facts.or(place.map((version) => placeName(version.value ?? '', rooms))) });
	for (const report of view.reports) {
		const occurred = (report.answers['occurred']?.versions ?? []).flatMap((answer) => (answer.time ? [timeLine(answer.time, now, zone)] : []));
		if (occurred.length > 0) {
			const [only] = occurred;
			const one = occurred.length === 1 && only?.title ? only : undefined;
			rows.push({ key: keyOf(report, 'occurred'), icon: 'clock', label: say.facts.when, value: one?.title ?? say.facts.or(occurred.map((line) => line.title || (line.under ?? ''))), under: one?.under });
		}
		for (const [field, icon] of TOLD) {
			const values = (report.answers[field]?.versions ?? []).map((answer) => toldWord(field, answer.value ?? ''));
			if (values.length > 0) rows.push({ key: keyOf(report, field), icon, label: words.telling.rows[field], value: say.facts.or(values) });
		}
		const first = (field: string) => report.answers[field]?.versions[0];
		const stop = stopLine({ asked_to_stop: first('asked_to_stop')?.value ?? '', complied: first('complied')?.value ?? '' }, first('asked_to_stop_at')?.time, now, zone);
		// Where two answers stand side by side, neither of them is the row's.
		for (const field of ANSWERS.slice(1)) {
			const versions = report.answers[field]?.versions ?? [];
			if (versions.length > 1) rows.push({ key: keyOf(report, field), icon: 'hand', label: say.facts.stopParts[field] ?? say.facts.stop, value: say.facts.or(versions.map((version) => shownAnswer(version, now, zone))) });
		}
		if (stop && !ANSWERS.slice(1).some((field) => (report.answers[field]?.versions.length ?? 0) > 1)) rows.push({ key: `stop ${report.id}`, icon: 'hand', label: say.facts.stop, value: stop });
	}
	const ongoing = view.registers['ongoing']?.versions ?? [];
	if (ongoing.length > 0) rows.push({ key: 'ongoing', icon: 'refresh', label: say.facts.ongoing, value: say.facts.or(ongoing.map((version) => say.entry.values[version.value ?? ''] ?? '')) });
	const others: string[] = [];
	for (const party of view.parties) {
		const lines = party.versions.flatMap((version) => partyLine(version) ?? []);
		const reported = party.versions.some((version) => version.kind === 'reported');
		const [only] = lines;
		if (!only) continue;
		if (lines.length > 1) rows.push({ key: `party ${party.party}`, icon: reported ? 'badge' : 'people', label: reported ? say.facts.who : say.facts.others, value: say.facts.or(lines.map(joined)) });
		else if (reported) rows.push({ key: `party ${party.party}`, icon: 'badge', label: say.facts.who, value: only.title, under: only.under });
		else others.push(only.title);
	}
	if (others.length > 0) rows.push({ key: 'others', icon: 'people', label: say.facts.others, value: others.join(', ') });
	if (view.reports.some((report) => (report.answers['reporter_identity']?.versions.length ?? 0) > 0)) rows.push({ key: 'reporter', icon: 'envelope', label: say.facts.reporter, value: say.facts.sealed });
	return rows;
}

/** Where two answers stand side by side, one for each row that shows them. */
export function disputes(view: CaseView, rooms: readonly Room[], now: number, zone: string): Dispute[] {
	const say = words.case;
	const found: Dispute[] = [];
	for (const [field, icon, label] of [['place', 'pin', say.facts.where], ['ongoing', 'refresh', say.facts.ongoing]] as const) {
		const versions = view.registers[field]?.versions ?? [];
		if (versions.length < 2) continue;
		const shown = (value: string) => (field === 'place' ? placeName(value, rooms) : (say.entry.values[value] ?? value));
		const both = field === 'place' ? say.two.joined(versions.map((version) => shown(version.value ?? ''))) : undefined;
		found.push({
			key: field,
			label,
			icon,
			versions: versions.map((version) => ({ id: version.id, by: version.by, at: version.at, shown: shown(version.value ?? '') })),
			...(both && { both }),
			settle: (chosen, newId) => {
				const value = (chosen === 'both' ? both : versions.find((version) => version.id === chosen)?.value) ?? '';
				return { into: 'entries', id: newId(), fields: { kind: 'set', field, value, replaces: idsOf(versions) }, register: field };
			}
		});
	}
	for (const report of view.reports) {
		for (const field of ANSWERS) {
			const versions = report.answers[field]?.versions ?? [];
			if (versions.length < 2) continue;
			found.push({
				key: keyOf(report, field),
				label: field === 'occurred' ? say.facts.when : (say.facts.stopParts[field] ?? say.facts.stop),
				icon: field === 'occurred' ? 'clock' : 'hand',
				versions: versions.map((version) => ({ id: version.id, by: version.by, at: version.at, shown: shownAnswer(version, now, zone) })),
				settle: (chosen, newId) => {
					const kept = versions.find((version) => version.id === chosen);
					return { into: 'answers', id: newId(), fields: { report: report.id, field, ...(kept?.value !== undefined && { value: kept.value }), ...(kept?.time && { time: kept.time }), replaces: idsOf(versions) } };
				}
			});
		}
	}
	for (const { party, versions } of view.parties) {
		if (versions.length < 2) continue;
		const reported = versions.some((version) => version.kind === 'reported');
		found.push({
			key: `party ${party}`,
			label: reported ? say.facts.who : say.facts.others,
			icon: reported ? 'badge' : 'people',
			versions: versions.map((version) => ({ id: version.id, by: version.by, at: version.at, shown: joined(partyLine(version) ?? { title: '' }) })),
			settle: (chosen, newId) => {
				const { id: _, by: __, device: ___, at: ____, clock_off: _____, struck: ______, ...said } = versions.find((version) => version.id === chosen) ?? ({ party } as PartyVersion);
				return { into: 'parties', id: newId(), fields: { ...said, replaces: idsOf(versions) } };
			}
		});
	}
	return found;
}

const keyOf = (report: Report, field: string) => `${field} ${report.id}`;
const idsOf = (versions: readonly { id: string }[]) => versions.map((version) => version.id).join(' ');
const joined = (line: Line) => [line.title, line.under].filter(Boolean).join(', ');

function shownAnswer(answer: Answer, now: number, zone: string): string {
	const say = words.case;
	if (answer.time) return joined(timeLine(answer.time, now, zone));
	return say.entry.values[answer.value ?? ''] ?? answer.value ?? '';
}
