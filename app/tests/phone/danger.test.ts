/** Whom the screen for danger offers to call. */
import { create } from '@bufbuild/protobuf';
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import { ContactSchema } from '../../src/generated/wire/v1/pack_pb.ts';
import type { Lock } from '../../src/replica/api.ts';
import { publicPart } from '../../src/replica/book.ts';
import DangerNow from '../../src/routes/phone/DangerNow.svelte';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import { alma, AMBER } from '../console/journeys.ts';

const LOCKED: Lock = { state: 'locked', since: 1, by: 'pin', passkey: false, only: 0, carries: false, member: true, wrong: 0, until: 0 };

/** A phone that knows of its leads what a locked one does, too. */
function inTheHall() {
	const replica = alma();
	const { pack } = replica.state;
	if (!pack) throw new Error('no pack');
	const contact = (name: string, role: string, phone: string) => create(ContactSchema, { name, role, phone, urgent: true, forAttendees: true });
	replica.change({ pack: publicPart({ ...pack, contacts: [contact('Alma Reyes', 'chair', '+49 30 111'), contact('Tom Lindqvist', 'alternate', '+49 30 222')] }) });
	return { replica, lock: () => replica.change({ lock: LOCKED, ready: false, cases: [], drafts: [], team: null, self: null }) };
}

/** Everything that can be called from it. */
function calls(props: Record<string, unknown>): string {
	const { body } = render(DangerNow as unknown as Component<Record<string, unknown>>, { props });
	return [...body.replace(/<!--.*?-->|<svg.*?<\/svg>/gs, '').matchAll(/href="tel:[^"]+"[^>]*>(.*?)<\/a>/gs)].map(([, link = '']) => link.replace(/<[^>]+>/g, ' ')).join();
}

test('a report about the chair does not offer the chair, also once it cannot be read', () => {
	const { replica, lock } = inTheHall();
	const phone = new Phone(replica);
	const writing = phone.begin();
	writing.change((draft) => ({ ...draft, danger: { value: 'yes', at: 1 }, restricted: 'chair_named' }));
	expect(calls({ phone, writing, report: writing.id })).not.toContain('Alma');
	lock();
	const locked = calls({ phone: new Phone(replica), report: writing.id });
	expect(locked).not.toMatch(/Alma|Tom/);
	expect(locked).toMatch(/11[02]/);
});

test('a case that cannot be read offers no lead, and without a case a locked phone does', () => {
	const { replica, lock } = inTheHall();
	expect(calls({ phone: new Phone(replica), id: AMBER })).toMatch(/Alma|Tom/);
	lock();
	expect(calls({ phone: new Phone(replica), id: AMBER })).not.toMatch(/Alma|Tom/);
	expect(calls({ phone: new Phone(replica) })).toMatch(/Alma/);
});
