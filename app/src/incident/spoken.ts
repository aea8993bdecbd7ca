/** The event pack in the language that a person reads. */
import type { Pack } from '../replica/api.ts';

/**
 * The pack's own texts are in its first language. What has no translation stays
 * in it: a sentence in the wrong language can be read out, a missing one cannot.
 */
export function spoken(pack: Pack, language: string): Pack {
	const texts = pack.translations.find((each) => each.language === language);
	if (texts === undefined) return pack;
	const by = <T>(list: readonly T[], key: (one: T) => string) => new Map(list.map((one) => [key(one), one]));
	const steps = by(texts.steps, (one) => one.code);
	const categories = by(texts.categories, (one) => one.code);
	const sanctions = by(texts.sanctions, (one) => one.code);
	const sentences = by(texts.sentences, (one) => one.id);
	const channels = by(texts.channels, (one) => one.id);
	const emergency = by(texts.emergency, (one) => one.number);
	const contacts = new Map(texts.contacts.map((one) => [one.own, one.text]));
	return {
		...pack,
		steps: pack.steps.map((own) => said(own, steps.get(own.code), ['title', 'say', 'doNot', 'explain'])),
		categories: pack.categories.map((own) => said(own, categories.get(own.code), ['title'])),
		sanctions: pack.sanctions.map((own) => said(own, sanctions.get(own.code), ['title', 'needs', 'carriedOutBy'])),
		sentences: pack.sentences.map((own) => said(own, sentences.get(own.id), ['text'])),
		channels: pack.channels.map((own) => said(own, channels.get(own.id), ['name'])),
		emergency: pack.emergency.map((own) => said(own, emergency.get(own.number), ['label', 'note'])),
		contacts: pack.contacts.map((own) => said(own, { ...own, name: contacts.get(own.name) ?? '', role: contacts.get(own.role) ?? '' }, ['name', 'role'])),
		minors: texts.minors || pack.minors
	};
}

/** The pack's own words where the translation has none. */
function said<T extends object>(own: T, texts: T | undefined, fields: readonly (keyof T)[]): T {
	if (texts === undefined) return own;
	const translated = fields.filter((field) => texts[field]).map((field) => [field, texts[field]]);
	return { ...own, ...(Object.fromEntries(translated) as Partial<T>) };
}
