/** Everything that a browser profile has on the disk, as somebody who took the phone apart would read it. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Which of these bytes are in which file, in any of the ways in which a browser writes text down. */
export function foundIn(folder: string, secrets: { [name: string]: string | Uint8Array }): string[] {
	const wanted = Object.entries(secrets).flatMap(([name, secret]) => spellings(secret).map((bytes) => ({ name, bytes })));
	const found: string[] = [];
	for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const path = join(folder, entry);
		if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
		const content = readFileSync(path);
		for (const { name, bytes } of wanted) if (content.includes(bytes)) found.push(`${name} in ${entry}`);
	}
	return found;
}

function spellings(secret: string | Uint8Array): Buffer[] {
	if (typeof secret === 'string') return [Buffer.from(secret, 'utf8'), Buffer.from(secret, 'utf16le')];
	const bytes = Buffer.from(secret);
	return [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('base64').replace(/=+$/, '')), Buffer.from(bytes.toString('base64url'))];
}
