// An open room in a list: what it is, who is in it, and the way in.
import { isInside } from '../commands/room_commands';
import type { Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import { Age } from '../ui/Age';
import { keysText } from '../ui/keys_text';
import { CameraSign } from './marks';
import { CloseDue } from './Notices';
import { useRoomNav } from './room_nav';
import { useCall, useCallState } from './use_call';

interface Props {
  room: Room;
  /** The key that joins it, where there is one. */
  keys?: string | undefined;
  /** Where it stands at its incident already. */
  withoutIncident?: boolean;
}

export function RoomCard({ room, keys, withoutIncident = false }: Props) {
  const { t } = useText();
  const { toRoom } = useRoomNav();
  const state = useCallState(useCall());
  const incident = useEntity('incident', room.incidentId);
  const participants = useEntities('participant', `participants.room/${room.id}`);
  const here = state?.roomId === room.id && isInside(state.phase);
  const people = participants.filter(({ cameraId }) => cameraId === '');
  const cameras = participants.length - people.length;
  // Says that nobody is in it, too.
  const closes = people.length === 0 && room.closeDue !== undefined;
  return (
    <li className="room-card">
      <div className="grow">
        <p className="row wrap">
          <strong>{room.title}</strong>
          {room.standing && <span className="pill">{t('room.standing')}</span>}
          {incident && !withoutIncident && <span className="pill num">{incident.number}</span>}
        </p>
        <p className="muted num">
          {people.length === 0
            ? !closes && t('room.nobody_in')
            : people.map(({ name }) => name).join(t('room.list_separator'))}
          {cameras > 0 && (
            <>
              {!closes && ' · '}
              <CameraSign off={false} /> {t('room.cameras', { n: cameras })}
            </>
          )}
          {(!closes || cameras > 0) && ' · '}
          {t('room.open_for')} <Age since={room.openedAt} />
        </p>
        {closes && <CloseDue room={room} />}
      </div>
      {keys !== undefined && (
        <kbd className="key" aria-hidden="true">
          {keysText(keys)}
        </kbd>
      )}
      <button
        type="button"
        className={here ? 'quiet-button' : 'act-button'}
        aria-label={t(here ? 'room.back_to' : 'room.join_named', { title: room.title })}
        aria-keyshortcuts={keys}
        onClick={() => toRoom(room.id, !here)}
      >
        {t(here ? 'room.bar.back' : 'room.join')}
      </button>
    </li>
  );
}
