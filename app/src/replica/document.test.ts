import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { deriveCase } from '../incident/derive.ts';
import { A, birthOf, loadAutomerge } from './automerge.ts';
import { readRaw } from './document.ts';
import { writeChange } from './write.ts';

beforeAll(async () => {
	await loadAutomerge(readFileSync('node_modules/@automerge/automerge/dist/automerge.wasm'));
});

type Root = Record<string, Record<string, unknown>>;

/** Two phones that have not seen each other, each with one `set` entry for the place; then merged. */
function merged(first: string, second: string): A.Doc<Root> {
	const [one, other] = [first, second].map((id, at) => {
		const actor = String(at + 1).repeat(32);
		const fact = { into: 'entries', id, fields: { kind: 'set', field: 'place', value: `hall ${at + 1}` }, register: 'place' };
		const intention = { document: 'ca5e'.repeat(8), kind: 'case' as const, facts: [fact] };
		return writeChange(A.load<Root>(birthOf('case'), { actor }), { order: '', at: 5, intention }, 'aa'.repeat(16), actor).doc;
	});
	return A.merge(one!, other!);
}

test('a register that two phones set reads as two versions, not as a winner', () => {
	const view = deriveCase(readRaw(merged('01'.repeat(16), '02'.repeat(16))));
	expect(view.registers['place']?.versions.map((version) => version.value)).toEqual(['hall 1', 'hall 2']);
	expect(view.unread).toBe(0);
});

test('an id that two devices gave to two elements reads as two elements', () => {
	const view = deriveCase(readRaw(merged('01'.repeat(16), '01'.repeat(16))));
	expect(view.entries.map((entry) => entry.value)).toEqual(['hall 1', 'hall 2']);
	expect(view.unread).toBe(0);
});

test.each([10, 250, 300, 30_000])('a change with %i characters is a single change that is not deflated', (characters) => {
	const words = 'He stood in the doorway. '.repeat(characters / 25 + 1).slice(0, characters);
	const fact = { into: 'accounts', id: '01'.repeat(16), fields: { report: '02'.repeat(16), words } };
	const intention = { document: 'ca5e'.repeat(8), kind: 'case' as const, facts: [fact] };
	const { change } = writeChange(A.load<Root>(birthOf('case'), { actor: '01'.repeat(16) }), { order: '', at: 5, intention }, 'aa'.repeat(16), '01'.repeat(16));
	expect([...change.slice(0, 4)]).toEqual([0x85, 0x6f, 0x4a, 0x83]);
	expect(change[8]).toBe(1);
	expect(change.length).toBeGreaterThan(characters);
});
