import { describe, expect, test } from 'vitest';
import { links } from '../../src/incident/chair.ts';
import { check } from '../../src/incident/checker.ts';
import { known, knownOfAll, type Known } from '../../src/incident/known.ts';
import { claim, reported } from '../../src/incident/persons.ts';
import { disputes, settleRegister } from '../../src/incident/settle.ts';
import { setTriage } from '../../src/incident/triage.ts';
import type { CaseRecord } from '../../src/replica/api.ts';
import { alma, AMBER, id, QUIET } from '../console/journeys.ts';
import { many } from '../console/many.ts';

let ids = 0;
const newId = () => id(`n${String((ids += 1))}`);
const TALKS = [{ id: 'talk-7', title: 'Kernel Memories for Everyone' }];

/** What the text about a case gives away. `only`: of this case, as if there were no other. */
function found(replica: ReturnType<typeof alma>, caseId: string, text: string, { only = false, name = () => undefined }: { only?: boolean; name?: (staff: string) => string | undefined } = {}): string[] {
	const { cases, chairs, identities, pack } = replica.state;
	const terms = known(caseId, { cases: cases.filter((one) => !only || one.id === caseId), identities, chairs, links: links(chairs), rooms: pack?.rooms ?? [], talks: TALKS, name });
	return check(text, terms).map((hit) => text.slice(hit.from, hit.to));
}

test('the talk that a case is about gives its speaker away', async () => {
	const replica = alma();
	const document = await replica.chairDocument(AMBER);
	const text = 'The video of “Kernel Memories for Everyone” will not be published.';
	expect(found(replica, AMBER, text)).toEqual([]);
	await replica.write(setTriage({ caseId: AMBER, document, newId }, { grounds: [], ids: [] }, { talk: 'talk-7', grounds: [] }));
	expect(found(replica, AMBER, text).join(' ')).toContain('Kernel Memories');
	expect(found(replica, QUIET, text)).toEqual([]);
});

test('so does one that was typed where something about it was decided, also after that was taken back', async () => {
	const replica = alma();
	const document = await replica.chairDocument(AMBER);
	const sanction = newId();
	await replica.write({ document, kind: 'chair', birth: { parent: AMBER }, facts: [{ into: 'sanctions', id: sanction, fields: { code: 'no_publish', interim: false, 'param/talk': 'Go on the Run', 'param/video': 'yes' } }] });
	await replica.write({ document, kind: 'chair', birth: { parent: AMBER }, facts: [{ into: 'strikes', id: newId(), fields: { target: sanction } }] });
	expect(found(replica, AMBER, 'There is no video of Go on the Run.')).toEqual(['Go on the Run']);
	expect(found(replica, AMBER, 'We go on as planned.')).toEqual([]);
});

test('a talk whose title is made of everyday words only is not looked for: the official text says them as well', async () => {
	const replica = alma();
	const facts = [{ into: 'sanctions', id: newId(), fields: { code: 'end_talk_early', interim: false, 'param/talk': 'Code of Conduct' } }];
	await replica.write({ document: await replica.chairDocument(AMBER), kind: 'chair', birth: { parent: AMBER }, facts });
	expect(found(replica, AMBER, 'It was against our code of conduct.')).toEqual([]);
});

test('whoever leads said is the same person is looked for under every name that any of the cases knows', async () => {
	const replica = alma();
	const of = (caseId: string) => reported(replica.state.cases.find((one) => one.id === caseId)!)[0]!;
	const his = of(AMBER);
	await replica.write({ document: AMBER, kind: 'case', facts: [{ into: 'parties', id: newId(), fields: { party: his.party, kind: 'reported', name: 'Sam Ivers', badge: '0417', replaces: his.version.id } }] });
	const text = 'Sam Ivers has been asked to leave.';
	expect(found(replica, QUIET, text)).toEqual([]);
	for (const caseId of [AMBER, QUIET]) await replica.write(claim({ caseId, document: await replica.chairDocument(caseId), newId }, of(caseId).party, id('blue')));
	expect(found(replica, QUIET, text)).toEqual(['Sam Ivers']);
});

