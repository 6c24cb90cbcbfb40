// That people talk about an incident just now: a mark for its row in the queue. Nothing while nobody is in its rooms.
import { RoomStatus } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useHeadCount } from './use_head_count';

export function RoomMark({ incidentId }: { incidentId: string }) {
  const rooms = useEntities('room', `rooms.incident/${incidentId}`);
  return rooms
    .filter(({ status }) => status === RoomStatus.OPEN)
    .map(({ id }) => <Talk key={id} roomId={id} />);
}

function Talk({ roomId }: { roomId: string }) {
  const { t } = useText();
  const { people } = useHeadCount(roomId);
  if (people === 0) return null;
  return <span className="pill num">{t('room.talk_of', { n: people })}</span>;
}
