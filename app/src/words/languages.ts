/** What a language is called, in the language that the page is in. */

/** "German" for `de`; what is no code stands for itself, because somebody typed it. */
export function languageName(code: string): string {
	if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code)) return code;
	try {
		return new Intl.DisplayNames([document.documentElement.lang || 'en'], { type: 'language', fallback: 'none' }).of(code) ?? code;
	} catch {
		return code;
	}
}
