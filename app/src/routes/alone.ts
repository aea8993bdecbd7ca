/**
 * Does one thing at a time: a tap while the last one is still being done is not heard, so that a thumb that shakes
 * writes nothing twice. Failures are for `act` to show; it is heard again after one.
 */
export function alone<Given extends unknown[]>(act: (...given: Given) => Promise<unknown>): (...given: Given) => Promise<void> {
	let busy = false;
	return async (...given) => {
		if (busy) return;
		busy = true;
		try {
			await act(...given);
		} finally {
			busy = false;
		}
	};
}
