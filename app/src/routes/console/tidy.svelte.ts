import { untrack } from 'svelte';
import { stray, takeAllBack } from '../../incident/stray.ts';
import type { Desk } from './desk.svelte.ts';

/** Takes back what may not stand where everybody reads any more, as soon as this console knows. Called while a component begins. */
export function keepTidy(desk: Desk): void {
	// Nothing shows it.
	// eslint-disable-next-line svelte/prefer-svelte-reactivity
	const tried = new Set<string>();
	const found = $derived(stray(desk.state.notice, desk.state.cases, desk.state.chairs, desk.links, desk.state.team));
	$effect(() => {
		// One that could not be written stays, and its own page says so; it is not tried again and again.
		const fresh = found.filter((id) => !tried.has(id));
		if (fresh.length === 0) return;
		for (const id of fresh) tried.add(id);
		untrack(() => void take(desk, fresh));
	});
}

async function take(desk: Desk, targets: readonly string[]): Promise<void> {
	const { replica } = desk;
	await desk.write(takeAllBack(await replica.eventDocument('notice'), targets, () => replica.newId()));
}
