// Everybody in the room as a list, with what the chair can do; and those who were sent out.
import { useState } from 'react';

import { type Participant, ParticipantStatus, type Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity, useIds } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { PersonRow } from './PersonRow';
import { useChairs } from './use_chairs';
import { useHeadCount } from './use_head_count';

export function People({ room }: { room: Room }) {
  const { t } = useText();
  const ids = useIds(`participants.room/${room.id}`);
  const chairs = useChairs(room);
  const [sentOut, setSentOut] = useState<Participant>();
  return (
    <section aria-labelledby="people-title">
      <h3 id="people-title">
        {t('room.people_title')} <HowMany roomId={room.id} />
      </h3>
      <ChairAway room={room} />
      <ul className="people">
        {ids.map((id) => (
          <PersonRow key={id} id={id} room={room} chairs={chairs} onSentOut={setSentOut} />
        ))}
      </ul>
      {sentOut && <SentOut participant={sentOut} onDone={() => setSentOut(undefined)} />}
      <Removed room={room} chairs={chairs} />
    </section>
  );
}

/** People by number; cameras as what they are. */
function HowMany({ roomId }: { roomId: string }) {
  const { t } = useText();
  const { people, cameras } = useHeadCount(roomId);
  return (
    <span className="num">
      {people}
      {cameras > 0 && ` · ${t('room.cameras', { n: cameras })}`}
    </span>
  );
}

/** Who could mute or let in, where that one is not here to be seen. */
function ChairAway({ room }: { room: Room }) {
  const { t } = useText();
  const participants = useEntities('participant', `participants.room/${room.id}`);
  if (participants.some(({ personId }) => personId === room.chairId)) return null;
  return <p className="muted">{t('room.chair_away', { chair: room.chairName })}</p>;
}

interface SentOutProps {
  participant: Participant;
  onDone: () => void;
}

/** What was just done, and the way back. */
function SentOut({ participant, onDone }: SentOutProps) {
  const { acts } = useApp();
  const { t } = useText();
  const now = useEntity('participant', participant.id);
  // Let in again already, here or by another.
  if (now?.status === ParticipantStatus.LEFT) return null;
  const undo = () => {
    void acts.readmitParticipant(participant);
    onDone();
  };
  return (
    <p className="late-line row" role="status">
      <span className="grow">{t('room.sent_out', { name: participant.name })}</span>
      <button type="button" className="quiet-button" onClick={undo}>
        {t('room.undo')}
      </button>
      <button
        type="button"
        className="quiet-button"
        aria-label={t('room.note_read')}
        onClick={onDone}
      >
        {'✕'}
      </button>
    </p>
  );
}

/** Those who cannot come back unless they are let in again. */
function Removed({ room, chairs }: { room: Room; chairs: boolean }) {
  const { acts } = useApp();
  const { t } = useText();
  const stays = useEntities('participant', `stays.room/${room.id}`);
  const removed = stays.filter(
    ({ status, cameraId }) => status === ParticipantStatus.REMOVED && cameraId === '',
  );
  if (removed.length === 0) return null;
  return (
    <>
      <h3 className="second">{t('room.removed_title')}</h3>
      <ul className="people">
        {removed.map((participant) => (
          <li key={participant.id}>
            <span className="grow cut">{participant.name}</span>
            {chairs && (
              <button
                type="button"
                className="quiet-button"
                onClick={() => void acts.readmitParticipant(participant)}
              >
                {t('room.readmit')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
