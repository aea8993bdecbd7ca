/** Saves something as a file on this device. */

/** Safari reads it only once the click is over, and asks first: taken away at once, nothing would be saved. */
const KEPT_MS = 60_000;

/** With the type of a stream of bytes, no browser opens it by itself. */
export function saveFile(name: string, content: string | Blob | Uint8Array<ArrayBuffer>, type: 'application/json' | 'application/octet-stream' | 'text/plain'): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([content], { type }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
