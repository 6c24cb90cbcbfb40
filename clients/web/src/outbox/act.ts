// An act is a request that somebody decided on: stored before it is sent, sent once, in order.
import type { Refusal } from '../base/refusal';
import type { Text } from '../i18n/text';

export interface Act {
  /** UUID; the hub answers a repeated one with the first answer. */
  requestId: string;
  /** Orders the acts of this device. */
  sequence: number;
  /** Whose act it is; nobody else's token may carry it. */
  personId: string;
  /** "muster.v1.OrderService/IssueOrder". */
  method: string;
  /** The request, serialised. */
  body: Uint8Array;
  /** Device's wall time when it was done. */
  doneAtMs: number;
  /** How the act is called where it has to be shown. */
  label: Text;
  /** Set once the hub refused it; stays until somebody has read it. */
  refusal?: Refusal | undefined;
}

export type NewAct = Omit<Act, 'sequence' | 'refusal'>;

/** Where acts outlive the page; shared by all windows. */
export interface ActStore {
  add(act: NewAct): Promise<Act>;
  /** In order. */
  list(): Promise<Act[]>;
  markRefused(requestId: string, refusal: Refusal): Promise<void>;
  remove(requestId: string): Promise<void>;
}

/** What became of an act. */
export type Outcome = { sent: true } | { sent: false; refusal: Refusal };
