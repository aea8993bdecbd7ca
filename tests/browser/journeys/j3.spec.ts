import { addEntry, choose, line, noteWish, openCase } from '../harness/hands.ts';
import { type Phone, startOf } from '../harness/phone.ts';
import { type Document, named, onPhone, onServer } from '../harness/records.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { type World, expect, test } from '../harness/world.ts';
import { firstArrives, firstReport } from './told.ts';

// Every phone is unlocked again whenever the day goes on.
test.setTimeout(300_000);

const KITE = startOf('Amber Kite');

/** Both phones hold Amber Kite and have gone offline; Jonas has an entry of his own in it. */
async function apart(world: World): Promise<{ alma: Phone; noor: Phone; jonas: Phone }> {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const jonas = await joined(world, 'jonas');
	await firstReport(world, noor);
	await firstArrives(world, noor);

	await world.becomes('11:40');
	const main = alma.page.getByRole('main');
	await main.getByRole('link', { name: 'Open case' }).click();
	await main.getByRole('button', { name: 'Give access' }).click();
	const sheet = alma.page.getByRole('dialog', { name: 'Give access to Amber Kite' });
	await sheet.getByRole('radio', { name: /Jonas Brandt/ }).click();
	await sheet.getByRole('radio', { name: /can read and write/ }).click();
	await sheet.getByRole('button', { name: 'Give access' }).click();
	await expect(main).toContainText(/Jonas Brandt, can read and write/);

	await openCase(jonas.page, 'Amber Kite');
	await world.becomes('11:45');
	await addEntry(jonas.page, 'Spoke with', async (entry) => {
		await entry.getByRole('textbox', { name: 'With whom' }).fill('Ben in the Foyer');
	});
	await expect(line(jonas.page, 'Spoke with: Ben in the Foyer')).toContainText('sent 11:45');
	await openCase(noor.page, 'Amber Kite');
	await expect(line(noor.page, 'Spoke with: Ben in the Foyer')).toBeVisible();
	await noor.offline();
	await jonas.offline();
	return { alma, noor, jonas };
}

async function noorWrites(world: World, { page }: Phone): Promise<void> {
	await world.becomes('12:01');
	await noteWish(page, 'They do not want it');
	await world.becomes('12:02');
	await addEntry(page, 'Where', async (sheet) => choose(sheet, 'Rooms', 'Terrace'));
	await addEntry(page, 'Person', async (sheet) => sheet.getByRole('textbox', { name: /^Who:/ }).fill('barista, venue staff'));
	await page.getByRole('button', { name: /steps done/ }).click();
	await page.getByRole('button', { name: 'Done now: Give them the emergency contacts' }).click();
	await expect(page.getByRole('dialog')).toBeHidden();
	await addEntry(page, 'Note', async (sheet) => sheet.getByRole('textbox', { name: 'What happened' }).fill('Dana asks for escort at 18:00'));
}

async function jonasWrites(world: World, { page }: Phone): Promise<void> {
	await world.becomes('12:04');
	await noteWish(page, 'Undecided');
	await world.becomes('12:05');
	await addEntry(page, 'Where', async (sheet) => choose(sheet, 'Rooms', 'Foyer'));
	await line(page, 'Spoke with: Ben in the Foyer').getByRole('button', { name: /^Strike/ }).click();
	const sheet = page.getByRole('dialog', { name: 'Strike this entry?' });
	await sheet.getByRole('textbox', { name: 'Why' }).fill('wrong person');
	await sheet.getByRole('button', { name: 'Strike it' }).click();
	await expect(sheet).toBeHidden();
}

