/**
 * What leads read out of a case: the kind of behaviour, and three short answers.
 * There is no score, and nothing of it is ever asked of the reporter. The kinds of
 * behaviour stand in the case; the rest is the leads' own.
 */
import type { Id, Intention } from '../replica/api.ts';
import type { CaseView } from './case.ts';
import { standing } from './chair.ts';
import type { Collections } from './decision.ts';
import type { Desk } from './deciding.ts';

export const SCOPES = ['ours', 'elsewhere', 'unclear'] as const;
export const IMPACTS = ['one', 'some', 'public'] as const;
export const RISKS = ['none', 'repeat', 'safety'] as const;
/** As the code of conduct lists them, and another one. */
export const GROUNDS = ['gender', 'sexual_orientation', 'disability', 'appearance', 'body_size', 'race', 'religion', 'other'] as const;
export type Scope = (typeof SCOPES)[number];
export type Impact = (typeof IMPACTS)[number];
export type Risk = (typeof RISKS)[number];
export type Ground = (typeof GROUNDS)[number];

export interface Triage {
	scope?: Scope;
	impact?: Impact;
	risk?: Risk;
	/** The talk that it is about: an id of the event's programme. */
	talk?: string;
	grounds: readonly Ground[];
	/** The elements that say so. */
	ids: readonly Id[];
}

/** What stands; of two leads who set it without knowing of each other, the later word on each question. */
export function triage(collections: Collections): Triage {
	const all = standing(collections, 'triage');
	const last = <T extends string>(field: string, among: readonly T[]): T | undefined => all.flatMap((element) => among.find((each) => each === element.fields[field]) ?? []).at(-1);
	const said = new Set(all.flatMap((element) => (typeof element.fields['grounds'] === 'string' ? element.fields['grounds'].split(' ') : [])));
	const [scope, impact, risk] = [last('scope', SCOPES), last('impact', IMPACTS), last('risk', RISKS)];
	const talk = all.flatMap((element) => (typeof element.fields['talk'] === 'string' ? [element.fields['talk']] : [])).at(-1);
	return { ...(scope && { scope }), ...(impact && { impact }), ...(risk && { risk }), ...(talk && { talk }), grounds: GROUNDS.filter((ground) => said.has(ground)), ids: all.map((element) => element.id) };
}

export function setTriage(desk: Desk, before: Triage, set: Omit<Triage, 'ids'>): Intention {
	const fields = {
		...(set.scope && { scope: set.scope }),
		...(set.impact && { impact: set.impact }),
		...(set.risk && { risk: set.risk }),
		...(set.talk && { talk: set.talk }),
		...(set.grounds.length > 0 && { grounds: set.grounds.join(' ') }),
		...(before.ids.length > 0 && { replaces: before.ids.join(' ') })
	};
	return { document: desk.document, kind: 'chair', facts: [{ into: 'triage', id: desk.newId(), fields }], birth: { parent: desk.caseId } };
}

/** The kinds of behaviour that anybody said yes to. */
export function categoriesOf(views: readonly CaseView[]): string[] {
	const found = views.flatMap((view) =>
		view.reports.flatMap((report) => Object.entries(report.answers).flatMap(([field, { versions }]) => (field.startsWith('category/') && versions.some((version) => version.value === 'yes') ? [field.slice('category/'.length)] : [])))
	);
	return [...new Set(found)].sort();
}

/** Sets kinds of behaviour: a yes in the first report, a no wherever somebody said yes. What was answered before stays readable. */
export function setCategories(cases: readonly { id: Id; view: CaseView }[], changed: readonly { code: string; yes: boolean }[], newId: () => Id): Intention[] {
	return cases.flatMap((one, index): Intention[] => {
		const facts = one.view.reports.flatMap((report, at) =>
			changed.flatMap(({ code, yes }) => {
				const field = `category/${code}`;
				const versions = report.answers[field]?.versions ?? [];
				const said = versions.some((version) => version.value === 'yes');
				if (yes ? index > 0 || at > 0 || said : !said) return [];
				const replaces = versions.map((version) => version.id).join(' ');
				return [{ into: 'answers', id: newId(), fields: { report: report.id, field, value: yes ? 'yes' : 'no', ...(replaces && { replaces }) } }];
			})
		);
		return facts.length > 0 ? [{ document: one.id, kind: 'case', facts }] : [];
	});
}
