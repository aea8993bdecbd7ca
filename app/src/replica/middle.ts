/** What the parts of a replica do by way of it. */
import type { Connection, Id, State } from './api.ts';
import type { World } from './world.ts';

/** What the leading tab tells the others. */
export type Told = { kind: 'stored' } | { kind: 'connection'; connection: Connection } | { kind: 'try' } | { kind: 'hello' } | { kind: 'lead?' } | { kind: 'lead!' };

export interface Middle {
	readonly world: World;
	readonly state: State;
	set(part: Partial<State>): void;
	/** Reads the touched documents anew and shows what is there. */
	show(touched: readonly Id[]): void;
	tell(message: Told): void;
	/** One thing at a time: what decides on storage must not be overtaken. After the end nothing is begun any more. */
	inTurn(act: () => Promise<void>): Promise<void>;
	/** Says on the screen whether the phone can write. */
	saving<T>(work: Promise<T>): Promise<T>;
	/** A token for calls. Rejects with `Refused` on a device that is not in a team. */
	token(): Promise<string>;
}
