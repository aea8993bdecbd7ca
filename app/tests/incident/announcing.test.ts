import { describe, expect, test } from 'vitest';
import { Role } from '../../src/generated/wire/v1/identity_pb.ts';
import type { ChairRecord, Element, Intention } from '../../src/replica/api.ts';
import { approve, drafts, keep, mayPass, notApproved, pass, readOut, takeBackOf, unresolved, without, wordOf, wordsIn, type Draft } from '../../src/incident/announcing.ts';
import { board } from '../../src/incident/board.ts';
import { links } from '../../src/incident/chair.ts';
import { check } from '../../src/incident/checker.ts';
import type { Desk } from '../../src/incident/deciding.ts';
import { known } from '../../src/incident/known.ts';
import { alma, AMBER, id, QUIET } from '../console/journeys.ts';

const FIRST = 'Yesterday a badge 0417 attendee bothered Dana near the second talk in the Foyer; the person has been warned.';
const OFFICIAL = 'There was an incident at the conference yesterday. It was against our code of conduct and we have taken official action. We are sorry it happened. If you want to talk to us, come to any person with a STAFF badge.';

/** What the leads know of Amber Kite, its name still closed. Quiet Delta is the same incident in the same room, once somebody linked them. */
function terms(linked = true) {
	const replica = alma();
	if (linked) void replica.write({ document: 'c', kind: 'chair', birth: { parent: AMBER }, facts: [{ into: 'links', id: id('l'), fields: { other: QUIET, kind: 'same_incident' } }] });
	const { cases, chairs, identities, pack } = replica.state;
	return known(AMBER, { cases, identities, chairs, links: links(chairs), rooms: pack?.rooms ?? [], talks: pack?.talks ?? [], name: () => undefined });
}

class File {
	readonly #collections = new Map<string, Element[]>();
	#ids = 0;
	readonly desk: Desk = { caseId: AMBER, document: 'chair', newId: () => `id-${String((this.#ids += 1))}` };

