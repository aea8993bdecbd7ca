/** A QR code's dark squares as one path, a square being one unit, with its quiet zone. Loaded only when it is needed. */
export async function qr(text: string): Promise<{ size: number; path: string }> {
	const { default: qrcode } = await import('qrcode-generator');
	qrcode.stringToBytes = (said: string) => [...new TextEncoder().encode(said)];
	const code = qrcode(0, 'M');
	code.addData(text);
	code.make();
	const size = code.getModuleCount();
	let path = '';
	for (let row = 0; row < size; row += 1) for (let column = 0; column < size; column += 1) if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
	return { size: size + 8, path };
}
