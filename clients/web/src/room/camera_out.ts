// Cameras that were taken out of the room a moment ago: who did it reads how to take it back, the others who it was.
import { toMs } from '../base/time';
import { type Participant, ParticipantStatus } from '../gen/muster/v1/room_pb';

/** So long the others read it. */
export const othersReadMs = 30_000;

export interface CameraOut {
  stay: Participant;
  own: boolean;
}

interface Looker {
  personId: string;
  /** Since when one looks, by the hub's clock: what was before is no news. */
  sinceMs: number;
  nowMs: number;
}

/** Newest last; of what was put in again, by whomever, nothing is said. */
export function camerasOut(stays: readonly Participant[], looker: Looker): CameraOut[] {
  const isIn = (cameraId: string) =>
    stays.some((it) => it.cameraId === cameraId && it.status === ParticipantStatus.JOINED);
  return stays
    .filter((it) => it.cameraId !== '' && it.status === ParticipantStatus.LEFT)
    .filter((it) => it.endedById !== '' && !isIn(it.cameraId))
    .map((stay) => ({ stay, own: stay.endedById === looker.personId }))
    .filter(({ stay, own }) => {
      const outMs = toMs(stay.leftAt) ?? 0;
      return outMs >= looker.sinceMs && (own || looker.nowMs - outMs < othersReadMs);
    });
}
