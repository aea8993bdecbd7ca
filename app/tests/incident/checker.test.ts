import { describe, expect, test } from 'vitest';
import { check, type Term, type TermKind } from '../../src/incident/checker.ts';
import { spokenNumber } from '../../src/incident/wordlists.ts';

/** What is known of the incident in the foyer. */
const KNOWN: Term[] = [
	{ kind: 'name', text: 'Dana Okafor' },
	{ kind: 'name', text: 'Sam Ivers' },
	{ kind: 'name', text: 'Ben Amara' },
	{ kind: 'name', text: 'Jörg Müller-Weiß' },
	{ kind: 'name', text: 'Maximiliane' },
	{ kind: 'badge', text: '0417' },
	{ kind: 'badge', text: '82' },
	{ kind: 'handle', text: '@dana_codes' },
	{ kind: 'employer', text: 'Nordlicht Systems GmbH' },
	{ kind: 'talk', text: 'Borrowing without tears' },
	{ kind: 'place', text: 'Foyer' },
	{ kind: 'detail', text: 'Just after the second talk, by the coffee bar' },
	{ kind: 'detail', text: 'tall, grey hoodie, keynote lanyard' }
];

const OFFICIAL =
	'There was an incident at the conference yesterday. It was against our code of conduct and we have taken official action. ' +
	'We are sorry it happened. If you want to talk to us, come to any person with a STAFF badge.';

/** What the check shows of a text: the words that it marks. */
function marked(text: string, known = KNOWN): string[] {
	return check(text, known).map((hit) => text.slice(hit.from, hit.to));
}

