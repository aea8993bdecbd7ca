import { untrack } from 'svelte';

/** Keeps what is chosen and typed in a sheet as it is, before anybody says “use”. What stood there when it was opened is kept already. */
export function keepLive<T>(made: () => T, live: (value: T) => void): void {
	let opened = false;
	$effect(() => {
		const value = made();
		if (opened) untrack(() => live(value));
		opened = true;
	});
}
