// All rooms: those that are open, a new one, and those that were.
import './room.css';

import { type ReactNode, type SyntheticEvent, useState } from 'react';

import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useApp } from '../ui/app_context';
import { OldRooms } from './OldRooms';
import { RoomCard } from './RoomCard';
import { titleThatFits } from './room_title';
import { useRoomNav } from './room_nav';

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
  const own = rooms.filter((room) => incidentId !== '' && room.incidentId === incidentId);
  const others = rooms.filter((room) => !own.includes(room));
  // A standing room is looked for by habit: always in the same place.
  const ordered = [
    ...own,
    ...others.filter(({ standing }) => standing),
    ...others.filter(({ standing }) => !standing),
  ];
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

function NewRoom() {
  const { acts } = useApp();
  const { t } = useText();
  const { toRoom } = useRoomNav();
  const [title, setTitle] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const fits = titleThatFits(title);
    if (fits === '') return;
    setTitle('');
    void acts.openRoom(fits).then(({ id }) => toRoom(id, true));
  };
  return (
    <form className="row new-room" onSubmit={submit}>
      <input
        className="line-input grow"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        placeholder={t('room.new_title')}
        aria-label={t('room.new_title')}
        autoComplete="off"
      />
      <button type="submit" className="act-button" disabled={title.trim() === ''}>
        {t('room.new_open')}
      </button>
    </form>
  );
}
