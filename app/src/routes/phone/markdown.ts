/** As much of Markdown as a policy uses: headings, lists, paragraphs, strong words. Everything else stays as written. */
export interface Block {
	kind: 'head' | 'item' | 'text';
	/** Of a heading, 1 to 6. */
	depth: number;
	text: string;
}

export function blocks(source: string): Block[] {
	const found: Block[] = [];
	let open: Block | null = null;
	for (const line of withoutFront(source).split('\n')) {
		const text = line.trim();
		const head = /^(#{1,6})\s+(.*?)\s*#*$/.exec(text);
		const item = /^(?:[-*+]|\d+[.)])\s+(.*)$/.exec(text);
		if (!text) open = null;
		else if (head) {
			found.push({ kind: 'head', depth: head[1]?.length ?? 1, text: plain(head[2] ?? '') });
			open = null;
		} else if (item) found.push((open = { kind: 'item', depth: 0, text: plain(item[1] ?? '') }));
		else if (open) open.text += ` ${plain(text)}`;
		else found.push((open = { kind: 'text', depth: 0, text: plain(text) }));
	}
	return found;
}

/** A text in parts that are strong or not. */
export function spans(text: string): { text: string; strong: boolean }[] {
	return text
		.split(/\*\*|__/)
		.map((part, index) => ({ text: part, strong: index % 2 === 1 }))
		.filter((part) => part.text !== '');
}

/** Links as their words; single stars and code marks go. */
function plain(text: string): string {
	return text
		.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
		.replace(/<((?:https?:|mailto:)[^>]*)>/g, '$1')
		.replace(/`([^`]*)`/g, '$1')
		.replace(/(^|[^*])\*([^*\s][^*]*)\*(?!\*)/g, '$1$2');
}

/** Without the header that some site builders put before a page. */
function withoutFront(source: string): string {
	return source.replace(/^\uFEFF?(---|\+\+\+)\r?\n[\s\S]*?\r?\n\1\r?\n/, '');
}
