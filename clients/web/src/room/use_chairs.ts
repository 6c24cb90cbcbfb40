import { useValue } from '../base/value';
import { ParticipantStatus, type Room } from '../gen/muster/v1/room_pb';
import { Role } from '../gen/muster/v1/types_pb';
import { useApp } from '../ui/app_context';
import { useOwnStay } from './use_own_stay';

/** The chair and admins mute, remove, readmit and close; a chair that an admin removed does not. */
export function useChairs(room: Room | undefined): boolean {
  const { session } = useApp();
  const person = useValue(session.current)?.person;
  const removed = useOwnStay(room?.id ?? '')?.status === ParticipantStatus.REMOVED;
  if (!room || !person) return false;
  return person.role === Role.ADMIN || (person.id === room.chairId && !removed);
}
