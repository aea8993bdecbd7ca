/** Single calls to the server. Whatever is not the server's own answer counts as no answer. */
import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { ProblemSchema } from '../generated/wire/v1/identity_pb.ts';
import { Refused } from './api.ts';
import type { World } from './world.ts';

const TYPE = 'application/x-protobuf';
const PATIENCE_MS = 15_000;

/** `patience`: how long an answer may take. `stop`: nobody waits for it any more. */
export interface Waiting {
	patience?: number;
	stop?: AbortSignal;
}

export async function call<In extends DescMessage, Out extends DescMessage>(
	world: World,
	path: string,
	ask: { schema: In; message: MessageInitShape<In> } | undefined,
	answer: Out,
	token?: string,
	waiting?: Waiting
): Promise<MessageShape<Out>> {
	const bytes = await exchange(world, path, ask && toBinary(ask.schema, create(ask.schema, ask.message)), token, 'omit', waiting);
	try {
		return fromBinary(answer, bytes);
	} catch {
		throw unreachable();
	}
}

/** The bytes of an answer. Rejects with `Refused`: `unreachable` when nobody or somebody else answered. */
export async function exchange(
	world: World, path: string, body: Uint8Array | undefined, token?: string, credentials: RequestCredentials = 'omit', waiting: Waiting = {}
): Promise<Uint8Array> {
	const patience = new AbortController();
	const giveUp = (): void => patience.abort();
	const stop = world.after(waiting.patience ?? PATIENCE_MS, giveUp);
	waiting.stop?.addEventListener('abort', giveUp);
	if (waiting.stop?.aborted) giveUp(); // while whoever calls waited for a token
	try {
		const response = await world.fetch(path, {
			method: body ? 'POST' : 'GET',
			headers: {
				accept: TYPE,
				...(body && { 'content-type': TYPE }),
				...(token !== undefined && { authorization: `Bearer ${token}` })
			},
			...(body && { body: new Uint8Array(body) }),
			cache: 'no-store',
			credentials,
			redirect: 'error',
			signal: patience.signal
		});
		// A captive portal answers everything, with a page of its own.
		if (!response.headers.get('content-type')?.startsWith(TYPE)) throw unreachable();
		const bytes = new Uint8Array(await response.arrayBuffer());
		if (response.ok) return bytes;
		const problem = fromBinary(ProblemSchema, bytes);
		throw new Refused(problem.code, problem.say);
	} catch (error) {
		throw error instanceof Refused ? error : unreachable();
	} finally {
		stop();
		waiting.stop?.removeEventListener('abort', giveUp);
	}
}

function unreachable(): Refused {
	return new Refused('unreachable', 'The server could not be reached.');
}
