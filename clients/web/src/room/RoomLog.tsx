// What happens at the room's incident, the room included; and who was in it before, from when to when.
import { useMemo } from 'react';

import { clockText, toMs } from '../base/time';
import { type Participant, ParticipantStatus, type Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useApp } from '../ui/app_context';
import { timelineRows } from '../ui/timeline';
import { CameraSign } from './marks';
import { sentenceInRoom } from './room_lines';

export function RoomLog({ room }: { room: Room }) {
  const words = useText();
  const { clock } = useApp();
  const lines = useEntities('logLine', `lines.incident/${room.incidentId}`);
  const rows = useMemo(
    () => timelineRows(lines, words, clock.now(), (line) => sentenceInRoom(line, room.id, words)),
    [lines, room.id, words, clock],
  );
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="room-log-title">
      <h3 id="room-log-title">{words.t('console.timeline.title')}</h3>
      <ol className="timeline num">
        {rows.map((row) => (
          <li key={row.id} className={row.written ? 'written' : undefined}>
            <time>{row.clock}</time>
            <span className="grow">
              {row.sentence} <span className="faint">{row.who}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Those who left; who was removed is listed where it can be let in again. */
export function Before({ room }: { room: Room }) {
  const { t } = useText();
  const stays = useEntities('participant', `stays.room/${room.id}`);
  const left = stays.filter(({ status }) => status === ParticipantStatus.LEFT);
  if (left.length === 0) return null;
  return (
    <section aria-labelledby="before-title">
      <h3 id="before-title">{t('room.before')}</h3>
      <Stays stays={left} closedAt={room.closedAt} />
    </section>
  );
}

interface StaysProps {
  stays: readonly Participant[];
  /** Of the room. */
  closedAt: Room['closedAt'];
}

/** Who was in, from when to when. */
export function Stays({ stays, closedAt }: StaysProps) {
  const { t } = useText();
  const { clock } = useApp();
  const at = (time: Participant['joinedAt']) => {
    const ms = toMs(time);
    return ms === undefined ? '' : clockText(ms, clock.now());
  };
  return (
    <ul className="stays num">
      {stays.map((stay) => (
        <li key={stay.id}>
          {stay.cameraId !== '' && (
            <>
              <CameraSign off={false} />
              <span className="only-read-aloud">{t('room.camera.sign')}</span>
            </>
          )}
          <span className="grow cut">{stay.name}</span>
          <span className="muted">
            {t('room.from_to', { from: at(stay.joinedAt), to: at(stay.leftAt) || '…' })}
          </span>
          {stay.lost && <span className="faint">{t('room.lost')}</span>}
          {wasRemoved(stay, closedAt) && <span className="faint">{t('room.removed_word')}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Whoever was let in again later was removed all the same. Closing the room ends stays too, and removes nobody. */
function wasRemoved(
  { status, cameraId, endedById, leftAt }: Participant,
  closedAt: Room['closedAt'],
): boolean {
  if (status === ParticipantStatus.REMOVED) return true;
  if (cameraId !== '' || endedById === '') return false;
  return closedAt === undefined || toMs(leftAt) !== toMs(closedAt);
}
