/** The number on the app's icon: how much only this phone has. Seen without opening it, and it says nothing else. */
import type { State } from '../../replica/api.ts';
import { unsentCases } from '../../words/state.ts';

/** How many reports and cases only this phone has; undefined while nobody can say. */
export function onlyHere(state: State): number | undefined {
	const { lock } = state;
	if (lock.state === 'locked') return lock.only;
	if (lock.state === 'open') return state.ready && !lock.over ? unsentCases(state) : undefined;
	return state.read ? 0 : undefined;
}

/** Not every browser has it, and one may refuse. The number stands on the first screen and at the lock, too. */
export function putOnIcon(count: number): void {
	if (!('setAppBadge' in navigator)) return;
	const asked = count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge();
	asked.catch(() => undefined);
}
