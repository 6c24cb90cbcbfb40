// Where a room's parts lead to; the console and the field page each give their own.
import { createContext, useContext } from 'react';

export interface RoomNav {
  /** Shows the room; `join` goes in at once where the browser need not be asked first. */
  toRoom: (roomId: string, join: boolean) => void;
  toRooms: () => void;
  /** Undefined where incidents have no page. */
  toIncident: ((incidentId: string) => void) | undefined;
  /** Away from the room's page; a call goes on. */
  away: () => void;
}

export const RoomNavContext = createContext<RoomNav | undefined>(undefined);

export function useRoomNav(): RoomNav {
  const nav = useContext(RoomNavContext);
  if (!nav) throw new Error('useRoomNav outside of a page with rooms');
  return nav;
}
