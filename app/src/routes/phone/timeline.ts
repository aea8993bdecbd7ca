/** A case as one line through time: what happened when it happened, who wrote it down, and where it is. */
import type { Account, AccountVersion, CaseView, Entry, Report, Strike, Support } from '../../incident/case.ts';
import { caseName } from '../../incident/codename.ts';
import { lastPartOf } from '../../incident/part_of.ts';
import { placeName, type Room } from '../../incident/place.ts';
import { ofTask } from '../../incident/tasks.ts';
import { hasLineOfItsOwn } from '../../incident/told_once.ts';
import type { CaseRecord, Id, Pack } from '../../replica/api.ts';
import { apart, clock, date, moment, quote, spokenTime } from '../../words/format.ts';
import { words } from '../../words/index.ts';
import { languageName } from '../../words/languages.ts';
import { quoted } from './steps.ts';

export interface Moment {
	/** The element; what a strike names. */
	id: Id;
	at: number;
	/** What stands on the left: one or two short lines. */
	clock: string[];
	node: 'plain' | 'mile' | 'two';
	bold?: string;
	text: string;
	/** Somebody's own words. */
	said?: string;
	by: Id;
	struck?: Strike[];
	/** Written noticeably later than it happened. */
	writtenAt?: number;
	account?: { report: Report; version: AccountVersion; ours: boolean; earlier: number; competing: boolean };
}

