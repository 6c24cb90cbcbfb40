// The open rooms of an incident, and the way to open one.
import './room.css';

import { useCommands } from '../commands/command_context';
import { RoomStatus } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { ActButton } from '../ui/ActButton';
import { RoomCard } from './RoomCard';

export function IncidentRooms({ incidentId }: { incidentId: string }) {
  const { t } = useText();
  const { commands } = useCommands();
  const rooms = useEntities('room', `rooms.incident/${incidentId}`);
  const open = rooms.filter(({ status }) => status === RoomStatus.OPEN);
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
      <div className="row wrap">
        <ActButton command="room.open" />
        {open.length === 0 && <span className="muted">{t('room.incident_hint')}</span>}
      </div>
    </section>
  );
}
