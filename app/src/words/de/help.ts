import type { Words } from '../index.ts';

/** Hilfe, die andauert: wer geholt wird, wer mitgeht, was jemanden schützt; und worum das Team gebeten wird. */
export const help: Words['help'] = {
	open: 'Hilfe, die andauert',
	done: 'Erledigt',
	doneOf: (what) => `${what}: erledigt`,
	doneBy: (who, at) => `erledigt ${at}, ${who}`,
	ask: 'Das Team bitten',
	askOf: (what) => `Das Team bitten: ${what}`,
	add: {
		who: 'Wer mitgeht',
		until: 'Bis wann',
		came: 'Wer kam, oder wen Sie erreicht haben',
		outcome: 'Was getan wurde',
		plan: 'Was die Person schützt, bis die Veranstaltung vorbei ist',
		other: 'Was hilft'
	},
	team: {
		title: 'Das Team bitten',
		text: 'Alle im Team lesen genau das, und nichts aus dem Fall. Wenn es um jemanden aus dem Team geht, bitten Sie nicht hier: Rufen Sie eine Person an, der Sie vertrauen.',
		refused: 'Nicht alle im Team dürfen davon wissen. Rufen Sie eine Person an, der Sie vertrauen.',
		kinds: { fetch: 'Jemanden holen', escort: 'Jemanden begleiten' },
		kind: 'Was gebraucht wird',
		look: 'Nach wem zu suchen ist',
		where: 'Wo die Person jetzt ist',
		to: 'Wohin',
		when: 'Wann',
		missing: 'Sagen Sie wenigstens, wo die Person ist oder wie sie aussieht.',
		send: 'Alle bitten'
	},
	errands: {
		title: 'Das Team wird gebeten',
		kinds: { fetch: 'Holen', escort: 'Begleiten' },
		line: (what, look, where, to) => `${what}: ${[look, [where, to].filter(Boolean).join(' → ')].filter(Boolean).join(', ')}`,
		by: (who, at) => `gebeten von ${who} ${at}`,
		goes: (who, at) => `${who} geht, seit ${at}`,
		youGo: (at) => `Sie gehen, seit ${at}`,
		go: 'Ich gehe',
		goOf: (what) => `Ich gehe: ${what}`,
		notMe: 'Ich kann nicht gehen',
		notMeOf: (what) => `Ich kann nicht gehen: ${what}`,
		done: 'Ist erledigt',
		back: 'Nicht mehr nötig',
		backOf: (what) => `Nicht mehr nötig: ${what}`
	},
	list: { print: 'Drucken', qr: 'QR-Code dieser Liste', scan: 'Zum Abfotografieren: Im Code steht die ganze Liste, und nichts sonst.', value: (name) => `Schön, dass Sie bei ${name} sind.` }
};
