import { useValue } from '../base/value';
import { Role } from '../gen/muster/v1/types_pb';
import type { Room } from '../gen/muster/v1/room_pb';
import { useApp } from '../ui/app_context';

interface Own {
  /** The person's id; empty when nobody is logged in. */
  id: string;
  /** As others see one: the post, or the name without one. */
  name: string;
}

export function useOwnName(): Own {
  const { session } = useApp();
  const person = useValue(session.current)?.person;
  return { id: person?.id ?? '', name: person?.post || person?.name || '' };
}

/** The chair and admins mute, remove, readmit and close. */
export function useChairs(room: Room | undefined): boolean {
  const { session } = useApp();
  const person = useValue(session.current)?.person;
  if (!room || !person) return false;
  return person.id === room.chairId || person.role === Role.ADMIN;
}
