/** What the sheets of the phone ask, in words that fit what they are about. */
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, test } from 'vitest';
import { Note } from '../../src/routes/phone/note.svelte.ts';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import AddEntry from '../../src/routes/phone/sheets/AddEntry.svelte';
import Reporter from '../../src/routes/phone/sheets/Reporter.svelte';
import { words } from '../../src/words/index.ts';
import '../../src/words/late.ts';
import { alma, AMBER } from '../console/journeys.ts';

/** The words of a sheet without its marks. */
function shown(sheet: unknown, props: Record<string, unknown>): string {
	return render(sheet as Component<Record<string, unknown>>, { props })
		.body.replace(/<!--.*?-->|<svg.*?<\/svg>/gs, '')
		.replace(/<[^>]+>/g, ' ')
		.replace(/\s+/g, ' ');
}

test('an entry asks with whom somebody spoke, and from whom feedback comes', () => {
	const sheet = (kind: string) => {
		const note = new Note(new Phone(alma()), AMBER);
		note.type('kind', kind);
		return shown(AddEntry, { note, rooms: [] });
	};
	for (const kind of ['spoke_with', 'phone_call']) expect(sheet(kind), kind).toContain('With whom');
	expect(sheet('feedback')).toContain('From whom');
	expect(sheet('feedback')).not.toContain('With whom');
});

test('an entry that is longer than one string says so, and is not added', () => {
	const sheet = (text: string) => {
		const note = new Note(new Phone(alma()), AMBER);
		note.type('text', text);
		const { body } = render(AddEntry as unknown as Component<Record<string, unknown>>, { props: { note, rooms: [] } });
		return [body.includes(words.report.write.tooLong.title), /<button[^>]* disabled/.test(body)];
	};
	expect(sheet('a mail that was pasted '.repeat(10))).toEqual([false, false]);
	expect(sheet('a mail that was pasted '.repeat(2_000))).toEqual([true, true]);
});

describe('who may know the name of who told', () => {
	const sheet = (restricted?: string) => shown(Reporter, { answers: { reporter: 'named', may_share_name_with: 'chair' }, restricted });

	test.each([undefined, 'staff_named', 'staff_unidentified'])('is the chair, with a report about %s', (restricted) => {
		expect(sheet(restricted)).toContain('Only the chair Chair and named staff');
	});

	test('is the alternate chair, where the report is about the chair, who never gets it', () => {
		expect(sheet('chair_named')).toContain('Only the alternate chair Alternate chair and named staff');
		expect(sheet('chair_named')).not.toContain('Only the chair');
	});
});
