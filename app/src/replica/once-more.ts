/** Does one thing at a time, and once more for whoever asked meanwhile. */
export class OnceMore {
	private doing: Promise<void> | undefined;
	private again = false;

	constructor(private readonly act: () => Promise<void>) {}

	ask(): void {
		if (this.doing) this.again = true;
		this.doing ??= this.act().finally(() => {
			this.doing = undefined;
			if (!this.again) return;
			this.again = false;
			this.ask();
		});
	}
}
