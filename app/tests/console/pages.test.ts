/** What a lead reads on the pages of a case, as far as it needs no tap. */
import { create } from '@bufbuild/protobuf';
import { readFileSync } from 'node:fs';
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import { ExclusionLineSchema, ExportPaperSchema, TeamSchema } from '../../src/generated/wire/v1/identity_pb.ts';
import { AppealSchema, SentenceSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import { delegate } from '../../src/incident/board.ts';
import { caseFile, type Part } from '../../src/incident/casefile.ts';
import type { Element, Intention, Restricted } from '../../src/replica/api.ts';
import { linkIntentions, links, openCase, unlinkIntentions } from '../../src/incident/chair.ts';
import { act, decide, find, followUp, hear, meet, receiveAppeal, settleAppeal, tellAll, type Desk } from '../../src/incident/deciding.ts';
import { decision } from '../../src/incident/decision.ts';
import { writeSheet } from '../../src/incident/sheet.ts';
import { startDrill } from '../../src/incident/ready.ts';
import CasePaper from '../../src/routes/console/CasePaper.svelte';
import { Desk as Screen } from '../../src/routes/console/desk.svelte.ts';
import VenuePaper from '../../src/routes/console/VenuePaper.svelte';
import '../../src/words/late.ts';
import { settling } from '../../src/ui/settling.svelte.ts';
import { speak, words } from '../../src/words/index.ts';
import { alma, AMBER, at, bytes, id, QUIET, team } from './journeys.ts';
import { MemoryReplica, put } from './memory.ts';
import Page from './Page.svelte';

/** Alma’s laptop, and what she wrote until then. */
async function written(upTo: 'meeting' | 'heard' | 'appealed') {
	const replica = alma('14:10');
	let ids = 0;
	const desk: Desk = { caseId: AMBER, document: await replica.chairDocument(AMBER), newId: () => id(`w${String((ids += 1))}`) };
	const made = () => decision(replica.state.chairs.find((chair) => chair.parent === AMBER)?.collections ?? new Map<string, Element[]>());
	const allowed = (wish: ReturnType<typeof find>): Intention => {
		if (!wish.may) throw new Error(wish.why);
		return wish.intention;
	};
	await replica.write(meet(desk, { metAt: at('11:35'), present: [id('alma'), id('tom')], whatHappened: 'Repeated following', doing: 'yes' }));
	await replica.write(act(desk, { kind: 'speak', what: 'Speak with 0417', who: id('tom'), with: id('noor'), due: at('13:30') }));
	await replica.write(act(desk, { kind: 'interim', what: 'Keep 0417 off the Terrace' }));
	await replica.write(writeSheet(desk, 'This morning Dana was followed.', []));
	if (upTo === 'meeting') return replica;
	await replica.write(hear(desk, 'I did not hear a no.', [id('tom'), id('noor')], at('13:25')));
	if (upTo === 'heard') return replica;
	await replica.write(allowed(find(desk, made(), 'stands', 'two accounts agree')));
	await replica.write(allowed(decide(desk, made(), { code: 'no_contact', interim: false, until: at('19:00') })));
	await replica.write(allowed(decide(desk, made(), { code: 'leave_event', interim: false, indefinite: true })));
	const told = tellAll(desk, made(), () => false, 'in_person', at('13:45'));
	if (told) await replica.write(told);
	await replica.write(receiveAppeal(desk, at('14:00'), 'Nobody heard me.'));
	return replica;
}

/** The words of a page without its marks. */
function shown(replica: ReturnType<typeof alma>, rest: string): string {
	return render(Page, { props: { replica, rest } })
		.body.replace(/<!--.*?-->|<svg.*?<\/svg>/gs, '')
		.replace(/<[^>]+>/g, ' ')
		.replace(/\s+/g, ' ');
}

async function page(upTo: Parameters<typeof written>[0], rest: string, change?: (replica: Awaited<ReturnType<typeof written>>) => void): Promise<string> {
	const replica = await written(upTo);
	change?.(replica);
	return shown(replica, `case/${AMBER}${rest}`);
}

describe('the page of the meeting', () => {
	test('shows what was planned, what nobody has, what is late, and that their side is missing', async () => {
		const text = await page('meeting', '/meeting');
		for (const words of ['Meeting, 11:35', 'Repeated following', 'Tom Lindqvist with Noor Haddad', '40 minutes late', 'Nobody yet', 'Not yet: their side has not been heard.', 'They declined', 'after their side']) expect(text).toContain(words);
		expect(text).toContain('“Dana” may point at somebody who told us');
	});
});

describe('the page of the decision', () => {
	test('has nothing to decide with before their side was heard', async () => {
		const text = await page('meeting', '/decision');
		expect(text).toContain('Not yet: their side has not been heard.');
		expect(text).not.toContain('Does the report stand? Decide');
	});

	test('asks whether the report stands once it was', async () => {
		const text = await page('heard', '/decision');
		for (const words of ['“I did not hear a no.”', 'heard by Tom, Noor', 'No finding yet', 'Decide']) expect(text).toContain(words);
	});

	test('keeps readable what was found before, and what another lead found without knowing of it', async () => {
		const text = await page('heard', '/decision', (replica) => {
			const found = (name: string, by: string, fields: Element['fields']): Element => ({ id: id(name), by: id(by), device: id('A1'), at: at('13:40'), fields });
			const findings = [found('f1', 'alma', { value: 'cannot_tell', reason: 'one word against one' }), found('f2', 'alma', { value: 'stands', reason: 'two accounts', replaces: id('f1') }), found('f3', 'tom', { value: 'stands', reason: 'he said so himself' })];
			replica.change({ chairs: replica.state.chairs.map((chair) => (chair.parent === AMBER ? { ...chair, collections: new Map([...chair.collections, ['findings', findings]]) } : chair)) });
		});
		for (const words of ['The report stands', 'two accounts', 'Found by Tom Lindqvist', 'he said so himself', 'What was found before', 'We cannot tell', 'one word against one']) expect(text).toContain(words);
	});

	test('shows that everything stands while it is appealed, and lets nobody change it meanwhile', async () => {
		const text = await page('appealed', '/decision');
		for (const words of ['The report stands', 'Stands while appealed', 'until 19:00', 'Nobody heard me.', 'Appeal']) expect(text).toContain(words);
		expect(text).not.toContain('Decide anew');
	});

	test('takes another appeal while one waits: whoever told it may appeal as well', async () => {
		const text = await page('appealed', '/decision', (replica) => replica.change({ pack: { ...replica.state.pack!, appeal: create(AppealSchema, { name: 'Board', days: 30 }) } }));
		expect(text).toContain('Note what was decided');
		expect(text).toContain('An appeal has arrived');
	});

	test('says on the slip until when with the day and the year: it is read on another day than it is printed', async () => {
		const replica = await written('heard');
		const desk: Desk = { caseId: AMBER, document: await replica.chairDocument(AMBER), newId: () => id('barred') };
		const wish = decide(desk, decision(new Map()), { code: 'bar_volunteering', interim: true, until: at('19:00'), reason: 'until it is decided' });
		if (wish.may) await replica.write(wish.intention);
		const [row, slip = ''] = shown(replica, `case/${AMBER}/decision`).split('For those who carry it out');
		expect(row).toContain('until 19:00');
		expect(slip).toContain('until 29 September 2026 19:00');
	});

	test('shows both answers to an appeal that two leads wrote down apart, and asks which one holds', async () => {
		const replica = await written('appealed');
		const chair = replica.state.chairs.find((one) => one.parent === AMBER);
		const appeal = chair?.collections.get('appeals')?.[0]?.id ?? '';
		const answer = (name: string, effect: string, text: string) => ({ into: 'appeals', id: id(name), fields: { received: at('14:00'), grounds: 'Nobody heard me.', decision: text, effect, decided_at: at('14:05'), replaces: appeal } });
		await replica.write({ document: await replica.chairDocument(AMBER), kind: 'chair', facts: [answer('yes', 'upheld', 'They were not heard'), answer('no', 'rejected', 'They were heard twice')] });
		const text = shown(replica, `case/${AMBER}/decision`);
		for (const words of ['Two answers that differ', 'Decided 14:05: the appeal is right.', 'They were not heard', 'Decided 14:05: the appeal is not right.', 'They were heard twice', 'Note what holds', 'Stands while appealed']) expect(text).toContain(words);
		expect(text.match(/Nobody heard me\./g)).toHaveLength(1);
	});

	test.each([
		['en', ['About their appeal: partly right', 'No longer holds: no_contact'], 'Note that they were told', 'Everything that was decided has been told.', 'Since they were told, something was found, or something has ended.'],
		['de', ['Zum Einspruch: Teilweise berechtigt', 'Gilt nicht mehr: no_contact'], 'Notieren, dass es mitgeteilt wurde', 'Alles, was entschieden wurde, ist mitgeteilt.', 'Seit sie Bescheid haben, wurde etwas entschieden, oder etwas gilt nicht mehr.']
	] as const)('asks to tell what an appeal changed, and shows that it was told: %s', async (language, lines, ask, all, since) => {
		const replica = await written('appealed');
		let ids = 0;
		const desk: Desk = { caseId: AMBER, document: await replica.chairDocument(AMBER), newId: () => id(`v${String((ids += 1))}`) };
		const made = () => decision(replica.state.chairs.find((chair) => chair.parent === AMBER)?.collections ?? new Map<string, Element[]>());
		await replica.write(followUp(desk, made(), at('14:01'), 'in_person', [], 'We did something.'));
		const apart = made().sanctions.find((each) => each.code === 'no_contact')!;
		for (const one of settleAppeal(desk, made(), made().appeals[0]!, { text: 'It ends.', effect: 'partly', at: at('14:05') }, { ends: [apart.id] })) await replica.write(one);
		await speak(language);
		const before = shown(replica, `case/${AMBER}/decision`);
		await replica.write(tellAll(desk, made(), () => false, 'in_person', at('14:08'))!);
		await replica.write(followUp(desk, made(), at('14:09'), 'in_person', [], 'It has ended.'));
		const after = shown(replica, `case/${AMBER}/decision`);
		await speak('en');

		expect(before).toContain(ask);
		expect(before).toContain(since);
		for (const line of [...lines, all]) expect(before).not.toContain(line);
		for (const line of [...lines, all]) expect(after).toContain(line);
		for (const line of [ask, since]) expect(after).not.toContain(line);
	});

	test('leads from a slip that has to be settled first to where both versions stand', async () => {
		const replica = await written('appealed');
		const link = () => /To the two versions/.test(shown(replica, `case/${AMBER}/decision`)) && /href="([^"]*)"[^>]*>To the two versions/.exec(render(Page, { props: { replica, rest: `case/${AMBER}/decision` } }).body)?.[1];
		expect(link()).toBe(false);
		const party = (name: string, badge: string) => ({ into: 'parties', id: id(name), fields: { party: id('who'), report: id('a-rep'), kind: 'reported', badge } });
		await replica.write({ document: AMBER, kind: 'case', facts: [party('one', '0417'), party('two', '0471')] });
		const where = link();
		expect(where).toBe(`#/console/case/${AMBER}`);
		expect(shown(replica, String(where).replace('#/console/', ''))).toMatch(/: 2 versions/);
	});

	test('offers the team a card in code, unless somebody may not know of the case', async () => {
		expect(await page('appealed', '/decision')).toContain('Amber Kite: keep two people apart, ask the chair.');
		const kept = await page('appealed', '/decision', (replica) => {
			replica.change({ cases: replica.state.cases.map((one) => (one.id === AMBER ? { ...one, excluded: [id('rui')] } : one)) });
		});
		expect(kept).toContain('Only leads may know of this case');
		expect(kept).not.toContain('keep two people apart, ask the chair');
	});

	test('and wants the card taken back when somebody may not know of the case any more', async () => {
		const text = await page('appealed', '/decision', (replica) => {
			const apart = replica.state.chairs.flatMap((chair) => chair.collections.get('sanctions') ?? []).find((element) => element.fields['code'] === 'no_contact');
			const pair: Element = { id: 'p', by: id('alma'), device: id('A1'), at: at('14:00'), fields: { sanction: apart?.id ?? '', code_name: 'Amber Kite' } };
			const notice = { id: 'n', kind: 'notice' as const, unsent: 0, safekeeping: new Map(), collections: new Map([['pairs', [pair]]]) };
			replica.change({ notice, cases: replica.state.cases.map((one) => (one.id === AMBER ? { ...one, excluded: [id('rui')] } : one)) });
		});
		expect(text).toContain('Take it off the phones');
	});
});

