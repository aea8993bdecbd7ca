/** The hall's Wi-Fi box between phones and server: passes everything on, or answers everything with its own page. */
import { type Server as Http, createServer, request } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server } from './server.ts';

const PORTAL = '<!doctype html><title>Hall Wi-Fi</title><h1>Welcome</h1><p>Accept the terms to go online.</p>';

export class WifiBox {
	/** While true, every address answers 200 with a page of its own, as captive portals do. */
	captive = false;
	/** How many requests it has answered by itself. */
	caught = 0;

	/** Asked for each request: whether the line breaks in the middle of it. */
	breaks: (path: string) => boolean = () => false;
	/** How often it did. */
	broken = 0;

	/** Live lines; the server for HTTP no longer counts them as its connections. */
	private readonly sockets = new Set<Duplex>();

	private constructor(
		private readonly http: Http,
		readonly url: string
	) {}

	static async before(server: Server): Promise<WifiBox> {
		const target = new URL(server.url);
		const http = createServer();
		await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
		const address = http.address();
		if (address === null || typeof address === 'string') throw new Error('the box has no address');
		const box = new WifiBox(http, `http://127.0.0.1:${String(address.port)}`);
		http.on('request', (asked, answer) => {
			if (box.captive) {
				box.caught += 1;
				answer.writeHead(200, { 'content-type': 'text/html' }).end(PORTAL);
				return;
			}
			if (box.breaks(asked.url ?? '')) {
				box.broken += 1;
				asked.once('data', () => asked.socket.destroy());
				return;
			}
			const headers = { ...asked.headers };
			const onward = request({ host: target.hostname, port: target.port, method: asked.method, path: asked.url, headers }, (got) => {
				answer.writeHead(got.statusCode ?? 502, got.headers);
				got.pipe(answer);
			});
			onward.on('error', () => answer.destroy());
			asked.pipe(onward);
		});
		http.on('upgrade', (asked, socket) => {
			box.sockets.add(socket);
			socket.on('close', () => box.sockets.delete(socket));
			if (box.captive) {
				box.caught += 1;
				socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n${PORTAL}`);
				return;
			}
			const onward = connect(Number(target.port), target.hostname, () => {
				const lines = Object.entries(asked.headers).map(([name, value]) => `${name}: ${String(value)}`);
				onward.write(`${asked.method ?? 'GET'} ${asked.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
				socket.pipe(onward).pipe(socket);
			});
			onward.on('error', () => socket.destroy());
			socket.on('error', () => onward.destroy());
		});
		await server.restartAs(box.url);
		return box;
	}

	async remove(): Promise<void> {
		const closed = new Promise((closed) => this.http.close(closed));
		this.http.closeAllConnections();
		for (const socket of this.sockets) socket.destroy();
		await closed;
	}
}
