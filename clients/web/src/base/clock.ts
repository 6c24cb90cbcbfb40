// Time as a port: wall time for people, steady time for spans, timers that a test can turn.

export type Cancel = () => void;

export interface Clock {
  /** Wall time, milliseconds since 1970 UTC. */
  now(): number;
  /** Milliseconds that never go backward; only differences mean anything. */
  steady(): number;
  after(delayMs: number, run: () => void): Cancel;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Runs every `periodMs` until cancelled; the first time after one period. */
export function every(clock: Clock, periodMs: number, run: () => void): Cancel {
  let cancel = clock.after(periodMs, tick);
  function tick() {
    cancel = clock.after(periodMs, tick);
    run();
  }
  return () => cancel();
}
