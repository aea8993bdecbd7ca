/** As many cases as a test wants, each like the three of the journeys and with notes of the leads; some are linked. */
import { codeName } from '../../src/incident/codename.ts';
import type { Id } from '../../src/replica/api.ts';
import { alma, at, documents, id } from './journeys.ts';
import { type MemoryReplica, put, stored, type Stored } from './memory.ts';

const MINUTE = 60_000;

export function many(count: number): MemoryReplica {
	const kinds = documents().filter((document) => document.kind === 'case');
	const all: Stored[] = [];
	const idOf = (index: number): Id => index.toString(16).padStart(4, '0').repeat(8);
	for (let index = 0; index < count; index += 1) {
		const caseId = idOf(index + 1);
		const pattern = kinds[index % kinds.length]!;
		const earlier = (index % 180) * MINUTE;
		const copy = stored(caseId, 'case', codeName(caseId));
		const renamed = (value: unknown): unknown => (typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? `${caseId.slice(0, 8)}${value.slice(0, 24)}` : value);
		for (const [name, elements] of pattern.collections) {
			copy.collections.set(name, elements.map((element) => ({ ...element, id: String(renamed(element.id)), at: element.at - earlier, fields: Object.fromEntries(Object.entries(element.fields).map(([field, value]) => [field, field === 'reported_at' && typeof value === 'number' ? value - earlier : renamed(value)])) as typeof element.fields })));
		}
		for (const [field, ids] of pattern.registers) copy.registers.set(field, ids.map((one) => String(renamed(one))));
		all.push(copy);
		const chair = stored(id(`chair ${index}`), 'chair', '', caseId);
		if (index % 10 === 9) put(chair, 'links', id(`link ${index}`), id('alma'), id('A1'), at('12:30'), { other: idOf(index), kind: 'same_incident' }, at('12:30'));
		all.push(chair);
	}
	return alma('12:41', all);
}
