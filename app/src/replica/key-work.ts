/** The worker that holds the key slots and stretches PINs, as the rest of the app knows it. */
import address from './keys.worker.ts?worker&url';
import { trustedAddress } from './trusted.ts';
import type { Bytes } from './bytes.ts';
import type { Ask, Cost } from './keys.worker.ts';
import type { SlotFile } from './slots.ts';

type Answer = { id: number; done: unknown } | { id: number; failed: string };

export class KeyWork {
	private worker: Worker | undefined;
	private readonly open = new Map<number, { resolve: (done: unknown) => void; reject: (error: Error) => void }>();
	private last = 0;

	stretch(secret: Bytes, salt: Bytes, cost: Cost): Promise<Bytes> {
		return this.ask({ do: 'stretch', secret, salt, cost }) as Promise<Bytes>;
	}

	/** `undefined` where the browser has no file that can be overwritten in place. */
	async slots(): Promise<SlotFile | undefined> {
		if (!(await this.ask({ do: 'slots' }).catch(() => false))) return undefined;
		return {
			weak: false,
			read: () => this.ask({ do: 'read' }) as Promise<Bytes | undefined>,
			write: async (at, bytes) => {
				await this.ask({ do: 'write', at, bytes });
			}
		};
	}

	private ask(ask: Ask): Promise<unknown> {
		const worker = this.start();
		const id = (this.last += 1);
		return new Promise((resolve, reject) => {
			this.open.set(id, { resolve, reject });
			worker.postMessage({ id, ask });
		});
	}

	private start(): Worker {
		if (this.worker) return this.worker;
		const worker = new Worker(trustedAddress(address), { type: 'module' });
		worker.addEventListener('message', (event: MessageEvent<Answer>) => {
			const waiting = this.open.get(event.data.id);
			this.open.delete(event.data.id);
			if ('failed' in event.data) waiting?.reject(Object.assign(new Error('the key worker could not'), { name: event.data.failed }));
			else waiting?.resolve(event.data.done);
		});
		worker.addEventListener('error', () => {
			for (const { reject } of this.open.values()) reject(new Error('the key worker does not start'));
			this.open.clear();
			this.worker = undefined;
		});
		this.worker = worker;
		return worker;
	}
}
