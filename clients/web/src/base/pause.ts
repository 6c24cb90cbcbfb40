import type { Clock } from './clock';

/** Lets one through, and none for a while after it: for what must not happen twice by a fast hand. */
export class Pause {
  private until = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly lengthMs: number,
  ) {}

  take(): boolean {
    const now = this.clock.steady();
    if (now < this.until) return false;
    this.until = now + this.lengthMs;
    return true;
  }
}
