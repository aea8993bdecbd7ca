/** An announcement is approved with the text as it stands, in one step. */
import { afterEach, describe, expect, test } from 'vitest';
import { Desk } from '../../src/routes/console/desk.svelte.ts';
import { Announcement } from '../../src/routes/console/draft.svelte.ts';
import { Jotting } from '../../src/routes/console/jotting.svelte.ts';
import '../../src/words/late.ts';
import { alma, AMBER } from './journeys.ts';

const TEXT = 'Somebody broke the code of conduct this morning. We have looked after it.';

const stops: (() => void)[] = [];
afterEach(() => {
	for (const stop of stops.splice(0)) stop();
});

function typed() {
	const replica = alma();
	const desk = new Desk(replica);
	stops.push(desk.start());
	const draft = new Announcement(desk, AMBER);
	draft.type(TEXT);
	draft.choose('stage');
	const written = () => replica.written.map((one) => [one.kind, ...one.facts.map((fact) => fact.fields['mark'] ?? fact.into)]);
	return { replica, desk, draft, written };
}

describe('an announcement that is approved while it is still open', () => {
	test('is kept, approved and shown to everybody together; where the device cannot, none of it, and then each once', async () => {
		const { replica, draft, written } = typed();
		replica.full = true;
		expect(await draft.approve()).toContain('full');
		expect([written(), draft.open]).toEqual([[], true]);
		replica.full = false;
		expect(await draft.approve()).toBeNull();
		expect(written()).toEqual([['chair', 'announcements'], ['chair', 'approved'], ['notice', 'announcements']]);
		expect([replica.steps, draft.open, draft.trouble]).toEqual([1, false, null]);
	});

	test('names the version that was kept before, where nothing was typed since', async () => {
		const { replica, draft, written } = typed();
		expect(await draft.keep()).toBe(true);
		expect(await draft.approve()).toBeNull();
		expect([replica.steps, written()]).toEqual([2, [['chair', 'announcements'], ['chair', 'approved'], ['notice', 'announcements']]]);
	});

	test('takes the text along when a word of it is passed, and the reason that was typed for it', async () => {
		const { replica, desk, draft, written } = typed();
		const reason = new Jotting(desk, AMBER, 'pass morning');
		reason.type('reason', 'many mornings');
		await reason.leave(['reason']);
		expect(await draft.pass('morning', 'many mornings', reason)).toBeNull();
		expect([replica.steps, written(), replica.state.drafts]).toEqual([1, [['chair', 'announcements'], ['chair', 'not_personal']], []]);
	});
});
