// What the outbox needs from outside: one sender at a time, the other windows, the hub.
import type { Cancel } from '../base/clock';
import type { Result } from '../base/result';
import type { Act } from './act';

/** One window at a time; the others wait. */
export interface Lock {
  hold<T>(run: () => Promise<T>): Promise<T>;
}

/** Tells the other windows that the store changed. */
export interface Bell {
  ring(): void;
  onRing(listener: () => void): Cancel;
}

export type Send = (act: Act) => Promise<Result<void>>;
