import { describe, expect, it } from 'vitest';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import { parse, to } from '../../src/routes/route.ts';
import { alma } from '../console/journeys.ts';

/** A report that somebody writes on the page that asks whom it is about. */
function writing() {
	const phone = new Phone(alma());
	const report = phone.begin();
	report.change((draft) => ({ ...draft, words: 'It is about the chair.' }));
	const goes = (hash: string) => phone.came(parse(hash));
	return { phone, report, goes, asked: () => report.draft.asked };
}

describe('the page that asks whom a report is about', () => {
	it.each([to.contacts, to.list, to.policy])('is not left by somebody who looks something up at %s and comes back', (hash) => {
		const { phone, report, goes, asked } = writing();
		phone.leftFor(report.id, parse(hash).page);
		goes(hash);
		goes(to.write(report.id));
		expect(asked()).toBeUndefined();
		goes(to.home);
		expect(asked()).toBeUndefined();
	});

	it('is left by who goes on from there to somewhere else, so that the report is not forgotten', () => {
		const { phone, report, goes, asked } = writing();
		phone.leftFor(report.id, 'contacts');
		goes(to.contacts);
		goes(to.list);
		expect(asked()).toBeUndefined();
		goes(to.home);
		expect(asked()).toBe(true);
	});

	it('is left at once by every other way', () => {
		const { phone, report, asked } = writing();
		phone.leftFor(report.id, 'support');
		expect(asked()).toBe(true);
	});

	it('stays open when the report is handed to whoever tells it', () => {
		expect(parse(to.hand('a'.repeat(32)))).toEqual({ page: 'hand', id: 'a'.repeat(32) });
	});
});
