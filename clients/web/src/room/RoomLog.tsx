// What the incident's timeline says of this room; and who was in it before, from when to when.
import { useMemo } from 'react';

import { clockText, toMs } from '../base/time';
import { type Participant, ParticipantStatus, type Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useApp } from '../ui/app_context';
import { timelineRows } from '../ui/timeline';

export function RoomLog({ room }: { room: Room }) {
  const words = useText();
  const { clock } = useApp();
  const lines = useEntities('logLine', `lines.incident/${room.incidentId}`);
  const rows = useMemo(
    () =>
      timelineRows(
        lines.filter(({ aboutId }) => aboutId === room.id),
        words,
        clock.now(),
      ),
    [lines, room.id, words, clock],
  );
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="room-log-title">
      <h3 id="room-log-title">{words.t('console.timeline.title')}</h3>
      <ol className="timeline num">
        {rows.map((row) => (
          <li key={row.id}>
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
      <Stays stays={left} />
    </section>
  );
}

/** Who was in, from when to when. */
export function Stays({ stays }: { stays: readonly Participant[] }) {
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
          <span className="grow cut">{stay.name}</span>
          <span className="muted">
            {t('room.from_to', { from: at(stay.joinedAt), to: at(stay.leftAt) || '…' })}
          </span>
          {stay.lost && <span className="faint">{t('room.lost')}</span>}
          {stay.status === ParticipantStatus.REMOVED && (
            <span className="faint">{t('room.removed_word')}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
