import { describe, expect, test } from 'vitest';
import { caseFile, PARTS, type Part } from '../../src/incident/casefile.ts';
import { openIdentity } from '../../src/incident/chair.ts';
import { hear } from '../../src/incident/deciding.ts';
import type { NewFact } from '../../src/replica/api.ts';
import { alma, AMBER, at, id } from '../console/journeys.ts';

let ids = 0;
const newId = () => id(`c${String((ids += 1))}`);

async function taken(leftOut: readonly Part[], opened = true, more: NewFact[] = []) {
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
	return caseFile({ record: cases.find((one) => one.id === AMBER)!, chairs, identities, reader: id('alma') }, leftOut);
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

	test('of nothing is still a file that says what it leaves out', async () => {
		expect(await taken(PARTS)).toMatchObject({ codeName: 'Amber Kite', leftOut: PARTS, reporters: [], accounts: [], entries: [], attachments: [], statements: [] });
	});
});
