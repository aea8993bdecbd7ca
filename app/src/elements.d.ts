/** What browsers know and Svelte's types do not yet. */
import 'svelte/elements';

declare module 'svelte/elements' {
	interface HTMLTextareaAttributes {
		autocorrect?: 'on' | 'off';
	}
}
