/** The only addresses that this app runs anything from, as a browser with Trusted Types wants to hear them. */
import keyWorker from './keys.worker.ts?worker&url';

const ADDRESSES = ['/sw.js', keyWorker];

interface TrustedTypes {
	createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): { createScriptURL(address: string): string };
}

const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('safehall-worker', {
	createScriptURL: (address) => {
		if (!ADDRESSES.includes(address)) throw new TypeError('no address of this app');
		return address;
	}
});

export function trustedAddress(address: string): string {
	return policy?.createScriptURL(address) ?? address;
}
