// Rooms on the field page: which one is open, where their parts lead, what their commands do.
import { useLocation, useMatch, useNavigate } from 'react-router';

import type { Commands, Scene } from '../commands/command';
import { roomCommands } from '../commands/room_commands';
import { useEntity } from '../picture/hooks';
import type { RoomNav } from '../room/room_nav';
import { useCallScene } from '../room/use_call';
import { useChairs } from '../room/use_chairs';
import { type RoomDesk, useRoomControls } from '../room/use_room_controls';
import { useRole } from '../ui/may';

export interface FieldRooms {
  /** Of the page; empty for none. */
  roomId: string;
  /** Whoever came here wants to be in the room. */
  join: boolean;
  onBegun: () => void;
  nav: RoomNav;
  desk: RoomDesk;
  commands: Commands;
  scene: Scene;
}

/** A phone has no page of its keys. */
const noKeys = () => undefined;

export function useFieldRooms(): FieldRooms {
  const go = useNavigate();
  const { pathname, state } = useLocation() as { pathname: string; state: Wish | null };
  const role = useRole();
  const roomId = useMatch('/room/:id')?.params.id ?? '';
  const room = useEntity('room', roomId);
  const chairs = useChairs(room);
  const call = useCallScene();
  const nav: RoomNav = {
    toRoom: (id, join) => void go(`/room/${id}`, { state: { join } satisfies Wish }),
    toRooms: () => void go('/rooms'),
    toIncident: undefined,
    away: () => void go('/'),
  };
  const desk = useRoomControls(nav, noKeys);
  return {
    roomId,
    join: state?.join === true,
    onBegun: () => void go(pathname, { replace: true, state: null }),
    nav,
    desk,
    commands: roomCommands(desk.controls),
    scene: { role, openOrders: [], call, room, chairs },
  };
}

/** What the history keeps with a room's page. */
interface Wish {
  join: boolean;
}
