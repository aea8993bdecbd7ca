/** An inbox that has become long: somebody calls about a case, and the lead finds it. */
import { beginReport, home, readBackAndSave, writeDown } from '../harness/hands.ts';
import { stop } from '../harness/reader.ts';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test.setTimeout(240_000);

test('a lead finds a case among many by its place, its code name or a badge, and hears that names are not looked through', async ({ world }) => {
	const alma = await joined(world, 'alma', { screen: 'laptop' });
	const noor = await joined(world, 'noor');
	const main = alma.page.getByRole('main');
	const rows = main.getByRole('list').getByRole('link');
	const field = main.getByRole('searchbox', { name: 'Find a case: its code name, its place or a badge' });
	for (const place of ['Foyer', 'Foyer', 'Terrace', 'Foyer', 'Foyer', 'Foyer', 'Foyer']) {
		await beginReport(noor.page);
		await writeDown(noor.page, { words: 'He would not let me pass.', where: place });
		await readBackAndSave(noor.page);
		await home(noor.page);
	}
	await expect(rows).toHaveCount(7);
	await expect(field).toBeHidden();

	await noor.nextCaseIs('Amber Kite');
	await beginReport(noor.page);
	await writeDown(noor.page, { words: 'He would not let me pass.', who: { badge: '0417', look: 'grey hoodie' }, where: 'Foyer' });
	await readBackAndSave(noor.page);
	await expect(rows).toHaveCount(8);
	await field.fill('terr');
	await expect(rows).toHaveCount(1);
	await expect(rows).toContainText('Terrace');
	for (const sought of ['amber', ' KITE  amber ', '417 foyer']) {
		await field.fill(sought);
		await expect(rows).toHaveCount(1);
		await expect(rows).toContainText('Amber Kite');
		await expect(main.getByRole('status')).toContainText('1 case fits.');
	}
	await stop(alma.page, 'console-inbox-finding');
	await field.fill('hoodie');
	await expect(rows).toHaveCount(0);
	await expect(main.getByRole('status')).toContainText('No case fits. Names are not looked through: they are sealed.');
	await field.fill('');
	await expect(rows).toHaveCount(8);
});
