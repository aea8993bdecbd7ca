import type { Words } from '../index.ts';

/** Alle anderen: wer von einem Fall weiß und hört, dass gehandelt wurde, Ansagen, was gesagt werden darf, und Abschließen. */
const some = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

export const people: Words['people'] = {
	page: 'Ansagen',
	otherChannel: 'Ein anderer Weg',
	kept: {
		title: 'Nur Leitungspersonen dürfen von diesem Fall wissen',
		say: 'Jemand aus dem Team wird von ihm ferngehalten, und dies läsen alle. Sagen Sie es mündlich.',
		announce: 'Jemand aus dem Team wird von ihm ferngehalten. Was freigegeben ist, bleibt bei den Leitungspersonen, und eine von ihnen liest es vor.'
	},

	announcements: {
		sub: 'Nur die Leitung oder jemand in ihrem Auftrag macht Ansagen.',
		approved: 'Freigegeben',
		none: 'Noch ist nichts freigegeben.',
		drafts: 'Entwürfe',
		draftOf: (name) => `Zu ${name}`,
		write: 'Eine Ansage schreiben',
		which: 'Zu welchem Fall',
		noCase: 'Es gibt keinen Fall, zu dem etwas zu sagen wäre.',
		approvedBy: (who, at) => `Freigegeben von ${who}, ${at}`,
		made: (channel, at, who) => `${channel}, ${at}, durch ${who}`,
		notMade: 'Noch nicht vorgelesen',
		goes: (channel) => `Geht an: ${channel}`
	},
	who: {
		title: 'Wer Ansagen machen darf',
		from: (from, until) => `${from} bis ${until}`,
		one: 'nur eine bestimmte Ansage',
		delegate: 'Beauftragen',
		sheet: 'Wer darf eine Zeit lang Ansagen machen?',
		whom: 'Wen',
		start: 'Von',
		end: 'Bis',
		what: 'Was',
		any: 'Alles, was eine Leitungsperson freigegeben hat',
		do: 'Beauftragen',
		missing: 'Wählen Sie eine Person und eine Zeit, die noch nicht vorbei ist.',
		backwards: 'Das Ende muss nach dem Anfang liegen.',
		takeBack: (name) => `Den Auftrag an ${name} beenden`
	},
	draft: {
		title: 'Ansage',
		about: (name) => `Zu ${name}`,
		back: (name) => `Zurück zu ${name}`,
		yours: 'Ihr Entwurf',
		count: (words, most) => `${words} von ${most} Wörtern`,
		long: 'Kürzer ist besser: Mehr kommt auf einer Bühne nicht an.',
		against: (names) => `Geprüft gegen alles, was in ${names} bekannt ist.`,
		and: ' und ',
		kept: (at) => `Aufbewahrt ${at}`,
		open: 'Noch nicht aufbewahrt',
		found: (count) => some(count, 'persönliche Angabe', 'persönliche Angaben'),
		clean: 'Keine persönliche Angabe gefunden',
		cleanText: 'Ein Mensch muss es trotzdem noch einmal lesen, bevor es freigegeben wird.',
		notReady: 'Nicht fertig',
		remove: 'Entfernen',
		removeOf: (word) => `„${word}“ entfernen`,
		notPersonal: 'Nicht persönlich',
		notPersonalOf: (word) => `„${word}“ ist nicht persönlich`,
		passTitle: (word) => `„${word}“ deutet auf niemanden?`,
		passText: 'Warum es auf niemanden deutet, bleibt in den Akten.',
		passDo: 'Es ist nicht persönlich',
		passHint: '„Nicht persönlich“ fragt nach einem Grund und hält ihn fest.',
		passedBy: (word, who, reason) => `„${word}“: ${who} sagt „${reason}“`,
		why: {
			name: 'Ein Name in diesem Fall, oder fast einer',
			badge: 'Eine Badge-Nummer in diesem Fall',
			handle: 'Ein Benutzername oder eine Adresse in diesem Fall',
			employer: 'Wo jemand in diesem Fall arbeitet',
			talk: 'Ein Vortrag, um den es in diesem Fall geht',
			place: 'Dort gab es nur einen Vorfall',
			detail: 'Auffällig: in diesem Fall aufgeschrieben'
		},
		suggested: 'Vorschlag',
		when: { today: ' heute', yesterday: ' gestern', earlier: '' },
		text: (when) =>
			`Auf der Konferenz gab es${when} einen Vorfall. Er verstieß gegen unsere Verhaltensregeln, und wir haben offiziell gehandelt. Es tut uns leid, dass das geschehen ist. Wenn Sie mit uns sprechen möchten, wenden Sie sich an jede Person mit STAFF-Badge.`,
		use: 'Nehmen',
		suggestedClean: (words) => `Keine persönliche Angabe. Sagt, dass es gegen die Regeln verstieß und dass wir gehandelt haben. ${words} Wörter.`,
		where: 'Wohin sie geht',
		otherChannel: 'Welcher',
		approve: 'Freigeben',
		not: {
			empty: 'Schreiben Sie erst einen Text.',
			personal: 'Nicht fertig: Nehmen Sie erst die persönlichen Angaben heraus.',
			channel: 'Wählen Sie, wohin sie geht.'
		},
		approved: 'Freigegeben',
		approvedText: 'Sie kann nicht geändert werden; eine Leitungsperson kann sie widerrufen.',
		print: 'Für die Bühne drucken',
		two: (who, at) => `${who} schrieb zur selben Zeit dies, ${at}`,
		takeIt: 'Damit weitermachen'
	},
	retract: {
		do: 'Widerrufen',
		sheet: 'Diese Ansage widerrufen?',
		text: 'Sie verschwindet von jedem Telefon, sobald es verbunden ist, und ist wieder ein Entwurf. Wo sie schon vorgelesen wurde, haben Leute sie gehört.'
	},
	made: {
		do: 'Sie wurde vorgelesen',
		sheet: 'Wo wurde sie vorgelesen oder ausgehängt?',
		where: 'Wo',
		when: 'Wann',
		note: 'Festhalten',
		missing: 'Sagen Sie, wo und wann.'
	},

	card: {
		title: 'Die anderen',
		untold: (count) => (count === 0 ? 'Alle, die davon wissen, haben Bescheid.' : `${some(count, 'Person oder Gruppe hat', 'Personen oder Gruppen haben')} noch keinen Bescheid.`),
		none: 'Es ist niemand festgehalten, der davon weiß.',
		open: 'Wer davon weiß, und Abschließen',
		announce: 'Ansage',
		closed: (at) => `Abgeschlossen ${at}`
	},
	aware: {
		title: 'Wer davon weiß',
		told: (done, all) => `${done} von ${all} haben Bescheid`,
		text: 'Alle, die davon wissen, hören, dass es gegen die Regeln verstieß und dass gehandelt wurde. Gruppen und Orte sind besser als Namen.',
		none: 'Noch ist niemand aufgeschrieben.',
		add: 'Jemand weiß davon',
		sheet: 'Wer weiß noch davon?',
		hint: 'Orte und Gruppen genügen, zum Beispiel „die Leute an der Kaffeebar“.',
		who: 'Wer',
		how: 'Woher',
		addDo: 'Festhalten',
		missing: 'Schreiben Sie, wer davon weiß.',
		tell: 'Hat Bescheid',
		tellOf: (who) => `${who}: hat Bescheid`,
		tellSheet: (who) => `Wie haben sie Bescheid bekommen? ${who}`,
		way: 'Wie',
		ways: { in_person: 'persönlich', announcement: 'durch die Ansage', message: 'durch eine Nachricht', phone: 'am Telefon' },
		sentence: 'Mit welchem Satz',
		noSentence: 'In anderen Worten',
		when: 'Wann',
		tellDo: 'Festhalten',
		missingWay: 'Sagen Sie, wie und wann.',
		phone: 'Wer davon weiß',
		phoneText: 'Sie erfahren, dass es gegen die Regeln war und dass etwas getan wurde, und sonst nichts. Halten Sie fest, wem Sie es gesagt haben.',
		missingHow: 'Sagen Sie, wie sie es erfahren haben.',
		line: (at, who, way) => [at, who, way].filter(Boolean).join(', '),
		open: 'Noch ohne Bescheid'
	},
	say: {
		title: 'Was das Team sagen darf',
		none: 'Für das Team gibt es noch keine Karte.',
		write: 'Karte schreiben',
		edit: 'Ändern',
		takeBack: 'Karte einziehen',
		sheet: (name) => `Was darf das Team zu ${name} sagen?`,
		hint: 'Alle im Team lesen es. Keine Einzelheiten.',
		text: 'Der Wortlaut',
		suggestion: 'Es verstieß gegen unsere Verhaltensregeln, und wir haben offiziell gehandelt. Es tut uns leid, dass das geschehen ist.',
		do: 'Dem Team geben',
		personal: (names) => `Nehmen Sie das erst heraus: ${names}`,
		missing: 'Schreiben Sie erst einen Satz.',
		details: 'Keine Einzelheiten.',
		upset: (who) => `Beschäftigt es jemanden weiter? Dann bitte schreiben an: ${who}.`,
		by: (who, at) => `${who}, ${at}`
	},
	feedback: {
		title: 'Rückmeldungen',
		none: 'Es kam nichts zurück.',
		takes: (who) => `${who} antwortet`,
		nobody: 'Noch antwortet niemand.',
		takeOn: 'Ich antworte',
		task: 'Auf die Rückmeldung antworten',
		answered: (who, at) => `Beantwortet von ${who}, ${at}`,
		answer: 'Beantwortet',
		sheet: 'Was wurde geantwortet?',
		text: 'In einem Satz',
		note: 'Festhalten'
	},
	close: {
		title: 'Fall abschließen',
		page: (name) => `${name}: alle anderen`,
		sub: 'Wer davon weiß, was das Team sagen darf, und Abschließen.',
		open: {
			withdrawn: 'Die meldende Person möchte nicht, dass es weitergeht, und was das heißt, ist nicht entschieden',
			meeting: 'Zwei Leitungspersonen sind uneins, ob etwas geschieht',
			finding: (differ) => (differ ? 'Zwei verschiedene Ergebnisse' : 'Noch kein Ergebnis'),
			reported_told: 'Die gemeldete Person hat noch keinen Bescheid',
			reporter_told: 'Die meldende Person weiß noch nicht, was daraus wurde',
			aware: (count) => `${some(count, 'Person oder Gruppe hat', 'Personen oder Gruppen haben')} noch keinen Bescheid`,
			actions: (count) => `${some(count, 'Aufgabe ist', 'Aufgaben sind')} noch offen`,
			feedback: (count) => `${some(count, 'Rückmeldung wartet', 'Rückmeldungen warten')} auf eine Antwort`,
			appeal: 'Über einen Einspruch ist nicht entschieden',
			unfounded: (count) => `${some(count, 'Maßnahme ist', 'Maßnahmen sind')} nicht aufgehoben, obwohl die Meldung keinen Bestand mehr hat`,
			interim: (count) => `${some(count, 'vorläufige Maßnahme ist', 'vorläufige Maßnahmen sind')} nicht aufgehoben, obwohl entschieden ist`,
			sanction: (what, until) => `${what} gilt bis ${until}`
		},
		done: {
			finding: 'Ergebnis festgehalten',
			reported_told: 'Gemeldete Person hat Bescheid',
			reporter_told: 'Meldende Person hat Bescheid',
			aware: 'Alle, die davon wissen, haben Bescheid'
		},
		nobody: (why) =>
			why.length > 1
				? 'Niemandem ist Bescheid zu geben: Wer es gemeldet hat, nannte keinen Namen oder will keinen Kontakt'
				: why[0] === 'nameless'
					? 'Niemandem kann Bescheid gegeben werden: Es wurde kein Name genannt'
					: why[0] === 'no_contact'
						? 'Niemandem ist Bescheid zu geben: Die meldende Person will keinen Kontakt'
						: 'Niemandem ist Bescheid zu geben: Die meldende Person will nicht, dass es weitergeht',
		derived: 'Das ergibt sich aus dem Fall. Niemand hat es abgehakt.',
		cannotReach: 'Die meldende Person ist nicht zu erreichen.',
		note: 'Schlussbemerkung',
		noteHint: 'Das lesen nur Leitungspersonen.',
		despite: 'Warum er abgeschlossen wird, obwohl etwas offen ist',
		do: 'Fall abschließen',
		not: { note: 'Schreiben Sie erst eine Schlussbemerkung.', reason: 'Etwas ist offen. Sagen Sie, warum es so bleiben darf, oder kümmern Sie sich erst darum.' },
		closed: (who, at) => `Abgeschlossen von ${who}, ${at}`,
		came: 'Nach dem Abschluss kam etwas dazu. Lesen Sie es, dann öffnen Sie den Fall wieder oder schließen ihn noch einmal ab.',
		reopen: 'Wieder öffnen',
		reopenTitle: 'Diesen Fall wieder öffnen?',
		reopenText: 'Was beim Abschließen geschrieben wurde, bleibt.',
		reopenDo: 'Wieder öffnen'
	},

	phone: {
		item: 'Ansagen, und was Sie sagen dürfen',
		title: 'Was gesagt wird',
		mayNot: 'Nur die Leitung oder jemand in ihrem Auftrag macht Ansagen.',
		call: (name) => `${name} anrufen`,
		may: (from, until) => `Sie dürfen von ${from} bis ${until} Ansagen machen.`,
		mayAlways: 'Sie dürfen ansagen, was eine Leitungsperson freigegeben hat.',
		announcements: 'Ansagen',
		none: 'Es ist nichts freigegeben.',
		read: 'Lesen Sie den Text vor, wie er ist, und nicht mehr.',
		cards: 'Was Sie sagen dürfen',
		noCards: 'Es ist nichts vorbereitet. Wenn jemand fragt: Sie dürfen keine Einzelheiten nennen.',
		about: (name) => `Zu ${name}`,
		alsoKnows: (who) => `Weiß auch davon: ${who}`,
		told: (at) => `hat Bescheid seit ${at}`,
		knowsWho: 'Wer weiß noch davon? Orte und Gruppen genügen.',
		feedbackWho: 'Von wem',
		feedbackText: 'Was gesagt wurde, in den Worten der Person'
	}
};
