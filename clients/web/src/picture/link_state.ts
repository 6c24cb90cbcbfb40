import type { Refusal } from '../base/refusal';
import type { Proof } from '../worker/protocol';

/** What is known about the picture's freshness; `newsAtMs` is the device's wall time. */
export interface LinkState {
  /**
   * off: nobody is logged in. connecting: no picture yet. live: news within the limit. stale: no news
   * for longer; what is shown is as of `newsAtMs`.
   */
  phase: 'off' | 'connecting' | 'live' | 'stale';
  newsAtMs: number | undefined;
  /** Device's clock minus the hub's, in ms, from the last heartbeat. */
  clockOffsetMs: number;
  /** The hub's build; empty until it said so. */
  build: string;
  /** What the last heartbeat proved. */
  proof: Proof | undefined;
  /** The device is offline, or the hub did not answer a call: said before the silence says it. */
  noAnswer: boolean;
  /** Why the stream broke, until it is back. */
  trouble: Refusal | undefined;
}

export const noLink: LinkState = {
  phase: 'off',
  newsAtMs: undefined,
  clockOffsetMs: 0,
  build: '',
  proof: undefined,
  noAnswer: false,
  trouble: undefined,
};
