/**
 * The changes that this app writes, byte for byte as in `proto/vectors/changes`:
 * the server's admission is held to the same file. If a new Automerge writes
 * other bytes, `WRITE_VECTORS=1` puts them there, and the Rust test says whether
 * the server takes them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { NewFact } from './api.ts';
import { A, birthOf, loadAutomerge } from './automerge.ts';
import { hex } from './bytes.ts';
import { writeChange } from './write.ts';

const FILE = new URL('../../../proto/vectors/changes/written_by_the_app.json', import.meta.url);

type Root = Record<string, Record<string, unknown>>;
interface Phone {
	device: string;
	doc: A.Doc<Root>;
}
interface Written {
	name: string;
	device: string;
	change: string;
}

beforeAll(async () => {
	await loadAutomerge(readFileSync('node_modules/@automerge/automerge/dist/automerge.wasm'));
});

const id = (number: number): string => number.toString(16).padStart(2, '0').repeat(16);

/** The first half of the actor is the device's own, as `newActor` takes it; the rest is no chance here. */
function phone(device: string, own: string): Phone {
	return { device, doc: A.load<Root>(birthOf('case'), { actor: own + '5a'.repeat(8) }) };
}

function write(phone: Phone, name: string, at: number, facts: NewFact[], clockOff?: number): Written {
	const intent = { order: '', at, intention: { document: 'ca5e'.repeat(8), kind: 'case' as const, facts }, ...(clockOff !== undefined && { clockOff }) };
	const { doc, change } = writeChange(phone.doc, intent, id(0xaa), phone.device);
	phone.doc = doc;
	return { name, device: phone.device, change: hex(change) };
}

const place = (number: number, value: string): NewFact => ({
	into: 'entries', id: id(number), fields: { kind: 'set', field: 'place', value }, register: 'place'
});

function conversation(): Written[] {
	const noor = phone(id(0x11), 'd84df9da5f91823d');
	const jonas = phone(id(0x12), 'e841d9ad55683fba');
	const noon = 1_790_676_000_000;
	const written = [
		write(noor, 'a case is opened', noon, [
			{ into: 'opened', id: id(1), fields: { policy: '2025-09-01', drill: false } },
			{ into: 'reports', id: id(2), fields: { reported_at: noon } },
			{ into: 'accounts', id: id(3), fields: { report: id(2), part: 'words', text: 'He would not leave. 🦆\n'.repeat(60) } },
			{ into: 'answers', id: id(4), fields: { report: id(2), field: 'occurred', time: { kind: 'around', from: noon - 900_000, to: noon, words: 'after lunch' } } }
		], -7_200_000),
		write(noor, 'a place is set', noon + 1, [place(5, 'Terrace')]),
		write(jonas, 'a place is set on a phone that saw nothing of it', noon + 1, [place(6, 'Foyer')]),
		write(noor, 'a clock that is years off', 0, [{ into: 'entries', id: id(7), fields: { kind: 'note', text: '' } }])
	];
	noor.doc = A.merge(noor.doc, jonas.doc);
	jonas.doc = A.merge(jonas.doc, noor.doc);
	written.push(
		write(jonas, 'the dispute is settled', noon + 2, [place(8, 'Foyer')]),
		write(noor, 'and settled again, elsewhere', noon + 2, [place(9, 'Terrace')])
	);
	return written;
}

test('a fact that was done earlier carries that moment, others the one of the writing', () => {
	const noor = phone(id(0x11), 'd84df9da5f91823d');
	write(noor, '', 2_000, [{ into: 'steps', id: id(1), fields: { step: 'IR5', result: 'done' }, at: 1_000 }, place(2, 'Foyer')]);
	const read = A.toJS(noor.doc) as { [collection: string]: { [id: string]: { at: number } } };
	expect(read['steps']?.[id(1)]?.at).toBe(1_000);
	expect(read['entries']?.[id(2)]?.at).toBe(2_000);
});

test('the app writes the changes that the server is known to take', () => {
	const vectors = { rule: 'Changes as the app writes them, in an order in which the server keeps them all.', changes: conversation() };
	if (process.env['WRITE_VECTORS']) writeFileSync(FILE, JSON.stringify(vectors, null, '\t') + '\n');
	expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(vectors);
});
