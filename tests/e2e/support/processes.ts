// The demo's processes, killed on purpose. Each has a keeper (its parent) that starts it again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Process = 'hub' | 'media';

function pidOf(name: Process): number {
  return Number(
    readFileSync(join(process.env['MUSTER_E2E_DATA'] ?? '', 'run', `${name}.pid`), 'utf8'),
  );
}

function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
}

/** kill -9, and nothing starts it again until the answer is called. */
export function killAndKeepDown(name: Process): () => void {
  const pid = pidOf(name);
  const keeper = parentOf(pid);
  process.kill(keeper, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  return () => process.kill(keeper, 'SIGCONT');
}