describe('two answers about who may know the name', () => {
	const text = (restricted: Restricted) => {
		const replica = alma();
		const amber = replica.documents.find((one) => one.id === AMBER)!;
		amber.restricted = restricted;
		put(amber, 'answers', id('share2'), id('jonas'), id('J1'), at('12:02'), { report: id('a-rep'), field: 'may_share_name_with', value: 'nobody' }, at('12:40'));
		return shown(new MemoryReplica(replica.documents, replica.state, () => at('12:41')), `case/${AMBER}`);
	};

	test('name the chair', () => expect(text('none')).toContain('the chair or nobody'));
	test('name the alternate chair, where the case is about the chair', () => expect(text('chair_named')).toContain('the alternate chair or nobody'));
});

test('the file of a case on paper holds what was told and decided, and what shows that it is of what was there', async () => {
	const replica = await written('appealed');
	await replica.write(followUp({ caseId: AMBER, document: await replica.chairDocument(AMBER), newId: () => id('told') }, decision(replica.state.chairs.find((chair) => chair.parent === AMBER)?.collections ?? new Map<string, Element[]>()), at('14:05'), 'phone', ['measures_taken'], 'Thank you for coming to us.'));
	const { pack } = replica.state;
	if (pack) replica.change({ pack: { ...pack, sentences: [create(SentenceSchema, { id: 'measures_taken', text: 'Something was done.' })] } });
	const desk = new Screen(replica);
	const record = replica.state.cases.find((one) => one.id === AMBER)!;
	const file = caseFile({ record, chairs: replica.state.chairs, identities: replica.state.identities, reader: id('alma'), opens: true }, ['names']);
	const proof = create(ExportPaperSchema, { at: BigInt(at('14:12')), changes: [{ changeId: new Uint8Array(32).fill(7), staff: new Uint8Array(16), receivedAt: BigInt(at('11:05')) }] });
	const text = render(CasePaper, { props: { desk, file, proof } }).body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

	for (const words of ['Amber Kite', 'Reported 29 September 2026 10:42.', 'Taken by Alma Reyes, 29 September 2026 14:12', 'around 29 September 2026 10:15–10:30', 'until 29 September 2026 19:00', 'Left out: Names, badges and how to reach people', '“He kept following me', 'Struck by Jonas Brandt: “wrong person”', '“I did not hear a no.”', 'The report stands', 'Reporter: 29 September 2026 14:05, by phone, Alma Reyes. Something was done. Thank you for coming to us.', 'Nobody heard me.', '1 change on the server', '0707']) expect(text).toContain(words);
	for (const words of ['Reported: 0417', 'Dana Okafor']) expect(text).not.toContain(words);
});

