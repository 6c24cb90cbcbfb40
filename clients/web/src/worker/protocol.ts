// What a window and the worker that owns the picture stream say to each other.
import type { Refusal } from '../base/refusal';
import type { ClientClass } from '../gen/muster/v1/picture_pb';
import type { Kind } from '../picture/kinds';
import type { Update } from '../picture/update';

export type ToWorker =
  /** Open the stream for this token, or go on with the one that is open for it. */
  | { type: 'open'; token: string; clientClass: ClientClass; kinds: Kind[] }
  /** Nobody is logged in with this token any more. */
  | { type: 'close'; token: string }
  /** The window holds the lock of this name for as long as it lives (window_life.ts). */
  | { type: 'life'; lock: string };

export type ToWindow =
  | { type: 'update'; update: Update }
  /** The hub was heard `ageMs` ago; `beat` is what the last heartbeat said. */
  | { type: 'news'; ageMs: number; beat: Beat | undefined }
  /** The stream broke; the worker tries again by itself. */
  | { type: 'lost'; refusal: Refusal }
  /** The hub does not take this token. */
  | { type: 'unauthenticated'; token: string };

export interface Beat {
  build: string;
  /** Device's clock minus the hub's, in ms. */
  clockOffsetMs: number;
  /** What the last heartbeat proved: that the picture here is the hub's. Undefined until one did. */
  proof: Proof | undefined;
}

export interface Proof {
  /** The hub's journal was this long. */
  sequence: bigint;
  /** Entities of both lanes. */
  count: bigint;
  /** Of the journalled ones, in hex. */
  digest: string;
}

/** The half of MessagePort that both sides use. */
export interface Port<Out, In> {
  post(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}
