/** What a lead types into a sheet of a case outlives the sheet, and only what is wanted stays. */
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import { listed } from '../../src/incident/catalogue.ts';
import { linkIntentions, links } from '../../src/incident/chair.ts';
import type { Action, Appeal } from '../../src/incident/decision.ts';
import type { CaseRecord, Id } from '../../src/replica/api.ts';
import After from '../../src/routes/console/After.svelte';
import DelegateSheet from '../../src/routes/console/DelegateSheet.svelte';
import DisputeCard from '../../src/routes/console/DisputeCard.svelte';
import EraseSheet from '../../src/routes/console/EraseSheet.svelte';
import GrantSheet from '../../src/routes/console/GrantSheet.svelte';
import Invite from '../../src/routes/console/Invite.svelte';
import KeepAwaySheet from '../../src/routes/console/KeepAwaySheet.svelte';
import PersonSheet from '../../src/routes/console/PersonSheet.svelte';
import ShiftSheet from '../../src/routes/console/ShiftSheet.svelte';
import TellSheet from '../../src/routes/console/TellSheet.svelte';
import TermSheet from '../../src/routes/console/TermSheet.svelte';
import ToldSheet from '../../src/routes/console/ToldSheet.svelte';
import ActionSheet from '../../src/routes/console/ActionSheet.svelte';
import AppealSheet from '../../src/routes/console/AppealSheet.svelte';
import AttemptSheet from '../../src/routes/console/AttemptSheet.svelte';
import CodedSheet from '../../src/routes/console/CodedSheet.svelte';
import AppealLate from '../../src/routes/console/AppealLate.svelte';
import AwareSheet from '../../src/routes/console/AwareSheet.svelte';
import Close from '../../src/routes/console/Close.svelte';
import DecideAppealSheet from '../../src/routes/console/DecideAppealSheet.svelte';
import { Desk } from '../../src/routes/console/desk.svelte.ts';
import EntrySheet from '../../src/routes/console/EntrySheet.svelte';
import FindingSheet from '../../src/routes/console/FindingSheet.svelte';
import FollowUpSheet from '../../src/routes/console/FollowUpSheet.svelte';
import { Handling } from '../../src/routes/console/handling.svelte.ts';
import { Jotting } from '../../src/routes/console/jotting.svelte.ts';
import LinkSheet from '../../src/routes/console/LinkSheet.svelte';
import NameSheet from '../../src/routes/console/NameSheet.svelte';
import OfferSheet from '../../src/routes/console/OfferSheet.svelte';
import ReasonSheet from '../../src/routes/console/ReasonSheet.svelte';
import SanctionSheet from '../../src/routes/console/SanctionSheet.svelte';
import SaySheet from '../../src/routes/console/SaySheet.svelte';
import TriageSheet from '../../src/routes/console/TriageSheet.svelte';
import ToldCard from '../../src/routes/console/ToldCard.svelte';
import WithdrawnCard from '../../src/routes/console/WithdrawnCard.svelte';
import { words } from '../../src/words/index.ts';
import '../../src/words/late.ts';
import { alma, AMBER, at, id, QUIET } from './journeys.ts';
import type { MemoryReplica } from './memory.ts';

const WORDS = 'two accounts agree, and so does the badge';

/** The page as it is after a lock or a reload: made anew of what is stored. */
const opened = (replica: MemoryReplica) => new Desk(replica);
const stored = (replica: MemoryReplica) => replica.state.drafts.map((draft) => draft.fields['typed']);
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Types into one form of the case, as the sheet does at every keystroke, and waits until it is stored. */
async function typed(replica: MemoryReplica, form: string, fields: { [field: string]: string }, caseId: Id | null = AMBER): Promise<Jotting> {
	const jotting = new Jotting(opened(replica), caseId, form);
	for (const [field, value] of Object.entries(fields)) jotting.type(field, value);
	await settled();
	return jotting;
}

