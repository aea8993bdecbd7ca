import { describe, expect, test } from 'vitest';
import { caseFile, PARTS, type Part } from '../../src/incident/casefile.ts';
import { openIdentity } from '../../src/incident/chair.ts';
import { hear } from '../../src/incident/deciding.ts';
import type { NewFact } from '../../src/replica/api.ts';
import { en as words } from '../../src/words/en/index.ts';
import { alma, AMBER, at, id } from '../console/journeys.ts';

let ids = 0;
const newId = () => id(`c${String((ids += 1))}`);

async function taken(leftOut: readonly Part[], opened = true, more: NewFact[] = [], opens = true) {
	const replica = alma('14:10');
	const document = await replica.chairDocument(AMBER);
	if (opened) await replica.write(openIdentity(AMBER, document, id('dana'), 'for the file', newId));
	await replica.write({ document: AMBER, kind: 'case', facts: [
		{ into: 'attachments', id: id('note'), fields: { sha256: 'ab'.repeat(32), mime: 'image/jpeg', size: 1_234_567, caption: 'the note on her chair' } },
		{ into: 'attachments', id: id('wrong'), fields: { sha256: 'cd'.repeat(32), mime: 'image/png', size: 5 } },
		{ into: 'marks', id: id('came'), fields: { target: id('note'), mark: 'arrived' } },
		{ into: 'strikes', id: id('not'), fields: { target: id('wrong'), reason: 'another note' } },
		...more
	] });
	await replica.write(hear({ caseId: AMBER, document, newId }, 'I did not hear a no.', [id('tom'), id('noor')], at('13:25')));
	const { cases, chairs, identities } = replica.state;
	return caseFile({ record: cases.find((one) => one.id === AMBER)!, chairs, identities, reader: id('alma'), opens }, leftOut);
}

describe('the case file', () => {
	test('holds what was told word for word, struck lines as well, and the other side', async () => {
		const file = await taken([]);
		expect(file.accounts[0]?.words?.[0]).toContain('He kept following me');
		expect(file.entries.find((line) => line.text === 'Spoke with Ben in the Foyer')?.struck).toMatchObject([{ reason: 'wrong person' }]);
		expect(file.statements).toMatchObject([{ text: 'I did not hear a no.' }]);
		expect(file.attachments).toMatchObject([
			{ sha256: 'ab'.repeat(32), size: 1_234_567, caption: 'the note on her chair', arrived: { id: id('came') } },
			{ sha256: 'cd'.repeat(32), struck: [{ reason: 'another note' }] }
		]);
		expect(file.reporters).toEqual([{ kind: 'named', name: 'Dana Okafor' }]);
	});

	test('says of a report that was struck that it was', async () => {
		const file = await taken([], true, [{ into: 'strikes', id: id('never'), fields: { target: id('a-rep'), reason: 'written down twice' } }]);
		expect(file.accounts[0]).toMatchObject({ struck: [{ reason: 'written down twice' }] });
		expect((await taken([])).accounts[0]).not.toHaveProperty('struck');
	});

	test('leaves a name closed that its reader did not open', async () => {
		expect(JSON.stringify(await taken([], false))).not.toContain('Dana Okafor');
	});

	test('and one that they did open, once whoever it is said stop and it is the chair’s alone', async () => {
		const file = await taken([], true, [], false);
		expect(file.reporters).toEqual([{ kind: 'named' }]);
		expect(JSON.stringify(file)).not.toContain('Dana Okafor');
	});

	test.each([
		['reporter', ['Dana Okafor']],
		['names', ['Dana Okafor', '0417']],
		['accounts', ['He kept following']],
		['entries', ['Spoke with Ben']],
		['attachments', ['the note on her chair', 'abababab', 'cdcdcdcd']],
		['statement', ['hear a no']],
		['decision', ['"sanctions"']]
	] as const)('without %s has none of it, and says so', async (part, gone) => {
		const file = await taken([part]);
		const text = JSON.stringify(file);
		for (const words of gone) expect(text).not.toContain(words);
		expect(file.leftOut).toEqual([part]);
	});

	test('names no other case: whom it is handed to may not know of that', async () => {
		const file = await taken([], true, [{ into: 'entries', id: id('part'), fields: { kind: 'part_of', value: id('quiet') } }]);
		expect(file.entries.length).toBeGreaterThan(0);
		expect(JSON.stringify(file)).not.toContain(id('quiet'));
	});

	test('each of its parts has a name in the ledger, which says that it was left out', () => {
		for (const part of PARTS) expect(words.rights.ledger.copy.parts, part).toHaveProperty(part);
	});

	test('of nothing is still a file that says what it leaves out', async () => {
		expect(await taken(PARTS)).toMatchObject({ codeName: 'Amber Kite', leftOut: PARTS, reporters: [], accounts: [], entries: [], attachments: [], statements: [] });
	});
});

