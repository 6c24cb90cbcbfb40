import { useEntities } from '../picture/derived';

export interface HeadCount {
  people: number;
  cameras: number;
}

/** Who is in the room now; a camera is nobody. */
export function useHeadCount(roomId: string): HeadCount {
  const participants = useEntities('participant', `participants.room/${roomId}`);
  const people = participants.filter(({ cameraId }) => cameraId === '').length;
  return { people, cameras: participants.length - people };
}
