// In which order open rooms are listed.
import type { Room } from '../gen/muster/v1/room_pb';

/**
 * Those of the incident, then those with people in them, then those that stand empty; among equals a standing room comes
 * first, since it is looked for by habit, and then as they were given.
 */
export function roomsOrder(
  rooms: readonly Room[],
  isOccupied: (roomId: string) => boolean,
  incidentId: string,
): Room[] {
  const rank = (room: Room) =>
    (incidentId !== '' && room.incidentId === incidentId ? 0 : 4) +
    (isOccupied(room.id) ? 0 : 2) +
    (room.standing ? 0 : 1);
  return [...rooms].sort((a, b) => rank(a) - rank(b));
}
