/** Does one thing at a time, once more for whoever asked meanwhile, and again later when it did not work. */
export class OnceMore {
	private doing: Promise<void> | undefined;
	private again = false;
	private stopWaiting: (() => void) | undefined;

	constructor(
		private readonly act: () => Promise<void>,
		/** Calls back after a while; answers with how to stop that. */
		private readonly later: (act: () => void) => () => void
	) {}

	ask(): void {
		if (this.doing) {
			this.again = true;
			return;
		}
		this.stopWaiting?.();
		this.stopWaiting = undefined;
		this.doing = this.act()
			.catch(() => {
				this.stopWaiting = this.later(() => this.ask());
			})
			.finally(() => {
				this.doing = undefined;
				if (!this.again) return;
				this.again = false;
				this.ask();
			});
	}
}
