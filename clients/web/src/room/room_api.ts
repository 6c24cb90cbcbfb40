// What a call asks the hub directly: it is about now, and would be wrong later.
import { createClient, type Transport } from '@connectrpc/connect';

import { makeId } from '../base/ids';
import { refusalOf } from '../base/refusal';
import { done, refused, type Result } from '../base/result';
import type { Participant, Room } from '../gen/muster/v1/room_pb';
import { RoomService } from '../gen/muster/v1/room_service_pb';

/** A seat that nobody holds is shown as empty after 8 s: a call that hangs must not cost two turns. */
const holdTimeoutMs = 4_000;
/** Whoever comes back waits for it. */
const leaveTimeoutMs = 4_000;

export interface JoinWish {
  roomId: string;
  deviceId: string;
  muted: boolean;
  cameraOff: boolean;
}

export interface LeaveWish {
  requestId: string;
  roomId: string;
  /** Only this one's seat is given up, not one that another device has taken since. */
  deviceId: string;
}

export interface Joined {
  room: Room;
  participant: Participant;
  publishTicket: string;
}

/** A room as the hub sees it now. */
export interface Looked {
  room: Room;
  /** Who is in it. */
  participants: Participant[];
}

export interface RoomApi {
  join(wish: JoinWish): Promise<Result<Joined>>;
  hold(participantId: string, deviceId: string): Promise<Result<void>>;
  look(roomId: string): Promise<Result<Looked>>;
  /** The same request for every try. */
  leave(wish: LeaveWish): Promise<Result<void>>;
}

export function roomApi(transport: Transport): RoomApi {
  const rooms = createClient(RoomService, transport);
  return {
    join: (wish) =>
      answerOf(async () => {
        // Another id each try: the tickets of an answer that got lost are not wanted any more.
        const answer = await rooms.joinRoom({ ...wish, requestId: makeId() });
        const { room, participant, publishTicket } = answer;
        if (!room || !participant) throw new Error('the answer names no participant');
        return { room, participant, publishTicket };
      }),
    hold: (participantId, deviceId) =>
      answerOf(async () => {
        await rooms.holdSeat({ participantId, deviceId }, { timeoutMs: holdTimeoutMs });
      }),
    look: (roomId) =>
      answerOf(async () => {
        const { room, participants } = await rooms.getRoom({ id: roomId });
        if (!room) throw new Error('the answer names no room');
        return { room, participants };
      }),
    leave: (wish) =>
      answerOf(async () => {
        await rooms.leaveRoom({ ...wish }, { timeoutMs: leaveTimeoutMs });
      }),
  };
}

async function answerOf<T>(ask: () => Promise<T>): Promise<Result<T>> {
  try {
    return done(await ask());
  } catch (thrown) {
    return refused(refusalOf(thrown));
  }
}
