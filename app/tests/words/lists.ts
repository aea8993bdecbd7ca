/** Words that the app does not use: those of people who make software, those of courts, and those that would hurt. */
export const JARGON = {
	en: [
		'sync', 'synchroni[sz]\\w*', 'queue\\w*', 'conflict\\w*', 'merge\\w*', 'replica\\w*', 'payload', 'upload\\w*', 'download\\w*', 'token\\w*', 'cache\\w*', 'database', 'backend', 'timeout', 'log ?in', 'session\\w*', 'users?', 'failed', 'failure', 'errors?', 'invalid',
		'fatal', 'abort\\w*', 'exception', 'null', 'undefined', 'JSON', 'ID', 'UUID', 'hash\\w*', 'crdt', 'automerge', 'ticket\\w*', 'workflow\\w*', 'escalat\\w*', 'stakeholder\\w*', 'resolve[ds]?',
		'victims?', 'harassers?', 'accus\\w*', 'offenders?', 'perpetrators?', 'complain\\w*', 'verdicts?', 'guilt\\w*', 'punish\\w*', 'penalt\\w*', 'prosecut\\w*', 'alleg\\w*', 'interviewees?', 'investigat\\w*'
	],
	de: [
		'sync', 'synchron\\w*', 'Warteschlange\\w*', 'Konflikt\\w*', 'zusammenführ\\w*', 'Replik\\w*', 'hochlad\\w*', 'herunterlad\\w*', 'Upload\\w*', 'Download\\w*', 'Token\\w*', 'Cache\\w*', 'Datenbank\\w*', 'Timeout', 'Login', 'einlog\\w*', 'Sitzung\\w*', 'Nutzer\\w*', 'User', 'fehlgeschlagen\\w*',
		'Fehler\\w*', 'ungültig\\w*', 'Abbruch', 'Hash\\w*', 'ID', 'JSON', 'Ticket\\w*', 'Workflow\\w*', 'Eskal\\w*', 'Dashboard', 'Admin', 'Account\\w*', 'Case', 'Report', 'Chair', 'Responder',
		'Opfer\\w*', 'Täter\\w*', 'Belästiger\\w*', 'beschuldig\\w*', 'Beschuldig\\w*', 'Anklag\\w*', 'Angeklagt\\w*', 'Urteil\\w*', 'Schuld\\w*', 'schuldig\\w*', 'Strafe\\w*', 'bestraf\\w*', 'Beschwerde\\w*', 'Ermittl\\w*', 'Verhör\\w*', 'mutmaßlich\\w*', 'angeblich\\w*',
		// Whoever works here is addressed as “Sie”.
		'du', 'dich', 'dir', 'dein\\w*', 'euch', 'eure?\\w*'
	]
} as const;

/** What reads the same in both languages, because it does. What only puts its arguments together is not asked. */
export const SAME = [
	'case.add.kinds.person', 'console.team.name', 'console.team.person', 'ending.open.channel.online', 'enrol.brand', 'pictures.kind.pdf', 'pictures.size', 'ready.board.badge', 'ready.board.person', 'ready.phone.badge', 'rights.ledger.server', 'sheets.badge.badge', 'sheets.badge.letters', 'sheets.reporter.name'
] as const;
