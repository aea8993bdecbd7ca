/**
 * The last words of a device that lost its access. What only it holds goes to the
 * server first; then it empties itself, if the server has signed that it shall.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import {
	ChallengeAskSchema, ChallengeSchema, type HandedIn, HandedInSchema, HandInSchema
} from '../generated/wire/v1/identity_pb.ts';
import { Reason } from '../generated/wire/v1/frame_pb.ts';
import { type Id, type Millis, Refused, type State } from './api.ts';
import { type Bytes, concat, hex, newId, sha256, unhex, utf8 } from './bytes.ts';
import { call, exchange } from './calls.ts';
import type { Desk } from './desk.ts';
import { type Author, envelopeOf } from './envelope.ts';
import { untold } from './half-typed.ts';
import type { Intent, Kept } from './kept.ts';
import { sign } from './keys.ts';
import { Ledger } from './ledger.ts';
import { saidByServer } from './signet.ts';
import type { Write } from './storage.ts';
import type { World } from './world.ts';

/** As many as one call takes, with room for what is around them. */
const CALL_COUNT = 500;
const CALL_BYTES = 3_500_000;
/** How often it looks whether something was typed meanwhile: whoever goes on typing does not put off for ever what the server said. */
const ROUNDS = 3;

/**
 * Says them. Answers with how to confirm once the phone is empty, when the server has signed the
 * order; rejects when they did not get through. A server that knows of no lost access was not the
 * one that spoke: nothing happens then.
 */
export async function lastWords(
	world: World, ledger: Ledger, desk: Desk, author: Author, state: State, nextOrder: (now: Millis) => string
): Promise<(() => Promise<void>) | undefined> {
	const enrolled = ledger.get('enrolled');
	if (!enrolled) return undefined;
	try {
		for (let round = 1; ; round += 1) {
			await ledger.commit(lastIntents(ledger, state, nextOrder, world.now()));
			await desk.settleIntents();
			const order = await handIn(world, author, ledger.alone());
			if (!(await isOrder(enrolled.serverKey, enrolled.event, enrolled.self.device, order))) break;
			const confirm = await signWiped(world, author);
			if (round === ROUNDS || !hasMore(ledger)) return confirm;
		}
		// Joined with an app that did not keep the server's key: nothing is shown any more, and nothing is destroyed.
		if (enrolled.serverKey === undefined) await ledger.commit([Ledger.meta('enrolled', { ...enrolled, self: { ...enrolled.self, state: 'revoked' } })]);
		return undefined;
	} catch (error) {
		if (error instanceof Refused && error.code === 'bad_proof') return undefined;
		throw error;
	}
}

/** Whether somebody wrote or typed something meanwhile, and was told that it is kept. */
function hasMore(ledger: Ledger): boolean {
	return ledger.drafts.size > 0 || [...ledger.intents.values()].some(({ stuck }) => stuck === undefined);
}

/**
 * What a page went on to write in a report that was taken from its hand: it does not know that the report was begun
 * already, and nothing is begun twice. It is one more telling in the same case.
 */
function toldOnceMore(ledger: Ledger, isBegun: (report: Id) => boolean): Write[] {
	return [...ledger.intents.values()].flatMap((intent): Write[] => {
		const begun = intent.stuck === 'not_a_fact' && intent.intention.facts.find(({ into, id }) => into === 'reports' && isBegun(id));
		if (!begun) return [];
		const { stuck: _, ...rest } = intent;
		const report = newId();
		const facts = rest.intention.facts.map((fact) => ({ ...fact, ...(fact.id === begun.id && { id: report }), fields: { ...fact.fields, ...(fact.fields['report'] === begun.id && { report }) } }));
		return [{ into: 'intents', key: intent.order, value: { ...rest, intention: { ...rest.intention, facts } } }];
	});
}

