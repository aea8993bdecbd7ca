/**
 * A second tap of the same thumb falls onto whatever has come to where the first one fell: on a dock the next step
 * stands at the same place on every screen. What has just appeared therefore takes no tap for a moment.
 */
const MOMENT = 300;

export const settling = $state({ on: false });

let timer: ReturnType<typeof setTimeout> | undefined;

/** Something came to the foot of the screen, or went from it. */
export function appeared(): void {
	settling.on = true;
	clearTimeout(timer);
	timer = setTimeout(() => (settling.on = false), MOMENT);
}
