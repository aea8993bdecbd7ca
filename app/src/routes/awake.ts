/** A screen that goes dark is not read by the other phone, and does not read it. */

/** Keeps the screen lit, where the phone lets us, until the returned function is called. Also after somebody looked away. */
export function stayAwake(): () => void {
	let lock: Promise<WakeLockSentinel | undefined> | undefined;
	const hold = () => {
		if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
		lock = navigator.wakeLock.request('screen').catch(() => undefined); // the battery is low: it goes dark when it does
	};
	document.addEventListener('visibilitychange', hold); // out of sight the phone takes it back
	hold();
	return () => {
		document.removeEventListener('visibilitychange', hold);
		void lock?.then((held) => held?.release());
	};
}
