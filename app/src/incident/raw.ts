/** What stands in a document, before any rule is applied, and which of it can be read. */
import type { Fact } from './case.ts';

/** A value as it stands in a document. `null` stands for anything that is no scalar and no map of scalars. */
export type RawValue = string | number | boolean | null | { [field: string]: string | number | boolean | null };

export interface RawElement {
	id: string;
	fields: { [field: string]: RawValue };
}

export interface Raw {
	/** Elements by collection; two that were given one id are both there. */
	collections: Map<string, RawElement[]>;
	/** For each register the element ids in its conflict set. */
	registers: Map<string, string[]>;
	/** What is there and is not even an element. */
	unread: number;
}

export type Checked = Fact & { [field: string]: RawValue | undefined };

type Rule = 'id' | 'sha256' | 'string' | 'integer' | 'boolean' | 'time' | readonly string[];
const ID = /^[0-9a-f]{32}$/;
const SHA256 = /^[0-9a-f]{64}$/;

interface Shape {
	needs: { [field: string]: Rule };
	may: { [field: string]: Rule };
}

const SHAPES: { [collection: string]: Shape } = {
	opened: { needs: { policy: 'string', drill: 'boolean' }, may: {} },
	reports: { needs: { reported_at: 'integer' }, may: {} },
	accounts: { needs: { report: 'string', part: ['words', 'seen'], text: 'string' }, may: { replaces: 'string' } },
	answers: { needs: { report: 'string', field: 'string' }, may: { value: 'string', time: 'time', replaces: 'string' } },
	parties: {
		needs: { party: 'string', kind: ['reported', 'affected', 'witness', 'other_involved'] },
		may: {
			report: 'string', role: 'string', name: 'string', badge: 'string', handle: 'string', employer: 'string', description: 'string',
			confidence: ['certain', 'likely', 'guess'], contact: 'string', replaces: 'string'
		}
	},
	entries: {
		needs: { kind: 'string' },
		may: {
			text: 'string', value: 'string', field: 'string', party: 'string', who: 'string', time: 'time', refs: 'string', replaces: 'string'
		}
	},
	steps: { needs: { step: 'string', result: ['done', 'offered', 'declined', 'not_needed'] }, may: { note: 'string' } },
	support: { needs: { kind: 'string' }, may: { text: 'string', who: 'string', from: 'string', to: 'string', time: 'time' } },
	aware: { needs: { who: 'string' }, may: { how: 'string' } },
	tasks: { needs: { what: 'string' }, may: { needs: 'string' } },
	attachments: { needs: { sha256: 'sha256', mime: 'string', size: 'integer' }, may: { caption: 'string', report: 'string' } },
	marks: { needs: { target: 'string', mark: 'string' }, may: { value: 'string' } },
	strikes: { needs: { target: 'string' }, may: { reason: 'string' } }
};
const EVERY: Shape = { needs: { by: 'id', device: 'id', at: 'integer' }, may: { clock_off: 'integer' } };
const TIME: Shape = {
	needs: { kind: ['at', 'around', 'between', 'before', 'after', 'repeated', 'unknown'] },
	may: { from: 'integer', to: 'integer', words: 'string' }
};

/** Lays one element into what was read, as the change that makes it will: `fields` are whole, and a register points at it alone. */
export function lay(raw: Raw, into: string, element: RawElement, register?: string): void {
	raw.collections.set(into, [...(raw.collections.get(into) ?? []), element]);
	if (register !== undefined) raw.registers.set(register, [element.id]);
}

/** An element as the screens and rules beside a case's are given it; nothing for one that nobody signed. */
export function signed({ id, fields }: RawElement): { id: string; by: string; device: string; at: number; rest: RawElement['fields'] } | undefined {
	const { by, device, at, ...rest } = fields;
	return typeof by === 'string' && typeof device === 'string' && Number.isSafeInteger(at) ? { id, by, device, at: at as number, rest } : undefined;
}

/** Whether a case is read from this collection. What a newer app put elsewhere is left alone, and not counted. */
export function isRead(collection: string): boolean {
	return Object.hasOwn(SHAPES, collection);
}

/** The fields of an element that this reader knows; `undefined` when one is lacking or of a wrong type. */
export function takeFields(collection: string, element: RawElement): Checked | undefined {
	const shape = SHAPES[collection];
	if (!shape) return undefined;
	const taken: Checked = { id: element.id, by: '', device: '', at: 0 };
	if (!ID.test(element.id)) return undefined;
	return take(EVERY, element.fields, taken) && take(shape, element.fields, taken) ? taken : undefined;
}

function take(shape: Shape, from: RawElement['fields'], into: { [field: string]: RawValue | undefined }): boolean {
	for (const [field, rule] of [...Object.entries(shape.needs), ...Object.entries(shape.may)]) {
		if (!Object.hasOwn(from, field)) {
			if (Object.hasOwn(shape.needs, field)) return false;
			continue;
		}
		const value = read(rule, from[field] ?? null);
		if (value === undefined) return false;
		into[field] = value;
	}
	return true;
}

function read(rule: Rule, value: RawValue): RawValue | undefined {
	if (rule === 'time') {
		if (typeof value !== 'object' || value === null) return undefined;
		const time: { [field: string]: string | number | boolean | null } = {};
		return take(TIME, value, time) ? time : undefined;
	}
	if (rule === 'id') return typeof value === 'string' && ID.test(value) ? value : undefined;
	if (rule === 'sha256') return typeof value === 'string' && SHA256.test(value) ? value : undefined;
	if (rule === 'integer') return Number.isSafeInteger(value) ? value : undefined;
	if (typeof rule !== 'string') return typeof value === 'string' && rule.includes(value) ? value : undefined;
	return typeof value === rule ? value : undefined;
}