test('without who told it, the file of a case on paper does not say either who took it down or brought a change', async () => {
	const replica = await written('meeting');
	await replica.write(openCase(AMBER, () => replica.newId()));
	const record = replica.state.cases.find((one) => one.id === AMBER)!;
	const proof = create(ExportPaperSchema, { at: BigInt(at('14:12')), changes: [{ changeId: new Uint8Array(32).fill(7), staff: bytes('noor'), receivedAt: BigInt(at('11:05')) }] });
	const paper = (leftOut: Part[]) => render(CasePaper, { props: { desk: new Screen(replica), file: caseFile({ record, chairs: [], identities: [], reader: id('alma'), opens: true }, leftOut), proof } }).body;
	for (const name of ['Noor Haddad', 'Jonas Brandt']) {
		expect(paper([])).toContain(name);
		expect(paper(['reporter', 'decision'])).not.toContain(name);
	}
	for (const words of ['0707', 'Opened by a lead', 'Struck: “wrong person”']) expect(paper(['reporter'])).toContain(words);
});

describe('a case that names another one', () => {
	const text = (replica: ReturnType<typeof alma>, caseId: string) => shown(replica, `case/${caseId}`);

	/** Quiet Delta was found to be part of Amber Kite; maybe that ended. */
	async function linked(ended: boolean, from = AMBER, to = QUIET) {
		const replica = alma();
		const newId = () => replica.newId();
		const wish = { from, chairDocument: await replica.chairDocument(from), to, kind: 'same_incident' as const, reason: '' };
		for (const one of linkIntentions(wish, replica.state.cases, [], newId)) await replica.write(one);
		const [link] = links(replica.state.chairs);
		if (ended && link) for (const one of unlinkIntentions(link, replica.state.cases, [link], newId)) await replica.write(one);
		return replica;
	}

	test.each([false, true])('says on both pages who reads of what they may not know, also when the link ended: %s', async (ended) => {
		const replica = await linked(ended);
		const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
		const there = 'Tom Lindqvist may not know of this case, and gets Quiet Delta, where it is named.';
		expect(text(replica, AMBER)).not.toContain(there);
		replica.change({ team: create(TeamSchema, { ...team(), exclusions: [create(ExclusionLineSchema, { document: bytes(AMBER), staff: bytes(id('tom')), by: bytes(id('alma')), since: BigInt(at('12:30')) })] }) });
		for (const words of [there, 'Keep Tom away from Quiet Delta', 'cannot be taken back']) expect(text(replica, AMBER)).toContain(words);
		expect(text(replica, QUIET)).toContain('Tom Lindqvist may not know of Amber Kite, and reads here that it is there.');
	});

	test.each([false, true])('shows nothing of it where it is not, and not that a link ended: %s', async (ended) => {
		const replica = await linked(ended, QUIET, AMBER);
		const before = text(replica, QUIET);
		expect(before).toContain('Now part of Amber Kite');
		expect(before.includes('Stands alone again')).toBe(ended);
		replica.change({ cases: replica.state.cases.filter((one) => one.id !== AMBER) });
		const after = text(replica, QUIET);
		expect(after).toContain('Quiet Delta');
		for (const words of ['Amber Kite', 'Now part of', 'Stands alone again', 'Same incident, by']) expect(after).not.toContain(words);
	});
});

