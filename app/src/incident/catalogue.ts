/**
 * What may follow, as the event lists it: what has to be said with each, and the
 * least that those who carry it out have to learn. Codes and parameters come from
 * the event pack; a parameter that is not known is a text.
 */
import type { CaseRecord, Pack } from '../replica/api.ts';
import type { PartyVersion } from './case.ts';
import type { Sanction } from './decision.ts';

export type Param = { name: string; is: 'end' | 'moment' | 'flag' | 'talk' | 'text' | 'long' };

export interface Listed {
	code: string;
	title: string;
	params: readonly Param[];
	/** Waits until another lead has agreed. */
	needsSecond: boolean;
	/** Minimum data, as the pack puts it; empty: nobody else carries it out. */
	needs: string;
	/** Who carries it out, as the event says; empty: it does not say. */
	carriedOutBy: string;
}

const KINDS: { readonly [name: string]: Param['is'] } = {
	until: 'end',
	from: 'moment',
	review: 'moment',
	video: 'flag',
	slides: 'flag',
	no_refund: 'flag',
	talk: 'talk',
	reason: 'long',
	legal_note: 'long'
};
const SECOND = 'second_approver';
/** Written down without somebody's reason, nobody can read later why. */
const MUST = new Set(['reason', 'legal_note', 'talk']);

export function catalogue(pack: Pack | null): Listed[] {
	return (pack?.sanctions ?? []).map((one) => ({
		code: one.code,
		title: one.title,
		params: one.params.filter((name) => name !== SECOND).map((name) => ({ name, is: KINDS[name] ?? 'text' })),
		needsSecond: one.params.includes(SECOND),
		needs: one.needs,
		carriedOutBy: one.carriedOutBy
	}));
}

export function listed(code: string, pack: Pack | null): Listed {
	return catalogue(pack).find((one) => one.code === code) ?? { code, title: code, params: [], needsSecond: false, needs: '', carriedOutBy: '' };
}

/** Which parameters are still to be said. Of yes and no, at least one is yes. */
export function missing(one: Listed, said: { readonly [name: string]: string }): string[] {
	const empty = one.params.filter((param) => MUST.has(param.name) && !said[param.name]?.trim()).map((param) => param.name);
	const flags = one.params.filter((param) => param.name === 'video' || param.name === 'slides');
	return flags.length > 0 && !flags.some((param) => said[param.name] === 'yes') ? [...empty, 'publish'] : empty;
}

/** A talk as the programme names it; what was typed stays as it is. */
export function talkTitle(said: string, pack: Pack | null): string {
	const talk = pack?.talks.find((one) => one.id === said);
	if (talk === undefined) return said;
	return [talk.title, pack?.rooms.find((room) => room.id === talk.room)?.name ?? ''].filter(Boolean).join(', ');
}

/** Codes of sanctions for which somebody has to recognise the reported person; the others are about a talk, or about nothing outside. */
const BY_PERSON = new Set(['bar_speaking', 'end_volunteer_role', 'bar_volunteering', 'leave_event']);
const BY_TALK = new Set(['end_talk_early', 'no_publish']);

/** How to know a reported person. */
export interface Known {
	name?: string;
	badge?: string;
	look?: string;
}

export interface Slip {
	title: string;
	/** Who it is about, each by what belongs to them alone; never what is said to have happened, nor who told of it. */
	people: readonly Known[];
	/** Two versions differ on how to know one of them. Whoever carries it out would have to guess. */
	unsettled: boolean;
	talk?: string;
	/** Which of the talk is not published. */
	parts: readonly ('video' | 'slides')[];
	until?: number;
	indefinite: boolean;
}

/** The least that those who carry it out need; null: nobody outside the leads does anything, or nobody knows what they would need. */
export function slip(given: Sanction, one: Listed, cases: readonly CaseRecord[]): Slip | null {
	const person = BY_PERSON.has(given.code);
	if (!person && !BY_TALK.has(given.code)) return null;
	const talk = given.params['talk'];
	const people = person ? looks(cases, given.code === 'leave_event') : [];
	return {
		title: one.title,
		people: people.filter(({ id }, index) => people.findIndex((each) => each.id === id) === index).map(({ known }) => known),
		unsettled: person && cases.some(({ view }) => view.parties.some(({ versions }) => versions.some((each) => each.kind === 'reported') && differ(versions))),
		...(talk && !person && { talk }),
		parts: (['video', 'slides'] as const).filter((part) => given.params[part] === 'yes'),
		...(given.until !== undefined && { until: given.until }),
		indefinite: given.indefinite
	};
}

/** How to know each reported person: by name, and at the door by badge and look as well. Nobody gets the badge of somebody else. */
function looks(cases: readonly CaseRecord[], atTheDoor: boolean): { id: string; known: Known }[] {
	return cases.flatMap(({ view }) =>
		view.parties.flatMap(({ versions }) =>
			versions.flatMap((version) => {
				const { kind, name, badge, description: look } = version;
				const known: Known = { ...(name && { name }), ...(badge && (atTheDoor || !name) && { badge }), ...(look && (atTheDoor || (!name && !badge)) && { look }) };
				return kind === 'reported' && Object.keys(known).length > 0 ? [{ id: JSON.stringify(known), known }] : [];
			})
		)
	);
}

/** Whether two phones said different things about how to know one person. */
function differ(versions: readonly PartyVersion[]): boolean {
	return new Set(versions.map(({ kind, name, badge, description }) => JSON.stringify([kind, name, badge, description]))).size > 1;
}
