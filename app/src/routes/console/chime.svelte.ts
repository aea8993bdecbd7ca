/**
 * A short sound, and a notice of the device, when a case is new. Off until
 * somebody turns it on; what is remembered is that alone.
 */
const PLACE = 'safehall.sound';

export class Chime {
	on = $state(remembered());
	#audio: AudioContext | undefined;
	// Never shown: no screen has to follow it.
	// eslint-disable-next-line svelte/prefer-svelte-reactivity
	readonly #rung = new Set<string>();

	/** Within a tap: a browser plays nothing before one. */
	turn(): void {
		this.on = !this.on;
		try {
			if (this.on) localStorage.setItem(PLACE, 'on');
			else localStorage.removeItem(PLACE);
		} catch {
			// It is off again next time, and nothing else.
		}
		if (!this.on) return;
		this.#beep();
		if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission();
	}

	/** Rings once for each key, however often it is asked. What was there at the start makes no sound. */
	ring(keys: readonly string[], says: string | undefined, first: boolean): void {
		const fresh = keys.filter((key) => !this.#rung.has(key));
		for (const key of fresh) this.#rung.add(key);
		if (!this.on || first || fresh.length === 0) return;
		this.#beep();
		if (says !== undefined && !document.hasFocus() && 'Notification' in window && Notification.permission === 'granted') {
			try {
				const notice = new Notification(says);
				notice.onclick = () => window.focus();
			} catch {
				// A phone takes notices from elsewhere only; the sound and the page say it.
			}
		}
	}

	#beep(): void {
		this.#audio ??= new AudioContext();
		const audio = this.#audio;
		void audio.resume().then(() => {
			for (const [pitch, begins] of [[660, 0], [880, 0.18]] as const) {
				const tone = audio.createOscillator();
				const loud = audio.createGain();
				const from = audio.currentTime + begins;
				tone.frequency.value = pitch;
				loud.gain.setValueAtTime(0.0001, from);
				loud.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
				loud.gain.exponentialRampToValueAtTime(0.0001, from + 0.4);
				tone.connect(loud).connect(audio.destination);
				tone.start(from);
				tone.stop(from + 0.45);
			}
		}, () => undefined);
	}
}

function remembered(): boolean {
	try {
		return localStorage.getItem(PLACE) === 'on';
	} catch {
		return false;
	}
}

/** One for the page, however often the console is locked and opened again. */
export const chime = new Chime();