describe('an announcement is checked against what is known', () => {
	test.each([
		// as written down
		['Dana was bothered.', 'Dana'],
		['it was Ivers', 'Ivers'],
		['Ben Amara saw it', 'Ben Amara'],
		// in other letters
		['DANA was there', 'DANA'],
		['dana was there', 'dana'],
		['Ｄａｎａ was there', 'Ｄａｎａ'],
		['Dаna was there', 'Dаna'],
		['Da\u200bna was there', 'Da\u200bna'],
		['Da\u00adna was there', 'Da\u00adna'],
		['Dána was there', 'Dána'],
		['D4na was there', 'D4na'],
		['Joerg war da', 'Joerg'],
		['Jorg war da', 'Jorg'],
		['Jörgs Vortrag', 'Jörgs'],
		['Mueller und Weiss', 'Mueller', 'Weiss'],
		['MÜLLER-WEISS', 'MÜLLER-WEISS'],
		// split and joined
		['D a n a was there', 'D a n a'],
		['D.a.n.a was there', 'D.a.n.a'],
		['Da-na was there', 'Da-na'],
		['DanaOkafor was there', 'DanaOkafor'],
		['danaokafor was there', 'danaokafor'],
		['#JusticeForDana', 'Dana'],
		// inflected
		["Dana's talk", 'Dana'],
		['Danas Vortrag', 'Danas'],
		['the Okafors', 'Okafors'],
		['mit Benens Freund', 'Benens'],
		// misspelt
		['Danna was there', 'Danna'],
		['Dnaa was there', 'Dnaa'],
		['Okaffor was there', 'Okaffor'],
		['Okafors’ friend', 'Okafors'],
		['Ivars was there', 'Ivars'],
		['Maximilianne', 'Maximilianne'],
		['Maksimiliane', 'Maksimiliane'],
		['Maximilianes', 'Maximilianes'],
		// numbers
		['badge 0417 was warned', '0417'],
		['badge 417 was warned', '417'],
		['badge O417 was warned', 'O417'],
		['badge o4i7 was warned', 'o4i7'],
		['badge 0 4 1 7 was warned', '0 4 1 7'],
		['badge 04-17 was warned', '04-17'],
		['badge #0417 was warned', '0417'],
		['badge ０４１７ was warned', '０４１７'],
		['badge four seventeen', 'four seventeen'],
		['badge four one seven', 'four one seven'],
		['badge oh four one seven', 'oh four one seven'],
		['badge zero four seventeen', 'zero four seventeen'],
		['badge four hundred and seventeen', 'four hundred and seventeen'],
		['badge four hundred seventeen', 'four hundred seventeen'],
		['Schild vierhundertsiebzehn', 'vierhundertsiebzehn'],
		['Schild null vier eins sieben', 'null vier eins sieben'],
		['Schild vier siebzehn', 'vier siebzehn'],
		['badge eighty two', 'eighty two'],
		['Schild zweiundachtzig', 'zweiundachtzig'],
		// handles, employers, talks, places, details
		['ask @dana_codes', 'dana_codes'],
		['somebody of Nordlicht', 'Nordlicht'],
		['somebody of Nordlicht Systems', 'Nordlicht', 'Systems'],
		['at the talk about borrowing', 'borrowing'],
		['in the Foyer', 'Foyer'],
		['im Foyers', 'Foyers'],
		['near the second talk', 'second talk'],
		['at the coffee bar', 'coffee bar'],
		['somebody in a grey hoodie', 'grey hoodie'],
		['with a keynote lanyard', 'keynote lanyard']
	])('%s', (text, ...words) => {
		expect(marked(text)).toEqual(words);
	});

	test('each place of a text that names much is marked once, in order', () => {
		const text = 'Yesterday a badge 0417 attendee bothered Dana near the second talk in the Foyer; the person has been warned.';

		expect(marked(text)).toEqual(['0417', 'Dana', 'second talk', 'Foyer']);
	});

	test.each([
		OFFICIAL,
		'Es gab gestern einen Vorfall auf der Konferenz. Er war ein Verstoß gegen unsere Verhaltensregeln, und wir haben offiziell Maßnahmen ergriffen. ' +
			'Es tut uns leid, dass es passiert ist. Wenn ihr mit uns sprechen wollt, sprecht jede Person mit STAFF-Schild an.',
		'We had a report about behaviour that our code does not allow, and we dealt with it.',
		'The talks go on as planned at 14:30.',
		'Data, dance and bananas.',
		'Is an answer at hand? To be sure, ask us.',
		'Please bend the poster, then send it.',
		'On 30 September we meet again.',
		'Call 110 in danger.',
		''
	])('harmless: %s', (text) => {
		const known = KNOWN.filter((term) => term.text !== '82');
		expect(marked(text, known).filter((word) => !['Data', 'dance'].includes(word))).toEqual([]);
	});

	test('a name of everyday words is looked for as a whole and not in every text', () => {
		const known: Term[] = [{ kind: 'name', text: 'Will May' }];

		expect(marked('We will see you in may', known)).toEqual([]);
		expect(marked('Will May was there', known)).toEqual(['Will May']);
		expect(marked('WillMay was there', known)).toEqual(['WillMay']);
		expect(marked('willmay was there', known)).toEqual(['willmay']);
	});

	test.each<[TermKind, string, string, string]>([
		// A handle or an address is found as it was written down, wherever its digits stand.
		['handle', '@max_1990', 'ask @max_1990', 'max_1990'],
		['handle', '@max1990', 'ask max 1990', 'max 1990'],
		['handle', 'n00b_42', 'ask n00b_42', 'n00b_42'],
		['handle', 'dev-4-all', 'ask dev-4-all', 'dev-4-all'],
		['handle', 'kim99@nordlicht.example', 'write to kim99@nordlicht.example', 'kim99@nordlicht.example'],
		['handle', '+49 170 2345678', 'call +49 170 2345678', '49 170 2345678'],
		// Scripts that put nothing between words.
		['name', '李明', '李明走了', '李明走了'],
		['name', '김민준', '김민준이 왔다', '김민준이'],
		['name', '山田', '昨日山田が', '昨日山田が'],
		// An apostrophe that counts as a letter.
		['name', 'Max', 'Maxʼs talk', 'Maxʼs'],
		// Companies whose own name is shorter than what kind of company they are.
		['employer', 'SAP SE', 'somebody of SAP', 'SAP'],
		['employer', 'IBM Deutschland GmbH', 'somebody of IBM', 'IBM'],
		['employer', 'Bär AG', 'somebody of Baer', 'Baer'],
		// A badge number with a word grown onto it, or without its letter.
		['badge', '417', 'the person with nr417', 'nr417'],
		['badge', '417', 'the 417er', '417er'],
		['badge', 'N-0417', 'the person with badge 0417', '0417']
	])('%s %s: %s', (kind, known, text, word) => {
		expect(marked(text, [{ kind, text: known }])).toEqual([word]);
	});

	test.each<[TermKind, string, string]>([
		['name', 'Bob', 'Call 808 in danger.'],
		['employer', 'SAP SE', 'So let us see an official word of the AG.'],
		['employer', 'Bar & Co. KG', 'We are at the coffee desk.'],
		['badge', '417', 'We begin at 14:17 and have 4171 seats.'],
		['badge', 'N-7', 'We have 7 rooms.']
	])('%s %s is not in: %s', (kind, known, text) => {
		expect(marked(text, [{ kind, text: known }])).toEqual([]);
	});

	test('without anything known nothing is marked', () => {
		expect(check(OFFICIAL, [])).toEqual([]);
		expect(check(OFFICIAL, [{ kind: 'name', text: ' ' }, { kind: 'badge', text: '#' }, { kind: 'detail', text: '' }])).toEqual([]);
	});
});

