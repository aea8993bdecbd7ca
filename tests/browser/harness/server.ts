/** The real server with a fresh data folder, its own port, and a clock that the test sets. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faketime, freePort, root, safehall } from './machine.ts';

export class Server {
	readonly url: string;
	/** Further settings, from its next start on. */
	settings: { readonly [name: string]: string } = {};
	private process: ChildProcess | undefined;
	private origin: string | undefined;
	private log = '';

	private constructor(
		readonly folder: string,
		private readonly port: number
	) {
		this.url = `http://127.0.0.1:${String(port)}`;
	}

	/** Makes the sample event and starts. `open`: it takes reports before a second lead has joined. */
	static async make(now: number, open = true): Promise<Server> {
		const server = new Server(mkdtempSync(join(tmpdir(), 'safehall-server-')), await freePort());
		server.setClock(now);
		server.command('event', 'new', '--from', join(root, 'events/sample.toml'));
		if (open) server.command('event', 'open', '--with-one-lead');
		await server.start();
		return server;
	}

	/** Moves the server's clock; what it measures durations with is left alone. */
	setClock(now: number): void {
		// Without a sign libfaketime takes the figure for a date.
		const ahead = (now - Date.now()) / 1000;
		writeFileSync(this.clockFile, `${ahead < 0 ? '' : '+'}${ahead.toFixed(3)}\n`);
	}

	/** Runs one command of the program on the same data, and gives back what it prints. */
	command(...words: string[]): string {
		return execFileSync(safehall, words, { env: this.environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
	}

	async start(): Promise<void> {
		const started = spawn(safehall, ['serve', '--listen', `127.0.0.1:${String(this.port)}`], {
			env: this.environment,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		for (const out of [started.stdout, started.stderr]) out.on('data', (said: Buffer) => (this.log += said.toString()));
		this.process = started;
		const patience = Date.now() + 20_000;
		while (!(await this.ready())) {
			if (started.exitCode !== null) throw new Error(`the server stopped at its start:\n${this.log}`);
			if (Date.now() > patience) throw new Error(`the server does not answer:\n${this.log}`);
			await new Promise((later) => setTimeout(later, 50));
		}
	}

	/** Starts anew behind a proxy: phones know the server by this address. */
	async restartAs(origin: string): Promise<void> {
		await this.stop();
		this.origin = origin;
		await this.start();
	}

	/** As if the plug were pulled. */
	async kill(): Promise<void> {
		await this.end('SIGKILL');
	}

	/** Asks it to stop; gives back the exit code. */
	async stop(): Promise<number | null> {
		return this.end('SIGTERM');
	}

	/** Everything it has printed. */
	get said(): string {
		return this.log;
	}

	async remove(): Promise<void> {
		await this.end('SIGKILL');
		rmSync(this.folder, { recursive: true, force: true });
	}

	private async end(signal: NodeJS.Signals): Promise<number | null> {
		const running = this.process;
		this.process = undefined;
		if (running === undefined || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
		const ended = new Promise<number | null>((ended) => running.once('exit', ended));
		running.kill(signal);
		return ended;
	}

	private async ready(): Promise<boolean> {
		return fetch(`${this.url}/readyz`).then(
			(answer) => answer.ok,
			() => false
		);
	}

	private get clockFile(): string {
		return join(this.folder, 'clock');
	}

	private get environment(): NodeJS.ProcessEnv {
		return {
			PATH: process.env.PATH,
			SAFEHALL_DATA: join(this.folder, 'data'),
			...(this.origin !== undefined && { SAFEHALL_ORIGIN: this.origin }),
			...this.settings,
			TZ: 'UTC',
			LD_PRELOAD: faketime,
			FAKETIME_TIMESTAMP_FILE: this.clockFile,
			FAKETIME_NO_CACHE: '1',
			FAKETIME_DONT_FAKE_MONOTONIC: '1'
		};
	}
}
