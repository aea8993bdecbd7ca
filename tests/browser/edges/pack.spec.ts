/** The event's pack changes while it goes on: a new version of the policy. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginReport, card, home, readBackAndSave, standing, writeDown } from '../harness/hands.ts';
import { root } from '../harness/machine.ts';
import { type Phone, startOf } from '../harness/phone.ts';
import { named, onServer, values } from '../harness/records.ts';
import { joined } from '../harness/team.ts';
import { expect, test, type World } from '../harness/world.ts';

test.setTimeout(300_000);

/** The sample with a new version of its policy and a new name for a room, on disk. */
function later(): string {
	const folder = mkdtempSync(join(tmpdir(), 'safehall-pack-'));
	for (const beside of ['all-systems-go-policy.md', 'seed-1.de.toml']) cpSync(join(root, 'events', beside), join(folder, beside));
	const text = readFileSync(join(root, 'events/sample.toml'), 'utf8');
	const changed = text.replace('version = "2018-02-27"', 'version = "2026-09-29"').replace('name = "Terrace"', 'name = "Roof terrace"');
	expect(changed).not.toBe(text);
	writeFileSync(join(folder, 'pack.toml'), changed);
	return join(folder, 'pack.toml');
}

async function takes(phone: Phone, codeName: string): Promise<void> {
	await phone.page.evaluate(() => (location.hash = '#/'));
	await phone.nextCaseIs(codeName);
	await beginReport(phone.page);
	await writeDown(phone.page, { words: 'They would not let me pass.', relation: 'It happened to them', where: codeName === 'Amber Kite' ? 'Terrace' : 'Roof terrace' });
	await readBackAndSave(phone.page);
	await home(phone.page);
	await expect(standing(card(phone.page, codeName))).toContainText(/Sent \d\d:\d\d\./);
}

function policyOf(world: World, codeName: string): unknown {
	return values(named(onServer(world.server), startOf(codeName)), 'opened', 'policy')[0];
}

test('a new version of the policy is on the phones when they are back, and cases keep the one they were opened under', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	await takes(noor, 'Amber Kite');

	expect(world.server.command('event', 'update', '--from', later())).toContain('Policy: 2026-09-29 from now on. Cases that are there keep 2018-02-27.');
	await world.becomes('11:00'); // both were locked meanwhile, and connect anew
	await noor.page.evaluate(() => (location.hash = '#/policy'));
	await expect(noor.page.getByText('Version of 2026-09-29')).toBeVisible();
	await expect(noor.page.getByText('Code of Conduct, by Chris Kuehl')).toBeVisible();
	await takes(noor, 'Silver Otter');

	expect([policyOf(world, 'Amber Kite'), policyOf(world, 'Silver Otter')]).toEqual(['2018-02-27', '2026-09-29']);
	const main = alma.page.getByRole('main');
	for (const [codeName, old] of [['Amber Kite', true], ['Silver Otter', false]] as const) {
		await alma.page.evaluate(() => (location.hash = '#/console'));
		await main.getByRole('link', { name: new RegExp(`^${codeName}`) }).click();
		await main.getByRole('link', { name: 'Open case' }).click();
		await expect(alma.page.getByRole('heading', { level: 1, name: codeName })).toBeVisible();
		await expect(main.getByText('Opened under the policy of 2018-02-27')).toHaveCount(old ? 1 : 0);
	}
});
