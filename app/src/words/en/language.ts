/** The app's own language. */
export const language = {
	/** As the browser names it: for dates and times. */
	locale: 'en-GB',
	/** Somebody's own words. */
	quote: (text: string) => `“${text}”`,
	/** A word of ours, or a category of the event, in the middle of a sentence. */
	within: (text: string) => text.toLowerCase(),
	notLoaded: 'The words of this language are not on this device yet. Try again with a connection.'
};
