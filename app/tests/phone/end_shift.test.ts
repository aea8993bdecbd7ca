/** What whoever goes on reads at the end of a shift. */
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import { Role } from '../../src/replica/api.ts';
import EndShift from '../../src/routes/phone/EndShift.svelte';
import { Phone } from '../../src/routes/phone/phone.svelte.ts';
import { alma, at, id } from '../console/journeys.ts';

test('a case that was taken on another day says so, and one of today only the time', () => {
	const sheet = (day: number) => {
		const replica = alma();
		replica.change({ self: { ...replica.state.self!, staff: id('noor'), name: 'Noor Haddad', roles: [Role.RESPONDER] } });
		Object.assign(replica, { now: () => at('12:00') + day * 86_400_000 });
		return render(EndShift, { props: { phone: new Phone(replica) } }).body;
	};
	expect(sheet(0)).toContain('Taken 10:42');
	expect(sheet(1)).toContain('Taken 29 September 10:42');
});
