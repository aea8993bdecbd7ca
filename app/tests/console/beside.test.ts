/** What leads say of cases that are one incident is still so when they are one no more. */
import { describe, expect, test } from 'vitest';
import { answer, close, closed, reopen, replies, takeOn } from '../../src/incident/closing.ts';
import { beside } from '../../src/incident/beside.ts';
import { group, linkIntentions, links, unlinkIntentions } from '../../src/incident/chair.ts';
import { act, decide, find, hear, mark, meet, receiveAppeal, settleAppeal, tellAll, type Desk as Writer } from '../../src/incident/deciding.ts';
import { decision, inForce, isAppealed, joined } from '../../src/incident/decision.ts';
import { checked, sheets, writeSheet } from '../../src/incident/sheet.ts';
import { open } from '../../src/incident/shifts.ts';
import { choose, chosen, chosenBefore } from '../../src/incident/withdrawal.ts';
import type { Id, Intention } from '../../src/replica/api.ts';
import { Desk } from '../../src/routes/console/desk.svelte.ts';
import { Handling } from '../../src/routes/console/handling.svelte.ts';
import { alma, AMBER, at, id, QUIET } from './journeys.ts';

/** Alma’s device, on which Quiet was decided before anybody knew that it is one incident with Amber. */
async function held() {
	const replica = alma('14:10');
	const handling = (caseId: Id) => {
		const desk = new Desk(replica);
		return new Handling(desk, () => desk.together(caseId));
	};
	const write = async (caseId: Id, make: Parameters<Handling['write']>[0]) => expect(await handling(caseId).write(make)).toBeNull();
	const made = (caseId: Id) => decision(joined(replica.state.chairs.filter((chair) => chair.parent === caseId)));
	await write(QUIET, (desk) => hear(desk, 'I did not hear a no.', [id('tom'), id('noor')], at('13:25')));
	await write(QUIET, (desk) => find(desk, made(QUIET), 'stands', 'two accounts'));
	await write(QUIET, (desk) => decide(desk, made(QUIET), { code: 'no_contact', interim: false, until: at('14:10') + 30 * 86_400_000 }));
	await write(QUIET, (desk) => tellAll(desk, made(QUIET), () => false, 'in_person', at('13:45')));
	return {
		replica,
		handling,
		write,
		made,
		link: async () => {
			const wish = { from: AMBER, chairDocument: await replica.chairDocument(AMBER), to: QUIET, kind: 'same_incident', reason: '' } as const;
			await new Desk(replica).write(linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId()));
			expect(group(QUIET, replica.state.cases, links(replica.state.chairs))).toEqual([AMBER, QUIET]);
		},
		unlink: async () => {
			const [link] = links(replica.state.chairs);
			await new Desk(replica).write(unlinkIntentions(link!, replica.state.cases, links(replica.state.chairs), () => replica.newId()));
			expect(handling(QUIET).together.map((one) => one.id)).toEqual([QUIET]);
		}
	};
}

