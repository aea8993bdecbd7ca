/** The people of the journeys, each with a phone in the team. */
import { expect } from '@playwright/test';
import type { Make, Phone } from './phone.ts';
import type { World } from './world.ts';

const PEOPLE = {
	alma: { name: 'Alma Reyes', role: 'chair', badge: 'STAFF 01', phone: '+49 171 39200 11' },
	tom: { name: 'Tom Lindqvist', role: 'alternate-chair', badge: 'STAFF 02', phone: '+49 171 39200 12' },
	noor: { name: 'Noor Haddad', role: 'responder', badge: 'STAFF 11', phone: '+49 171 39200 21' },
	jonas: { name: 'Jonas Brandt', role: 'responder', badge: 'STAFF 12', phone: '+49 171 39200 22' }
} as const;

export type Person = keyof typeof PEOPLE;

/** The invite link that the server's terminal gives for one of the people. `by`: the address that their phone uses. */
export function invited(world: World, person: Person, by: string = world.server.url): string {
	const { name, role, badge, phone } = PEOPLE[person];
	const said = world.server.command('invite', '--name', name, '--role', role, '--badge', badge, '--phone', phone);
	const secret = /#i=([0-9a-f]{32})/.exec(said)?.[1];
	if (secret === undefined) throw new Error('the invite has no link');
	return `${by}/#i=${secret}`;
}

/** Brings a phone, opens the invite on it, and joins. Ends at the person's first screen. */
export async function joined(world: World, person: Person, make: Make = {}, skew = 0, by: string = world.server.url): Promise<Phone> {
	const phone = await world.phone(PEOPLE[person].name, make, skew);
	await phone.page.goto(invited(world, person, by));
	await expect(phone.page.getByText(PEOPLE[person].name)).toBeVisible();
	await phone.page.getByRole('button', { name: 'Yes, this is me' }).click();
	await expect(phone.page.getByText('Procedure, contacts and rooms are on this phone')).toBeVisible();
	await installed(phone);
	await phone.page.getByRole('link', { name: /^(Start|Later)$/ }).click();
	await expect(phone.page.getByRole('heading', { level: 1, name: 'Your cases' })).toBeVisible();
	return phone;
}

/** Waits until the app would open without a network. */
export async function installed(phone: Phone): Promise<void> {
	await phone.page.evaluate(async () => {
		await navigator.serviceWorker.ready;
	});
}