const LATER = 10 * 60_000;
/** `named`: what somebody is called, where the list says who ended something. */
export function timeline(record: CaseRecord, pack: Pack | null, now: number, zone: string, named: (staff: Id) => string = () => words.common.someone): Moment[] {
	const say = words.case;
	const view = record.view;
	const all: Moment[] = [];
	for (const report of view.reports) all.push(...told(report, now, zone));
	for (const entry of lastPartOf(view.entries)) if (!ofTask(entry.field)) all.push(written(entry, view, pack?.rooms ?? [], now, zone));
	for (const { step, marks } of view.steps) {
		const known = pack?.steps.find((one) => one.code === step);
		// A private place, somebody to fetch and the wish about police have lines of their own.
		for (const mark of marks) {
			if (hasLineOfItsOwn(mark, view)) continue;
			const result = word(say.entry.results, mark.result);
			const own = step === 'IR4' && mark.note !== undefined;
			const text = mark.result === 'done' && known?.say ? say.entry.asked(quoted(known.say)) : say.entry.step(known?.say ? quoted(known.say) : (known?.title ?? step), result);
			all.push({ id: mark.id, at: mark.at, clock: [clock(mark.at, zone)], node: 'plain', text: mark.note && !own ? say.entry.step(text, apart(mark.note)) : text, ...(own && mark.note && { said: mark.note }), by: mark.by, ...struck(mark) });
		}
	}
	for (const help of view.support) {
		const ended = help.done && words.help.doneBy(named(help.done.by), moment(help.done.at, now, zone));
		all.push({ id: help.id, at: help.at, clock: [clock(help.at, zone)], node: 'plain', text: [helpText(help, now, zone), ended].filter(Boolean).join(', '), by: help.by, ...struck(help) });
	}
	for (const aware of view.aware) {
		const said = words.people.phone;
		const heard = aware.told && said.told(moment(aware.told.at, now, zone));
		all.push({ id: aware.id, at: aware.at, clock: [clock(aware.at, zone)], node: 'plain', text: [said.alsoKnows(aware.who), aware.how, heard].filter(Boolean).join(', '), by: aware.by, ...struck(aware) });
	}
	return all.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** "Escort: Room 0.3 to hotel, Mei, 18:00" */
export function helpText(help: Support, now: number, zone: string): string {
	const say = words.case.entry;
	const text = [help.text && apart(help.text), say.escort(help.from ?? '', help.to ?? ''), help.who, help.time && spokenTime(help.time, now, zone, words.sheets.time.spoken), help.time?.words].filter(Boolean).join(', ');
	return [word(say.support, help.kind), text].filter(Boolean).join(': ');
}

/** The case that this one was found to be part of, if it is. */
export function primary(view: CaseView): string | undefined {
	const last = view.entries.filter((entry) => entry.kind === 'part_of' && !entry.struck?.length).toSorted((a, b) => b.at - a.at)[0];
	return last?.value ? caseName(last.value, view.opened?.drill === true) : undefined;
}

/** A word for a value, or the value where there is none. */
export function word(table: { [value: string]: string }, value: string): string {
	return table[value] ?? value;
}

function struck(fact: { struck?: Strike[] }): { struck?: Strike[] } {
	return fact.struck && fact.struck.length > 0 ? { struck: fact.struck } : {};
}

function told(report: Report, now: number, zone: string): Moment[] {
	const say = words.case;
	const occurred = report.answers['occurred']?.versions[0]?.time;
	const from = occurred?.from;
	const at = from ?? report.reported_at;
	const end = from === undefined || occurred?.to === from ? undefined : occurred?.to;
	/** On the left there is room for clock times only: an end on another day stands in the text. */
	const overnight = end !== undefined && date(end, now, zone) !== date(at, now, zone);
	const range = [clock(at, zone), ...(end === undefined || overnight ? [] : [`–${clock(end, zone)}`])];
	const span = overnight && occurred ? spokenTime(occurred, now, zone, words.sheets.time.spoken) : '';
	const moments: Moment[] = [];
	const put = (account: Account | undefined, ours: boolean) => {
		for (const version of account?.versions ?? []) {
			moments.push({
				id: version.id,
				at,
				clock: range,
				node: (account?.versions.length ?? 0) > 1 ? 'two' : 'mile',
				bold: from === undefined ? say.timeline.told : say.timeline.happened,
				text: [span, occurred?.words ? quote(occurred.words) : ''].filter(Boolean).join(', '),
				by: version.by,
				account: { report, version, ours, earlier: account?.earlier.length ?? 0, competing: (account?.versions.length ?? 0) > 1 }
			});
		}
	};
	put(report.accounts.words, false);
	put(report.accounts.seen, true);
	if (moments.length === 0) moments.push({ id: report.id, at, clock: range, node: 'mile', bold: say.timeline.told, text: occurred ? spokenTime(occurred, now, zone, words.sheets.time.spoken) : '', by: report.by });
	return moments;
}

function written(entry: Entry, view: CaseView, rooms: readonly Room[], now: number, zone: string): Moment {
	const say = words.case;
	const at = entry.time?.from ?? entry.at;
	const base = { id: entry.id, at, clock: [clock(at, zone)], by: entry.by, node: 'plain' as const, ...struck(entry), ...(Math.abs(entry.at - at) > LATER && { writtenAt: entry.at }) };
	const kind = word(say.entry.kinds, entry.kind);
	switch (entry.kind) {
		case 'chair_told':
			return { ...base, node: 'mile', bold: kind, text: [word(say.entry.how, entry.value ?? ''), entry.who].filter(Boolean).join(', ') };
		case 'chair_opened':
			return { ...base, node: 'mile', bold: kind, text: '' };
		case 'police_wish':
			return { ...base, node: view.police.state === 'ask_again' && view.police.versions.some((one) => one.id === entry.id) ? 'two' : 'plain', text: `${kind}: ${word(say.police.wish, entry.value ?? '')}` };
		case 'danger':
			return { ...base, text: `${kind}: ${word(say.entry.danger, entry.value ?? '')}` };
		case 'set': {
			const disputed = (view.registers[entry.field ?? '']?.versions ?? []).length > 1;
			return { ...base, node: disputed && view.registers[entry.field ?? '']?.versions.some((one) => one.id === entry.id) ? 'two' : 'plain', text: `${word(say.entry.fields, entry.field ?? '')}: ${entry.field === 'place' ? placeName(entry.value ?? '', rooms) : word(say.entry.values, entry.value ?? '')}` };
		}
		case 'withdrawal':
			return { ...base, text: [kind, entry.value && word(say.entry.attested, entry.value)].filter(Boolean).join(', '), ...(entry.text && { said: entry.text }) };
		case 'left_early':
			return { ...base, text: words.telling.left.entry };
		case 'rather_speak_to':
			return { ...base, text: words.telling.left.ratherEntry(entry.who ?? '') };
		case 'routed_out':
			return { ...base, node: 'mile', bold: words.telling.concern.entry(entry.who ?? ''), text: entry.text ?? '' };
		case 'translation':
			return { ...base, text: words.telling.rows.translation(languageName(entry.field ?? '')), ...(entry.text && { said: entry.text }) };
		case 'called_for':
			return { ...base, text: `${kind}: ${say.entry.calledFor(entry.who ?? '', entry.text ?? '')}` };
		case 'note':
			return { ...base, text: entry.text ?? kind };
		case 'handover':
			return { ...base, text: `${kind}: ${entry.who ?? ''}` };
		case 'part_of':
			return { ...base, text: entry.value ? say.partOf(caseName(entry.value, view.opened?.drill === true)) : say.aloneAgain };
		default: {
			const rest = [entry.who, entry.text && apart(entry.text), entry.time?.words, entry.value].filter(Boolean).join(', ');
			return { ...base, text: rest ? `${kind}: ${rest}` : kind };
		}
	}
}
