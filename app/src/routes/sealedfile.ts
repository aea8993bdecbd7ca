/** What goes from phone to phone as a file: a line for whoever opens it elsewhere, then the bytes, as text that any way of passing files on leaves as it is. */
import { saveFile } from './save.ts';

const MARK = 'SHC1:';
const LINE = 76;
/** A file of a megabyte, and what the text makes of it. */
const MOST = 1_600_000;

export function asFile(bytes: Uint8Array, name: string, says: string): File {
	let raw = '';
	for (const byte of bytes) raw += String.fromCharCode(byte);
	const lines = btoa(raw).match(new RegExp(`.{1,${String(LINE)}}`, 'g')) ?? [];
	return new File([says, '\n\n', MARK, '\n', lines.join('\n'), '\n'], `${name}.txt`, { type: 'text/plain' });
}

/** The bytes in it, or `undefined` for a file that is none of ours. */
export async function fromFile(file: Blob): Promise<Uint8Array<ArrayBuffer> | undefined> {
	if (file.size > MOST) return undefined;
	const text = await file.text().catch(() => ''); // it was taken away since somebody chose it
	const at = text.indexOf(MARK);
	const found = at < 0 ? '' : text.slice(at + MARK.length).replace(/\s/g, '');
	if (found === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(found)) return undefined;
	try {
		return Uint8Array.from(atob(found), (one) => one.charCodeAt(0));
	} catch {
		return undefined; // cut off on its way
	}
}

/** By the share sheet where the phone has one, else into its own files. Answers whether it left, or lies in the files by now. */
export async function passOn(file: File): Promise<boolean> {
	if ('canShare' in navigator && navigator.canShare({ files: [file] })) {
		try {
			await navigator.share({ files: [file] });
			return true;
		} catch (error) {
			if (error instanceof DOMException && error.name === 'AbortError') return false; // not now after all
		}
	}
	saveFile(file.name, file, 'text/plain');
	return true;
}
