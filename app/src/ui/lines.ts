import type { IconName } from './icons.ts';

/** What colour says: waiting, known to the chair, two versions, or nothing. */
export type Tone = 'plain' | 'wait' | 'know' | 'two';

/** One row of a sync strip, or the tick of one entry. */
export interface SyncLine {
	key: string;
	tone: Tone;
	icon: IconName;
	text: string;
	side?: string;
	/** The same as one sentence, for people who hear the screen. */
	spoken: string;
}

/** The one banner of a screen. */
export interface BannerLine {
	key: string;
	tone: Tone;
	icon: IconName;
	title: string;
	text?: string;
	live: 'polite' | 'assertive' | 'off';
}
