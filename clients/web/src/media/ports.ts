// What the media client needs of a browser; each has a fake with levers in testing.ts.
/** The part of RTCPeerConnection that a session uses. */
export type Peer = Pick<
  RTCPeerConnection,
  | 'addTransceiver'
  | 'getReceivers'
  | 'getStats'
  | 'createOffer'
  | 'setLocalDescription'
  | 'setRemoteDescription'
  | 'localDescription'
  | 'connectionState'
  | 'addEventListener'
  | 'close'
>;

/** HTTP to the hub, with the caller's token or the ticket. Rejects when no answer came. */
export type Http = (
  path: string,
  init: {
    method: string;
    headers?: Record<string, string>;
    body?: string;
    keepalive?: boolean;
    ticket?: string;
    /** Nobody waits for the answer any more. */
    signal?: AbortSignal;
  },
) => Promise<Answer>;

export interface Answer {
  status: number;
  /** Of the answer; "" when it has none. */
  location: string;
  text: string;
}

/** What the picture says about the source of a viewer. */
export type Source =
  /** Packets reach the node and are forwarded: frames, or a person's sound, have to come. */
  | 'flowing'
  /** The camera is cold, away or cannot be shown, or nobody hears or sees the person: nothing is to be expected. */
  | 'silent'
  /** No node is connected, so that the session is gone too unless frames still come. */
  | 'no_node'
  /** The picture has no such stream (any more): who removed the camera ended the session too. */
  | 'gone';

export type SourceOf = (streamId: string) => Source;

/** Why a viewer has no session. */
export type Trouble =
  /** Nothing answers, or the media connection broke. */
  | { kind: 'network' }
  /** The hub or the node said no, and why. */
  | { kind: 'refused'; refusal: Problem };

/** The hub's answer over plain HTTP (application/problem+json): a catalogue code, or its own words. */
export interface Problem {
  code: string;
  args: Record<string, string>;
  message: string;
}

export type ViewerState =
  /** An offer is out. */
  | { phase: 'connecting' }
  /** Connected, no frame yet. */
  | { phase: 'waiting' }
  | { phase: 'playing' }
  /** Frames came, and then none for longer than a frame may be late. */
  | { phase: 'stalled' }
  /** `final` stays until somebody tries again by hand; else it is tried again by itself. */
  | { phase: 'failed'; trouble: Trouble; final: boolean }
  | { phase: 'closed' };