describe('not the same incident after all', () => {
	test('what was lifted meanwhile is not in force again', async () => {
		const { write, handling, made, link, unlink } = await held();
		await link();
		await write(AMBER, (desk) => mark(desk, handling(AMBER).made.sanctions[0]!.id, 'lifted'));
		expect(inForce(handling(AMBER).made.sanctions, at('14:10'))).toEqual([]);
		await unlink();

		expect(inForce(made(QUIET).sanctions, at('14:10'))).toEqual([]);
	});

	test('what was found anew holds in both, and was told in both', async () => {
		const { write, handling, made, link, unlink } = await held();
		await link();
		await write(AMBER, (desk) => find(desk, handling(AMBER).made, 'cannot_tell', 'the accounts differ'));
		expect(handling(AMBER).made.findings).toMatchObject([{ value: 'cannot_tell' }]);
		await write(AMBER, (desk) => tellAll(desk, handling(AMBER).made, () => false, 'phone', at('14:05')));
		await unlink();

		for (const caseId of [AMBER, QUIET]) expect(made(caseId).findings, caseId).toMatchObject([{ value: 'cannot_tell', reason: 'the accounts differ', told: { how: 'phone' } }]);
		expect(made(QUIET).foundBefore).toMatchObject([{ value: 'stands' }]);
	});

	test('what the reported person was told stays told, and what was planned anew or done stays so', async () => {
		const { write, handling, made, link, unlink } = await held();
		await write(QUIET, (desk) => act(desk, { kind: 'task', what: 'Watch the stage' }));
		await write(QUIET, (desk) => act(desk, { kind: 'task', what: 'Watch the door' }));
		await write(QUIET, (desk) => decide(desk, made(QUIET), { code: 'warn_cease', interim: false, indefinite: true }));
		const [stage, door] = made(QUIET).actions;
		await link();
		await write(AMBER, (desk) => tellAll(desk, handling(AMBER).made, () => false, 'phone', at('14:05')));
		await write(AMBER, (desk) => act(desk, { kind: 'task', what: 'Watch both stages', replaces: stage!.id }));
		await write(AMBER, (desk) => mark(desk, door!.id, 'done'));
		await unlink();

		expect(made(QUIET).sanctions.every((one) => one.told !== undefined)).toBe(true);
		expect(made(QUIET).actions).toMatchObject([{ what: 'Watch the door', done: expect.anything() as unknown }, { what: 'Watch both stages' }]);
		expect(made(AMBER).actions).toEqual([]);
	});

	test('what was decided about an appeal holds', async () => {
		const { write, handling, made, link, unlink } = await held();
		await write(QUIET, (desk) => receiveAppeal(desk, at('14:00'), 'nobody asked me'));
		await link();
		const linked = handling(AMBER).made;
		await write(AMBER, (desk) => settleAppeal(desk, linked, linked.appeals[0]!, { text: 'It ends.', effect: 'upheld', at: at('14:08') }, { ends: [linked.sanctions[0]!.id], holds: 'does_not_stand' }));
		await unlink();

		expect(isAppealed(made(QUIET))).toBe(false);
		expect(made(QUIET)).toMatchObject({ appeals: [{ decision: { effect: 'upheld' } }], findings: [{ value: 'does_not_stand' }], sanctions: [{ lifted: expect.anything() as unknown }] });
		expect(made(AMBER).appeals).toEqual([]);
	});
});

describe('what takes the place of versions in both', () => {
	/** Two cases in each of which `make` was written, and then once for both, by Alma. */
	async function replaced(make: (desk: Writer, text: string, handling: Handling) => Intention) {
		const both = await held();
		for (const caseId of [AMBER, QUIET]) await both.write(caseId, (desk) => make(desk, `of ${caseId}`, both.handling(caseId)));
		await both.link();
		const write = (text: string) => both.write(AMBER, (desk) => make(desk, text, both.handling(AMBER)));
		await write('of both');
		return { ...both, rewrite: write };
	}

	test('is one sheet for the talk, checked in both and replaced in both', async () => {
		const { replica, write, handling, rewrite, unlink } = await replaced((desk, text, { collections }) => writeSheet(desk, text, sheets(collections)));
		const all = (caseId: Id) => sheets(handling(caseId).collections);
		expect(all(AMBER)).toMatchObject([{ text: 'of both' }]);
		await rewrite('of both, once more');
		expect(all(AMBER)).toMatchObject([{ text: 'of both, once more', checkedBy: [] }]);
		const { self } = replica.state;
		replica.change({ self: { ...self!, staff: id('tom') } });
		await write(AMBER, (desk) => checked(desk, all(AMBER)[0]!));
		replica.change({ self });
		expect(all(AMBER)).toMatchObject([{ text: 'of both, once more', checkedBy: [id('tom')] }]);
		await unlink();

		for (const caseId of [AMBER, QUIET]) expect(all(caseId), caseId).toMatchObject([{ text: 'of both, once more', checkedBy: [id('tom')] }]);
	});

	test('is one meeting', async () => {
		const { handling, rewrite, unlink } = await replaced((desk, text, { made }) => meet(desk, { metAt: at('14:00'), present: [id('alma')], whatHappened: text, doing: 'yes', replaces: made.meetings }));
		const all = (caseId: Id) => handling(caseId).made;
		expect(all(AMBER).meetings).toMatchObject([{ whatHappened: 'of both' }]);
		await rewrite('of both, once more');
		expect(all(AMBER).meetings).toMatchObject([{ whatHappened: 'of both, once more' }]);
		expect(all(AMBER).metBefore.filter((one) => one.whatHappened === 'of both')).toHaveLength(1);
		await unlink();

		for (const caseId of [AMBER, QUIET]) expect(all(caseId).meetings, caseId).toMatchObject([{ whatHappened: 'of both, once more' }]);
	});

	test('is one choice after a reporter said stop', async () => {
		const { handling, rewrite, unlink } = await replaced((desk, text, { collections }) => choose(desk, ['w'], [{ choice: 'continue', reason: text }], chosen(collections), []));
		const all = (caseId: Id) => chosen(handling(caseId).collections);
		expect(all(AMBER)).toMatchObject([{ reason: 'of both' }]);
		await rewrite('of both, once more');
		expect(all(AMBER)).toMatchObject([{ reason: 'of both, once more' }]);
		expect(chosenBefore(handling(AMBER).collections).filter((one) => one.reason === 'of both')).toHaveLength(1);
		await unlink();

		for (const caseId of [AMBER, QUIET]) expect(all(caseId), caseId).toMatchObject([{ reason: 'of both, once more' }]);
	});
});

