/** What somebody typed or chose on a phone is there again after a lock, on the screens that are no report. */
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import type { State } from '../../src/replica/api.ts';
import { keptOnFor, onlyHere } from '../../src/routes/phone/carried.ts';
import EndShift from '../../src/routes/phone/EndShift.svelte';
import { Note } from '../../src/routes/phone/note.svelte.ts';
import OpenHelp from '../../src/routes/phone/OpenHelp.svelte';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import { words } from '../../src/words/index.ts';
import '../../src/words/carry.ts';
import '../../src/words/late.ts';
import { alma, AMBER, id } from '../console/journeys.ts';
import type { MemoryReplica } from '../console/memory.ts';

const WORDS = 'The keys are in the blue box.';
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Types into one form, as the screen does at every keystroke, and waits until it is stored. */
async function typed(replica: MemoryReplica, about: string | null, form: string, fields: { [field: string]: string }): Promise<Note> {
	const note = new Note(new Phone(replica), about, form);
	for (const [field, value] of Object.entries(fields)) note.type(field, value);
	await settled();
	return note;
}

/** The screen as it is after a lock or a reload: made anew of what is stored. */
const screen = (replica: MemoryReplica, part: unknown, props: object = {}) => render(part as Component, { props: { phone: new Phone(replica), ...props } }).body;
const on = (html: string) => [...html.replace(/<!--.*?-->|<svg.*?<\/svg>/gs, '').matchAll(/aria-checked="true"[^>]*>\s*([^<]+?)\s*</g)].map((match) => match[1]);

/** A phone that alone has these entries of the first case. */
function alone(replica: MemoryReplica, ...entries: string[]): void {
	const safekeeping = new Map(entries.map((entry) => [entry.padStart(32, '0'), { where: 'phone' }])) as State['cases'][number]['safekeeping'];
	replica.change({ cases: replica.state.cases.map((record) => (record.id === AMBER ? { ...record, unsent: entries.length, safekeeping } : record)) });
}

describe('the end of a shift', () => {
	const list = (entries: ReadonlySet<string>) => [...entries].join(' ');
	const { give } = words.carry;
	const say = words.ready.end;

	test('keeps who goes on and what they have to know; nobody who is not on the team any more', async () => {
		const replica = alma();
		expect(on(screen(replica, EndShift))).toEqual([]);
		await typed(replica, null, 'end-shift', { who: id('noor'), text: WORDS });
		expect([on(screen(replica, EndShift)), screen(replica, EndShift).includes(`>${WORDS}</textarea>`)]).toEqual([['Noor Haddad'], true]);
		const { team } = replica.state;
		replica.change({ team: team && { ...team, staff: team.staff.filter(({ name }) => name !== 'Noor Haddad') } });
		expect(on(screen(replica, EndShift))).toEqual([]);
	});

	test('keeps that a phone stays on, for what was only here then', async () => {
		const replica = alma();
		alone(replica, 'one', 'two');
		expect(screen(replica, EndShift)).toContain(say.onlyText);
		await typed(replica, null, 'end-shift', { reachable: list(keptOnFor(replica.state)) });
		expect(screen(replica, EndShift)).toContain(say.kept);
		alone(replica, 'two', 'three');
		const html = screen(replica, EndShift);
		expect([html.includes(say.kept), html.includes(say.onlyText)]).toEqual([false, true]);
	});

	test('keeps what another phone carries, and goes on with what was being given', async () => {
		const replica = alma();
		alone(replica, 'one', 'two');
		const offered = list(onlyHere(replica.state));
		await typed(replica, null, 'end-shift', { who: id('noor'), offered, giving: 'yes' });
		expect(screen(replica, EndShift)).toContain(give.scanBy('Noor'));
		await typed(replica, null, 'end-shift', { giving: '', gave: 'Noor', given: offered, rest: '' });
		const html = screen(replica, EndShift);
		expect([html.includes(give.given('Noor')), html.includes(give.scanBy('Noor'))]).toEqual([true, false]);
		alone(replica, 'one', 'three');
		expect(screen(replica, EndShift)).not.toContain(give.given('Noor'));
	});

	test('gives nothing by itself that was sent meanwhile', async () => {
		const replica = alma();
		await typed(replica, null, 'end-shift', { who: id('noor'), giving: 'yes' });
		expect(screen(replica, EndShift)).not.toContain(give.scanBy('Noor'));
	});

	test('is over in the step that writes it down', async () => {
		const replica = alma();
		const note = await typed(replica, null, 'end-shift', { text: WORDS });
		replica.full = true;
		await expect(note.written((draft) => replica.write([], draft === undefined ? {} : { draft }))).rejects.toThrow();
		expect(replica.state.drafts).toHaveLength(1);
		replica.full = false;
		await note.written((draft) => replica.write([], draft === undefined ? {} : { draft }));
		expect([replica.state.drafts, screen(replica, EndShift).includes(WORDS)]).toEqual([[], false]);
	});
});

describe('what the team is asked', () => {
	const help = (replica: MemoryReplica) => {
		const record = replica.state.cases.find((one) => one.id === AMBER);
		return { record, note: () => Promise.resolve(null), form: `ask ${record?.view.support.find(({ kind }) => kind === 'fetch')?.id ?? ''}` };
	};

	test('is open again with what was typed, and over once it was closed', async () => {
		const replica = alma();
		const { form, ...props } = help(replica);
		expect(screen(replica, OpenHelp, props)).not.toContain('<dialog');
		const note = await typed(replica, AMBER, form, { kind: 'escort', look: 'blue jacket', where: 'Foyer' });
		const html = screen(replica, OpenHelp, props);
		expect(on(html)).toEqual([words.help.team.kinds.escort]);
		for (const value of ['blue jacket', 'Foyer']) expect(html).toContain(`value="${value}"`);
		await note.drop();
		expect([replica.state.drafts, screen(replica, OpenHelp, props).includes('<dialog')]).toEqual([[], false]);
	});

	test('is refused once the case is kept from somebody: they could be the one who is asked', async () => {
		const replica = alma();
		const { form, ...props } = help(replica);
		await typed(replica, AMBER, form, { look: 'red scarf' });
		const { team, text, refused } = { ...replica.state, ...words.help.team };
		expect(screen(replica, OpenHelp, props)).toContain(text);
		replica.change({ team: team && { ...team, apart: [Uint8Array.from(AMBER.match(/../g)!, (pair) => parseInt(pair, 16))] } });
		const html = screen(replica, OpenHelp, props);
		expect([html.includes(refused), html.includes('red scarf')]).toEqual([true, false]);
	});

	test('is part of no case, so that nobody’s phone keeps one for it, and is no entry of one', async () => {
		const replica = alma();
		const { form } = help(replica);
		await typed(replica, AMBER, form, { look: 'blue jacket', text: WORDS });
		expect(replica.state.drafts.map(({ fields }) => fields['note'])).toEqual([null]);
		expect(new Note(new Phone(replica), AMBER).fields).toEqual({});
	});
});