describe('what is typed into a form of a case', () => {
	test('stands there when it is opened again, for the same form of the same case only', async () => {
		const replica = alma();
		await typed(replica, 'finding', { reason: WORDS, value: 'stands' });
		const again = new Jotting(opened(replica), AMBER, 'finding', { reason: '' });
		expect([again.get('reason'), again.one('value', ['stands', 'unclear']), again.kept]).toEqual([WORDS, 'stands', true]);
		expect(again.one('value', ['unclear'])).toBeUndefined();
		for (const [caseId, form] of [[QUIET, 'finding'], [AMBER, 'appeal']] as const) expect(new Jotting(opened(replica), caseId, form).get('reason')).toBe('');
	});

	test('belongs to the leads’ own document of the case, so that it leaves this device with it', async () => {
		const replica = alma();
		await typed(replica, 'finding', { reason: WORDS });
		expect(replica.state.drafts.map((draft) => draft.fields['note'])).toEqual([await replica.chairDocument(AMBER)]);
	});

	test('waits when the sheet is closed, and is gone after it was written down or thrown away', async () => {
		const replica = alma();
		const jotting = await typed(replica, 'finding', { reason: WORDS });
		expect(await jotting.leave(['reason'])).toBe(true);
		expect(stored(replica)).toEqual([{ reason: WORDS }]);
		await new Jotting(opened(replica), AMBER, 'finding').drop();
		expect(stored(replica)).toEqual([]);
	});

	test('is stored to its last letter before the sheet closes', async () => {
		const replica = alma();
		const jotting = new Jotting(opened(replica), AMBER, 'finding');
		for (const end of [5, 12, WORDS.length]) jotting.type('reason', WORDS.slice(0, end));
		expect(await jotting.leave(['reason'])).toBe(true);
		expect(stored(replica)).toEqual([{ reason: WORDS }]);
	});

	test('is not kept where no word was typed, and looking at a sheet keeps nothing', async () => {
		const replica = alma();
		await new Jotting(opened(replica), AMBER, 'finding', { at: '2026-09-29T12:41' }).leave(['reason']);
		expect(stored(replica)).toEqual([]);
		const jotting = await typed(replica, 'finding', { value: 'stands', reason: ' ' });
		expect(stored(replica)).toHaveLength(1);
		expect(await jotting.leave(['reason'])).toBe(true);
		expect(stored(replica)).toEqual([]);
	});

	test('does not let the sheet close where the device stores nothing, until it does or the words are thrown away', async () => {
		const replica = alma();
		replica.full = true;
		const jotting = await typed(replica, 'finding', { reason: WORDS });
		expect(jotting.trouble).toBe(true);
		expect(await jotting.leave(['reason'])).toBe(false);
		replica.full = false;
		expect(await jotting.leave(['reason'])).toBe(true);
		expect(stored(replica)).toEqual([{ reason: WORDS }]);
		replica.full = true;
		await jotting.drop();
		expect([jotting.trouble, jotting.kept]).toEqual([false, false]);
	});

	test('is as empty as before once it was written down, and what is typed next is kept anew', async () => {
		const replica = alma();
		const jotting = await typed(replica, 'close', { note: WORDS });
		await jotting.drop();
		expect([jotting.get('note'), jotting.kept, stored(replica)]).toEqual(['', false, []]);
		jotting.type('note', 'the second');
		await settled();
		expect(stored(replica)).toEqual([{ note: 'the second' }]);
	});

	test('knows several that were chosen, and one less', async () => {
		const jotting = await typed(alma(), 'follow-up', { sentences: 'looked_at' });
		jotting.tick('sentences', 'value');
		expect(jotting.list('sentences')).toEqual(['looked_at', 'value']);
		jotting.tick('sentences', 'looked_at');
		expect(jotting.list('sentences')).toEqual(['value']);
	});
});

