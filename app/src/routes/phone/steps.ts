/** The procedure's steps as the support card shows them. */
import type { Pack, Step } from '../../replica/api.ts';
import { quote } from '../../words/format.ts';

/** The initial response, in the procedure's order. */
export function firstSteps(pack: Pack | null): Step[] {
	return (pack?.steps ?? []).filter((step) => /^IR\d+$/.test(step.code));
}

/** What not to do, with the sentence that is allowed instead where the procedure gives one. */
export function donts(pack: Pack | null): { text: string; allowed?: string }[] {
	return (pack?.steps ?? [])
		.filter((step) => step.doNot !== '' && /^DN/.test(step.code))
		.map((step) => (step.say ? { text: step.doNot, allowed: step.say } : { text: step.doNot }));
}

/** In quotation marks, once. */
export function quoted(text: string): string {
	return /^[“"„]/.test(text) ? text : quote(text);
}

/** A sentence of the pack by its id. */
export function sentence(pack: Pack | null, id: string): string | undefined {
	return pack?.sentences.find((one) => one.id === id)?.text;
}
