// Starts deploy/demo once for all specs, on the binaries that tests/run has built, and ends it afterwards.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface User {
  name: string;
  role: string;
  token: string;
  password: string;
  teamId: string;
}

export interface City {
  ready: boolean;
  hub: string;
  gateway: string;
  gateway_plain: string;
  ca: string;
  users: User[];
}

const root = resolve(__dirname, '../../..');

const free = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });

// A base whose ports are all free; the demo takes N, N+55, N+56, N+80, N+81 and N+90.
async function portBase(): Promise<number> {
  for (let base = 20_000 + (process.pid % 200) * 100; base < 60_000; base += 100) {
    const answers = await Promise.all([0, 55, 56, 80, 81, 90].map((offset) => free(base + offset)));
    if (answers.every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

export default async function start(): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), 'muster-e2e-'));
  const demo: ChildProcess = spawn(
    join(root, 'deploy/demo'),
    ['--headless', '--quiet', '--preset', 'dev', '--data', data, '--port-base', String(await portBase())],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const line = await new Promise<string>((done, failed) => {
    let text = '';
    demo.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')));
    });
    demo.once('exit', (code) => failed(new Error(`deploy/demo ended with ${code} before it was ready`)));
  });
  process.env.MUSTER_E2E_CITY = line;
  process.env.MUSTER_E2E_DATA = data;
  return async () => {
    const ended = new Promise((done) => demo.once('exit', done));
    demo.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
}

export const city = (): City => JSON.parse(process.env.MUSTER_E2E_CITY ?? '') as City;

export function user(role: string, which = 0): User {
  const found = city().users.filter((each) => each.role === role)[which];
  if (!found) throw new Error(`the demo has no ${role} number ${which}`);
  return found;
}

// kill -9; the demo starts it again.
export function kill(process_name: 'hub' | 'media'): void {
  const pid = Number(readFileSync(join(process.env.MUSTER_E2E_DATA ?? '', 'run', `${process_name}.pid`), 'utf8'));
  process.kill(pid, 'SIGKILL');
}
