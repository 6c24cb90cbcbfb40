// A home folder whose Chromium trusts the demo's CA, as a user's would who installed it.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

import { city } from './city';

/** Answers what a browser has to be launched with. */
export function trustingEnvironment(home: string): Record<string, string> {
  const store = `${home}/.pki/nssdb`;
  mkdirSync(store, { recursive: true });
  execFileSync('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
  const trust = ['-A', '-t', 'C,,', '-n', 'muster-demo', '-i', city().ca];
  execFileSync('certutil', ['-d', `sql:${store}`, ...trust]);
  return { ...(process.env as Record<string, string>), HOME: home };
}
