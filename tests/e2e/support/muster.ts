// The command line, for what a page does not show: set-up, and proof of what the hub holds.
import { execFile } from 'node:child_process';

import { city, musterPath, type Place, type Role, userOf } from './city';

/** Runs `muster` as somebody of that role; answers what it printed, one object a line. */
export function muster<T>(role: Role, ...args: string[]): Promise<T[]> {
  const env = { ...process.env, MUSTER_HUB: city().hub, MUSTER_TOKEN: userOf(role).token };
  return new Promise((done, failed) => {
    execFile(musterPath, ['--json', ...args], { env, maxBuffer: 1 << 26 }, (error, out, err) => {
      if (error) {
        failed(new Error(`muster ${args.join(' ')}: ${err}`));
        return;
      }
      const lines = out.split('\n').filter((line) => line !== '');
      done(lines.map((line) => JSON.parse(line) as T));
    });
  });
}

interface Made {
  id: string;
}

interface Report {
  type: string;
  at: Place;
  place?: string;
  text: string;
  grade?: string;
}

/** Answers the incident's id. */
export async function report({ type, at, place, text, grade }: Report): Promise<string> {
  const where = `${String(at.latDeg)},${String(at.lonDeg)}`;
  const options = ['--type', type, '--at', where, '--text', text];
  if (place) options.push('--place', place);
  if (grade) options.push('--grade', grade);
  return madeId(await muster<Made>('dispatcher', 'incident', 'report', ...options));
}

/** Answers the order's id. */
export async function order(incidentId: string, team: string, text = ''): Promise<string> {
  const options = ['--incident', incidentId, '--team', team];
  if (text) options.push('--text', text);
  return madeId(await muster<Made>('dispatcher', 'order', 'issue', ...options));
}

function madeId([made]: Made[]): string {
  if (!made) throw new Error('muster printed nothing');
  return made.id;
}
