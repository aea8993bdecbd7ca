import type { Id, Replica } from '../../replica/api.ts';
import { Phone } from '../phone/phone.svelte.ts';
import { to } from '../route.ts';

/** A phone to practise with, in the hand that holds a real one: what locks or hides it does so to the real one. */
export class DrillPhone extends Phone {
	constructor(
		private readonly real: Phone,
		drill: Replica
	) {
		super(drill);
	}

	/** Nobody asks for a PIN: behind it are real cases. */
	override takeBack(): void {
		const id: Id = this.handed ?? '';
		this.handed = null;
		location.hash = to.write(id);
	}

	override shut(): void {
		this.real.shut();
	}

	override hide(): void {
		this.real.hide();
	}
}
