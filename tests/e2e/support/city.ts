// The city that all specs visit: deploy/demo, started once on the binaries that tests/run has built and ended afterwards.
// MUSTER_E2E_DEMO (the line that a running demo printed) and MUSTER_E2E_DATA (its folder) visit that one instead.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type Role = 'admin' | 'commander' | 'dispatcher' | 'monitor' | 'field' | 'partner';

export interface User {
  name: string;
  role: Role;
  token: string;
  password: string;
  teamId: string;
}

interface City {
  hub: string;
  gateway: string;
  gateway_plain: string;
  ca: string;
  users: User[];
}

const root = resolve(import.meta.dirname, '../../..');
const preset = process.env['MUSTER_E2E_PRESET'] ?? 'dev';

/** The command line that belongs to the city. */
export const musterPath = join(root, 'build', preset, 'bin/muster');

export default async function start(): Promise<() => Promise<void>> {
  if (process.env['MUSTER_E2E_DEMO'] !== undefined) return () => Promise.resolve();
  const data = mkdtempSync(join(tmpdir(), 'muster-e2e-'));
  const base = String(await freePortBase());
  const options = ['--headless', '--quiet', '--preset', preset, '--data', data];
  const demo = spawn(join(root, 'deploy/demo'), [...options, '--port-base', base], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.env['MUSTER_E2E_DEMO'] = await firstLine(demo);
  process.env['MUSTER_E2E_DATA'] = data;
  return async () => {
    const ended = new Promise((done) => demo.once('exit', done));
    demo.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
}

function firstLine(demo: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let text = '';
    demo.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('\n')) done(text.slice(0, text.indexOf('\n')));
    });
    demo.once('exit', (code) =>
      failed(new Error(`deploy/demo ended with ${String(code)} before it was ready`)),
    );
  });
}

/** The demo takes N, N+55, N+56, N+80, N+81 and N+90. */
async function freePortBase(): Promise<number> {
  for (let base = 20_000 + (process.pid % 100) * 100; base < 32_000; base += 100) {
    const answers = await Promise.all(
      [0, 55, 56, 80, 81, 90].map((offset) => isFree(base + offset)),
    );
    if (answers.every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

export const city = (): City => JSON.parse(process.env['MUSTER_E2E_DEMO'] ?? '') as City;

/** Who has the role; a field user is told by its name, since each belongs to a team of its own. */
export function userOf(role: Role, name?: string): User {
  const found = city().users.find(
    (user) => user.role === role && (name === undefined || user.name === name),
  );
  if (!found) throw new Error(`the demo has no ${role} ${name ?? ''}`);
  return found;
}

/** The numbers that the cameras draw into their pictures are those of the lines of this file. */
export const cameraNames = readFileSync(join(root, 'clients/city/cameras.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

export const cameraNumber = (name: string): number => cameraNames.indexOf(name) + 1;

interface MapFile {
  muster_map: { bounds: [number, number, number, number] };
  features: { properties: { kind: string; name_zh: string }; geometry: { coordinates: unknown } }[];
}

const map = JSON.parse(readFileSync(join(root, 'clients/city/map.geojson'), 'utf8')) as MapFile;

/** West, south, east, north in degrees. */
export const mapBounds = map.muster_map.bounds;

export interface Place {
  latDeg: number;
  lonDeg: number;
}

/** A place of the map by its Chinese name. */
export function placeOf(name: string): Place {
  const found = map.features.find(
    ({ properties }) => properties.kind === 'place' && properties.name_zh === name,
  );
  if (!found) throw new Error(`the map has no place ${name}`);
  const [lonDeg, latDeg] = found.geometry.coordinates as [number, number];
  return { latDeg, lonDeg };
}
