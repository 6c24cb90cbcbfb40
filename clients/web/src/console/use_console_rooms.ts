// Rooms in the console: which one is on the page, where their parts lead, what their commands do.
import { useLocation, useMatch, useNavigate } from 'react-router';

import type { Scene } from '../commands/command';
import { RoomStatus } from '../gen/muster/v1/room_pb';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import type { RoomNav } from '../room/room_nav';
import { useCallScene } from '../room/use_call';
import { useChairs } from '../room/use_chairs';
import { type RoomDesk, useRoomControls } from '../room/use_room_controls';

export interface ConsoleRooms {
  /** Of the page; empty for none. */
  roomId: string;
  /** The list of all rooms is the page. */
  listed: boolean;
  /** Whoever came here wants to be in the room. */
  join: boolean;
  onBegun: () => void;
  nav: RoomNav;
  desk: RoomDesk;
  scene: Pick<Scene, 'openRooms' | 'call' | 'room' | 'chairs'>;
}

export function useConsoleRooms(incidentId: string, showKeys: () => void): ConsoleRooms {
  const go = useNavigate();
  const { pathname, state } = useLocation() as { pathname: string; state: Wish | null };
  const roomId = useMatch('/room/:id')?.params.id ?? '';
  const room = useEntity('room', roomId);
  const chairs = useChairs(room);
  const call = useCallScene();
  const ofIncident = useEntities('room', `rooms.incident/${incidentId}`);
  const nav: RoomNav = {
    toRoom: (id, join) => void go(`/room/${id}`, { state: { join } satisfies Wish }),
    toRooms: () => void go('/rooms'),
    toIncident: (id) => void go(`/incident/${id}`),
    away: () => void go(room?.incidentId ? `/incident/${room.incidentId}` : '/'),
  };
  return {
    roomId,
    listed: useMatch('/rooms') !== null,
    join: state?.join === true,
    onBegun: () => void go(pathname, { replace: true, state: null }),
    nav,
    desk: useRoomControls(nav, showKeys),
    scene: {
      openRooms: ofIncident.filter(({ status }) => status === RoomStatus.OPEN),
      call,
      room,
      chairs,
    },
  };
}

/** What the history keeps with a room's page. */
interface Wish {
  join: boolean;
}
