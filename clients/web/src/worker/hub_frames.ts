// The picture stream of the hub as frames.
import { createClient } from '@connectrpc/connect';

import { hubTransport } from '../base/hub';
import { type ClientClass, type Frame, PictureService } from '../gen/muster/v1/picture_pb';
import { type Kind, kindNumber } from '../picture/kinds';

export interface Subscription {
  token: string;
  clientClass: ClientClass;
  /** Empty for all that the caller may see. */
  kinds: Kind[];
  resumeToken: Uint8Array;
}

/** Ends by throwing (a ConnectError), by the hub's end of the stream, or by the signal. */
export type OpenFrames = (wanted: Subscription, signal: AbortSignal) => AsyncIterable<Frame>;

export function hubFrames(origin: string): OpenFrames {
  return (wanted, signal) => {
    const transport = hubTransport(origin, { token: () => wanted.token, refused: () => undefined });
    return createClient(PictureService, transport).subscribe(
      {
        kinds: wanted.kinds.map(kindNumber),
        resumeToken: wanted.resumeToken,
        clientClass: wanted.clientClass,
      },
      // 0: a stream has no deadline; silence is judged by the heartbeats.
      { signal, timeoutMs: 0 },
    );
  };
}
