import type { Participant } from '../gen/muster/v1/room_pb';
import { useEntities } from '../picture/derived';
import { useOwnName } from './use_own_name';

/** One's own newest stay in the room, whatever window or device it was in; undefined when one never was. */
export function useOwnStay(roomId: string): Participant | undefined {
  const { id } = useOwnName();
  const stays = useEntities('participant', `stays.room/${roomId}`);
  return stays.findLast(({ personId }) => personId === id && personId !== '');
}