describe('the draft for the public', () => {
	/** What would be read out, of what this lead sees. */
	const draft = (replica: ReturnType<typeof alma>) => /<article.*?<\/article>/s.exec(render(Page, { props: { replica, rest: 'after' } }).body)?.[0].replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim() ?? '';
	const FEW = 'Our team received at least one report during the event.';

	test('says of nothing by itself that it did not happen: there may be cases that this lead does not know of', () => {
		const replica = alma();
		expect(draft(replica)).toContain('Our team received 3 reports during the event.');
		expect(draft(replica)).not.toMatch(/police/i);
		replica.change({ cases: [] });
		expect(draft(replica)).toMatch(/^Code of conduct at [^.]+$/);
		expect(shown(replica, 'after')).toContain('Write it yourself once you are sure of it.');
	});

	test('says of few reports no more than that there were some: others may know of more', () => {
		const replica = alma();
		replica.change({ cases: replica.state.cases.filter((one) => one.id === AMBER) });
		expect(draft(replica)).toContain(FEW);
	});
});

describe('the page of readiness', () => {
	const said = (name: string, by: string, fields: Element['fields']): Element => ({ id: id(name), by: id(by), device: id('A1'), at: at('09:10'), fields });

	test('keeps what a lead noted whose time on the team has ended, and the shifts that they planned', () => {
		const replica = alma();
		const duty = {
			id: 'd', kind: 'duty' as const, unsent: 0, safekeeping: new Map(),
			collections: new Map([
				['readiness', [said('r1', 'tom', { staff: id('noor'), what: 'briefing', value: 'meeting' })]],
				['shifts', [said('s1', 'tom', { staff: id('noor'), from: at('09:00'), until: at('19:00'), place: 'Foyer desk' })]]
			])
		};
		const known = team();
		replica.change({ duty, team: create(TeamSchema, { ...known, staff: known.staff.map((member) => (member.name === 'Tom Lindqvist' ? { ...member, until: BigInt(at('12:00')) } : member)) }) });
		const text = shown(replica, 'readiness');

		expect(text).not.toContain('Tom Lindqvist');
		for (const words of ['Meeting: done 09:10', '1 of 5 briefed', 'Foyer desk']) expect(text).toContain(words);
		const body = render(Page, { props: { replica, rest: 'readiness' } }).body;
		expect(body, 'two shifts of one person are told apart by ear').toContain('aria-label="Remove the shift of Noor Haddad, 09:00 to 19:00"');
		expect(text, 'what was noted by mistake cannot be taken back').toContain('Meeting: done 09:10. Take it back: Noor Haddad');
		expect(body, 'what is still open is not said to be so').toContain('aria-label="Note: Jonas Brandt has a STAFF badge"');
	});
});

