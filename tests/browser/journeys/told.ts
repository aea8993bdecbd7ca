/** What is told in the journeys, and the first of them as other journeys begin with it. */
import { expect } from '@playwright/test';
import type { Told } from '../harness/hands.ts';
import { answerStep, beginReport, card, home, noteTold, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import type { Phone } from '../harness/phone.ts';
import { joined } from '../harness/team.ts';
import type { World } from '../harness/world.ts';

export const DANA: Told = {
	words: 'He kept following me from the talk to the coffee place and said I should not be so shy. I told him to stop.',
	relation: 'It happened to them',
	who: { badge: '0417', sure: 'Likely', look: 'tall, grey hoodie' },
	when: { kind: 'Around', range: '10:15–10:30', words: 'after the second talk' },
	where: 'Foyer',
	stop: { by: 'reporter', at: '10:30', complied: 'They did not stop' },
	reporter: { name: 'Dana Okafor', share: 'Only the chair', safety: 'he saw my badge' }
};

export const BEN: Told = {
	words: 'a man with a grey hoodie, badge 417, wouldn’t leave Dana alone, around half past ten, Foyer',
	relation: 'They saw it',
	who: { badge: '417', look: 'grey hoodie' },
	when: { kind: 'Around', range: '10:25–10:35' },
	where: 'Foyer',
	others: [{ kind: 'Affected', who: 'Dana, talk volunteer lanyard' }],
	reporter: { name: 'Ben Amara' }
};

/** J1 up to the call: 10:42 to 10:51, without a network since 10:20. */
export async function firstReport(world: World, noor: Phone): Promise<void> {
	const { page } = noor;
	await world.becomes('10:20');
	await noor.offline();
	await world.becomes('10:42');
	await noor.nextCaseIs('Amber Kite');
	await beginReport(page);
	await world.becomes('10:43');
	await answerStep(page, 'Offer a private place to sit', 'Room 0.3');
	await answerStep(page, 'Ask for a friend or trusted person', 'Fetch', 'Ben, Foyer, blue jacket');
	await world.becomes('10:44');
	await answerStep(page, 'Ask how you can help', 'Done', 'just don’t want to meet him again');
	await answerStep(page, 'Give them the emergency contacts', 'Given');
	await answerStep(page, 'Police or security only if they ask', 'They do not want it');
	await world.becomes('10:46');
	await writeDown(page, DANA);
	await world.becomes('10:48');
	await readBackAndSave(page);
	await world.becomes('10:51');
	await noteTold(page, 'By phone', 'Alma Reyes');
}

/** The Wi-Fi is back at 11:05, and the first report is sent. */
export async function firstArrives(world: World, noor: Phone): Promise<void> {
	await world.becomes('11:05');
	await noor.online();
	await home(noor.page);
	await expect(standing(card(noor.page, 'Amber Kite'))).toContainText('Sent 11:05.');
}

/** An event with two leads, at whose consoles the first report has arrived. */
export async function firstOnTheConsole(world: World): Promise<{ alma: Phone; noor: Phone }> {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await joined(world, 'tom', { screen: 'laptop' });
	await firstReport(world, noor);
	await firstArrives(world, noor);
	return { alma, noor };
}

/** J2 up to the moment when the second phone is back online: 11:10 to 11:31. */
export async function secondReport(world: World, jonas: Phone): Promise<void> {
	const { page } = jonas;
	await jonas.offline();
	await world.becomes('11:10');
	await jonas.nextCaseIs('Quiet Delta');
	await beginReport(page);
	await writeDown(page, BEN);
	await readBackAndSave(page);
	await world.becomes('11:31');
	await jonas.online();
}

/** An event with a lead, at whose console both reports of the one incident have arrived. */
export async function bothArrive(world: World): Promise<{ alma: Phone; noor: Phone; jonas: Phone }> {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	await firstReport(world, noor);
	await firstArrives(world, noor);
	await secondReport(world, jonas);
	return { alma, noor, jonas };
}
