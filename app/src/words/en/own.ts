/** Who may see what, as somebody’s own phone says it. */
export const open = {
	title: 'Safehall opens when a second lead has joined',
	text: 'Until then every report stays on the phone that it was written on. Invite a second lead and compare the four words.',
	phone: 'Until then a report stays on this phone. Call the chair.'
};

export const recovery = {
	title: (at: string) => `A new way in for a lead was made on the server ${at}`,
	text: 'Everybody in the team is shown this. If you did not expect it, ask a lead in person.',
	seen: 'I have seen it'
};

export const phone = {
	recuse: 'I should not be involved',
	sheet: (codeName: string) => `Step back from ${codeName}?`,
	text: 'It leaves this phone, and you see no more of it. Nobody asks you why. The chair sees only that you stepped back.',
	unsent: 'What is only on this phone is sent first.',
	offline: 'There is no connection. It is hidden here at once; the others hear of it when this phone is back online.',
	do: 'Step back',
	tag: (at: string) => `Recused${at ? ` ${at}` : ''}`,
	row: (codeName: string) => `${codeName} — recused`,
	gone: 'You are not part of this case. What this phone held about it has been removed.',
	waits: 'The others hear of it when this phone is back online.',
	why: 'Nobody asks you why. The chair sees only that you stepped back.',
	comes: 'If someone comes to you about it',
	comesText: 'Do not listen to details. Bring them to the chair.',
	call: (name: string) => `Call ${name}`,
	cases: 'Your cases',
	own: {
		title: 'You can read what you wrote',
		text: 'Because of whom it is about, only the leads who may know of it see the rest and write in it. Something new? Call them.'
	},
	held: {
		title: 'Nobody in the team may receive this',
		text: 'It stays on this phone. Call the other contact and say that you have a report that cannot go to the chair.',
		closed: 'Safehall is not open yet: it needs a second lead. It stays on this phone. Call the chair.',
		none: 'No other contact is on this phone. Find somebody you trust outside of it.'
	}
};
