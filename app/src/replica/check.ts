/** An intention that could never become a change is a mistake in a screen, and is said at once. */
import type { Intention, Kind } from './api.ts';

const ID = /^[0-9a-f]{32}$/;
const STRING_BYTES = 32_768;
const COLLECTIONS: { [kind in Kind]: readonly string[] } = {
	case: ['opened', 'reports', 'accounts', 'answers', 'parties', 'entries', 'steps', 'support', 'aware', 'tasks', 'attachments', 'marks', 'strikes'],
	identity: ['persons', 'strikes'],
	chair: [
		'links', 'openings', 'meetings', 'actions', 'attempts', 'statements', 'findings', 'sanctions', 'appeals', 'persons', 'triage', 'announcements',
		'follow_ups', 'entries', 'marks', 'strikes'
	],
	notice: ['announcements', 'cards', 'pairs', 'marks', 'strikes'],
	duty: ['readiness', 'shifts', 'handovers', 'escorts', 'marks', 'strikes']
};

export function checkIntention(intention: Intention): void {
	const need = (holds: boolean, what: string): void => {
		if (!holds) throw new RangeError(`an intention needs ${what}`);
	};
	need(ID.test(intention.document), 'a document');
	need(intention.facts.length > 0, 'a fact');
	need(new Set(intention.facts.map((fact) => fact.id)).size === intention.facts.length, 'an id of its own for each fact');
	for (const fact of intention.facts) {
		need(ID.test(fact.id), 'facts with ids');
		need(COLLECTIONS[intention.kind].includes(fact.into), 'a collection that its kind of document has');
		need(fact.at === undefined || Number.isSafeInteger(fact.at), 'whole milliseconds');
		need(fact.register === undefined || fact.into === 'entries', 'an entry for a register');
		for (const [name, value] of Object.entries(fact.fields)) {
			need(!['by', 'device', 'at', 'clock_off'].includes(name), 'no field that the replica fills in');
			need(typeof value !== 'number' || Number.isSafeInteger(value), 'whole numbers');
			need(typeof value !== 'string' || new TextEncoder().encode(value).length <= STRING_BYTES, 'texts of at most 32 KiB');
		}
	}
}
