/** Carries out what the line decides about the network: sockets, posts, signing in. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { sizeDelimitedDecodeStream, sizeDelimitedEncode } from '@bufbuild/protobuf/wire';
import { type Frame, FrameSchema } from '../generated/wire/v1/frame_pb.ts';
import { Refused } from './api.ts';
import { concat } from './bytes.ts';
import { exchange } from './calls.ts';
import type { Action, Line } from './line.ts';
import type { Tokens } from './token.ts';
import type { Socket, World } from './world.ts';

const FRAME_BYTES = 307_200;

export type NetworkAction = Exclude<Action, { do: 'write_down' } | { do: 'renew_app' } | { do: 'lost_access' }>;

export class Wires {
	private socket: Socket | undefined;
	/** Names the connection, so that a late voice from an earlier one is not heard. */
	private connection = 0;

	constructor(
		private readonly world: World,
		private readonly line: Line,
		private readonly tokens: Tokens,
		/** Something was said to the line: its actions are to be done. Resolves when they are. */
		private readonly settle: () => Promise<void>,
		/** The server would not sign this device in now. */
		private readonly signedOut: () => void
	) {}

	act(action: NetworkAction): void {
		switch (action.do) {
			case 'sign_in':
				if (action.fresh) this.tokens.drop();
				void this.signIn();
				return;
			case 'open':
				this.open();
				return;
			case 'send':
				this.send(action.frame);
				return;
			case 'post':
				void this.post(action.frames);
				return;
			case 'hang_up':
				this.hangUp();
		}
	}

	private async signIn(): Promise<void> {
		try {
			this.line.signedIn(await this.tokens.token(), this.world.now());
		} catch (error) {
			this.tokens.drop();
			const code = error instanceof Refused ? error.code : 'unreachable';
			if (code === 'revoked') this.line.revoked();
			else if (code !== 'unreachable') this.signedOut();
			this.line.notSignedIn(this.world.now());
		}
		await this.settle();
	}

	private open(): void {
		this.hangUp();
		const mine = this.connection;
		const heard = (act: () => void): void => {
			if (mine !== this.connection) return;
			act();
			void this.settle();
		};
		try {
			this.socket = this.world.socket('/v1/live', {
				opened: () => heard(() => this.line.opened(this.world.now())),
				heard: (message) =>
					heard(() => {
						const frame = message instanceof ArrayBuffer ? readFrame(new Uint8Array(message)) : undefined;
						if (frame) this.line.frame(frame, this.world.now());
						else this.line.unreadable(this.world.now());
					}),
				closed: () => heard(() => this.line.closed(this.world.now()))
			});
		} catch {
			this.line.closed(this.world.now());
			void this.settle();
		}
	}

	private send(frame: Frame): void {
		try {
			this.socket?.send(toBinary(FrameSchema, frame));
		} catch {
			this.line.closed(this.world.now());
			void this.settle();
		}
	}

	private async post(frames: readonly Frame[]): Promise<void> {
		const mine = this.connection;
		const body = concat(...frames.map((frame) => sizeDelimitedEncode(FrameSchema, frame)));
		let answers: Frame[];
		try {
			answers = await readFrames(await exchange(this.world, '/v1/sync', body));
		} catch {
			if (mine === this.connection) this.line.closed(this.world.now());
			await this.settle();
			return;
		}
		if (mine !== this.connection) return;
		let more = false;
		for (const frame of answers) {
			if (frame.kind.case === 'batch') more = frame.kind.value.more;
			this.line.frame(frame, this.world.now());
			await this.settle();
		}
		this.line.posted(more, this.world.now());
		await this.settle();
	}

	private hangUp(): void {
		this.connection += 1;
		const socket = this.socket;
		this.socket = undefined;
		socket?.close();
	}
}

/** One frame, or `undefined` for bytes that are none. */
export function readFrame(bytes: Uint8Array): Frame | undefined {
	if (bytes.length > FRAME_BYTES) return undefined;
	try {
		const frame = fromBinary(FrameSchema, bytes);
		return frame.kind.case === undefined ? undefined : frame;
	} catch {
		return undefined;
	}
}

/** A sequence of frames. Rejects when one of them is none. */
export async function readFrames(bytes: Uint8Array): Promise<Frame[]> {
	const frames: Frame[] = [];
	// eslint-disable-next-line @typescript-eslint/require-await -- the reader takes a stream, and this is one of one piece
	const pieces = (async function* () {
		yield bytes;
	})();
	for await (const frame of sizeDelimitedDecodeStream(FrameSchema, pieces, { readMaxBytes: FRAME_BYTES })) {
		if (frame.kind.case === undefined) throw new RangeError('a frame that is unknown here');
		frames.push(frame);
	}
	return frames;
}
