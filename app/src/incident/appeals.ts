/**
 * One appeal is one, however many leads wrote about it without knowing of each
 * other. Where their answers differ it waits, as if nobody had answered it, until
 * one of them writes down what holds.
 */
import type { Element, Id } from '../replica/api.ts';
import type { Appeal } from './decision.ts';

/** `stand`: what was neither struck nor replaced, earliest first. `written`: all that was ever written about appeals. */
export function eachOnce(stand: readonly Appeal[], written: readonly Element[]): Appeal[] {
	const root = roots(written);
	const found = new Map<Id, Appeal[]>();
	for (const version of stand) {
		const key = root(version.id);
		found.set(key, [...(found.get(key) ?? []), version]);
	}
	return [...found.values()].flatMap((versions) => {
		const [first] = versions;
		if (first === undefined) return [];
		return [versions.length === 1 ? first : differ(versions) ? open(first, versions) : together(first, versions)];
	});
}

/** Whether no more than one of these answers can hold. */
function differ(versions: readonly Appeal[]): boolean {
	const effects = new Set(versions.flatMap(({ decision }) => decision?.effect ?? []));
	const declined = versions.some((one) => one.declined !== undefined);
	return effects.size > 1 || (declined && versions.some((one) => one.lateBecause !== undefined || one.decision !== undefined));
}

/** Nobody has answered it yet; whether it is taken is asked again only if somebody declined it. */
function open({ decision: _, declined: __, lateBecause: ___, told: ____, ...first }: Appeal, versions: readonly Appeal[]): Appeal {
	const taken = versions.some((one) => one.declined !== undefined) ? undefined : versions.find((one) => one.lateBecause !== undefined)?.lateBecause;
	return { ...first, ...(taken !== undefined && { lateBecause: taken }), all: ids(versions), differing: versions };
}

/** Answers that agree are one; the words of each stay readable. */
function together(first: Appeal, versions: readonly Appeal[]): Appeal {
	const words = (of: (one: Appeal) => string | undefined) => [...new Set(versions.flatMap((one) => of(one) ?? []))].join(' / ');
	const [late, declined] = [words((one) => one.lateBecause), words((one) => one.declined)];
	const decision = versions.find((one) => one.decision !== undefined)?.decision;
	const [told] = versions.flatMap((one) => one.told ?? []).sort((a, b) => a.at - b.at);
	return {
		...first,
		...(late && { lateBecause: late }),
		...(declined && { declined }),
		...(told && { told }),
		...(decision && { decision: { ...decision, text: words((one) => one.decision?.text) } }),
		all: ids(versions)
	};
}

function ids(versions: readonly Appeal[]): Id[] {
	return versions.map((one) => one.id);
}

/** For each version that with which its appeal began. */
function roots(written: readonly Element[]): (id: Id) => Id {
	const under = new Map<Id, Id>();
	const root = (id: Id): Id => {
		let at = id;
		for (let next = under.get(at); next !== undefined; next = under.get(at)) at = next;
		return at;
	};
	for (const { id, fields } of written) {
		const replaces = typeof fields['replaces'] === 'string' ? fields['replaces'].split(' ').filter(Boolean) : [];
		for (const before of replaces) {
			const [one, other] = [root(id), root(before)];
			if (one !== other) under.set(one, other);
		}
	}
	return root;
}