test('after “both were true”, both rooms still give the incident away; so does one that was found to be wrong', async () => {
	for (const value of ['Terrace and Foyer', 'foyer']) {
		const replica = alma();
		const view = replica.state.cases.find((one) => one.id === AMBER)!.view;
		for (const dispute of disputes(view)) if (dispute.of === 'register' && dispute.field === 'place') await replica.write(settleRegister(AMBER, dispute, value, newId));
		expect(found(replica, AMBER, 'It happened on the Terrace, or in the Foyer.', { only: true })).toEqual(['Terrace', 'Foyer']);
	}
});

test('a room within words that were typed is that room, where another incident is as well', async () => {
	const replica = alma();
	await replica.write({ document: QUIET, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'set', field: 'place', value: 'Terrace and Foyer' }, register: 'place' }] });
	expect(found(replica, AMBER, 'It happened on the Terrace.')).toEqual([]);
});

test('staff who saw it themselves told of it, and are looked for; whoever took it down for somebody is not', () => {
	const replica = alma();
	const text = 'Noor Haddad of our team saw it.';
	const name = (staff: string) => (staff === id('noor') ? 'Noor Haddad' : undefined);
	expect(found(replica, AMBER, text, { name })).toEqual([]);
	const saw = (one: CaseRecord): CaseRecord => ({ ...one, view: { ...one.view, reports: one.view.reports.map((report) => ({ ...report, answers: { ...report.answers, relation: { versions: [{ ...report, report: report.id, field: 'relation', value: 'own_observation' }] } } })) } });
	replica.change({ cases: replica.state.cases.map(saw) });
	expect(found(replica, AMBER, text, { name })).toEqual(['Noor Haddad']);
});

describe('a text that is about no case in particular', () => {
	/** So many cases, of which a third say a place in words and one the last room; some are linked, and some are about the same person. */
	async function hundreds(count: number, rooms: Known['rooms']): Promise<Known> {
		const replica = many(count);
		for (const [index, record] of replica.state.cases.entries()) {
			const caseId = record.id;
			const party = reported(record)[0]?.party;
			if (index % 7 === 0 && party !== undefined) await replica.write(claim({ caseId, document: await replica.chairDocument(caseId), newId }, party, id(`person ${String(index % 5)}`)));
			const value = index === 1 ? rooms.at(-1)!.id : `by bar ${String(index)} of the ${rooms[index % (rooms.length - 1)]!.name}`;
			if (index % 3 === 0 || index === 1) await replica.write({ document: caseId, kind: 'case', facts: [{ into: 'entries', id: newId(), fields: { kind: 'set', field: 'place', value }, register: 'place' }] });
		}
		const { cases, chairs, identities } = replica.state;
		return { cases, identities, chairs, links: links(chairs), rooms, talks: TALKS, name: () => undefined };
	}

	test('is checked against what each of them knows', async () => {
		const among = await hundreds(60, [...(alma().state.pack?.rooms ?? []), { id: 'attic', name: 'Attic' }]);
		const all = knownOfAll(among);

		expect(all).toEqual(among.cases.flatMap((one) => known(one.id, among)));
		for (const kind of ['name', 'badge', 'detail', 'place']) expect(all.map((term) => term.kind), kind).toContain(kind);
	});

	test('asks twice as much of twice as many cases, and not four times as much', async () => {
		const asked = async (count: number) => {
			let times = 0;
			const rooms = (alma().state.pack?.rooms ?? []).map(({ id: room, name }) => ({
				id: room,
				get name() {
					times += 1;
					return name;
				}
			}));
			const among = await hundreds(count, rooms);
			times = 0;
			knownOfAll(among);
			return times;
		};

		expect(await asked(120)).toBeLessThanOrEqual(2 * (await asked(60)));
	});
});
