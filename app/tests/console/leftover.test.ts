/** What a lead began to type is never out of sight: where no form is left for it, it can be read and deleted all the same. */
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import { act, receiveAppeal, type Desk as Writer } from '../../src/incident/deciding.ts';
import { close, reopen } from '../../src/incident/closing.ts';
import { linkIntentions, links } from '../../src/incident/chair.ts';
import { disputes, settleRegister, type Dispute } from '../../src/incident/settle.ts';
import type { Id } from '../../src/replica/api.ts';
import { Desk } from '../../src/routes/console/desk.svelte.ts';
import { Handling } from '../../src/routes/console/handling.svelte.ts';
import { Jotting } from '../../src/routes/console/jotting.svelte.ts';
import { leftovers } from '../../src/routes/console/leftover.ts';
import LeftoverCard from '../../src/routes/console/LeftoverCard.svelte';
import { words } from '../../src/words/index.ts';
import '../../src/words/late.ts';
import { alma, AMBER, at, QUIET } from './journeys.ts';
import type { MemoryReplica } from './memory.ts';

const WORDS = 'stay near the stage until the last talk';
const { forms } = words.decision.leftover;

async function typed(replica: MemoryReplica, form: string, fields: { [field: string]: string }, caseId: Id = AMBER): Promise<void> {
	const jotting = new Jotting(new Desk(replica), caseId, form);
	for (const [field, value] of Object.entries(fields)) jotting.type(field, value);
	await jotting.leave(Object.keys(fields));
}

const handling = (replica: MemoryReplica, caseId: Id = AMBER) => {
	const desk = new Desk(replica);
	return new Handling(desk, () => desk.together(caseId));
};
const writer = async (replica: MemoryReplica, caseId: Id = AMBER): Promise<Writer> => ({ caseId, document: await replica.chairDocument(caseId), newId: () => replica.newId() });
const found = (replica: MemoryReplica, caseId: Id = AMBER) => leftovers(handling(replica, caseId)).map((one) => [one.kind, ...one.words]);
const card = (replica: MemoryReplica) => render(LeftoverCard, { props: { handling: handling(replica) } }).body;

describe('what was typed and not written down', () => {
	test('about an action that another lead replaced meanwhile can be read, and deleted', async () => {
		const replica = alma();
		const first = act(await writer(replica), { kind: 'task', what: 'Watch the stage' });
		await replica.write(first);
		const before = first.facts[0]?.id ?? '';
		await typed(replica, `action ${before}`, { kind: 'task', what: WORDS, due: '2026-09-29T18:00' });
		await replica.write(act(await writer(replica), { kind: 'task', what: 'Watch the door', replaces: before }));
		expect(handling(replica).made.actions.map((action) => action.what)).toEqual(['Watch the door']);
		expect(found(replica)).toEqual([['action', WORDS]]);
		const html = card(replica);
		for (const said of [WORDS, forms['action'], words.ending.open.copy, words.decision.away]) expect(html).toContain(said);
		await new Jotting(new Desk(replica), AMBER, `action ${before}`).drop();
		expect([found(replica), card(replica).includes(words.decision.leftover.title)]).toEqual([[], false]);
	});

	test('in a case that is part of another one by now is found with the incident', async () => {
		const replica = alma();
		await typed(replica, 'finding', { value: 'stands', reason: WORDS });
		await typed(replica, 'finding', { value: 'stands', reason: 'of the other' }, QUIET);
		expect([found(replica), found(replica, QUIET)]).toEqual([[['finding', WORDS]], [['finding', 'of the other']]]);
		const wish = { from: QUIET, chairDocument: await replica.chairDocument(QUIET), to: AMBER, kind: 'same_incident', reason: '' } as const;
		for (const intention of linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId())) await replica.write(intention);
		for (const caseId of [AMBER, QUIET]) expect(found(replica, caseId)).toEqual([['finding', WORDS], ['finding', 'of the other']]);
	});

	test('is not shown twice where a form on the page holds it', async () => {
		const replica = alma();
		await replica.write({ document: AMBER, kind: 'case', facts: [{ into: 'entries', id: replica.newId(), fields: { kind: 'withdrawal', value: 'not_suggested' } }] });
		await replica.write(receiveAppeal(await writer(replica), at('12:00'), 'Nobody heard me.'));
		for (const form of ['statement', 'meeting', 'sheet', 'close', 'withdrawn']) await typed(replica, form, { text: WORDS });
		expect(found(replica)).toEqual([]);
		// An appeal within its time waits for nobody's reason: it was answered, or never late.
		await typed(replica, `appeal-late ${handling(replica).made.appeals[0]?.id ?? ''}`, { reason: WORDS });
		expect(found(replica)).toEqual([['appeal-late', WORDS]]);
	});

	test('is no leftover while its sheet is open, and is one when it was closed', async () => {
		const replica = alma();
		await typed(replica, 'finding', { value: 'stands', reason: WORDS });
		const one = handling(replica);
		const kinds = () => leftovers(one).map((each) => each.kind);
		const closed = new Jotting(one.desk, AMBER, 'finding').stand();
		expect(kinds()).toEqual([]);
		const other = new Jotting(one.desk, QUIET, 'finding').stand();
		closed();
		expect(kinds()).toEqual(['finding']);
		other();
	});

	test('between two versions stands with them, and is shown once somebody else has settled them', async () => {
		const replica = alma();
		const dispute = () => disputes(handling(replica).together[0]!.view).find((one) => one.key === 'place');
		await typed(replica, 'dispute place', { choice: 'foyer' });
		expect(found(replica)).toEqual([]);
		await replica.write(settleRegister(AMBER, dispute() as Dispute & { of: 'register' }, 'foyer', () => replica.newId()));
		expect([dispute(), found(replica)]).toEqual([undefined, [['dispute']]]);
	});

	test('as a closing note is shown once another lead closed the case, and no more when it is open again', async () => {
		const replica = alma();
		await typed(replica, 'close', { note: WORDS, despite: 'the speaker left' });
		expect(found(replica)).toEqual([]);
		const wish = close(await writer(replica), [], 'All told.', '', replica.state);
		for (const intention of wish.may ? wish.intentions : []) await replica.write(intention);
		expect(found(replica)).toEqual([['close', WORDS, 'the speaker left']]);
		for (const intention of reopen(await writer(replica), 'Somebody came back.', replica.state)) await replica.write(intention);
		expect(found(replica)).toEqual([]);
	});

	test('holds no choice, no time and nobody’s id', async () => {
		const replica = alma();
		await typed(replica, 'attempt', { who: 'a'.repeat(32), result: 'not_found', tried: '2026-09-29T12:41' });
		await typed(replica, 'sanction warning', { '@reason': WORDS, '@ends': 'date', '@until': '2026-09-30T12:00' });
		expect(found(replica)).toEqual([['attempt'], ['sanction', WORDS]]);
		expect(card(replica)).not.toContain('a'.repeat(32));
	});

	test('leaves a report that is being taken, and a note on the phone, where they are', async () => {
		const replica = alma();
		await replica.keepDraft({ id: replica.newId(), startedAt: 0, savedAt: 0, fields: { words: WORDS, note: AMBER } });
		expect(found(replica)).toEqual([]);
	});
});