test('a second tap on the button that starts a drill does not end it: what has come to its place takes none for a moment', async () => {
	const replica = alma();
	const drill = () => /<section[^>]*aria-labelledby="drill".*?<\/section>/s.exec(render(Page, { props: { replica, rest: 'readiness' } }).body)?.[0] ?? '';
	await replica.write(startDrill(await replica.eventDocument('notice'), () => replica.newId()));
	expect(drill()).toContain(words.ready.drill.end);
	expect(drill()).not.toContain('settling');
	settling.on = true;
	const just = drill();
	settling.on = false;
	expect(just.replace(/<!--.*?-->/g, '')).toMatch(/<p class="[^"]*settling"><button[^>]*>\s*End the drill/);
	expect(readFileSync('src/routes/console/DrillCard.svelte', 'utf8').match(/class:settling=\{settling.on\} \{@attach appeared\}/g)).toHaveLength(2);
});

describe('the card for the people of the venue', () => {
	test.each([
		['en', 'Then security or the police first, and us next. If everybody is safe, call them only if the person asks for it.'],
		['de', 'Dann zuerst den Sicherheitsdienst oder die Polizei rufen, danach uns. Sind alle in Sicherheit: nur, wenn die Person darum bittet.']
	] as const)('says what comes first where somebody may be in danger, before whom to call: %s', async (language, danger) => {
		await speak(language);
		const { call } = words.ready.venue;
		const card = render(VenuePaper, { props: { pack: alma().state.pack } }).body;
		await speak('en');
		expect(card).toContain(danger);
		expect(card.indexOf(danger)).toBeLessThan(card.indexOf(call));
	});
});

