/**
 * Keeps the app, and nothing that anybody wrote, so that Safehall opens in a
 * hall without a network. It answers only for files of the app: `/v1` and every
 * other address goes to the network untouched.
 *
 * Two builds stay: the newest, and the one an open page may still be running.
 * A newer build waits until a person says so (`{ kind: 'take-over' }`).
 */

/** `later`: what a phone does not need before it is in a team. */
declare const __SAFEHALL_BUILD__: { name: string; files: string[]; later: string[] };

interface Extendable extends Event {
	waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Extendable {
	readonly request: Request;
	respondWith(answer: Promise<Response>): void;
}
interface Worker {
	readonly location: Location;
	readonly clients: { claim(): Promise<void> };
	skipWaiting(): Promise<void>;
	addEventListener(kind: 'install' | 'activate', act: (event: Extendable) => void): void;
	addEventListener(kind: 'fetch', act: (event: Fetching) => void): void;
	addEventListener(kind: 'message', act: (event: MessageEvent<unknown> & Extendable) => void): void;
}

const worker = globalThis as unknown as Worker;
const build = __SAFEHALL_BUILD__;
const PREFIX = 'safehall-app-';
/** A cache has no age of its own: the name carries the moment of installing, so that the newest can be told. */
const NAME = new RegExp(`^${PREFIX}(\\d{15})-([0-9a-f]{16})$`);

/** Stands in a cache that has the whole build. No file of the app is called so. */
const WHOLE = '/whole';

/** What a cache of ours is called; `undefined` for the caches of others. */
function ours(cache: string): { installed: string; build: string } | undefined {
	const [, installed, name] = NAME.exec(cache) ?? [];
	return installed === undefined || name === undefined ? undefined : { installed, build: name };
}

async function install(): Promise<void> {
	const before = (await caches.keys()).filter((name) => ours(name));
	if (before.some((name) => ours(name)?.build === build.name)) return;
	const name = `${PREFIX}${String(Date.now()).padStart(15, '0')}-${build.name}`;
	const cache = await caches.open(name);
	// Who had all of the last build needs all of this one.
	const whole = (await Promise.all(before.map(async (earlier) => (await caches.open(earlier)).match(WHOLE)))).some(Boolean);
	try {
		// Names under /assets carry their content: what the browser just loaded for the page is good and is
		// not loaded twice. The rest keeps its name between builds and must be asked for anew.
		await cache.addAll(build.files.map(asked));
		if (whole) await keepRest(cache);
	} catch (error) {
		await caches.delete(name); // half a build is none
		throw error;
	}
}

function asked(file: string): Request {
	return new Request(file, { cache: file.startsWith('/assets/') ? 'default' : 'reload', credentials: 'omit' });
}

/** Takes in what comes later, all of it or nothing. */
async function keepRest(cache: Cache): Promise<void> {
	if (await cache.match(WHOLE)) return;
	await cache.addAll(build.later.map(asked));
	await cache.put(WHOLE, new Response());
}

/** This phone is in a team: from now on it has the whole app. */
async function complete(): Promise<void> {
	const name = (await caches.keys()).find((name) => ours(name)?.build === build.name);
	if (name !== undefined) await keepRest(await caches.open(name));
}

async function dropOldBuilds(): Promise<void> {
	const builds = (await caches.keys()).filter((name) => ours(name)).sort();
	await Promise.all(builds.slice(0, -2).map((name) => caches.delete(name)));
}

async function answer(request: Request, path: string): Promise<Response> {
	const builds = (await caches.keys()).filter((name) => ours(name));
	// The build of this worker first: an older page may still ask for its own chunks, which only the other one has.
	builds.sort((a, b) => Number(ours(b)?.build === build.name) - Number(ours(a)?.build === build.name));
	for (const name of builds) {
		const found = await (await caches.open(name)).match(path);
		if (found) return found;
	}
	return fetch(request);
}

/** The file of the app that a request is for; `undefined` when it is none of our business. */
function fileFor(request: Request): string | undefined {
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== worker.location.origin) return undefined;
	if (/^\/(v1|healthz|readyz|metrics)(\/|$)/.test(url.pathname)) return undefined;
	if (request.mode === 'navigate') return '/index.html';
	return url.pathname.startsWith('/assets/') || build.files.includes(url.pathname) ? url.pathname : undefined;
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(dropOldBuilds().then(() => worker.clients.claim())));
worker.addEventListener('fetch', (event) => {
	const file = fileFor(event.request);
	if (file !== undefined) event.respondWith(answer(event.request, file));
});
worker.addEventListener('message', (event) => {
	const said = event.data;
	const kind = typeof said === 'object' && said !== null && 'kind' in said ? said.kind : undefined;
	if (kind === 'take-over') void worker.skipWaiting();
	// Without a network it is asked for again with the next connection.
	if (kind === 'complete') event.waitUntil(complete().catch(() => undefined));
});