/** What either responder sees once both have sent. */
async function seesBoth(page: Phone['page'], look = false): Promise<void> {
	const main = page.getByRole('main');
	await expect(main.getByRole('button', { name: /^Where: 2 versions/ })).toBeVisible();
	await expect(main).toContainText('barista, venue staff');
	await expect(line(page, 'Dana asks for escort at 18:00')).toBeVisible();
	const struck = line(page, 'Spoke with: Ben in the Foyer');
	await expect(struck).toContainText('Struck entry:');
	await expect(struck).toContainText(/Struck by (you|Jonas Brandt): “wrong person”/);

	await expect(main.getByRole('heading', { name: 'Two different answers about police' })).toBeVisible();
	await expect(main).toContainText(/12:01 “no” to (you|Noor Haddad)\. 12:04 “undecided” to (you|Jonas Brandt)\./);
	await expect(main).toContainText('Ask again before doing anything.');
	await expect(main.getByRole('button', { name: 'Call police' })).toBeDisabled();

	if (look) await stop(page, 'phone-case-two-versions');
	await main.getByRole('button', { name: /^Where: 2 versions/ }).click();
	const sheet = page.getByRole('dialog', { name: 'Where: 2 versions' });
	await expect(sheet.getByRole('button', { name: /^Keep Terrace/ })).toContainText(/(you|Noor Haddad), 12:02/i);
	await expect(sheet.getByRole('button', { name: /^Keep Foyer/ })).toContainText(/(you|Jonas Brandt), 12:05/i);
	await expect(sheet.getByRole('button', { name: /^Both were true/ })).toBeVisible();
	if (look) await stop(page, 'phone-sheet-two-versions');
	await sheet.getByRole('button', { name: 'Leave it for now' }).click();

	await main.getByRole('button', { name: /steps done/ }).click();
	const steps = page.getByRole('dialog', { name: 'First response' }).getByRole('listitem').filter({ hasText: 'Give them the emergency contacts' });
	await expect(steps).toContainText(/done, (you|Noor Haddad) 10:44/);
	await expect(steps).toContainText(/done, (you|Noor Haddad) 12:02/);
	await page.getByRole('dialog', { name: 'First response' }).getByRole('button', { name: 'Close' }).click();
}

/** All three copies of the case: one document, to the byte of their heads. */
async function allAgree(world: World, phones: Phone[]): Promise<Document> {
	const server = named(onServer(world.server), KITE);
	for (const phone of phones) {
		await expect.poll(async () => named(await onPhone(phone, 'case'), KITE).heads, { message: phone.name }).toEqual(server.heads);
		expect(named(await onPhone(phone, 'case'), KITE).content).toEqual(server.content);
	}
	return server;
}

for (const order of ['Noor first', 'Jonas first'] as const) {
	test(`J3: two phones edit one case apart, nothing is lost and nobody wins by chance (${order})`, async ({ world }) => {
		const { alma, noor, jonas } = await apart(world);
		await noorWrites(world, noor);
		await jonasWrites(world, jonas);

		await world.becomes('12:40');
		const [first, second] = order === 'Noor first' ? [noor, jonas] : [jonas, noor];
		await first.online();
		await expect(first.page.getByRole('status', { name: /^Where this is/ })).toContainText('Sent 12:40.');
		await second.online();
		await seesBoth(noor.page, true);
		await seesBoth(jonas.page);
		const merged = await allAgree(world, [noor, jonas, alma]);

		await test.step('coming back three more times changes nothing', async () => {
			for (let time = 0; time < 3; time += 1) {
				for (const phone of [first, second]) {
					await phone.offline();
					await phone.page.reload();
					await phone.online();
					await expect(phone.page.getByRole('status', { name: /^Where this is/ })).toContainText('Sent 12:40.');
				}
			}
			expect((await allAgree(world, [noor, jonas, alma])).heads).toEqual(merged.heads);
		});

		await test.step('the chair sees both places and both answers', async () => {
			const main = alma.page.getByRole('main');
			await expect(main).toContainText('Terrace');
			await expect(main).toContainText('Two different answers (12:01 no, 12:04 undecided). Ask again before doing anything.');
			await stop(alma.page, 'console-case-two-versions');
		});

		await test.step('asked again, the difference is settled and both answers stay', async () => {
			await world.becomes('12:55');
			await noteWish(noor.page, 'They do not want it');
			for (const { page } of [noor, jonas]) {
				await expect(page.getByRole('heading', { name: 'The person does not want police' })).toBeVisible();
				await expect(line(page, 'Police: does not want')).toHaveCount(3);
				await expect(line(page, 'Police: undecided')).toHaveCount(1);
			}
		});
	});
}
