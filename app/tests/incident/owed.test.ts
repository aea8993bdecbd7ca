import { describe, expect, test } from 'vitest';
import { close, stillOpen, toTellAnew } from '../../src/incident/closing.ts';
import { answerLate, decide, find, followUp, hear, mark, meet, receiveAppeal, settleAppeal, tellAll, untoldOf, type Desk } from '../../src/incident/deciding.ts';
import { decision, joined, type AppealEffect, type FindingValue } from '../../src/incident/decision.ts';
import { standingOf } from '../../src/incident/inbox.ts';
import type { Owed } from '../../src/incident/owed.ts';
import { saidAt, toldAt } from '../../src/incident/path.ts';
import type { Intention, Millis } from '../../src/replica/api.ts';
import { alma, AMBER, at, id } from '../console/journeys.ts';

const TARGETS = { chair_told: 10, chair_told_alert: 15, meeting: 60, follow_up: 480 };
const DAYS = 24 * 60 * 60_000;

/** The report stands, two people are kept apart for a month, and both sides have been told. */
async function told() {
	const replica = alma('14:10');
	let ids = 0;
	const desk: Desk = { caseId: AMBER, document: await replica.chairDocument(AMBER), newId: () => id(`n${String((ids += 1))}`) };
	const chairs = () => replica.state.chairs.filter((chair) => chair.parent === AMBER);
	// As if nothing else waited in this case.
	const records = () => replica.state.cases.filter((record) => record.id === AMBER).map((record) => ({ ...record, view: { ...record.view, police: { state: 'unknown' as const, versions: [] }, registers: {}, reports: [], parties: [] } }));
	const collections = () => joined(chairs());
	const made = () => decision(collections());
	const write = async (...intentions: (Intention | null)[]) => {
		for (const one of intentions) if (one !== null) await replica.write(one);
	};
	const allowed = (wish: ReturnType<typeof find>): Intention => {
		if (!wish.may) throw new Error(wish.why);
		return wish.intention;
	};
	const file = {
		desk,
		made,
		write,
		allowed,
		untold: () => untoldOf(made(), () => false).map(what),
		open: (now: Millis = at('14:10')) => stillOpen(collections(), [], now).map((one) => one.what),
		next: (now: Millis = at('14:10')) => standingOf(records(), chairs(), id('alma'), TARGETS, now).next,
		anew: () => toTellAnew(collections(), []),
		tellThem: async (time = '14:09') => write(tellAll(desk, made(), () => false, 'in_person', at(time))),
		tellReporter: async (time = '14:09') => write(followUp(desk, made(), at(time), 'in_person', ['measures_taken'], '')),
		lift: async (which = 0) => write(mark(desk, made().sanctions[which]!.id, 'lifted')),
		appeal: async (effect: AppealEffect, changes: { ends?: boolean; holds?: FindingValue } = {}) => {
			await write(receiveAppeal(desk, at('14:06'), 'not heard'));
			const seen = made().appeals.find((one) => one.decision === undefined)!;
			await write(...settleAppeal(desk, made(), seen, { text: 'the board says', effect, at: at('14:08') }, { ends: changes.ends ? [made().sanctions[0]!.id] : [], ...(changes.holds && { holds: changes.holds }) }));
		},
		shut: async (despite = '') => {
			const wish = close(desk, stillOpen(collections(), [], at('14:10')).filter((one) => one.what !== 'sanction'), 'done', despite, { cases: records(), chairs: chairs() });
			if (!wish.may) throw new Error(wish.why);
			await write(...wish.intentions);
		}
	};
	await write({ document: AMBER, kind: 'case', facts: [{ into: 'entries', id: desk.newId(), fields: { kind: 'chair_opened' } }] });
	await write(meet(desk, { metAt: at('11:35'), present: [id('alma')], whatHappened: 'x', doing: 'yes' }));
	await write(hear(desk, 'I did not hear a no.', [id('tom'), id('noor')], at('13:25')));
	await write(allowed(find(desk, made(), 'stands', 'two accounts')));
	await write(allowed(decide(desk, made(), { code: 'no_contact', interim: false, until: at('14:10') + 30 * DAYS })));
	await file.tellThem('13:45');
	await file.tellReporter('14:05');
	return file;
}

function what(each: Owed): string {
	if ('code' in each) return each.code;
	if ('value' in each) return each.value;
	return 'ended' in each ? `ended ${each.ended.code}` : `appeal ${each.decision?.effect ?? 'declined'}`;
}

test('whoever heard before there was a finding that it is looked at is told what came of it', async () => {
	const replica = alma('14:10');
	let ids = 0;
	const desk: Desk = { caseId: AMBER, document: await replica.chairDocument(AMBER), newId: () => id(`i${String((ids += 1))}`) };
	const collections = () => joined(replica.state.chairs.filter((chair) => chair.parent === AMBER));
	const asked = () => [stillOpen(collections(), [], at('14:10')).some((one) => one.what === 'reporter_told'), toTellAnew(collections(), [])];
	const tell = async (sentence: string) => replica.write(followUp(desk, decision(collections()), at('13:20'), 'phone', [sentence], ''));

	await tell('looked_at');
	expect(asked()).toEqual([false, null]);
	await replica.write(hear(desk, 'I did not hear a no.', [id('tom'), id('noor')], at('13:25')));
	const found = find(desk, decision(collections()), 'stands', 'two accounts');
	if (!found.may) throw new Error(found.why);
	await replica.write(found.intention);
	expect(asked()).toEqual([true, 'follow_up']);
	await tell('against_code');
	expect(asked()).toEqual([false, null]);
});