/** What is still being written, as writes. What was half typed is somebody's words, too. */
function lastIntents(ledger: Ledger, state: State, nextOrder: (now: Millis) => string, now: Millis): Write[] {
	const written = new Set([...state.cases, ...state.identities].flatMap((record) => [...record.safekeeping.keys()]));
	for (const kept of ledger.alone()) for (const fact of kept.wrote?.intention.facts ?? []) written.add(fact.id);
	const event = { policy: state.pack?.policy?.version ?? '', drill: state.pack?.drill ?? false };
	const clockOff = ledger.mark.clockOffset;
	const again = toldOnceMore(ledger, (report) => written.has(report));
	const ended = [...ledger.drafts.values()].flatMap((draft): Write[] => {
		const intents = untold(draft, (element) => written.has(element), event).map((intention): Intent => ({ order: nextOrder(now), intention, at: draft.savedAt, ...(clockOff !== undefined && { clockOff }) }));
		return [...intents.map((intent): Write => ({ into: 'intents', key: intent.order, value: intent })), { outOf: 'drafts', key: draft.id }];
	});
	return [...again, ...ended];
}

/** Hands everything in. Answers with the order to wipe; rejects with `Refused` when not all of it was answered for good. */
async function handIn(world: World, author: Author, alone: readonly Kept[]): Promise<Bytes> {
	let order: Bytes = new Uint8Array();
	for (const group of groups(alone)) {
		const answer = await say(world, author, group, false);
		const answered = new Set([...answer.changeIds.map(hex), ...answer.refusals.filter(({ reason }) => !isForNow(reason)).map(({ changeId }) => hex(changeId))]);
		if (!group.every(({ id }) => answered.has(id))) throw new Refused('later', 'The server could not take all of it now.');
		order = new Uint8Array(answer.wipeOrder);
	}
	return order;
}

/** Signs now, while there is a key, that this device emptied itself. To be sent when it has. */
async function signWiped(world: World, author: Author): Promise<() => Promise<void>> {
	const { challenge, signature } = await signed(world, author, [], true);
	return async () => {
		const said = toBinary(HandInSchema, create(HandInSchema, { device: unhex(author.device), challenge, signature, wiped: true }));
		// There are no cookies; but without this the browser does not follow the answer, which tells it to throw away what is left.
		await exchange(world, '/v1/handin', said, undefined, 'same-origin');
	};
}

/** Whether it is this server's order, for this device at this event. Anything else is nobody's. */
export function isOrder(serverKey: Id | undefined, event: Id, device: Id, order: Bytes): Promise<boolean> {
	if (serverKey === undefined) return Promise.resolve(false);
	return saidByServer(serverKey, concat(utf8('safehall/wipe/v1\0'), unhex(event), unhex(device)), order);
}

async function say(world: World, author: Author, group: readonly Kept[], wiped: boolean): Promise<HandedIn> {
	const { challenge, signature } = await signed(world, author, group, wiped);
	const message = { device: unhex(author.device), challenge, signature, envelopes: group.map(envelopeOf), wiped };
	return call(world, '/v1/handin', { schema: HandInSchema, message }, HandedInSchema);
}

async function signed(world: World, author: Author, group: readonly Kept[], wiped: boolean): Promise<{ challenge: Bytes; signature: Bytes }> {
	const device = unhex(author.device);
	const answer = await call(world, '/v1/auth/challenge', { schema: ChallengeAskSchema, message: { device } }, ChallengeSchema);
	const challenge = new Uint8Array(answer.challenge);
	const bodies = await sha256(...group.map(({ body }) => body));
	const said = concat(utf8('safehall/handin/v1\0'), unhex(author.event), device, challenge, Uint8Array.of(wiped ? 1 : 0), bodies);
	return { challenge, signature: await sign(author.key, said) };
}

/** At least one: with nothing to hand in, the order is asked for all the same. */
function groups(alone: readonly Kept[]): Kept[][] {
	const all: Kept[][] = [[]];
	let bytes = 0;
	for (const kept of alone) {
		const size = kept.body.length + kept.signature.length + 16;
		let group = all.at(-1) ?? [];
		if (group.length >= CALL_COUNT || (group.length > 0 && bytes + size > CALL_BYTES)) {
			all.push((group = []));
			bytes = 0;
		}
		group.push(kept);
		bytes += size;
	}
	return all;
}

function isForNow(reason: Reason): boolean {
	return reason === Reason.QUOTA || reason === Reason.NOT_SAVED || reason === Reason.HELD;
}
