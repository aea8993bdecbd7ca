/** What this phone can do, as the leads' board shows it. */
import type { Id, State } from '../../replica/api.ts';
import { lastOfPhone, PARTS, readiness, type Part, type Readiness } from '../../incident/ready.ts';
import { people } from '../../incident/team.ts';
import { CLOCK_OFF } from '../../words/state.ts';

/** The parts that are there, in one line, as the phone says it of itself. `installed`: it was opened from the home screen. */
export function partsOf(state: State, installed: boolean): string {
	const there: { [part in Part]: boolean } = {
		pack: state.pack !== null,
		storage: state.storageProtected === true,
		clock: state.clockOffset !== null && Math.abs(state.clockOffset) < CLOCK_OFF,
		// Opened from the home screen once, it stands there: a visit with the browser takes nothing back.
		home: installed || saidOf(state)?.split(' ').includes('home') === true
	};
	return PARTS.filter((part) => there[part]).join(' ');
}

/** The same as it stands on the board now. */
export const saidOf = (state: State): string | undefined => lastOfPhone(state.duty, state.self?.staff ?? '', state.self?.device ?? '');

/** Whether the app was opened from the home screen. */
export const isInstalled = (): boolean => window.matchMedia('(display-mode: standalone)').matches;

/** What the leads' board says about whoever holds this phone; nothing before the team is known. */
export function ownReady({ duty, team, pack }: Pick<State, 'duty' | 'team' | 'pack'>, me: Id): Readiness | undefined {
	return readiness(duty, team ? people(team) : [], pack?.policy?.version ?? '').find((one) => one.staff === me);
}
