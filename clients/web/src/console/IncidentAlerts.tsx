// Orders of the chosen incident that need an act now, above everything else, with the act.
import type { Order } from '../gen/muster/v1/order_pb';
import { useText } from '../i18n/text';
import { orderAlert } from '../picture/facts';
import { useEntity } from '../picture/hooks';
import { useEntities } from '../picture/derived';
import { useHubNow } from '../ui/hub_now';
import { useMay } from '../ui/may';
import { OrderMenu } from './OrderMenu';
import { spanText } from '../ui/time_text';

export function IncidentAlerts({ incidentId }: { incidentId: string }) {
  const { t } = useText();
  const nowMs = useHubNow();
  const orders = useEntities('order', `orders.incident/${incidentId}`);
  const waiting = orders.filter((order) => orderAlert(order, nowMs));
  if (waiting.length === 0) return null;
  return (
    <ul className="alerts" aria-label={t('console.overview.waiting')}>
      {waiting.map((order) => (
        <AlertRow key={order.id} order={order} nowMs={nowMs} />
      ))}
    </ul>
  );
}

function AlertRow({ order, nowMs }: { order: Order; nowMs: number }) {
  const { t } = useText();
  const { decide } = useMay();
  const team = useEntity('team', order.teamId);
  const alert = orderAlert(order, nowMs);
  if (!alert) return null;
  const name = team?.name ?? order.teamId;
  return (
    <li>
      <span className="grow cut">{name}</span>
      <span className="num">
        {t(`console.alert.${alert.kind}`)} {spanText(nowMs - alert.sinceMs)}
      </span>
      {decide && <OrderMenu order={order} team={name} />}
    </li>
  );
}
