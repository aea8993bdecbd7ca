import '../src/words/pictures.ts';
import { expect, test } from 'vitest';
import type { Attachment } from '../src/incident/case.ts';
import type { PictureHere } from '../src/replica/api.ts';
import { named, sized, whereabouts } from '../src/routes/pictures.ts';

const ZONE = 'Europe/Berlin';
const at = Date.UTC(2026, 8, 29, 9, 7);
const element: Attachment = { id: '0a'.repeat(16), by: 'aa', device: 'dd', at, sha256: 'ab'.repeat(32), mime: 'image/jpeg', size: 9 };
const arrived: Attachment = { ...element, arrived: { id: '0b'.repeat(16), by: 'aa', at } };
const here: PictureHere = { document: 'ca', sha256: element.sha256, mime: 'image/jpeg', size: 9, keptAt: at };

test.each([
	['in no case yet', undefined, here, 'on this phone'],
	['in a case, and nothing of it was sent', element, here, 'on this phone'],
	['asked for, and nothing of it was there', element, { ...here, percent: 0 }, 'on this phone'],
	['partly sent', element, { ...here, percent: 40 }, '40 % sent'],
	['arrived, and its bytes are still here', arrived, { ...here, percent: 100 }, 'arrived 11:07'],
	['arrived', arrived, undefined, 'arrived 11:07'],
	['from somebody else', element, undefined, 'on its way from Noor’s phone']
])('%s', (_, one, bytes, text) => {
	expect(whereabouts(one, bytes, 'Noor', at, ZONE).text).toBe(text);
});

test('one that arrived on another day says which', () => {
	expect(whereabouts(arrived, undefined, 'Noor', at + 86_400_000, ZONE).text).toBe('arrived 29 September 11:07');
});

test.each([
	['case_full', 'The case can take no more'],
	['not_here', 'Gone from this phone'],
	['not_accepted', 'It was not taken in'],
	['invalid', 'It was not taken in']
])('%s says what to do about it', (stuck, more) => {
	expect(whereabouts(element, { ...here, percent: 40, stuck }, 'Noor', at, ZONE)).toMatchObject({ tone: 'wait', text: 'on this phone', more: expect.stringContaining(more) as string });
});

test('a picture is called what somebody said that it is, or what it is', () => {
	expect([named('the note', 'image/png'), named(undefined, 'image/png'), named(undefined, 'application/pdf')]).toEqual(['the note', 'Picture', 'PDF']);
	expect([sized(1), sized(49_999), sized(100_000), sized(8_388_608), sized(10_485_760)]).toEqual(['less than 0.1 MB', 'less than 0.1 MB', '0.1 MB', '8.4 MB', '10.5 MB']);
});
