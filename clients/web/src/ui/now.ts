// One timer for everything on the page that shows an age.
import { useSyncExternalStore } from 'react';

import { type Clock, every } from '../base/clock';
import { useApp } from './app_context';

const tickMs = 1000;

class Ticker {
  private readonly listeners = new Set<() => void>();
  private stop: (() => void) | undefined;
  private nowMs: number;

  constructor(private readonly clock: Clock) {
    this.nowMs = clock.now();
  }

  now = (): number => {
    // Without a timer the stored time would be of the last one's end.
    if (!this.stop) this.nowMs = Math.floor(this.clock.now() / tickMs) * tickMs;
    return this.nowMs;
  };

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    this.stop ??= every(this.clock, tickMs, () => this.tick());
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.stop?.();
      this.stop = undefined;
    };
  };

  private tick(): void {
    this.nowMs = this.clock.now();
    for (const listener of [...this.listeners]) listener();
  }
}

const tickers = new WeakMap<Clock, Ticker>();

/** The device's wall time in ms, anew every second. */
export function useNow(): number {
  const { clock } = useApp();
  const ticker = tickers.get(clock) ?? new Ticker(clock);
  tickers.set(clock, ticker);
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}