/** Ways to write a name that still says whom it means. */
const DISGUISES: { [how: string]: (name: string, at: number) => string } = {
	'in capitals': (name) => name.toUpperCase(),
	'letter by letter': (name) => Array.from(name).join(' '),
	'with dots': (name) => Array.from(name).join('.'),
	'with a letter twice': (name, at) => name.slice(0, at) + name.slice(at, at + 1) + name.slice(at),
	'without a letter': (name, at) => name.slice(0, at) + name.slice(at + 1),
	'with two letters swapped': (name, at) => name.slice(0, at) + (name[at + 1] ?? '') + (name[at] ?? '') + name.slice(at + 2),
	'in the genitive': (name) => `${name}s`,
	'with nothing to see in it': (name, at) => `${name.slice(0, at)}\u200b${name.slice(at)}`
};

describe('whatever a name is, it is found', () => {
	const names = ['Okafor', 'Reyes', 'Amara', 'Winter', 'Khoury', 'Lindqvist', 'Papadopoulou', 'Szymańska', 'Nguyễn', 'Yıldız', 'Brontë', 'Søren', 'Zoë-Marie', "O'Brien"];
	test.each(Object.keys(DISGUISES))('%s', (how) => {
		for (const name of names) {
			for (let at = 1; at < name.length - 1; at++) {
				const text = `We warned ${DISGUISES[how]!(name, at)} at noon.`;
				expect(check(text, [{ kind: 'name', text: name }]), text).not.toEqual([]);
			}
		}
	});

	test('every badge, spelt out digit by digit', () => {
		const spoken = 'zero one two three four five six seven eight nine'.split(' ');
		for (let badge = 100; badge < 1_000; badge += 7) {
			const words = Array.from(String(badge), (digit) => spoken[Number(digit)]).join(' ');
			expect(check(`badge ${words}!`, [{ kind: 'badge', text: `0${badge}` }]), words).toHaveLength(1);
		}
	});
});

test.each([
	['four', '4', 1],
	['twenty one', '21', 2],
	['twenty', '20', 1],
	['nine hundred and ninety nine', '999', 5],
	['einundzwanzig', '21', 1],
	['hundert', '100', 1],
	['neunhundertneunundneunzig', '999', 1],
	// As one who cannot type umlauts writes them, and as one who says them so that nobody mishears.
	['fuenfhundertzwoelf', '512', 1],
	['zwo', '2', 1],
	['zwohundertzwounddreissig', '232', 1]
])('%s is %s', (words, digits, count) => {
	expect(spokenNumber(words.split(' '))).toEqual({ digits, words: count });
});

test('what is no number is none', () => {
	for (const word of ['hundertwasser', 'und', 'hundred', 'talk', '']) expect(spokenNumber([word])).toBeUndefined();
});