describe('what is left out is in no other part', () => {
	const dana: NewFact = { into: 'parties', id: id('d'), fields: { party: id('dana-p'), report: id('a-rep'), kind: 'affected', name: 'Dana Okafor', role: 'speaker', description: 'red scarf' } };

	test('who told it, where the case describes them as the affected person', async () => {
		const of = async (leftOut: readonly Part[]) => {
			const { people, accounts } = await taken(leftOut, true, [dana]);
			return JSON.stringify([people, accounts.map(({ relation }) => relation ?? null)]);
		};
		for (const words of ['Dana', 'speaker', 'red scarf']) expect(await of(['reporter'])).not.toContain(words);
		expect(await of(['reporter'])).toContain('[null]');
		expect(await of(['reporter'])).toContain('tall, grey hoodie');
		for (const words of ['Dana', 'speaker', 'red scarf']) expect(await of([])).toContain(words);
	});

	test('who told it, where staff saw it themselves and took it down', async () => {
		const told = async (leftOut: readonly Part[]) => (await taken(leftOut)).accounts.map(({ by }) => by ?? null);
		expect(await told([])).toContain(id('noor'));
		expect(new Set(await told(['reporter']))).toEqual(new Set([null]));
	});

	test('and where they wrote what came after, described somebody, struck a line, or took a picture', async () => {
		const struck: NewFact = { into: 'strikes', id: id('never'), fields: { target: id('a-rep'), reason: 'written down twice' } };
		const hands = async (leftOut: readonly Part[]) => {
			const { people, accounts, entries, attachments } = await taken(leftOut, true, [struck]);
			expect([people, accounts, entries, attachments].map((part) => part.length), 'all of it is there').not.toContain(0);
			return JSON.stringify([people, accounts, entries, attachments]).match(/"(by|device)":"[^"]*"/g) ?? [];
		};
		expect(await hands(['reporter'])).toEqual([]);
		expect((await hands([])).length).toBeGreaterThan(10);
		const [note, wrong] = (await taken(['reporter'])).attachments;
		expect(note?.arrived).toEqual({ id: id('came'), at: expect.any(Number) as number });
		expect(wrong?.struck).toMatchObject([{ reason: 'another note' }]);
	});

	test('the accounts, which a translation says once more', async () => {
		const translated: NewFact = { into: 'entries', id: id('tr'), fields: { kind: 'translation', field: 'de', text: 'Er ist mir gefolgt', refs: id('a-rep') } };
		expect(JSON.stringify(await taken(['accounts'], true, [translated]))).not.toContain('Er ist mir');
		expect(JSON.stringify(await taken([], true, [translated]))).toContain('Er ist mir');
	});

	test('names, which the sanction that keeps two people apart asks for', async () => {
		const replica = alma('14:10');
		const document = await replica.chairDocument(AMBER);
		await replica.write({ document, kind: 'chair', birth: { parent: AMBER }, facts: [{ into: 'sanctions', id: id('apart'), fields: { code: 'no_contact', interim: true, 'param/who': 'Dana and 0417', 'param/reason': 'followed' } }] });
		const { cases, chairs, identities } = replica.state;
		const of = (leftOut: readonly Part[]) => JSON.stringify(caseFile({ record: cases.find((one) => one.id === AMBER)!, chairs, identities, reader: id('alma'), opens: true }, leftOut).decision);
		expect(of(['names'])).not.toContain('Dana');
		expect(of(['names'])).toContain('followed');
		expect(of([])).toContain('Dana and 0417');
	});
});