describe('after an appeal', () => {
	test('whoever won it is told so, and that a sanction ended; and so is the reporter, who may believe to be protected', async () => {
		const file = await told();
		expect([file.untold(), file.next()]).toEqual([[], 'none']);
		await file.appeal('partly', { ends: true });

		expect(file.untold()).toEqual(['ended no_contact', 'appeal partly']);
		expect(file.open()).toEqual(['reported_told', 'reporter_told']);
		expect([saidAt(file.made()), toldAt(file.made()), file.next()]).toEqual([undefined, undefined, 'tell']);

		// Said in the minute before the clock of the one who ended it: what it answers counts, not the time.
		await file.tellThem('14:07');
		expect([file.untold(), file.open(), file.next()]).toEqual([[], ['reporter_told'], 'follow_up']);
		await file.tellReporter('14:07');
		expect([file.open(), file.next()]).toEqual([[], 'none']);
	});

	test('that was rejected, whoever appealed is told so; for the reporter nothing has changed', async () => {
		const file = await told();
		await file.appeal('rejected');

		expect([file.untold(), file.open(), file.next()]).toEqual([['appeal rejected'], ['reported_told', 'sanction'], 'tell']);
		await file.tellThem();
		expect([file.untold(), file.open(), file.next()]).toEqual([[], ['sanction'], 'none']);
		expect(saidAt(file.made())).toBe(at('14:10'));
	});

	test('that was not taken, whoever appealed is told so', async () => {
		const file = await told();
		await file.write(receiveAppeal(file.desk, at('14:06'), 'not heard'));
		expect(file.untold()).toEqual([]);
		await file.write(answerLate(file.desk, file.made().appeals[0]!, false, 'too late'));
		expect(file.untold()).toEqual(['appeal declined']);
		await file.tellThem();
		expect(file.untold()).toEqual([]);
	});

	test('that changed what was found, the reporter who heard otherwise is told anew', async () => {
		const file = await told();
		await file.appeal('upheld', { ends: true, holds: 'does_not_stand' });

		expect(file.untold()).toEqual(['does_not_stand', 'ended no_contact', 'appeal upheld']);
		expect(file.open()).toEqual(['reported_told', 'reporter_told']);
		await file.tellReporter();
		expect(file.open()).toEqual(['reported_told']);
	});

	test('that two leads answered alike, apart, being told of either is being told; an answer that another one took the place of is not', async () => {
		const file = await told();
		await file.write(receiveAppeal(file.desk, at('14:06'), 'not heard'));
		const before = file.made();
		const answer = async (effect: AppealEffect) => file.write(...settleAppeal(file.desk, before, before.appeals[0]!, { text: 'the board says', effect, at: at('14:08') }, { ends: [] }));
		await answer('rejected');
		await file.tellThem();
		await answer('rejected');
		expect(file.untold()).toEqual([]);
		// A third who did not know of them wrote down the opposite: it is open again, and what they heard does not count.
		await answer('upheld');
		expect(file.untold()).toEqual([]);
		await file.write(...settleAppeal(file.desk, file.made(), file.made().appeals[0]!, { text: 'we asked', effect: 'upheld', at: at('14:09') }, { ends: [] }));
		expect(file.untold()).toEqual(['appeal upheld']);
	});
});

describe('what a lead ends', () => {
	test('after they were told of it is told them, and the reporter', async () => {
		const file = await told();
		await file.lift();
		expect([file.untold(), file.open(), file.next()]).toEqual([['ended no_contact'], ['reported_told', 'reporter_told'], 'tell']);
		await file.tellThem();
		await file.tellReporter();
		expect([file.untold(), file.open(), file.next()]).toEqual([[], [], 'none']);
	});

	test('before they were told of it, or that nothing follows, is told to nobody', async () => {
		const file = await told();
		await file.write(file.allowed(decide(file.desk, file.made(), { code: 'warn_cease', interim: false, indefinite: true })));
		await file.lift(1);
		await file.write(file.allowed(decide(file.desk, file.made(), { code: 'no_action', interim: false, reason: 'x' })));
		await file.tellThem();
		await file.lift(2);
		expect([file.untold(), file.anew()]).toEqual([[], null]);
	});
});

describe('a case that is closed', () => {
	test('says whom to tell when an appeal came after that', async () => {
		const file = await told();
		await file.shut();
		expect(file.next()).toBe('closed');
		await file.appeal('upheld', { ends: true, holds: 'does_not_stand' });
		expect(file.next()).toBe('tell');
		await file.tellThem();
		expect(file.next()).toBe('follow_up');
		await file.tellReporter();
		expect(file.next()).toBe('closed');
	});

	test('in spite of what was not told, does not ask for it again', async () => {
		const file = await told();
		await file.appeal('partly', { ends: true });
		await file.shut('they are gone, and nobody answers');
		expect(file.next()).toBe('closed');
		await file.appeal('rejected');
		expect(file.next()).toBe('tell');
	});
});
