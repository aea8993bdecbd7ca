/** Notes that came too late to be taken in by themselves: a lead decides about each. */
import { type Quarantine, QuarantineLine_Cause as Wire } from '../generated/wire/v1/identity_pb.ts';
import { Kind } from '../generated/wire/v1/frame_pb.ts';
import type { Id, Millis } from '../replica/api.ts';
import { hex } from '../bytes.ts';

export type LateCause = 'revoked' | 'excluded' | 'not_granted' | 'copied' | 'unreadable' | 'unknown';

export interface LateNote {
	id: Id;
	document: Id;
	staff: Id;
	device: Id;
	receivedAt: Millis;
	cause: LateCause;
	/** A reporter's name, of which no word is shown here. */
	sealed: boolean;
	preview: string;
}

const CAUSES = new Map<Wire, LateCause>([
	[Wire.REVOKED, 'revoked'],
	[Wire.EXCLUDED, 'excluded'],
	[Wire.NOT_GRANTED, 'not_granted'],
	[Wire.EQUIVOCATION, 'copied'],
	[Wire.UNREADABLE, 'unreadable']
]);

/** Oldest first. */
export function lateNotes(waiting: Quarantine): LateNote[] {
	return waiting.lines
		.map((line) => ({
			id: hex(line.changeId),
			document: hex(line.document),
			staff: hex(line.staff),
			device: hex(line.device),
			receivedAt: Number(line.receivedAt),
			cause: CAUSES.get(line.cause) ?? 'unknown',
			sealed: line.kind === Kind.IDENTITY,
			preview: line.kind === Kind.IDENTITY ? '' : line.preview
		}))
		.sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
}