describe('an incident that is closed', () => {
	const shut = (notes: ReturnType<typeof closed>) => notes.state;

	test('is closed in each of its cases, on every phone, and stays so by itself; so it is when it is open again', async () => {
		const { replica, handling, link, unlink } = await held();
		await link();
		const desk = new Desk(replica);
		const done = close(await desk.notes(AMBER), [], 'Told.', '', replica.state, [await desk.notes(QUIET)]);
		if (!done.may) throw new Error(done.why);
		expect(await desk.write(done.intentions)).toBeNull();
		expect(shut(closed(handling(AMBER).collections))).toBe('closed');
		const { team } = replica.state;
		expect(open(replica.state.cases.filter((one) => one.id === AMBER || one.id === QUIET), team)).toEqual([]);
		await unlink();
		for (const caseId of [AMBER, QUIET]) expect(shut(closed(handling(caseId).collections)), caseId).toBe('closed');

		await link();
		const again = new Desk(replica);
		expect(await again.write(reopen(await again.notes(AMBER), 'An appeal came.', replica.state, [await again.notes(QUIET)]))).toBeNull();
		await unlink();
		for (const caseId of [AMBER, QUIET]) expect(shut(closed(handling(caseId).collections)), caseId).toBe('open');
	});
});

test('whoever reads only one of the cases and may not know of the other reads nothing new', async () => {
	const { replica, made, link } = await held();
	await link();
	const [given] = made(QUIET).sanctions;
	const notes = await replica.chairDocument(AMBER);
	const quiet = await replica.chairDocument(QUIET);
	const desk = { caseId: AMBER, document: notes, newId: () => replica.newId() };
	const found = find(desk, made(QUIET), 'cannot_tell', 'of both');
	if (!found.may) throw new Error(found.why);
	const where = (intention: Intention, tells: boolean) => beside([intention], replica.state.chairs, () => replica.newId(), () => tells).map((one) => one.document);

	expect(where(found.intention, true)).toEqual([notes]);
	expect(where(found.intention, false)).toEqual([notes, quiet]);
	for (const tells of [true, false]) {
		expect(where(mark(desk, given!.id, 'lifted'), tells)).toEqual([quiet]);
		expect(where(mark(desk, given!.id, 'told', 'phone'), tells)).toEqual([quiet]);
	}
});

test('nor do they read what was answered to what somebody said afterwards: that is in words', async () => {
	const { replica, write, link } = await held();
	await write(QUIET, (desk) => takeOn(desk, id('feedback'), id('tom'), 'Answer'));
	await link();
	const [reply] = replies(joined(replica.state.chairs));
	const [notes, quiet] = [await replica.chairDocument(AMBER), await replica.chairDocument(QUIET)];
	const desk = { caseId: AMBER, document: notes, newId: () => replica.newId() };
	const where = (intention: Intention, tells: boolean) => beside([intention], replica.state.chairs, () => replica.newId(), () => tells).map((one) => one.document);

	expect(where(answer(desk, reply!.id, 'We told Mara the same.'), true)).toEqual([notes]);
	expect(where(answer(desk, reply!.id, 'We told Mara the same.'), false)).toEqual([quiet]);
	expect(where(mark(desk, reply!.id, 'done'), true)).toEqual([quiet]);
});