describe('the page of late notes', () => {
	test('says that nothing waits only when the server said so', async () => {
		const replica = alma();
		expect(shown(replica, 'late')).not.toContain('Nothing waits for your decision.');
		const desk = new Screen(replica);
		expect(desk.lateKnown).toBe(false);
		await desk.loadLate();
		expect([desk.lateKnown, desk.late.length]).toEqual([true, 0]);
	});
});

describe('what is said of access', () => {
	test('whoever only adds is not said to get the whole case', () => {
		const { given } = words.rights.access;
		expect(given('Mei', 'read')).toContain('the whole case');
		expect(given('Mei', 'append')).not.toContain('the whole case');
		expect(given('Mei', 'append')).toContain('only their own words');
	});
});

test('whoever left the team is not among those who may announce, though a lead asked them to for longer', async () => {
	const replica = alma();
	const until = at('18:00');
	await replica.write(delegate(await replica.eventDocument('notice'), { staff: id('jonas'), from: at('12:00'), until }, () => replica.newId()));
	const may = 'Take it back from Jonas';
	expect(shown(replica, 'announcements')).toContain(may);
	const known = team();
	replica.change({ team: create(TeamSchema, { ...known, staff: known.staff.map((member) => (member.name === 'Jonas Brandt' ? { ...member, until: BigInt(at('12:30')) } : member)) }) });
	expect(shown(replica, 'announcements')).not.toContain(may);
});

test('the page of the team counts who is on it, and their phones', () => {
	const replica = alma();
	expect(shown(replica, 'team')).toContain('6 people, 5 phones.');
	const known = team();
	replica.change({ team: create(TeamSchema, { ...known, staff: known.staff.map((member) => (member.name === 'Tom Lindqvist' ? { ...member, until: BigInt(at('12:00')) } : member)) }) });
	expect(shown(replica, 'team')).toContain('5 people, 4 phones.');
	expect(shown(replica, 'team'), 'he is still shown, as somebody who left').toContain('off the team since 12:00');
});

test('one day after the outcome is one day', () => {
	const { appeal } = words.decision;
	expect(appeal.receivedAt('14:00', 1)).toBe('Received 14:00, 1 day after the outcome.');
	expect(appeal.receivedAt('14:00', 2)).toBe('Received 14:00, 2 days after the outcome.');
});
