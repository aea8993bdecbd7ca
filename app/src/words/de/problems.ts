import type { Words } from '../index.ts';

export const problems: Words['problems'] = {
	not_found: 'Hier ist nichts.',
	sign_in: 'Dieses Gerät muss noch einmal zeigen, wem es gehört.',
	revoked: 'Dieses Gerät hat keinen Zugang mehr.',
	unreadable: 'Der Server konnte diese Nachricht nicht lesen.',
	wrong_origin: 'Diese Seite darf nicht mit dem Server sprechen.',
	too_big: 'Diese Nachricht ist zu groß.',
	too_slow: 'Die Nachricht war zu lange unterwegs.',
	no_such_invite: 'Diese Einladung ist unbekannt, benutzt oder abgelaufen. Bitten Sie um eine neue.',
	bad_proof: 'Der Server konnte nicht prüfen, wer das ist. Versuchen Sie es noch einmal.',
	invalid: 'Hier fehlt etwas, oder etwas ist zu lang.',
	does_not_fit: 'Das lässt sich nicht in den Fall aufnehmen: Es baut auf etwas auf, das nicht da ist oder nicht lesbar ist.',
	too_often: 'Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es noch einmal.',
	busy: 'Der Server ist beschäftigt. Versuchen Sie es gleich noch einmal.',
	not_saved: 'Der Server konnte das nicht festhalten. Es hat sich nichts geändert. Versuchen Sie es noch einmal.',
	broken: 'Auf dem Server ging etwas schief. Es wurde nichts zugesagt.',
	last_lead: 'Dann wäre niemand mehr da, der leitet. Nehmen Sie zuerst eine weitere Leitungsperson auf.',
	another_lead: 'Das Telefon ist noch nicht aufgenommen. Die Einladung kommt von Ihnen, darum vergleicht jemand anderes aus der Leitung die Wörter.',
	would_tell: 'Dieser Fall nennt einen anderen, von dem nicht alle wissen dürfen. Er wurde nicht gegeben: Geschriebenes lässt sich nicht herausnehmen. Eine andere Leitungsperson weiß vielleicht mehr.',
	unreachable: 'Der Server war nicht zu erreichen. Es hat sich nichts geändert.',
	locked: 'Dieses Telefon ist gesperrt.'
};
