import type { Words } from '../index.ts';

/** Was denen gesagt wird, die etwas erzählt haben, und worum die Verhaltensregeln sie bitten. */
export const asked: Words['asked'] = {
	say: 'Sagen Sie der Person',
	onward: {
		title: 'So geht es weiter',
		meeting: (minutes) => `Die Leitung trifft sich mit denen, die entscheiden, möglichst innerhalb von ${minutes} Minuten, und spricht mit der anderen Seite. Sie hören davon, wenn es für Sie etwas zu tun gibt.`,
		soon: 'Die Leitung trifft sich mit denen, die entscheiden, und spricht mit der anderen Seite. Sie hören davon, wenn es für Sie etwas zu tun gibt.'
	},
	policy: 'Worum die Verhaltensregeln die Teilnehmenden bitten',
	write: {
		title: 'Wenn Sie es lieber selbst aufschreiben',
		text: 'Alles, woran Sie sich erinnern, hilft. Nichts ist Pflicht.',
		items: ['Wer es war: ein Name, eine Badge-Nummer, oder wie die Person aussieht', 'Was sie getan oder gesagt hat', 'Wann es ungefähr war', 'Wo es war, und was dort gerade war', 'Wer noch dabei war'],
		give: 'Geben Sie es jemandem aus dem Team, oder senden Sie es an eine der Adressen oben.'
	}
};
