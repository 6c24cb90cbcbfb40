import { ClientClass } from '../gen/muster/v1/picture_pb';

/** How long without news before the picture counts as stale: heartbeats come every 2 s, or every 20 s. */
export function silenceLimitMs(clientClass: ClientClass): number {
  return clientClass === ClientClass.PHONE ? 45_000 : 5_000;
}
