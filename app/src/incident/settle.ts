/**
 * Where two phones said different things, and how a person settles it. Nothing
 * is overwritten: the settling value is written once more, names what it
 * replaces, and both old ones stay readable.
 */
import type { Id, Intention } from '../replica/api.ts';
import type { AccountVersion, Answer, CaseView, Entry, Fields, PartyVersion } from './case.ts';

export type Dispute =
	| { of: 'register'; key: string; field: string; versions: readonly Entry[] }
	| { of: 'answer'; key: string; field: string; report: Id; versions: readonly Answer[] }
	| { of: 'account'; key: string; part: 'words' | 'seen'; report: Id; versions: readonly AccountVersion[] }
	| { of: 'party'; key: string; party: Id; versions: readonly PartyVersion[] };

/** Every dispute of a case but the police wish, which is settled by asking again only. */
export function disputes(view: CaseView): Dispute[] {
	const found: Dispute[] = [];
	for (const [field, { versions }] of Object.entries(view.registers)) {
		if (versions.length > 1) found.push({ of: 'register', key: field, field, versions });
	}
	for (const report of view.reports) {
		for (const [field, { versions }] of Object.entries(report.answers)) {
			if (versions.length > 1) found.push({ of: 'answer', key: `${report.id} ${field}`, field, report: report.id, versions });
		}
		for (const part of ['words', 'seen'] as const) {
			const versions = report.accounts[part]?.versions ?? [];
			if (versions.length > 1) found.push({ of: 'account', key: `${report.id} ${part}`, part, report: report.id, versions });
		}
	}
	for (const party of view.parties) {
		if (party.versions.length > 1) found.push({ of: 'party', key: party.party, party: party.party, versions: party.versions });
	}
	return found;
}

/** What a case asks a lead to decide: disputes and a police wish to ask about again. Two accounts are both read, and nobody chooses between them. */
export function decisions(view: CaseView): number {
	return disputes(view).filter((dispute) => dispute.of !== 'account').length + (view.police.state === 'ask_again' ? 1 : 0);
}

/** Both can be true where a thing may have happened in two places. */
export function bothCanBeTrue(dispute: Dispute): boolean {
	return (dispute.of === 'register' || dispute.of === 'answer') && dispute.field === 'place';
}

/** Settles a single value: the `set` entry that replaces all versions, and the register that points at it. */
export function settleRegister(caseId: Id, dispute: Extract<Dispute, { of: 'register' }>, value: string, newId: () => Id): Intention {
	const id = newId();
	const fields: Fields = { kind: 'set', field: dispute.field, value, replaces: replaced(dispute.versions) };
	return { document: caseId, kind: 'case', facts: [{ into: 'entries', id, fields, register: dispute.field }] };
}

/** Settles an answer with one of its versions, or with words of the lead's own. */
export function settleAnswer(caseId: Id, dispute: Extract<Dispute, { of: 'answer' }>, kept: Pick<Answer, 'value' | 'time'>, newId: () => Id): Intention {
	const fields: Fields = { report: dispute.report, field: dispute.field, replaces: replaced(dispute.versions) };
	if (kept.value !== undefined) fields['value'] = kept.value;
	if (kept.time !== undefined) fields['time'] = kept.time;
	return { document: caseId, kind: 'case', facts: [{ into: 'answers', id: newId(), fields }] };
}

/** Settles how to know somebody, with one of the versions as it was written. */
export function settleParty(caseId: Id, dispute: Extract<Dispute, { of: 'party' }>, kept: PartyVersion, newId: () => Id): Intention {
	const { id: _, by: __, device: ___, at: ____, clock_off: _____, struck: ______, ...said } = kept;
	return { document: caseId, kind: 'case', facts: [{ into: 'parties', id: newId(), fields: { ...said, replaces: replaced(dispute.versions) } }] };
}

export const POLICE_WISHES = ['asked_for', 'does_not_want', 'undecided'] as const;
export type PoliceWish = (typeof POLICE_WISHES)[number];

/** They were asked again: their answer now stands, the earlier ones stay readable. */
export function policeAskedAgain(caseId: Id, versions: readonly Entry[], wish: PoliceWish, newId: () => Id): Intention {
	const fields: Fields = { kind: 'police_wish', value: wish, replaces: replaced(versions) };
	return { document: caseId, kind: 'case', facts: [{ into: 'entries', id: newId(), fields }] };
}

function replaced(versions: readonly { id: Id }[]): string {
	return versions.map((version) => version.id).join(' ');
}
