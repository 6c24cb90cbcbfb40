// All rooms: those that are open, a new one, and those that were.
import './room.css';

import { type ReactNode, type SyntheticEvent, useState } from 'react';

import { type Participant, ParticipantStatus } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useAll, useEntities } from '../picture/derived';
import { useApp } from '../ui/app_context';
import { OldRooms } from './OldRooms';
import { RoomCard } from './RoomCard';
import { titleTooLongBy } from './room_title';
import { useRoomNav } from './room_nav';
import { roomsOrder } from './rooms_order';

interface Props {
  /** Whose rooms come first; empty for none. */
  incidentId?: string;
  /** Closed ones are shown too. */
  history?: boolean;
  children?: ReactNode;
}

export function RoomsPage({ incidentId = '', history = true, children }: Props) {
  const { t } = useText();
  const rooms = useEntities('room', 'rooms.open');
  const inside = useAll('participant').filter(isIn);
  const occupied = new Set(inside.map(({ roomId }) => roomId));
  const ordered = roomsOrder(rooms, (id) => occupied.has(id), incidentId);
  return (
    <div className="rooms-page">
      <section aria-labelledby="rooms-title">
        <h2 id="rooms-title">{t('room.open_rooms')}</h2>
        {ordered.length === 0 && (
          <div className="empty">
            <p>
              <strong>{t('room.none_open')}</strong>
            </p>
            <p>{t('room.none_open_how')}</p>
          </div>
        )}
        <ul className="room-cards">
          {ordered.map((room) => (
            <RoomCard key={room.id} room={room} />
          ))}
        </ul>
        {children}
      </section>
      <section aria-labelledby="new-room-title">
        <h2 id="new-room-title">{t('room.new')}</h2>
        <NewRoom />
      </section>
      {history && <OldRooms />}
    </div>
  );
}

const isIn = ({ status, cameraId }: Participant) =>
  status === ParticipantStatus.JOINED && cameraId === '';

function NewRoom() {
  const { acts } = useApp();
  const { t } = useText();
  const { toRoom } = useRoomNav();
  const [title, setTitle] = useState('');
  const tooLongBy = titleTooLongBy(title);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (title.trim() === '' || tooLongBy > 0) return;
    setTitle('');
    void acts.openRoom(title.trim()).then(({ id }) => toRoom(id, true));
  };
  return (
    <form className="row new-room" onSubmit={submit}>
      <input
        className="line-input grow"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        placeholder={t('room.new_title')}
        aria-label={t('room.new_title')}
        aria-invalid={tooLongBy > 0}
        autoComplete="off"
      />
      <button type="submit" className="act-button" disabled={title.trim() === '' || tooLongBy > 0}>
        {t('room.new_open')}
      </button>
      {tooLongBy > 0 && (
        <p role="alert" className="late-line">
          {t('room.new_too_long', { n: tooLongBy })}
        </p>
      )}
    </form>
  );
}
