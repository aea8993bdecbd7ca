import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { Kind } from '../../src/generated/wire/v1/frame_pb.ts';
import { LedgerPageSchema, QuarantineLine_Cause, QuarantineSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { belongs, GROUPS, held, lineOf, type LedgerLine } from '../../src/incident/ledger.ts';
import { lateNotes } from '../../src/incident/late.ts';
import { en as words } from '../../src/words/en/index.ts';
import table from '../../../docs/LEDGER.md?raw';

const bytes = (digit: string) => Uint8Array.from({ length: 16 }, () => parseInt(digit.repeat(2), 16));
const id = (digit: string) => digit.repeat(32);
const [CASE, NAME, A1, J1] = ['c', 'd', '1', '2'] as const;

const line = (number: number, what: string, device: string, document: string = CASE, more: Partial<LedgerLine> = {}): LedgerLine => ({
	number: BigInt(number), at: number * 10, what, staff: id('a'), device: id(device), document: id(document), person: '', aboutDevice: '', detail: '', ...more
});

describe('who got a case', () => {
	test('is certain where the server gave it, said by the phone where it was opened, and over when it let it go', () => {
		const lines = [line(1, 'document_made', A1), line(2, 'delivered', A1), line(3, 'delivered', J1), line(4, 'opened', A1, CASE, { deviceAt: 33 }), line(5, 'opened', A1), line(6, 'dropped', J1)];
		expect(held([...lines].reverse())).toEqual([
			{ device: id(A1), staff: id('a'), document: id(CASE), delivered: 20, opened: 33 },
			{ device: id(J1), staff: id('a'), document: id(CASE), delivered: 30, dropped: 60 }
		]);
	});

	test('has it again when it was given it again', () => {
		expect(held([line(1, 'delivered', J1), line(2, 'dropped', J1), line(3, 'delivered', J1)])).toEqual([{ device: id(J1), staff: id('a'), document: id(CASE), delivered: 10 }]);
	});

	test('had it from the beginning where it was begun', () => {
		expect(held([line(1, 'document_made', A1), line(2, 'changes_kept', A1), line(3, 'changes_kept', J1)])).toEqual([{ device: id(A1), staff: id('a'), document: id(CASE) }]);
		expect(held([line(1, 'document_made', A1), line(4, 'dropped', A1)])).toEqual([{ device: id(A1), staff: id('a'), document: id(CASE), dropped: 40 }]);
	});

	test('is told apart from its name, and an author’s own phone was given nothing', () => {
		expect(held([line(1, 'delivered', A1), line(2, 'delivered', A1, NAME), line(3, 'opened', J1)])).toEqual([
			{ device: id(A1), staff: id('a'), document: id(CASE), delivered: 10 },
			{ device: id(A1), staff: id('a'), document: id(NAME), delivered: 20 },
			{ device: id(J1), staff: id('a'), document: id(CASE), opened: 30 }
		]);
	});
});

describe('a line of the ledger', () => {
	test('belongs to one kind of question at most, but a name that was opened is a look as well', () => {
		const isName = (document: string) => document === id(NAME);
		const of = (one: LedgerLine) => GROUPS.filter((group) => belongs(one, group, isName));
		expect(of(line(1, 'opened', A1))).toEqual(['looks']);
		expect(of(line(1, 'opened', A1, NAME))).toEqual(['looks', 'names']);
		expect(of(line(1, 'delivered', A1, NAME))).toEqual(['looks']);
		expect(of(line(1, 'recused', A1))).toEqual(['access']);
		expect(of(line(1, 'device_revoked', A1))).toEqual(['phones']);
		expect(of(line(1, 'something_newer', A1))).toEqual([]);
	});

	test('has words for every code that a lead is shown', () => {
		const shown = table.split('\n').flatMap((row) => {
			const [, code, , , to] = row.split('|').map((cell) => cell.trim());
			return code?.startsWith('`') && to !== 'terminal' ? [code.replaceAll('`', '')] : [];
		});
		expect(shown.length).toBeGreaterThan(30);
		expect(shown.filter((code) => !Object.hasOwn(words.rights.ledger.whats, code))).toEqual([]);
	});

	test('is read from the wire with what is empty left empty', () => {
		const page = create(LedgerPageSchema, { entries: [{ number: 7n, at: 9n, what: 'excluded', staff: bytes('a'), document: bytes(CASE), person: bytes('b') }] });
		expect(lineOf(page.entries[0]!)).toEqual({ number: 7n, at: 9, what: 'excluded', staff: id('a'), device: '', document: id(CASE), person: id('b'), aboutDevice: '', detail: '' });
	});
});

describe('late notes', () => {
	test('come oldest first, with a cause each, and never with a word of a reporter’s name', () => {
		const one = { document: bytes(CASE), staff: bytes('a'), device: bytes(J1), kind: Kind.CASE, preview: 'he came back' };
		const waiting = create(QuarantineSchema, {
			lines: [
				{ ...one, changeId: bytes('e'), receivedAt: 5n, cause: QuarantineLine_Cause.EXCLUDED },
				{ ...one, changeId: bytes('f'), receivedAt: 3n, cause: QuarantineLine_Cause.REVOKED, kind: Kind.IDENTITY, preview: 'Dana Okafor' },
				{ ...one, changeId: bytes('0'), receivedAt: 9n, cause: QuarantineLine_Cause.UNSPECIFIED }
			]
		});
		expect(lateNotes(waiting).map(({ cause, sealed, preview }) => ({ cause, sealed, preview }))).toEqual([
			{ cause: 'revoked', sealed: true, preview: '' },
			{ cause: 'excluded', sealed: false, preview: 'he came back' },
			{ cause: 'unknown', sealed: false, preview: 'he came back' }
		]);
	});
});
