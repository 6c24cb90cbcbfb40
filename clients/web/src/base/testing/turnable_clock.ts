// A clock that only a test moves.
import type { Cancel, Clock } from '../clock';

interface Timer {
  dueMs: number;
  run: () => void;
}

export class TurnableClock implements Clock {
  private steadyMs = 0;
  private readonly timers = new Set<Timer>();

  /** `startMs` is the wall time at the beginning. */
  constructor(private readonly startMs = Date.UTC(2026, 10, 24, 3, 12, 0)) {}

  now = (): number => this.startMs + this.steadyMs;
  steady = (): number => this.steadyMs;

  after(delayMs: number, run: () => void): Cancel {
    const timer = { dueMs: this.steadyMs + delayMs, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Runs what becomes due on the way, in order, and lets promises settle before and after each. */
  async advance(ms: number): Promise<void> {
    await settle();
    const end = this.steadyMs + ms;
    for (let next = this.nextDue(end); next; next = this.nextDue(end)) {
      this.timers.delete(next);
      this.steadyMs = Math.max(this.steadyMs, next.dueMs);
      next.run();
      await settle();
    }
    this.steadyMs = end;
    await settle();
  }

  private nextDue(endMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.dueMs <= endMs && (!first || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }
}

/** Lets everything run that waits only for promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
