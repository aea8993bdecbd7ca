/** The lock of the phone's own platform, as Chromium pretends it: its owner's finger, until the test says otherwise. */
import type { Page } from '@playwright/test';
import type { Phone } from './phone.ts';
import type { World } from './world.ts';

/** Passkeys belong to a name, and there are none for a bare address. */
export function named(world: World): string {
	return world.server.url.replace('127.0.0.1', 'localhost');
}

export interface OwnLock {
	/** From now on a stranger's finger is laid on it. After a few of them it takes none at all, as phones do. */
	strangers(): Promise<void>;
	/** It is taken out, with all that it keeps. */
	remove(): Promise<void>;
	/** How many passkeys it keeps. */
	count(): Promise<number>;
}

/** `givesKeys`: it answers with a key that only it knows. */
export async function ownLock(phone: Phone, givesKeys = true): Promise<OwnLock> {
	const cdp = await phone.cdp();
	await cdp.send('WebAuthn.enable');
	const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
		options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf: givesKeys }
	});
	return {
		strangers: async () => {
			await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
		},
		remove: async () => {
			await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
		},
		count: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length
	};
}

/** Notes on the page, in hex, every key that the platform gives. */
export async function listens(page: Page): Promise<() => Promise<string[]>> {
	await page.evaluate(() => {
		const heard: string[] = [];
		const note = (given: Credential | null): Credential | null => {
			const first = (given as PublicKeyCredential | null)?.getClientExtensionResults().prf?.results?.first;
			if (first instanceof ArrayBuffer) heard.push(Array.from(new Uint8Array(first), (byte) => byte.toString(16).padStart(2, '0')).join(''));
			return given;
		};
		const { credentials } = navigator;
		const make = credentials.create.bind(credentials);
		const ask = credentials.get.bind(credentials);
		credentials.create = async (options) => note(await make(options));
		credentials.get = async (options) => note(await ask(options));
		Object.assign(window, { heard });
	});
	return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}
