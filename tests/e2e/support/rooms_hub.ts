// The hub's room calls and its WHIP door, used without a page: set-up, proof of what the hub holds, and bad manners.
import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';

import { RoomService } from '../../../clients/web/src/gen/muster/v1/room_service_pb';
import { city, type Role, userOf } from './city';
import type { Page } from '@playwright/test';

export function roomsAs(role: Role, name?: string): Client<typeof RoomService> {
  const { token } = userOf(role, name);
  const withToken: Interceptor = (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
  const transport = createGrpcWebTransport({
    baseUrl: city().gateway_plain,
    interceptors: [withToken],
  });
  return createClient(RoomService, transport);
}

interface Answer {
  status: number;
  text: string;
}

/** What one gets for an offer at that path. */
export async function offerTo(path: string, bearer: string, sdp: string): Promise<Answer> {
  const answer = await fetch(`${city().gateway_plain}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: `Bearer ${bearer}` },
    body: sdp,
  });
  return { status: answer.status, text: await answer.text() };
}

/** Offers that a real browser made; it is not connected to anything. */
export async function makeOffer(page: Page, direction: 'sendonly' | 'recvonly'): Promise<string> {
  return page.evaluate(async (way) => {
    const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    peer.addTransceiver('audio', { direction: way });
    peer.addTransceiver('video', { direction: way });
    await peer.setLocalDescription();
    const sdp = peer.localDescription?.sdp ?? '';
    peer.close();
    return sdp;
  }, direction);
}
