/** Where a picture is, in words. */
import type { Attachment } from '../incident/case.ts';
import type { PictureHere } from '../replica/api.ts';
import type { IconName } from '../ui/icons.ts';
import { moment } from '../words/format.ts';
import { words } from '../words/index.ts';

export interface Whereabouts {
	icon: IconName;
	tone: 'wait' | 'plain' | 'know';
	text: string;
	/** What to do about it. */
	more?: string;
}

/** `element`: as it stands in the case, if it does. `here`: its bytes, if this device has them. `who`: whose phone it comes from. */
export function whereabouts(element: Attachment | undefined, here: PictureHere | undefined, who: string, now: number, zone: string): Whereabouts {
	const say = words.pictures;
	if (element?.arrived) return { icon: 'check', tone: 'plain', text: say.state.arrived(moment(element.arrived.at, now, zone)) };
	if (!here) return { icon: 'clock', tone: 'wait', text: say.state.onItsWay(who) };
	if (here.stuck !== undefined) return { icon: 'phone', tone: 'wait', text: say.state.phone, more: here.stuck === 'case_full' ? say.stuck.full : here.stuck === 'not_here' ? say.stuck.gone : say.stuck.other };
	if (here.percent !== undefined && here.percent > 0) return { icon: 'send', tone: 'plain', text: say.state.percent(here.percent) };
	return { icon: 'phone', tone: 'wait', text: say.state.phone };
}

/** "The note, 1.2 MB", or what kind of thing it is where nobody said what. */
export function named(caption: string | undefined, mime: string): string {
	const { kind } = words.pictures;
	return caption ?? (mime === 'application/pdf' ? kind.pdf : kind.picture);
}

/** "1.2 MB" */
export function sized(size: number): string {
	return words.pictures.size(Math.round(size / 100_000) / 10);
}
