/** What is added to a case of what somebody typed: as the kind that was chosen has it, and nothing of it is thrown away. */
import type { Id, NewFact } from '../replica/api.ts';
import { placeOf, type Room } from './place.ts';

export const USUAL = ['note', 'phone_call', 'spoke_with', 'place', 'police', 'security', 'escort', 'stay_safe', 'other', 'person', 'aware', 'feedback'] as const;
/** Nobody is led to it: it is there for what a person said by themselves. */
export const RARE = ['withdrawal'] as const;
export type AddedKind = (typeof USUAL)[number] | (typeof RARE)[number];
/** Who brought it up: asked every time, and kept whichever way it is answered. */
export const ATTESTS = ['not_suggested', 'suggested'] as const;

type Typed = { readonly [field: string]: string | undefined };

const ALL = ['text', 'who', 'from', 'to', 'when', 'until'] as const;

/** Which of it the kind has a place for. */
function taken(kind: AddedKind, typed: Typed): readonly string[] {
	switch (kind) {
		case 'escort':
			return ALL;
		case 'place':
			return typed['room'] ? [] : ['text'];
		case 'stay_safe':
		case 'other':
		case 'person':
		case 'aware':
		case 'withdrawal':
			return ['text'];
		case 'note':
		case 'phone_call':
		case 'spoke_with':
		case 'feedback':
		case 'security':
		case 'police':
			return ['text', 'who'];
	}
}

/** What was typed before another kind was chosen is a note beside it. */
export function added(kind: AddedKind, typed: Typed, rooms: readonly Room[], newId: () => Id): NewFact[] {
	const here = taken(kind, typed);
	const left = ALL.filter((field) => !here.includes(field)).flatMap((field) => (typed[field] ?? '').trim() || []);
	return [...made(kind, typed, rooms, newId), ...(left.length > 0 ? [{ into: 'entries', id: newId(), fields: { kind: 'note', text: left.join('\n') } }] : [])];
}

function made(kind: AddedKind, typed: Typed, rooms: readonly Room[], newId: () => Id): NewFact[] {
	const id = newId();
	const [text, who, from, to, begin, until] = ALL.map((field) => (typed[field] ?? '').trim());
	switch (kind) {
		case 'place': {
			const place = typed['room'] || placeOf(typed['text'] ?? '', rooms);
			return place ? [{ into: 'entries', id, fields: { kind: 'set', field: 'place', value: place }, register: 'place' }] : [];
		}
		case 'escort': {
			const when = [begin, until].filter(Boolean).join('–');
			if (!from && !to && !when && !text && !who) return [];
			return [{ into: 'support', id, fields: { kind: 'escort', ...(text && { text }), ...(who && { who }), ...(from && { from }), ...(to && { to }), ...(when && { time: { kind: 'at', words: when } }) } }];
		}
		case 'security':
			return text || who ? [{ into: 'support', id, fields: { kind, ...(text && { text }), ...(who && { who }) } }] : [];
		case 'stay_safe':
		case 'other':
			return text ? [{ into: 'support', id, fields: { kind, text } }] : [];
		case 'person':
			return text ? [{ into: 'parties', id, fields: { party: newId(), kind: 'witness', description: text } }] : [];
		case 'aware':
			return text ? [{ into: 'aware', id, fields: { who: text } }] : [];
		case 'withdrawal': {
			const attested = ATTESTS.find((value) => value === typed['attested']);
			return text ? [{ into: 'entries', id, fields: { kind: 'withdrawal', text, ...(attested && { value: attested }) } }] : [];
		}
		case 'police':
			return [];
		case 'note':
		case 'phone_call':
		case 'spoke_with':
		case 'feedback':
			return text || who ? [{ into: 'entries', id, fields: { kind, ...(text && { text }), ...(who && { who }) } }] : [];
	}
}
