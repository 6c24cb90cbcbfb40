// The rooms of an incident: those that are open, the way to open one, and who was in those that are closed.
import './room.css';

import { clockText, toMs } from '../base/time';
import { useCommands } from '../commands/command_context';
import { type Incident, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { type Room, RoomStatus } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { ActButton } from '../ui/ActButton';
import { useApp } from '../ui/app_context';
import { RoomCard } from './RoomCard';
import { useRoomNav } from './room_nav';

export function IncidentRooms({ incident }: { incident: Incident }) {
  const { t } = useText();
  const { commands } = useCommands();
  const rooms = useEntities('room', `rooms.incident/${incident.id}`);
  const open = rooms.filter(({ status }) => status === RoomStatus.OPEN);
  const closed = rooms.filter(({ status }) => status === RoomStatus.CLOSED);
  const over = incident.status === IncidentStatus.CLOSED;
  return (
    <section aria-labelledby="incident-rooms-title">
      <h3 id="incident-rooms-title">{t('room.title')}</h3>
      {open.length > 0 && (
        <ul className="room-cards">
          {open.map((room, i) => (
            <RoomCard
              key={room.id}
              room={room}
              withoutIncident
              keys={i === 0 ? commands.get('room.join')?.keys : undefined}
            />
          ))}
        </ul>
      )}
      {over ? (
        <p className="muted">{t('room.incident_over')}</p>
      ) : (
        <div className="row wrap">
          <ActButton command="room.open" />
          {open.length === 0 && <span className="muted">{t('room.incident_hint')}</span>}
        </div>
      )}
      {closed.length > 0 && (
        <ul className="stays closed-rooms num">
          {closed.map((room) => (
            <ClosedRow key={room.id} room={room} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What is over, with the way to who was in it. */
function ClosedRow({ room }: { room: Room }) {
  const { t } = useText();
  const { clock } = useApp();
  const { toRoom } = useRoomNav();
  const at = (time: Room['openedAt']) => clockText(toMs(time) ?? 0, clock.now());
  return (
    <li>
      <span className="grow">{room.title}</span>
      <span className="muted">
        {t('room.from_to', { from: at(room.openedAt), to: at(room.closedAt) })}
      </span>
      <button
        type="button"
        className="link-button"
        aria-label={t('room.old_look_named', { title: room.title })}
        onClick={() => toRoom(room.id, false)}
      >
        {t('room.old_look')}
      </button>
    </li>
  );
}
