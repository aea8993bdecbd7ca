/** What a replica starts from. */
import type { Millis, State } from './api.ts';
import type { Storage } from './storage.ts';

/** Nothing was read yet. */
export const EMPTY: State = {
	lock: { state: 'reading' }, lost: 0, read: false, ready: false, opening: null, self: null, pack: null, team: null, connection: { state: 'offline', since: 0 }, allSentAt: null, clockOffset: null,
	ledgerAlarm: null, storageProtected: null, storageBroken: null, cases: [], chairs: [], identities: [], notice: null, duty: null, recused: [], pictures: [], parcels: [], drafts: [], recovery: null, updateWaiting: false
};

/** What opens a replica: the sealed storage, and the key that wraps the device's own. */
export interface Opening {
	storage: Promise<Storage>;
	wrapping: CryptoKey;
	/** When the server was last heard: a lock that was turned meanwhile, or a start anew, makes no connection younger. */
	heard: Millis;
	/** Destroys everything that this phone keeps, then says so. */
	empty: (confirm: () => Promise<void>) => void;
}
