import { createServer } from 'node:http';
import { joined } from '../harness/team.ts';
import { expect, test } from '../harness/world.ts';

test('a page of another origin reads nothing, frames nothing and gets no socket', async ({ world }) => {
	const noor = await joined(world, 'noor');
	const evil = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Win a badge</title>'));
	await new Promise<void>((listening) => evil.listen(0, '127.0.0.1', listening));
	const address = evil.address();
	if (address === null || typeof address === 'string') throw new Error('no address');
	const page = await noor.context.newPage();
	// Another host name as well, so that not even the site is the same.
	await page.goto(`http://localhost:${String(address.port)}/`);

	const got = await page.evaluate(async (server) => {
		const tried: { [what: string]: string } = {};
		for (const path of ['/', '/v1/pack', '/v1/team', '/readyz']) {
			tried[`read ${path}`] = await fetch(server + path).then(
				(answer) => `read ${String(answer.status)}`,
				() => 'blocked'
			);
		}
		tried['post'] = await fetch(`${server}/v1/sync`, { method: 'POST', body: new Uint8Array([0]) }).then(
			(answer) => `read ${String(answer.status)}`,
			() => 'blocked'
		);
		tried['socket'] = await new Promise<string>((resolve) => {
			const socket = new WebSocket(`${server.replace('http', 'ws')}/v1/live`);
			socket.onopen = () => resolve('open');
			socket.onerror = () => resolve('blocked');
		});
		const frame = document.createElement('iframe');
		frame.src = `${server}/`;
		const loaded = new Promise((resolve) => (frame.onload = resolve));
		document.body.append(frame);
		await loaded;
		try {
			tried['frame'] = frame.contentDocument?.title ?? 'blocked';
		} catch {
			tried['frame'] = 'blocked';
		}
		return tried;
	}, world.server.url);

	expect(Object.entries(got).filter(([, outcome]) => outcome !== 'blocked')).toEqual([]);
	const framed = page.frames().find((frame) => frame.url().startsWith(world.server.url));
	expect(framed, 'the app is not shown inside a foreign page').toBeUndefined();
	const closed = new Promise((closed) => evil.close(closed));
	// A browser holds connections open that it made in advance.
	evil.closeAllConnections();
	await closed;
});

test('the app asks nobody but its own server for anything', async ({ world }) => {
	const asked = new Set<string>();
	const noor = await world.phone('Noor Haddad');
	noor.context.on('request', (request) => asked.add(new URL(request.url()).origin));
	await noor.page.goto(world.server.url);
	await expect(noor.page.getByRole('heading', { level: 1 })).toBeVisible();
	const headers = (await noor.page.request.get(world.server.url)).headers();

	expect([...asked]).toEqual([world.server.url]);
	expect(headers['content-security-policy']).toContain("default-src 'none'");
	expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
	expect(headers['x-content-type-options']).toBe('nosniff');
	expect(headers['referrer-policy']).toBe('no-referrer');
	expect(headers['set-cookie']).toBeUndefined();
});
