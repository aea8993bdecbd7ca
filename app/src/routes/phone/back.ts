/**
 * For screens that are reached from anywhere: the arrow in the bar leads to
 * where somebody came from. Where there is no such place, its own link counts.
 */
export function wayBack(event: MouseEvent): void {
	const arrow = event.target instanceof Element && event.target.closest('header.topbar > a:first-child');
	if (!arrow || history.length < 2) return;
	event.preventDefault();
	history.back();
}
