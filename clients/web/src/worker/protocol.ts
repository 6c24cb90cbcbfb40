// What a window and the worker that owns the picture stream say to each other.
import type { ClientClass } from '../gen/muster/v1/picture_pb';
import type { Kind } from '../picture/kinds';
import type { Update } from '../picture/update';

export type ToWorker =
  /** Open the stream for this token, or go on with the one that is open for it. */
  | { type: 'open'; token: string; clientClass: ClientClass; kinds: Kind[] }
  /** Nobody is logged in any more. */
  | { type: 'close' }
  /** This window goes away. */
  | { type: 'bye' };

export type ToWindow =
  | { type: 'update'; update: Update }
  /** The hub was heard: a frame came, or a heartbeat with what it says. */
  | { type: 'news'; beat?: Beat }
  /** The stream broke; the worker tries again by itself. */
  | { type: 'lost' }
  /** The hub does not take this token. */
  | { type: 'unauthenticated'; token: string };

export interface Beat {
  build: string;
  /** Device's clock minus the hub's, in ms. */
  clockOffsetMs: number;
}

/** The half of MessagePort that both sides use. */
export interface Port<Out, In> {
  post(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}
