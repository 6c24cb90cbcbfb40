// Rooms that are closed, and who was in them: asked of the hub, since they leave the picture.
import { createClient, type Transport } from '@connectrpc/connect';

import { type Refusal, refusalOf } from '../base/refusal';
import { type Participant, type Room, RoomStatus } from '../gen/muster/v1/room_pb';
import { RoomService } from '../gen/muster/v1/room_service_pb';
import { toMs } from '../base/time';
import { done, refused, type Result } from '../base/result';

const shown = 50;

export async function listOldRooms(
  transport: Transport,
  signal: AbortSignal,
): Promise<Result<Room[]>> {
  return ask(signal, async () => {
    const request = { includeClosed: true, pageSize: 200 };
    const { rooms } = await createClient(RoomService, transport).listRooms(request, { signal });
    return rooms
      .filter(({ status }) => status === RoomStatus.CLOSED)
      .sort((a, b) => (toMs(b.closedAt) ?? 0) - (toMs(a.closedAt) ?? 0))
      .slice(0, shown);
  });
}

export async function listStays(
  transport: Transport,
  roomId: string,
  signal: AbortSignal,
): Promise<Result<Participant[]>> {
  return ask(signal, async () => {
    const request = { roomId, pageSize: 1000 };
    const client = createClient(RoomService, transport);
    return (await client.listParticipants(request, { signal })).participants;
  });
}

async function ask<T>(signal: AbortSignal, run: () => Promise<T>): Promise<Result<T>> {
  try {
    return done(await run());
  } catch (thrown) {
    return refused(signal.aborted ? nobodyAsks : refusalOf(thrown));
  }
}

/** Whoever asked is gone. */
const nobodyAsks: Refusal = refusalOf(new DOMException('aborted', 'AbortError'));
