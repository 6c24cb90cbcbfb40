import { ClientClass } from '../gen/muster/v1/picture_pb';

/**
 * How long without news before the picture counts as stale: heartbeats come every 2 s, or every 20 s to a
 * phone, which forgives none: who is alone outside has to know it first.
 */
export function silenceLimitMs(clientClass: ClientClass): number {
  return clientClass === ClientClass.PHONE ? 25_000 : 5_000;
}
