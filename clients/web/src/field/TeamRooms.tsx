// Rooms for a team in the field: those of its order's incident first, and the way to open one.
import type { Incident } from '../gen/muster/v1/incident_pb';
import { useText } from '../i18n/text';
import { isOpenOrder } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { useEntities } from '../picture/derived';
import { RoomsPage } from '../room/RoomsPage';
import { RoomStatus } from '../gen/muster/v1/room_pb';
import { useOrders } from './use_orders';

interface Props {
  teamId: string;
  open: (incident: Incident) => void;
}

export function TeamRooms({ teamId, open }: Props) {
  const { t } = useText();
  const team = useEntity('team', teamId);
  const orders = useOrders(`orders.team/${teamId}`).filter(isOpenOrder);
  const current = orders.find(({ id }) => id === team?.currentOrderId) ?? orders[0];
  const incident = useEntity('incident', current?.incidentId ?? '');
  const rooms = useEntities('room', `rooms.incident/${incident?.id ?? ''}`);
  const hasRoom = rooms.some(({ status }) => status === RoomStatus.OPEN);
  return (
    <RoomsPage incidentId={incident?.id ?? ''} history={false}>
      {incident && !hasRoom && (
        <button type="button" className="act-button" onClick={() => open(incident)}>
          {t('room.open_for_incident', { number: incident.number })}
        </button>
      )}
    </RoomsPage>
  );
}
