// `muster watch` as somebody runs it for hours: its frames go into a mirror of the test's own, which is held against each
// heartbeat's digests.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { city, musterPath, type Role, userOf } from './city';

interface Named {
  id: string;
  version: number;
}
type Union = Record<string, Named>;
interface Frame {
  upserts: Union[];
  live: Union[];
  removals: { kind: string; id: string }[];
  reset: boolean;
  liveReset: boolean;
  /** A part: its heartbeat tells the time and proves nothing. */
  more: boolean;
  heartbeat?: {
    sequence: string;
    count: string;
    digest: string;
    liveCount: string;
    liveDigest: string;
  };
}

/** EntityKind by the name of the union's field, as types.proto numbers them. */
const numbers: Record<string, number> = {
  incident: 1,
  response: 2,
  team: 3,
  order: 4,
  logLine: 6,
  figure: 8,
  camera: 12,
  stream: 13,
  room: 15,
  participant: 16,
  zone: 17,
  agency: 18,
  person: 20,
  runCard: 22,
  orderPolicy: 23,
  escalation: 25,
  position: 100,
  presence: 101,
  streamHealth: 102,
  participantState: 103,
  hubHealth: 104,
};
const fieldOf = (kind: string): string =>
  kind
    .replace('ENTITY_KIND_', '')
    .toLowerCase()
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** FNV-1a-64 of kind, id and version, as picture.proto says. */
function shareOf(kind: string, { id, version }: Named): bigint {
  const number = numbers[kind];
  if (number === undefined) throw new Error(`a kind that this test does not know: ${kind}`);
  const bytes = Buffer.alloc(21);
  bytes.writeUInt8(number, 0);
  Buffer.from(id.replaceAll('-', ''), 'hex').copy(bytes, 1);
  bytes.writeUInt32LE(version, 17);
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

export class Watcher {
  /** What the last heartbeat proved, as the page's data-proof says it; empty when it proved nothing. */
  proof = '';
  proofs = 0;
  readonly mismatches: string[] = [];
  private readonly items = new Map<string, bigint>();
  private readonly process: ChildProcess;

  constructor(role: Role) {
    const env = { ...process.env, MUSTER_HUB: city().hub, MUSTER_TOKEN: userOf(role).token };
    this.process = spawn(musterPath, ['--json', 'watch'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { stdout } = this.process;
    if (!stdout) throw new Error('no output');
    createInterface({ input: stdout }).on('line', (line) => this.take(JSON.parse(line) as Frame));
  }

  get alive(): boolean {
    return this.process.exitCode === null;
  }

  has(kind: string, id: string): boolean {
    return this.items.has(`${kind}/${id}`);
  }

  end(): void {
    this.process.kill('SIGINT');
  }

  private take(frame: Frame): void {
    if (frame.reset) this.items.clear();
    if (frame.liveReset) this.forgetLive();
    for (const union of [...frame.upserts, ...frame.live]) {
      for (const [kind, entity] of Object.entries(union)) {
        this.items.set(`${kind}/${entity.id}`, shareOf(kind, entity));
      }
    }
    for (const { kind, id } of frame.removals) this.items.delete(`${fieldOf(kind)}/${id}`);
    if (frame.heartbeat && !frame.more) this.prove(frame.heartbeat);
  }

  private forgetLive(): void {
    for (const key of [...this.items.keys()]) {
      if (isLive(key)) this.items.delete(key);
    }
  }

  private prove(beat: NonNullable<Frame['heartbeat']>): void {
    const sums = { journalled: 0n, live: 0n };
    const counts = { journalled: 0, live: 0 };
    for (const [key, share] of this.items) {
      const lane = isLive(key) ? 'live' : 'journalled';
      sums[lane] = BigInt.asUintN(64, sums[lane] + share);
      counts[lane] += 1;
    }
    const mine = [counts.journalled, sums.journalled, counts.live, sums.live].join(' ');
    const theirs = [beat.count, beat.digest, beat.liveCount, beat.liveDigest].join(' ');
    if (mine === theirs) {
      this.proof = `${beat.sequence}:${sums.journalled.toString(16).padStart(16, '0')}`;
      this.proofs += 1;
    } else {
      this.proof = '';
      this.mismatches.push(`at ${beat.sequence}: ${mine} is not ${theirs}`);
    }
  }
}

const isLive = (key: string): boolean => (numbers[key.slice(0, key.indexOf('/'))] ?? 0) >= 100;
