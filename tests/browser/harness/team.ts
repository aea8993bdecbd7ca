/** The people of the journeys, each with a phone in the team. */
import { expect } from '@playwright/test';
import { press } from './hand.ts';
import { choosePin } from './lock.ts';
import type { Make, Phone } from './phone.ts';
import type { World } from './world.ts';

/** As they stand in the sample event. */
const PEOPLE = { alma: 'Alma Reyes', tom: 'Tom Lindqvist', noor: 'Noor Haddad', jonas: 'Jonas Brandt', mei: 'Mei Tanaka', rui: 'Rui Costa' } as const;

export type Person = keyof typeof PEOPLE;

/** From this width on the console is laid out for a screen on a table. */
const WIDE = 901;
const LEADS: readonly Person[] = ['alma', 'tom'];
/** The terminal invites no further lead once one was let in, so both are invited when the first is. */
const ahead = new WeakMap<World, Map<string, string>>();

/** The invite link that the server's terminal gives for one of the people. `by`: the address that their phone uses. */
export function invited(world: World, person: Person, by: string = world.server.url): string {
	const made = ahead.get(world) ?? new Map<string, string>();
	if (!ahead.has(world) && LEADS.includes(person)) for (const lead of LEADS) made.set(`${lead} ${by}`, invite(world, lead, by));
	if (LEADS.includes(person)) ahead.set(world, made);
	const link = made.get(`${person} ${by}`);
	made.delete(`${person} ${by}`); // good once
	return link ?? invite(world, person, by);
}

function invite(world: World, person: Person, by: string): string {
	const said = world.server.command('invite', '--staff', PEOPLE[person], '--origin', by);
	const link = /http\S+#i=[0-9a-f]{32}/.exec(said)?.[0];
	if (link === undefined) throw new Error('the invite has no link');
	return link;
}

/** Brings a phone, opens the invite on it, and joins. Ends at the person's first screen. */
export async function joined(world: World, person: Person, make: Make = {}, skew = 0, by: string = world.server.url): Promise<Phone> {
	const phone = await world.phone(PEOPLE[person], make, skew);
	await joins(world, phone, person, by);
	return phone;
}

/** As `joined`, with a phone that is there. */
export async function joins(world: World, phone: Phone, person: Person, by: string = world.server.url): Promise<void> {
	await phone.page.goto(invited(world, person, by));
	await expect(phone.page.getByText(PEOPLE[person])).toBeVisible();
	await press(phone.page.getByRole('button', { name: 'Yes, this is me' }));
	await choosePin(phone.page);
	await expect(phone.page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await installed(phone);
	await press(phone.page.getByRole('link', { name: /^(Start|Later)$/ }));
	const lead = LEADS.includes(person);
	// At a wide screen somebody who leads is at the console at once; on a phone it is one tap away.
	if (!lead || (phone.page.viewportSize()?.width ?? 0) < WIDE) await expect(phone.page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
	if (!lead) return;
	if ((phone.page.viewportSize()?.width ?? 0) < WIDE) await phone.page.getByRole('link', { name: 'The chair’s console' }).click();
	await expect(phone.page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible();
}

/** Waits until the app would open without a network. */
export async function installed(phone: Phone): Promise<void> {
	await phone.page.evaluate(async () => {
		await navigator.serviceWorker.ready;
	});
}
