/** What is known of a case, as rows; and where two answers stand side by side. */
import type { CaseView, Entry } from '../../incident/case.ts';
import type { IconName } from '../../ui/icons.ts';
import { words } from '../../words/index.ts';
import { partyLine, stopLine, timeLine } from './summary.ts';

export interface Row {
	/** The register, where it is one. */
	key: string;
	icon: IconName;
	label: string;
	value: string;
	under?: string | undefined;
}

export interface Dispute {
	field: string;
	label: string;
	icon: IconName;
	versions: Entry[];
	/** Whether both can be true at once. */
	joinable: boolean;
}

const say = words.case;

export function facts(view: CaseView, now: number, zone: string): Row[] {
	const rows: Row[] = [];
	const place = view.registers['place']?.versions ?? [];
	if (place.length > 0) rows.push({ key: 'place', icon: 'pin', label: say.facts.where, value: say.facts.or(place.map((version) => version.value ?? '')) });
	for (const report of view.reports) {
		const occurred = report.answers['occurred']?.versions ?? [];
		for (const answer of occurred) {
			if (!answer.time) continue;
			const line = timeLine(answer.time, now, zone);
			rows.push({ key: answer.id, icon: 'clock', label: say.facts.when, value: line.title || (line.under ?? ''), under: line.title ? line.under : undefined });
		}
		const value = (field: string) => report.answers[field]?.versions.map((version) => version.value ?? '').join(' / ') ?? '';
		const stop = stopLine({ asked_to_stop: value('asked_to_stop'), complied: value('complied') }, report.answers['asked_to_stop_at']?.versions[0]?.time, now, zone);
		if (stop) rows.push({ key: `stop ${report.id}`, icon: 'hand', label: say.facts.stop, value: stop });
	}
	const ongoing = view.registers['ongoing']?.versions ?? [];
	if (ongoing.length > 0) rows.push({ key: 'ongoing', icon: 'refresh', label: say.facts.ongoing, value: say.facts.or(ongoing.map((version) => say.entry.values[version.value ?? ''] ?? '')) });
	const others: string[] = [];
	for (const party of view.parties) {
		for (const version of party.versions) {
			const line = partyLine(version);
			if (!line) continue;
			if (version.kind === 'reported') rows.push({ key: version.id, icon: 'badge', label: say.facts.who, value: line.title, under: line.under });
			else others.push(line.title);
		}
	}
	if (others.length > 0) rows.push({ key: 'others', icon: 'people', label: say.facts.others, value: others.join(', ') });
	if (view.reports.some((report) => (report.answers['reporter_identity']?.versions.length ?? 0) > 0)) rows.push({ key: 'reporter', icon: 'envelope', label: say.facts.reporter, value: say.facts.sealed });
	return rows;
}

export function disputes(view: CaseView): Dispute[] {
	const fields: { [field: string]: { label: string; icon: IconName; joinable: boolean } } = {
		place: { label: say.facts.where, icon: 'pin', joinable: true },
		ongoing: { label: say.facts.ongoing, icon: 'refresh', joinable: false }
	};
	return Object.entries(fields).flatMap(([field, shown]) => {
		const versions = view.registers[field]?.versions ?? [];
		return versions.length > 1 ? [{ field, versions, ...shown }] : [];
	});
}
