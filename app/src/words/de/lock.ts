import type { Words } from '../index.ts';

export const lock: Words['lock'] = {
	choose: {
		title: 'Wählen Sie eine PIN mit 6 Ziffern',
		text: 'Sie schützt die Meldungen auf diesem Telefon. Nehmen Sie nicht die PIN, die das Telefon selbst öffnet.',
		again: 'Geben Sie sie noch einmal ein',
		againText: 'Damit ein Vertipper Sie nicht aussperrt.',
		pips: (count) => `${count} von 6 Ziffern eingegeben`,
		nobody: { title: 'Niemand kann sie nachsehen', text: 'Wenn Sie sie vergessen, lädt die Leitung dieses Telefon neu ein. Was gesendet wurde, kommt zurück. Was nur auf diesem Telefon war, lässt sich nicht mehr öffnen.' },
		must: { title: 'Neu: Dieses Telefon bekommt eine Sperre', text: 'Was schon hier ist, wird mit Ihrer PIN versiegelt. Nichts geht verloren.' },
		easy: 'Die ist leicht zu erraten. Wählen Sie eine andere.',
		short: 'Mindestens 12 Zeichen. Vier Wörter sind gut.',
		differ: 'Die beiden waren nicht gleich. Wählen Sie noch einmal.',
		working: 'Das Telefon wird gesperrt',
		show: 'Zeigen',
		hide: 'Verbergen',
		passphrase: 'Stattdessen einen Satz als Passwort',
		pin: 'Stattdessen eine PIN',
		passTitle: 'Wählen Sie einen Passwortsatz',
		passText: 'Mindestens 12 Zeichen, zum Beispiel vier Wörter. Das ist schwerer zu erraten als eine PIN.',
		passLabel: 'Passwortsatz',
		next: 'Weiter'
	},
	own: {
		title: 'Mit der Sperre dieses Telefons öffnen?',
		text: 'Dann öffnet der Finger, das Gesicht oder der Code, der dieses Telefon öffnet, auch Safehall: mit einem Tipp und ohne WLAN.',
		pin: 'Ihre PIN gilt weiterhin.',
		pass: 'Ihr Passwortsatz gilt weiterhin.',
		shared: 'Lassen Sie es, wenn jemand anderes dieses Telefon öffnen kann.',
		pinFirst: 'Ihre PIN',
		passFirst: 'Ihr Passwortsatz',
		yes: 'Sperre dieses Telefons nutzen',
		no: 'Nicht jetzt',
		working: 'Das Telefon wird gefragt',
		cancelled: 'Das wurde nicht beendet. Versuchen Sie es noch einmal, oder lassen Sie es.',
		none: { title: 'Die Sperre dieses Telefons kann das nicht', pin: 'Sie hat Safehall keinen Schlüssel gegeben. Es hat sich nichts geändert: Ihre PIN öffnet es.', pass: 'Sie hat Safehall keinen Schlüssel gegeben. Es hat sich nichts geändert: Ihr Passwortsatz öffnet es.' },
		on: 'Weiter',
		set: 'Öffnet sich mit der Sperre dieses Telefons',
		setNot: 'Mit der Sperre dieses Telefons öffnen',
		setNotUnder: { pin: 'Ein Tipp statt der PIN', pass: 'Ein Tipp statt des Passwortsatzes' },
		end: 'Beenden',
		endLabel: 'Beenden: mit der Sperre dieses Telefons öffnen',
		added: 'Die Sperre dieses Telefons öffnet jetzt Safehall.',
		open: 'Mit der Sperre dieses Telefons öffnen',
		openCancelled: 'Damit ging es nicht auf. Versuchen Sie es noch einmal.',
		openNone: { pin: 'Die Sperre dieses Telefons hat keinen Schlüssel gegeben. Geben Sie Ihre PIN ein.', pass: 'Die Sperre dieses Telefons hat keinen Schlüssel gegeben. Geben Sie Ihren Passwortsatz ein.' }
	},
	enter: {
		noAlerts: 'Neue Fälle melden sich hier nur, solange entsperrt ist.',
		title: 'Geben Sie Ihre PIN ein',
		passTitle: 'Geben Sie Ihren Passwortsatz ein',
		only: (count) => `${count} nur auf diesem Telefon`,
		wrong: 'Diese PIN passt nicht. Versuchen Sie es noch einmal.',
		wrongPass: 'Dieser Passwortsatz passt nicht. Versuchen Sie es noch einmal.',
		wait: (left) => `Nächster Versuch in ${left}.`,
		seconds: (count) => (count === 1 ? '1 Sekunde' : `${count} Sekunden`),
		opening: 'Wird geöffnet',
		open: 'Öffnen',
		fresh: 'Neue Meldung',
		freshHint: 'Braucht keine PIN. Sie bleibt versiegelt, bis Sie entsperren.',
		forgot: 'Vergessen',
		erase: 'Letzte Ziffer entfernen'
	},
	forgot: {
		title: 'PIN vergessen?',
		text: 'Niemand kann sie nachsehen, und niemand kann sie zurücksetzen. Die Leitung kann dieses Telefon neu einladen. Was gesendet wurde, kommt zurück.',
		only: (count) => (count === 1 ? '1 Meldung ist nur auf diesem Telefon. Sie wäre für immer verloren.' : `${count} Meldungen sind nur auf diesem Telefon. Sie wären für immer verloren.`),
		carries: 'Es nimmt Versiegeltes für jemand anderen mit. Hier wäre das weg: Bitten Sie darum, es noch einmal zu geben.',
		none: 'Alles auf diesem Telefon wurde gesendet. Nichts ginge verloren.',
		again: 'Noch einmal versuchen',
		remove: 'Alles von diesem Telefon entfernen',
		sure: 'Ja, alles entfernen'
	},
	lostKeys: {
		title: 'Der Speicher dieses Telefons wurde geleert',
		text: 'Der Browser oder jemand hat entfernt, was Safehall zum Öffnen braucht. Was gesendet wurde, ist sicher bei der Leitung. Was nur auf diesem Telefon war, lässt sich nicht mehr öffnen.',
		how: 'Bitten Sie die Leitung um eine neue Einladung und fangen Sie hier neu an.',
		start: 'Neu anfangen'
	},
	gone: {
		guessed: { title: 'Dieses Telefon wurde geleert', text: 'Die PIN war 10-mal hintereinander falsch. Alles hier war gesendet, also ist nichts verloren. Bitten Sie die Leitung um eine neue Einladung.' }
	},
	damaged: {
		title: 'Ein Teil dessen, was dieses Telefon aufbewahrt hat, fehlt',
		text: (count) => `${count === 1 ? '1 Eintrag fehlt oder lässt sich' : `${count} Einträge fehlen oder lassen sich`} nicht öffnen. Was gesendet wurde, kommt von selbst zurück. Sagen Sie der Leitung Bescheid.`
	},
	over: {
		title: 'Seit einem Tag nichts vom Server gehört',
		text: 'Fälle erscheinen wieder, sobald dieses Telefon Verbindung hat. Was Sie geschrieben haben, ist hier sicher und wird von selbst gesendet.',
		now: 'Jetzt versuchen'
	},
	hidden: { today: 'Heute', back: 'Zum Zurückkehren halten' },
	shut: 'Sperren',
	hide: 'Bildschirm verbergen',
	hideShort: 'Verbergen',
	savedSealed: 'Auf diesem Telefon gespeichert. Es wird gesendet, wenn Sie entsperrt haben.',
	pinSet: 'PIN gesetzt',
	passSet: 'Passwortsatz gesetzt'
};
