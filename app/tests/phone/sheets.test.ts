/** What the sheets of the phone ask, in words that fit what they are about. */
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import { Note } from '../../src/routes/phone/note.svelte.ts';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import AddEntry from '../../src/routes/phone/sheets/AddEntry.svelte';
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
