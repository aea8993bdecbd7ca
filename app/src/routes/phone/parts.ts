/** What this phone can do, as the leads' board shows it. */
import type { State } from '../../replica/api.ts';
import { PARTS, type Part } from '../../incident/ready.ts';
import { CLOCK_OFF } from '../../words/state.ts';

/** The parts that are there, in one line, as the phone says it of itself. `installed`: it was opened from the home screen. */
export function partsOf(state: State, installed: boolean): string {
	const there: { [part in Part]: boolean } = {
		pack: state.pack !== null,
		storage: state.storageProtected === true,
		clock: state.clockOffset !== null && Math.abs(state.clockOffset) < CLOCK_OFF,
		home: installed
	};
	return PARTS.filter((part) => there[part]).join(' ');
}

/** Whether the app was opened from the home screen. */
export const isInstalled = (): boolean => window.matchMedia('(display-mode: standalone)').matches;