	write(intention: Intention, by = 'alma', at?: number): void {
		for (const fact of intention.facts) this.#collections.set(fact.into, [...(this.#collections.get(fact.into) ?? []), { id: fact.id, by, device: 'A1', at: at ?? (this.#ids += 1), fields: fact.fields }]);
	}
	draft(text: string, channel = 'plenary', replaces?: string): Draft {
		this.write(keep(this.desk, { announcement: 'a', text, channel, ...(replaces !== undefined && { replaces }) }).intention);
		return this.drafts.at(-1)!;
	}
	get drafts() {
		return drafts(this.#collections);
	}
	get chair(): ChairRecord {
		return { id: 'chair', kind: 'chair', parent: AMBER, unsent: 0, safekeeping: new Map(), collections: this.#collections };
	}
}

describe('the draft of an announcement', () => {
	test('is blocked while it says who, where and when', () => {
		const hits = check(FIRST, terms());

		expect(hits.map((hit) => wordOf(FIRST, hit))).toEqual(['0417', 'Dana', 'second talk', 'Foyer']);
		expect(notApproved({ text: FIRST, channel: 'plenary', passed: [] }, hits)).toBe('personal');
	});

	test('the suggested text can be approved as it is', () => {
		const hits = check(OFFICIAL, terms());

		expect(hits).toEqual([]);
		expect(notApproved({ text: OFFICIAL, channel: 'plenary', passed: [] }, hits)).toBeNull();
		expect(wordsIn(OFFICIAL)).toBeLessThanOrEqual(60);
	});

	test('needs a text and a place where it is made', () => {
		expect(notApproved({ text: ' ', channel: 'plenary', passed: [] }, [])).toBe('empty');
		expect(notApproved({ text: 'x', channel: '', passed: [] }, [])).toBe('channel');
	});

	test('each marked word can be taken out, and the sentence stays one', () => {
		const hits = check(FIRST, terms());

		expect(hits.map((hit) => without(FIRST, hit))).toEqual([
			'Yesterday a badge attendee bothered Dana near the second talk in the Foyer; the person has been warned.',
			'Yesterday a badge 0417 attendee bothered near the second talk in the Foyer; the person has been warned.',
			'Yesterday a badge 0417 attendee bothered Dana near the in the Foyer; the person has been warned.',
			'Yesterday a badge 0417 attendee bothered Dana near the second talk in the; the person has been warned.'
		]);
	});

	test('a place or a detail can be said to point at nobody, a name as it was written down cannot', () => {
		const hits = check(FIRST, terms());

		expect(hits.map((hit) => mayPass(FIRST, hit))).toEqual([false, false, true, true]);
		const nearly = 'The data are ours.';
		expect(check('昨日田中さんが', [{ kind: 'name', text: '田中' }]).map((hit) => mayPass('昨日田中さんが', hit))).toEqual([false]);
		expect(check(nearly, terms()).map((hit) => [wordOf(nearly, hit), mayPass(nearly, hit)])).toEqual([['data', true]]);
		const spoken = 'It was Dana’s.';
		expect(check(spoken, terms()).map((hit) => mayPass(spoken, hit))).toEqual([false]);
		const time = 'We begin at 04:17.';
		expect(check(time, terms()).map((hit) => [wordOf(time, hit), mayPass(time, hit)])).toEqual([['04:17', true]]);
	});

	test('what was passed with a reason counts in every later version, and is kept with who said so', () => {
		const file = new File();
		const first = file.draft('It happened in the Foyer.');
		file.write(pass(file.desk, 'a', 'Foyer', ' everybody was there '));
		const second = file.draft('It happened in the foyer, yesterday.', 'plenary', first.id);
		const hits = check(second.text, terms());

		expect(hits).toHaveLength(1);
		expect(unresolved(second.text, hits, second.passed)).toEqual([]);
		expect(second.passed).toMatchObject([{ word: 'Foyer', reason: 'everybody was there', by: 'alma' }]);
	});

	test('a reason for a name lets nobody through', () => {
		const file = new File();
		file.draft('Dana was bothered.');
		file.write(pass(file.desk, 'a', 'Dana', 'she does not mind'));
		const [draft] = file.drafts;

		expect(approve(file.desk, draft!, check(draft!.text, terms()), 'board')).toEqual({ may: false, why: 'personal' });
	});

	test.each([
		['a detail in which a name stands', 'It was before the Okafor keynote.', [{ kind: 'name', text: 'Dana Okafor' }, { kind: 'detail', text: 'at the Okafor keynote' }], 'Okafor keynote', 'Okafor'],
		['a name that is an employer’s as well', 'It was Winter.', [{ kind: 'employer', text: 'Winter GmbH' }, { kind: 'name', text: 'Lea Winter' }], 'Winter', 'Winter'],
		['a name on two lines', 'It was Dana\nOkafor.', [{ kind: 'name', text: 'Dana Okafor' }], 'Dana\nOkafor', 'Okafor'],
		['a name of two parts', 'It was Müller-Weiß.', [{ kind: 'name', text: 'Jörg Müller-Weiß' }], 'Müller-Weiß', 'Müller-Weiß'],
		['a name in one word', 'It was DanaOkafor.', [{ kind: 'name', text: 'Dana Okafor' }], 'DanaOkafor', 'Okafor']
	] as const)('nor does a reason for %s', (_, text, known, word, name) => {
		const file = new File();
		file.draft(text);
		for (const passed of [word, name]) file.write(pass(file.desk, 'a', passed, 'everybody was there'));
		const [draft] = file.drafts;
		const hits = check(text, known);

		expect(hits.some((hit) => !mayPass(text, hit) && wordOf(text, hit).includes(name))).toBe(true);
		expect(approve(file.desk, draft!, hits, 'board')).toEqual({ may: false, why: 'personal' });
	});

	test('an approved text stays with whoever approved it and where it was read out, also when another lead went on writing apart', () => {
		const file = new File();
		const first = file.draft('There was an incident.');
		const approved = approve(file.desk, first, [], null);
		if (!approved.may) throw new Error(approved.why);
		for (const intention of approved.intentions) file.write(intention);
		file.write(readOut(file.desk, first.id, 'plenary', 5));
		file.draft('There was an incident yesterday.', 'plenary', first.id);

		expect(file.drafts).toMatchObject([{ text: 'There was an incident.', approved: { by: 'alma' }, made: [{ channel: 'plenary' }] }, { text: 'There was an incident yesterday.' }]);
		expect(file.drafts[1]).not.toHaveProperty('approved');
	});

	test('approving copies the text for everybody, and nothing that says of which case it is', () => {
		const file = new File();
		const draft = file.draft(OFFICIAL);
		const approved = approve(file.desk, draft, check(OFFICIAL, terms()), 'board');
		if (!approved.may) throw new Error(approved.why);

		const [mark, copy] = approved.intentions;
		expect(mark).toMatchObject({ kind: 'chair', facts: [{ into: 'marks', fields: { target: draft.id, mark: 'approved' } }] });
		expect(copy).toMatchObject({ document: 'board', kind: 'notice', facts: [{ into: 'announcements', fields: { source: draft.id, text: OFFICIAL, channel: 'plenary' } }] });
		expect(JSON.stringify(copy)).not.toContain(AMBER);
		file.write(mark!);
		expect(file.drafts[0]?.approved).toMatchObject({ by: 'alma' });
	});

	test('one that was taken back is a draft again, whoever approved it, and every copy of it is struck; that it was approved stays readable', () => {
		const file = new File();
		const draft = file.draft(OFFICIAL);
		for (const lead of ['alma', 'tom']) {
			const approved = approve(file.desk, draft, [], 'board');
			if (!approved.may) throw new Error(approved.why);
			file.write(approved.intentions[0]!, lead);
		}
		const [notes, copies] = takeBackOf(draft.id, [file.chair], ['copy-1', 'copy-2'], 'board', file.desk.newId);
		expect(copies).toMatchObject({ document: 'board', kind: 'notice', facts: [{ into: 'strikes', fields: { target: 'copy-1' } }, { into: 'strikes', fields: { target: 'copy-2' } }] });
		file.write(notes!, 'tom');

		expect(file.drafts).toMatchObject([{ text: OFFICIAL }]);
		expect(file.drafts[0]).not.toHaveProperty('approved');
		expect(file.chair.collections.get('marks')?.map((mark) => mark.fields['mark'])).toEqual(['approved', 'approved']);
		expect(takeBackOf(draft.id, [file.chair], [], 'board', file.desk.newId), 'nothing is left to take back').toEqual([]);
	});

	test.each([
		['an approval from before it was taken back arrives after that', [['alma', 10], ['back', 20], ['tom', 11]], []],
		['it was approved anew', [['alma', 10], ['back', 20], ['tom', 11], ['tom', 30]], ['tom']],
		['it was approved anew and taken back again', [['alma', 10], ['back', 20], ['tom', 11], ['tom', 30], ['back', 40], ['alma', 35]], []],
		['a clock is ahead where it was taken back', [['alma', 10], ['back', 2_000], ['tom', 30]], []],
		['a clock is ahead where it was approved apart', [['alma', 10], ['back', 20], ['tom', 2_000]], ['tom']],
		['clocks are the same', [['alma', 10], ['back', 20], ['tom', 20]], ['tom']]
	] as const)('the board and the leads’ own page say the same where %s', (_, steps, by) => {
		const file = new File();
		const notice = new File();
		const draft = file.draft(OFFICIAL);
		const everyone = ['alma', 'tom'].map((staff) => ({ id: staff, name: staff, roles: [Role.CHAIR], badgeLabel: '', phone: '', phones: [] }));
		const onBoard = () => board({ ...notice.chair, kind: 'notice' }, null, everyone).announcements;
		for (const [step, at] of steps) {
			const approved = approve(file.desk, draft, [], 'board');
			if (!approved.may) throw new Error(approved.why);
			const written = step === 'back' ? takeBackOf(draft.id, [file.chair], onBoard().flatMap((one) => one.copies), 'board', file.desk.newId) : approved.intentions;
			for (const intention of written) (intention.kind === 'notice' ? notice : file).write(intention, step === 'tom' ? 'tom' : 'alma', at);
		}

		expect(onBoard().map((one) => one.by)).toEqual(by);
		expect(file.drafts.flatMap(({ approved }) => approved?.by ?? [])).toEqual(by);
	});

	test('of a case that is kept from somebody, nothing leaves the leads’ own notes; a lead reads it out', () => {
		const file = new File();
		const approved = approve(file.desk, file.draft(OFFICIAL), [], null);
		if (!approved.may) throw new Error(approved.why);

		expect(approved.intentions.map((one) => one.kind)).toEqual(['chair']);
		file.write(readOut(file.desk, file.drafts[0]!.id, 'plenary', 5), 'tom');
		expect(file.drafts[0]?.made).toMatchObject([{ by: 'tom', channel: 'plenary' }]);
	});

	test('two leads who wrote apart have two drafts, and neither is lost', () => {
		const file = new File();
		const first = file.draft('one');
		file.draft('two', 'plenary', first.id);
		file.draft('three', 'plenary', first.id);

		expect(file.drafts.map((draft) => draft.text)).toEqual(['two', 'three']);
	});
});

describe('what an announcement is checked against', () => {
	test('the case, closed names, and what is linked with it', () => {
		const apart = terms(false);
		expect(apart).toContainEqual({ kind: 'name', text: 'Dana Okafor' });
		expect(apart).toContainEqual({ kind: 'badge', text: '0417' });
		expect(apart).toContainEqual({ kind: 'detail', text: 'after the second talk' });
		expect(apart).not.toContainEqual({ kind: 'badge', text: '417' });
		expect(terms()).toContainEqual({ kind: 'badge', text: '417' });
	});

	test('a room gives somebody away while only one incident happened there', () => {
		// Two cases that nobody has linked may be two incidents.
		expect(terms(false)).not.toContainEqual({ kind: 'place', text: 'Foyer' });
		expect(terms()).toContainEqual({ kind: 'place', text: 'Foyer' });
	});

	test('staff whom it is kept from, and persons among those who know of it', () => {
		const { state } = alma();
		const [amber] = state.cases;
		const aware = ['People at the coffee bar', 'Ben Amara'].map((who, index) => ({ id: `w${String(index)}`, by: 'x', device: 'y', at: 1, who }));
		const record = { ...amber!, excluded: ['rui'], view: { ...amber!.view, aware } };
		const found = known(AMBER, { cases: [record], identities: [], chairs: [], links: [], rooms: [], talks: [], name: (staff) => (staff === 'rui' ? 'Rui Costa' : undefined) });

		expect(found).toContainEqual({ kind: 'name', text: 'Rui Costa' });
		expect(found).toContainEqual({ kind: 'name', text: 'Ben Amara' });
		expect(found).not.toContainEqual({ kind: 'name', text: 'People at the coffee bar' });
		expect(check('at the coffee bar', found).length).toBe(1);
	});
});
