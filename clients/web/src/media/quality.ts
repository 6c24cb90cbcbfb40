// How well a connection does, in words that stay: worse is said after two looks, better after five.
import type { Quality } from '../room/call_ports';

export interface Measured {
  /** Nothing gets through at all. */
  broken: boolean;
  roundTripMs: number | undefined;
  /** The worst share of lost packets, 0 to 1. */
  lostShare: number | undefined;
}

// ITU-T G.114: up to 400 ms one way a talk is possible; Opus with FEC hides 3 % of loss, and at 10 % words break up.
const weak = { roundTripMs: 400, lostShare: 0.03 };
const bad = { roundTripMs: 800, lostShare: 0.1 };
const looksToWorsen = 2;
const looksToMend = 5;

const ranks: Record<Quality, number> = { unknown: 4, good: 3, weak: 2, bad: 1, none: 0 };

export function judge({ broken, roundTripMs, lostShare }: Measured): Quality {
  if (broken) return 'none';
  if (roundTripMs === undefined && lostShare === undefined) return 'unknown';
  const beyond = (limit: typeof weak) =>
    (roundTripMs ?? 0) > limit.roundTripMs || (lostShare ?? 0) > limit.lostShare;
  if (beyond(bad)) return 'bad';
  return beyond(weak) ? 'weak' : 'good';
}

export class QualityWord {
  private said: Quality = 'unknown';
  private next: Quality = 'unknown';
  private looks = 0;

  /** One look, once a second; answers what to say. */
  look(measured: Measured): Quality {
    const now = judge(measured);
    if (now === 'unknown' || now === this.said) {
      this.looks = 0;
      return this.said;
    }
    if (now !== this.next) this.looks = 0;
    this.next = now;
    this.looks += 1;
    const first = this.said === 'unknown' || now === 'none' || this.said === 'none';
    const wanted = ranks[now] < ranks[this.said] ? looksToWorsen : looksToMend;
    if (first || this.looks >= wanted) this.said = now;
    return this.said;
  }
}