describe('each sheet takes up what was typed into it', () => {
	const action: Action = { id: id('act'), kind: 'task', what: 'Stay near the stage', by: id('alma'), at: at('12:00'), who: id('noor') };
	const appeal: Appeal = { id: id('appeal'), received: at('12:00'), grounds: 'Nobody heard me.' } as Appeal;
	const one = listed('warning', null);
	const close = () => undefined;
	const decide = () => Promise.resolve(null);
	const waive = { desk: undefined as unknown as Desk, caseId: AMBER, form: 'waive declined', title: '', text: '', act: '', decide, close };

	/** The sheet's HTML over what is stored. */
	function sheet(replica: MemoryReplica, part: unknown, props: object): string {
		const desk = opened(replica);
		const handling = new Handling(desk, () => desk.together(AMBER));
		return render(part as Component, { props: { handling, ...('desk' in props ? { ...props, desk } : props) } }).body;
	}

	const SHEETS: [form: string, field: string, part: unknown, props: object][] = [
		['entry', 'text', EntrySheet, { desk: null, record: alma().state.cases.find((record) => record.id === AMBER), close }],
		['finding', 'reason', FindingSheet, { close }],
		['sanction warning', '@reason', SanctionSheet, { one, interim: false, close }],
		['sanction warning interim', '@reason', SanctionSheet, { one, interim: true, close }],
		['appeal', 'grounds', AppealSheet, { close }],
		[`appeal-decided ${appeal.id}`, 'text', DecideAppealSheet, { appeal, close }],
		['follow-up', 'text', FollowUpSheet, { close }],
		['action', 'what', ActionSheet, { close }],
		[`action ${action.id}`, 'what', ActionSheet, { before: action, close }],
		[`coded ${action.id} ${id('noor')}`, 'text', CodedSheet, { action, staff: id('noor'), close }],
		['waive declined', 'reason', ReasonSheet, waive],
		['say', 'text', SaySheet, { desk: null, caseId: AMBER, codeName: 'Amber Kite', before: 'We looked at it.', give: decide, close }],
		['link', 'reason', LinkSheet, { desk: null, record: alma().state.cases.find((record) => record.id === AMBER), close }],
		[`name ${id('dana')}`, 'reason', NameSheet, { desk: null, caseId: AMBER, identity: id('dana'), close }],
		['offered', 'text', OfferSheet, { close }],
		['erase', 'reason', EraseSheet, { desk: null, record: alma().state.cases.find((record) => record.id === AMBER), close }]
	];

	test.each(SHEETS)('%s', async (form, field, part, props) => {
		const replica = alma();
		expect(sheet(replica, part as Component<never>, props)).not.toContain(words.decision.away);
		await typed(replica, form, { [field]: WORDS });
		const html = sheet(replica, part, props);
		expect(html).toContain(`>${WORDS}</textarea>`);
		for (const said of [words.decision.kept, words.decision.away]) expect(html).toContain(said);
	});

	/** What is chosen in the HTML of a form. */
	const on = (html: string) => [...html.replace(/<!--.*?-->|<svg.*?<\/svg>/gs, '').matchAll(/aria-checked="true"[^>]*>\s*([^<]+?)\s*</g)].map((match) => match[1]);

	test('aware: in its lines, too', async () => {
		const replica = alma();
		await typed(replica, 'aware', { who: 'the coffee bar', how: WORDS });
		const html = sheet(replica, AwareSheet, { desk: null, caseId: AMBER, add: () => Promise.resolve(null), close });
		for (const value of ['the coffee bar', WORDS]) expect(html).toContain(`value="${value}"`);
	});

	test('triage: what was changed, and of the rest what another lead set meanwhile', async () => {
		const replica = alma();
		const part = TriageSheet as Component<never>;
		const before = on(sheet(replica, part, { close }));
		await typed(replica, 'triage', { risk: 'repeat', grounds: 'gender', 'category/following': 'no' });
		await replica.write({ document: await replica.chairDocument(AMBER), kind: 'chair', birth: { parent: AMBER }, facts: [{ into: 'triage', id: replica.newId(), fields: { scope: 'ours', risk: 'none' } }] });
		const say = words.decision.triage;
		const following = alma().state.pack?.categories.find((one) => one.code === 'following')?.title;
		expect(before).toEqual([following]);
		expect(on(sheet(replica, part, { close }))).toEqual([say.scopes.ours, say.risks.repeat, say.groundList.gender]);
	});

	/** What is chosen among the lines of a form. */
	const picked = (html: string) => [...html.matchAll(/<input[^>]*type="radio"[^>]*>/g)].flatMap(([input]) => (/ checked/.test(input) ? [/value="([^"]*)"/.exec(input)?.[1] ?? ''] : []));
	const record = alma().state.cases.find((each) => each.id === AMBER);
	const there = (party: { cases: readonly CaseRecord[] }, caseId: Id) => party.cases.find((each) => each.id === caseId)?.view.parties.find((each) => each.versions[0]?.kind === 'reported')?.party ?? '';

	test('a shift: who, when and where; nobody who is not there', async () => {
		const replica = alma();
		const desk = opened(replica);
		const props = { desk: null, everyone: desk.people, add: decide, close };
		expect(picked(sheet(replica, ShiftSheet, props))).toEqual([]);
		await typed(replica, 'shift', { who: id('noor'), from: '2026-09-30T09:00', until: '2026-09-30T13:00', place: 'Foyer' }, null);
		const html = sheet(replica, ShiftSheet, props);
		expect(picked(html)).toEqual([id('noor')]);
		for (const value of ['2026-09-30T09:00', '2026-09-30T13:00', 'Foyer']) expect(html).toContain(`value="${value}"`);
		expect(picked(sheet(replica, ShiftSheet, { ...props, everyone: desk.people.filter((person) => person.id !== id('noor')) }))).toEqual([]);
	});

	test('who may announce: one announcement that is gone does not become all of them', async () => {
		const replica = alma();
		const props = { desk: null, give: decide, close };
		await typed(replica, 'delegate', { who: id('noor'), what: '', from: '2026-09-29T13:00' }, null);
		expect(picked(sheet(replica, DelegateSheet, props))).toEqual([id('noor')]);
		await typed(replica, 'delegate', { what: id('gone') }, null);
		const html = sheet(replica, DelegateSheet, props);
		expect([picked(html), html.includes(words.people.who.any)]).toEqual([[id('noor')], true]);
	});

	test('a term: what was changed, and of the rest what another lead set meanwhile', async () => {
		const replica = alma();
		const person = { ...opened(replica).people[0]!, until: at('18:00') };
		await typed(replica, `term ${person.id}`, { from: '2026-09-29T09:00' }, null);
		const html = sheet(replica, TermSheet, { desk: null, person, end: close, close });
		for (const value of ['2026-09-29T09:00', '2026-09-29T18:00']) expect(html).toContain(`value="${value}"`);
	});

	test('access: who, how far and until when; nobody who has it by now', async () => {
		const replica = alma();
		const others = opened(replica).people;
		await typed(replica, 'grant', { who: id('noor'), level: 'read', hours: '4' });
		const props = { desk: null, record, others, give: decide, close };
		expect(picked(sheet(replica, GrantSheet, props))).toEqual([id('noor'), 'read', '4']);
		expect(picked(sheet(replica, GrantSheet, { ...props, others: others.filter((person) => person.id !== id('noor')) }))).toEqual(['read', '4']);
	});

	test('whom the case is kept from; and from which others, while they are the same', async () => {
		const replica = alma();
		// Tom reads in the notes about the other case that there is this one.
		const wish = { from: QUIET, chairDocument: await replica.chairDocument(QUIET), to: AMBER, kind: 'same_incident', reason: '' } as const;
		for (const intention of linkIntentions(wish, replica.state.cases, links(replica.state.chairs), () => replica.newId())) await replica.write(intention);
		const others = opened(replica).people;
		const props = { desk: null, record, others, done: close, close };
		await typed(replica, 'keep-away', { who: id('tom'), too: 'both', of: QUIET });
		expect(picked(sheet(replica, KeepAwaySheet, props))).toEqual([id('tom'), 'both']);
		expect(picked(sheet(replica, KeepAwaySheet, { ...props, others: others.filter((person) => person.id !== id('tom')) }))).toEqual([]);
		await typed(replica, 'keep-away', { of: `${QUIET} ${id('silver')}` });
		expect(picked(sheet(replica, KeepAwaySheet, props))).toEqual([id('tom')]);
	});

	test('of an erasure the reason, and not the name that has to be typed anew', async () => {
		const replica = alma();
		await typed(replica, 'erase', { reason: WORDS, sure: 'Amber Kite' });
		const html = sheet(replica, EraseSheet, { desk: null, record, close });
		expect([html.includes(WORDS), html.includes('value="Amber Kite"')]).toEqual([true, false]);
	});

	test('how somebody was told, and the reported person', async () => {
		const replica = alma();
		const person = { id: id('bar'), who: 'the coffee bar' };
		await typed(replica, `told ${person.id}`, { way: 'phone', sentence: '', when: '2026-09-29T12:30' });
		const told = sheet(replica, ToldSheet, { desk: null, caseId: AMBER, person, note: decide, close });
		expect([on(told), told.includes('value="2026-09-29T12:30"')]).toEqual([[words.people.aware.ways.phone], true]);
		await typed(replica, 'tell', { how: 'letter', at: '2026-09-29T12:31' });
		const tell = sheet(replica, TellSheet, { close });
		expect([on(tell), tell.includes('value="2026-09-29T12:31"')]).toEqual([[words.decision.tell.ways.letter], true]);
	});

	test('the same person in another case', async () => {
		const replica = alma();
		const key = `${QUIET} ${there(replica.state, QUIET)}`;
		expect(picked(sheet(replica, PersonSheet, { close }))).toEqual([]);
		await typed(replica, 'same-person', { other: key });
		expect(picked(sheet(replica, PersonSheet, { close }))).toEqual([key]);
	});

	test('which of two versions, while it is one of them', async () => {
		const replica = alma();
		const [one, two] = [id('v1'), id('v2')].map((version, at) => ({ id: version, by: id('noor'), device: '', at, kind: 'set', field: 'place', value: `hall-${String(at)}` }));
		const dispute = { of: 'register', key: 'place', field: 'place', versions: [one, two] };
		const card = (versions: unknown[]) => sheet(replica, DisputeCard, { desk: null, caseId: AMBER, dispute: { ...dispute, versions }, letter: '', key: `${AMBER} place` });
		expect(picked(card([one, two]))).toEqual([]);
		await typed(replica, 'dispute place', { choice: id('v2') });
		expect([picked(card([one, two])), picked(card([one]))]).toEqual([[id('v2')], []]);
	});

	test('a lesson, and whom an invite is for: for the event, as part of no case', async () => {
		const replica = alma();
		await typed(replica, 'learned', { text: WORDS }, null);
		expect(sheet(replica, After, { desk: null, more: close })).toContain(`>${WORDS}</textarea>`);
		await typed(replica, 'invite', { who: 'new', name: 'Kim Berger', badge: '77', phone: '+49 30 1', roles: 'manager announcer' }, null);
		const html = sheet(replica, Invite, { desk: null, close });
		for (const value of ['Kim Berger', '77', '+49 30 1']) expect(html).toContain(`value="${value}"`);
		expect(on(html).slice(-2)).toEqual([words.common.role.manager, words.common.role.announcer]);
		expect(replica.state.drafts.map((draft) => draft.fields['note'])).toEqual([null, null]);
	});

	const INLINE: [form: string, field: string, part: unknown, props: object][] = [
		[`appeal-late ${appeal.id}`, 'reason', AppealLate, { appeal }],
		['withdrawn', 'reason', WithdrawnCard, {}],
		['close', 'note', Close, { desk: null, caseId: AMBER, more: close }]
	];

	test.each(INLINE)('on the page itself: %s', async (form, field, part, props) => {
		const replica = alma();
		await replica.write({ document: AMBER, kind: 'case', facts: [{ into: 'entries', id: replica.newId(), fields: { kind: 'withdrawal', value: 'not_suggested' } }] });
		expect(sheet(replica, part as Component<never>, props)).not.toContain(words.decision.kept);
		await typed(replica, form, { [field]: WORDS, further: 'continue' });
		const html = sheet(replica, part, props);
		for (const said of [`>${WORDS}</textarea>`, words.decision.kept]) expect(html).toContain(said);
	});

	test('another reporter who says stop is asked about, and left alone until then, whatever was chosen for the first', async () => {
		const replica = alma();
		const withdraw = async (entry: string) => replica.write({ document: AMBER, kind: 'case', facts: [{ into: 'entries', id: id(entry), fields: { kind: 'withdrawal', value: 'not_suggested' } }] });
		await withdraw('first');
		await replica.write({ document: await replica.chairDocument(AMBER), kind: 'chair', facts: [{ into: 'entries', id: replica.newId(), fields: { kind: 'withdrawal_choice', value: 'continue', reason: 'for the others', refs: id('first') } }], birth: { parent: AMBER } });
		const asks = () => sheet(replica, WithdrawnCard, {}).includes(words.decision.withdrawn.write);
		const alone = () => sheet(replica, ToldCard, {}).includes(words.decision.tell.noContact);
		expect([asks(), alone()]).toEqual([false, false]);
		await withdraw('second');
		expect(sheet(replica, WithdrawnCard, {}), 'the choice before it is hidden').toContain('for the others');
		expect([asks(), alone()]).toEqual([true, true]);
	});

	test('of two late appeals each has its own reason', async () => {
		const replica = alma();
		await typed(replica, `appeal-late ${appeal.id}`, { reason: WORDS });
		expect(sheet(replica, AppealLate as unknown as Component<never>, { appeal: { ...appeal, id: id('other') } })).not.toContain(WORDS);
	});

	test('and of an attempt who tried, but nobody whom the case is kept from by now', async () => {
		const replica = alma();
		await typed(replica, 'attempt', { who: `${id('tom')} ${id('noor')}`, result: 'not_found' });
		expect(on(sheet(replica, AttemptSheet as Component<never>, { close }))).toEqual(['Tom Lindqvist', 'Noor Haddad', words.decision.side.result.not_found]);
		replica.change({ cases: replica.state.cases.map((record) => (record.id === AMBER ? { ...record, excluded: [id('noor')] } : record)) });
		expect(on(sheet(replica, AttemptSheet as Component<never>, { close }))).toEqual(['Tom Lindqvist', words.decision.side.result.not_found]);
	});
});
