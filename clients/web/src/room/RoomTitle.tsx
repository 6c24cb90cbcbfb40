// Which room this is: its title, its incident with the way there, how long, how many.
import { type Room, RoomStatus } from '../gen/muster/v1/room_pb';
import { incidentStatusText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { Age } from '../ui/Age';
import { GradeSign } from '../ui/Chips';
import { useRoomNav } from './room_nav';
import { useHeadCount } from './use_head_count';

export function RoomTitle({ room }: { room: Room }) {
  const { t } = useText();
  const { toIncident } = useRoomNav();
  const incident = useEntity('incident', room.incidentId);
  const { people } = useHeadCount(room.id);
  return (
    <>
      {incident && <GradeSign grade={incident.grade} />}
      <h2 className="cut">{room.title}</h2>
      {room.status === RoomStatus.CLOSED ? (
        <span className="pill">{t('room.closed')}</span>
      ) : (
        <span className="pill num">
          <Age since={room.openedAt} /> · {t('room.people', { n: people })}
        </span>
      )}
      {room.standing && <span className="pill">{t('room.standing')}</span>}
      {incident && (
        <span className="pill">
          {t('room.incident_status', { status: t(incidentStatusText[incident.status]) })}
        </span>
      )}
      {incident && toIncident && (
        <button type="button" className="link-button num" onClick={() => toIncident(incident.id)}>
          {t('room.to_incident', { number: incident.number })}
        </button>
      )}
    </>
  );
}
