import { spoken } from '../incident/spoken.ts';
import type { Pack, State } from '../replica/api.ts';
import { languageOf, speak, type Language } from '../words/index.ts';

/** Where the browser keeps what was chosen on this device. In clear: it says nothing about anybody. */
const KEPT = 'language';

/** The language of this device. Screens are made anew when it changes; what is being written stays. */
class Tongue {
	spoken: Language = $state('en');

	#said: { pack: Pack; language: Language; said: Pack } | undefined;

	/** The state with what the event's pack says in the language of this device, where it does. */
	of(state: State): State {
		const { pack } = state;
		const language = this.spoken;
		if (!pack) return state;
		if (this.#said?.pack !== pack || this.#said.language !== language) this.#said = { pack, language, said: spoken(pack, language) };
		return { ...state, pack: this.#said.said };
	}

	/** Speaks what was chosen here before, else what the device itself is set to. */
	async begin(): Promise<void> {
		await this.#speak(languageOf(kept(), navigator.languages)).catch(() => undefined); // without its words the app still helps, in English
	}

	/** Rejects when the words of this language cannot be loaded. */
	async choose(language: Language): Promise<void> {
		await this.#speak(language);
		try {
			localStorage.setItem(KEPT, language);
		} catch {
			// A browser that keeps nothing forgets this, too.
		}
	}

	async #speak(language: Language): Promise<void> {
		await speak(language);
		document.documentElement.lang = language;
		this.spoken = language;
	}
}

function kept(): string | null {
	try {
		return localStorage.getItem(KEPT);
	} catch {
		return null;
	}
}

export const tongue = new Tongue();
