/** One conference: a server, the phones at it, and one time of day for all of them. */
import { test as base } from '@playwright/test';
import { type Make, Phone } from './phone.ts';
import { Server } from './server.ts';

/** The day of the journeys; Berlin is two hours ahead of UTC. */
const DAY = Date.parse('2026-09-29T00:00:00+02:00');

/** A time of that day, such as `10:42`, or a moment of another one, such as `2026-11-20T10:00:00+01:00`. */
export function at(time: string): number {
	if (time.includes('T')) return Date.parse(time);
	const [hours, minutes] = time.split(':').map(Number);
	if (hours === undefined || minutes === undefined) throw new Error(`${time} is no time of day`);
	return DAY + (hours * 60 + minutes) * 60_000;
}

export class World {
	private offset = 0;
	private readonly phones: Phone[] = [];

	private constructor(readonly server: Server) {}

	static async make(time: string, open = true): Promise<World> {
		const world = new World(await Server.make(at(time), open));
		world.offset = at(time) - Date.now();
		return world;
	}

	readonly now = (): number => Date.now() + this.offset;

	/** It becomes this time, on the server and on every phone that is on. */
	async becomes(time: string): Promise<void> {
		this.offset = at(time) - Date.now();
		this.server.setClock(this.now());
		for (const phone of this.phones) await phone.tick();
	}

	/** Somebody brings a phone, still empty. `skew`: how far its clock is ahead, in milliseconds. */
	async phone(name: string, make: Make = {}, skew = 0): Promise<Phone> {
		const phone = await Phone.make(name, () => this.now() + skew, make);
		this.phones.push(phone);
		return phone;
	}

	async end(): Promise<void> {
		for (const phone of this.phones) await phone.remove();
		await this.server.remove();
	}
}

export const test = base.extend<{ world: World; opensAt: string; takesReports: boolean }>({
	opensAt: ['10:00', { option: true }],
	takesReports: [true, { option: true }],
	world: async ({ opensAt, takesReports }, use, info) => {
		const world = await World.make(opensAt, takesReports);
		await use(world);
		if (info.status !== info.expectedStatus) await info.attach('server.log', { body: world.server.said, contentType: 'text/plain' });
		await world.end();
	}
});

export { expect } from '@playwright/test';
